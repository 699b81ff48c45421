"""What editors do during a rehearsal: what an archive tells of a month's end arrives as it would have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from convener.sessions.models import Material, Session
from convener.sessions.series import Series

ARRIVALS = (("insights", 3, time(15, 15)), ("presentations", 3, time(15, 15)), ("recording", 5, time(16, 30)))
"""Which material an editor adds how many days after the session, at what time."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of one session at one moment."""

    at: datetime
    session: str
    field: str
    value: Any

    def applied(self, session: Session) -> Session:
        """The session after the edit."""
        return session.model_copy(update={self.field: self.value, "version": session.version + 1, "edited_at": self.at})


def hold_back(session: Session, series: Series, begins: datetime) -> tuple[Session, Sequence[Edit]]:
    """The session as it was known when the rehearsal begins, and the edits that bring the rest."""
    if session.ends(series.tz) <= begins:
        return session, ()
    edits = []
    for name, days, hour in ARRIVALS:
        value = getattr(session, name)
        if value and value != Material() and (name == "presentations" or value.url):
            at = datetime.combine(session.date + timedelta(days=days), hour, tzinfo=series.tz).astimezone(UTC)
            edits.append(Edit(at=at, session=session.id, field=name, value=value))
    empty: dict[str, Any] = {"insights": Material(), "presentations": (), "recording": Material()}
    return session.model_copy(update={edit.field: empty[edit.field] for edit in edits}), edits
