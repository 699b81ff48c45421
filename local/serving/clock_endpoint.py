"""The clock as `/_clock` has it: what it shows, what comes next, what happened, and moving it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from convener.sessions.series import Series
from local.serving.keeper import Keeper
from local.serving.moving import target
from local.timeline.words import written_moment

PATIENCE = 20.0
"""Seconds that a move may take until the answer says that it is on its way."""


@dataclass(frozen=True)
class ClockEndpoint:
    """Where the clock is asked."""

    keeper: Keeper
    series: Series

    def told(self, *, since: int | None = None) -> dict[str, Any]:
        """What `/_clock` says. `since` is an earlier `count`: what happened after that is told too."""
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

    def move(self, wish: Mapping[str, str]) -> dict[str, Any]:
        """Move it, and wait a while until it arrives. Raises BadInput where it can't be moved there."""
        keeper, known = self.keeper, self.keeper.happened
        now, next_at = keeper.world.clock.now(), keeper.outlook().next_at
        move = keeper.move(target(wish, now=now, next_at=next_at, zone=self.series.tz))
        move.done.wait(PATIENCE)
        return {**self.told(since=known), "moving": not move.done.is_set()}
