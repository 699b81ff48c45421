"""The front page: who meets here, and when next."""

from __future__ import annotations

from datetime import datetime

from convener.editions.adjacent_sessions import next_from, upcoming_view
from convener.pages.join import SessionRepository
from convener.pages.page_renderer import PageRenderer
from convener.pages.responses import Response, public_for
from convener.sessions.series import Series

SECONDS = 300
"""How long anybody may keep it: a change shows within five minutes."""


def front_page(*, shelf: SessionRepository, series: Series, paper: PageRenderer, now: datetime) -> Response:
    """What anybody may know. Raises Unavailable, LostAnswer."""
    upcoming = upcoming_view(next_from(now, shelf.all(), series), series)
    return paper.page("front", {"upcoming": upcoming}, headers=public_for(SECONDS))
