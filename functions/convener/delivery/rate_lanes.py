"""The two lanes that mails leave by, and how late a slot may be used so that both stay within SES's rate.

SES lets R mails a second leave, by a token bucket that holds one second's mails, and never less than one. In a lane
that is allowed r a second, whose slots may be used until L seconds after their moment, at most r (T + L) + 1 mails
leave within any T seconds. Two lanes together, of one L, fit into the bucket where (r1 + r2) L + 2 is at most R: so L
is (R - 2) / (r1 + r2), less what clocks differ by.

At low rates too little is left of that, at two mails a second nothing: a mail of either lane may come on top of the
other's. There all mails stand in one line, the campaigns', and of the letters' own lane only the count is kept, for the
quota. For a single line the bucket is tightest for two mails, one used at its very end and the next on its moment: L is
1/r + (R - 2)/R. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass

RESERVE = 0.1
"""The part of the stack's rate and quota that campaigns leave to confirmations and the like."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One number in the ledger, and the part of the stack's rate and quota that it gives out."""

    name: str
    part: float


CAMPAIGNS = Lane(name="bulk", part=1 - RESERVE)
LETTERS = Lane(name="transactional", part=RESERVE)
"""Confirmations, welcomes, fresh links, and the invite of someone who joins late."""

BULK = CAMPAIGNS.name

LAPSE = 1.0
"""Seconds after its moment until which a slot may be used, at most: at low rates it is less."""

JITTER = 0.05
"""Seconds by which clocks, and the ways to SES, may differ."""


LONG_ENOUGH = 0.5
"""Seconds of a slot that looking and claiming fit into, also on a slow day."""


def apart(per_second: float, share: float) -> bool:
    """Whether the lanes can go side by side, each by its own slots."""
    return _together(per_second, share) >= LONG_ENOUGH


def lapse(per_second: float, share: float) -> float:
    """Seconds for which a slot may be used: see the module. `share` is the stack's part of the account's rate."""
    if apart(per_second, share):
        return min(LAPSE, _together(per_second, share))
    step = 1 / (per_second * share * CAMPAIGNS.part)
    closest = step + (max(1.0, per_second) - 2) / per_second
    return min(LAPSE, max(JITTER, closest - JITTER))


def _together(per_second: float, share: float) -> float:
    lanes = per_second * share * (CAMPAIGNS.part + LETTERS.part)
    return (per_second - 2) / lanes - JITTER
