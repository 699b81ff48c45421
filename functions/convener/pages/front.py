"""The front page: the series, and its next session."""

from __future__ import annotations

from convener.editions.adjacent_sessions import next_session_from, upcoming_view
from convener.pages.context import PageContext
from convener.pages.request import Request
from convener.pages.responses import Response


def front_page(_request: Request, context: PageContext) -> Response:
    """Show the front page. Raises Unavailable and LostAnswer."""
    upcoming = next_session_from(context.now, context.sessions.all(), context.series)
    return context.renderer.page("front", {"upcoming": upcoming_view(upcoming, context.series)})
