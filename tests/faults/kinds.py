"""Every kind of fault, where it may strike, and how likely it is. A run decides at each place; the seed decides all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

DIES = ("dies-before", "dies-after")
READ = ("unavailable", "throttled", "read-lost", "slow", *DIES)
WRITE = ("unavailable", "throttled", "lost-before", "lost-after", "repeated", "slow", *DIES)
QUEUE = (*WRITE, "message-lost", "message-doubled", "message-late")
SES = (
    "unreached",
    "ses-429",
    "ses-quota",
    "ses-paused",
    "ses-refused",
    "ses-500-before",
    "ses-500-after",
    "ses-dropped-before",
    "ses-dropped-after",
    "ses-hangs-before",
    "ses-hangs-after",
    "slow",
    *DIES,
)
EVENT = ("event-lost", "event-doubled", "event-late", "event-early")
TICK = ("tick-missed", "tick-doubled", "tick-late")
RECEIVE = ("received-twice",)
TORN = ("torn",)
"""Entries written, message ids not: `save` is two requests."""
PARTLY = ("partly",)
"""Some messages of a batch queued, others not."""

PEOPLE = (
    "joins",
    "leaves",
    "moves",
    "moves-back",
    "comes-back",
    "leaves-by-page",
    "undoes",
    "takes-a-break",
    "is-welcomed",
)
MAILS = ("bounces", "complains", "delayed", "softly-bounces")
HANDS = ("pauses", "resumes", "stops", "pauses-series", "resumes-series", "resends")
MEANWHILE = ("leaves-now", "pauses-now", "stops-now", "pauses-series-now")
"""What a person does just when delivery asks something: at every position once, too."""

WORLD = (
    "late-addition",
    "moved-back",
    "other-sender",
    "account-paused",
    "small-quota",
    "stranger-event",
    "no-event",
    "silence",
)
ALL = tuple(
    dict.fromkeys(
        (
            *READ,
            *WRITE,
            *QUEUE,
            *SES,
            *EVENT,
            *TICK,
            *RECEIVE,
            *TORN,
            *PARTLY,
            *PEOPLE,
            *MAILS,
            *HANDS,
            *MEANWHILE,
            *WORLD,
        )
    )
)

METHODS: Mapping[str, Sequence[str]] = {
    "ledger.open": WRITE,
    "ledger.turn": WRITE,
    "ledger.save": (*WRITE, *TORN),
    "ledger.add": WRITE,
    "ledger.move": WRITE,
    "ledger.pause": WRITE,
    "ledger.resume": WRITE,
    "subscribers.add": WRITE,
    "subscribers.update": WRITE,
    "subscribers.commit": WRITE,
    "slots.take": WRITE,
    "editions.put": WRITE,
    "queues.add_shards": (*QUEUE, *PARTLY),
    "queues.add_chunk": QUEUE,
    "queues.add_chunks": (*QUEUE, *PARTLY),
    "queues.add_probe": QUEUE,
    "mailer.send": SES,
}
"""What may strike a call; a method that isn't named only reads."""


MOST = 0.3
"""However bad the weather, so many calls at most fail."""


@cache
def and_people(kinds: Sequence[str]) -> Sequence[str]:
    """With what people do meanwhile."""
    return (*kinds, *MEANWHILE)


@dataclass
class Calm:
    """Nothing fails. It numbers the places where something might, and remembers what might: for the reference run."""

    places: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    over: bool = False

    def pick(self, where: str, kinds: Sequence[str]) -> str:
        """The fault that strikes here; empty for none."""
        kind = "" if self.over else self._pick(where, kinds)
        if kind:
            self.counts[kind] += 1
        return kind

    def _pick(self, where: str, kinds: Sequence[str]) -> str:
        self.places.append((where, kinds))
        return ""


@dataclass
class Single(Calm):
    """One fault at one place."""

    place: int = 0
    kind: str = ""

    def _pick(self, where: str, kinds: Sequence[str]) -> str:
        super()._pick(where, kinds)
        return self.kind if len(self.places) - 1 == self.place and self.kind in kinds else ""


@dataclass(kw_only=True)
class Weather(Calm):
    """Each run has weather of its own: how often anything fails, and what is likelier than usual."""

    chance: Random
    favour: Sequence[str] = ()
    often: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    means: dict[Sequence[str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.often = self.chance.choice((0.004, 0.01, 0.02, 0.04, 0.08))
        favourites = self.chance.sample(ALL, 6) + list(self.favour)
        self.weights = {kind: 12.0 if kind in favourites else 1.0 for kind in ALL}
        self.weights |= dict.fromkeys(MEANWHILE, 0.05)  # else few campaigns would ever go out whole

    def _pick(self, where: str, kinds: Sequence[str]) -> str:  # noqa: ARG002 - the place makes no difference
        mean = self.means.get(kinds)
        if mean is None:
            mean = self.means[kinds] = sum(self.weights[kind] for kind in kinds) / len(kinds)
        if self.chance.random() >= min(MOST, self.often * mean):
            return ""
        return self.chance.choices(kinds, [self.weights[kind] for kind in kinds])[0]
