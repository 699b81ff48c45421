"""The answers of `/_clock`: the present moment, the next event, past events, and moving the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from convener.sessions.series import Series
from local.serving.keeper import Keeper
from local.serving.moving import target
from local.timeline.words import written_moment

MAX_WAIT_SECONDS = 20.0
"""After this time the answer says that the clock is still moving."""


@dataclass(frozen=True)
class ClockEndpoint:
    """Reads and moves the clock of the local stack."""

    keeper: Keeper
    series: Series

    def state(self, *, since: int | None = None) -> dict[str, Any]:
        """Return the state of the clock for JSON, with the events after `since`, which is an earlier `count`."""
        keeper, zone = self.keeper, self.series.tz
        moving, count, moments = keeper.on_its_way, keeper.happened, list(keeper.moments)
        new = moments[max(0, len(moments) - max(0, count - since)) :] if since is not None else []
        coming = [{"at": one.at.astimezone(zone).isoformat(), "text": one.text} for one in keeper.outlook().coming[:1]]
        now = keeper.world.clock.now().astimezone(zone)
        return {
            "now": now.isoformat(timespec="seconds"),
            "written": f"{written_moment(now)} {self.series.zone_name}",
            "next": coming[0] if coming else None,
            "moving": moving,
            "count": count,
            "happened": [{"at": one.at.astimezone(zone).isoformat(), "text": one.text} for one in new],
        }

    def move(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Move the clock as the form fields say, and wait until it arrives. Raises BadInput for a wrong target."""
        keeper, known = self.keeper, self.keeper.happened
        now, next_at = keeper.world.clock.now(), keeper.outlook().next_at
        move = keeper.move(target(fields, now=now, next_at=next_at, zone=self.series.tz))
        move.done.wait(MAX_WAIT_SECONDS)
        return {**self.state(since=known), "moving": not move.done.is_set()}
