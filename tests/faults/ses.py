"""SES: takes mails at a rate and within a daily quota, answers or not, and tells what became of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convener.delivery.mail import Mail
from convener.delivery.ports import SendingLimits
from convener.errors import LostAnswer, QuotaUsedUp, Refused, SendingPaused, Throttled, Unavailable
from tests.faults.buckets import Bucket
from tests.faults.calls import Calls
from tests.faults.kinds import EVENT, SES
from tests.faults.loop import Loop

DAY = 86_400.0
READ_TIMEOUT = 20.0
"""The sending client's: after so long a mail is given up as lost."""

SET = "convener-faults"
SHARE = 0.8 * 0.9
"""Of the account's rate and quota, what campaigns of this stack may use: SEND_RATE_SHARE without the reserve."""

BEFORE = {
    "unreached": Unavailable("no connection was made"),
    "ses-429": Throttled("TooManyRequestsException"),
    "ses-quota": QuotaUsedUp("LimitExceededException"),
    "ses-paused": SendingPaused("SendingPausedException"),
    "ses-refused": Refused("MessageRejected"),
    "ses-500-before": LostAnswer("500"),
    "ses-dropped-before": LostAnswer("dropped"),
    "ses-hangs-before": LostAnswer("no answer in time"),
}
AFTER = {
    "ses-500-after": LostAnswer("500"),
    "ses-dropped-after": LostAnswer("dropped"),
    "ses-hangs-after": LostAnswer("no answer in time"),
}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A mail that SES accepted, and by whom."""

    at: float
    campaign: str
    chunk: str
    recipient: str
    attempt: int
    message_id: str
    letter: bool


class FakeSes:
    """An account: `per_second` and `per_day` are its own, of which the stack may use its share."""

    def __init__(self, loop: Loop, calls: Calls, *, per_second: float, per_day: int | None) -> None:
        self.loop, self.calls, self.per_second, self.per_day = loop, calls, per_second, per_day
        self.accepted: list[Taken] = []
        self.account = Bucket(rate=per_second, size=max(1.0, per_second))
        self.ours = Bucket(rate=per_second * SHARE, size=max(1.0, per_second * SHARE) + 1)
        self.crowded_until = self.paused_until = 0.0
        self.foreign = 0
        self.untold = 0
        self.silent = False  # no event of what is taken from now on ever comes
        self.told: set[str] = set()
        self.refused: set[str] = set()
        self.broken: list[str] = []
        self.tell: Callable[[str], None] = lambda _body: None
        self.fate: Callable[[Taken], str] = lambda _mail: "delivered"

    def limits(self) -> SendingLimits:
        """GetAccount."""
        return SendingLimits(
            per_second=self.per_second,
            per_day=self.per_day,
            sent_in_24_hours=self.spent + self.foreign,
            sending=self.loop.time >= self.paused_until,
        )

    @property
    def spent(self) -> int:
        """Our own mails of the last 24 hours."""
        return sum(one.at > self.loop.time - DAY for one in self.accepted)

    def send(self, mail: Mail) -> str:
        """SendEmail."""
        kind = self.calls.begins("mailer.send", SES)
        task = self.loop.current
        letter = bool(task and task.name.startswith("is-welcomed"))  # by a lane of its own, beside what campaigns get
        if not letter and not self.ours.take(self.loop.time):
            self.broken.append(f"rate: more than {self.per_second * SHARE:.2f} a second left")
        self.loop.pause((self.calls.chance.uniform(0.03, 0.05)) + (4.0 if kind == "slow" else 0))
        if kind == "dies-before":
            raise self.calls.dies()
        if "hangs" in kind:
            self.loop.pause(READ_TIMEOUT)
        if kind == "ses-refused":
            self.refused.add(mail.tags["recipient"])
        if kind in BEFORE:
            raise BEFORE[kind]
        self._may(mail, late=kind == "slow" or "hangs" in kind)
        taken = self._take(mail, letter=letter)
        self.loop.pause(self.calls.chance.uniform(0.03, 0.05))
        if kind in AFTER:
            raise AFTER[kind]
        if kind == "dies-after":
            raise self.calls.dies()
        return taken.message_id

    def _may(self, mail: Mail, *, late: bool) -> None:
        """Refuse what SES refuses: unless others use the account too, or the net was slow, we never come to that."""
        crowded = self.loop.time < self.crowded_until
        if self.loop.time < self.paused_until:
            raise SendingPaused("SendingPausedException")
        if crowded and self.calls.chance.random() < 0.3:
            raise Throttled("TooManyRequestsException")
        if self.per_day is not None and self.spent + self.foreign >= self.per_day:
            raise QuotaUsedUp("Daily message quota exceeded.")
        if late or self.account.take(self.loop.time):
            return
        if not crowded:
            self.broken.append(f"429: SES refused a mail to {mail.tags['recipient']} though nobody else used it")
        raise Throttled("TooManyRequestsException")

    def _take(self, mail: Mail, *, letter: bool) -> Taken:
        tags = mail.tags
        taken = Taken(
            at=self.loop.time,
            campaign=tags["campaign"].replace("_", "/"),
            chunk=tags["chunk"],
            recipient=tags["recipient"],
            attempt=int(tags["attempt"]),
            message_id=f"m{len(self.accepted) + 1:04d}",
            letter=letter,
        )
        self.accepted.append(taken)
        spent = self.spent - sum(one.letter for one in self.accepted)
        if self.per_day is not None and spent > int(self.per_day * SHARE) + int(self.per_second):
            self.broken.append(f"quota: {spent} mails in 24 hours of {int(self.per_day * SHARE)}")
        self.calls.told(f"… SES takes {taken.message_id}: {taken.recipient[-4:]}, attempt {taken.attempt}")
        self._tell(taken, mail, "Send", 0.2)
        fate = self.fate(taken)
        if fate == "delayed":
            self._tell(taken, mail, "DeliveryDelay", 60)
        ends = {"bounces": "Bounce", "softly-bounces": "Bounce", "complains": "Complaint"}
        self._tell(taken, mail, "Delivery" if fate != "bounces" else "Bounce", 2.0, fate)
        if fate in ("softly-bounces", "complains"):
            self._tell(taken, mail, ends[fate], 30.0, fate)
        return taken

    def _tell(self, taken: Taken, mail: Mail, kind: str, after: float, fate: str = "") -> None:
        chance = self.calls.chance
        how = self.calls.faults.pick(f"event {kind}", EVENT)
        body = json.dumps(event(taken, dict(mail.tags), kind, self.loop, fate))
        wait = after * chance.uniform(0.5, 3.0)
        if how == "event-lost" or self.silent:
            return
        if how == "event-late":
            wait += chance.uniform(60, 5 * 3600)
        waits = [0.0 if how == "event-early" else wait]
        if how == "event-doubled":
            waits.append(wait + chance.uniform(0, 900))
        for seconds in waits:
            self.untold += 1
            self.loop.after(seconds, lambda: self._told(taken, body))

    def _told(self, taken: Taken, body: str) -> None:
        self.untold -= 1
        self.told.add(taken.message_id)
        self.tell(body)


def event(taken: Taken, tags: dict[str, str], kind: str, loop: Loop, fate: str) -> dict[str, Any]:
    """As EventBridge hands it over, as far as anybody reads it."""
    moment = loop.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    part: dict[str, Any] = {"timestamp": moment}
    if kind == "Bounce":
        part |= {"bounceType": "Permanent" if fate == "bounces" else "Transient", "bounceSubType": "General"}
    if kind == "Complaint":
        part |= {"complaintFeedbackType": "abuse"}
    if kind == "DeliveryDelay":
        part |= {"delayType": "MailboxFull"}
    names = {"DeliveryDelay": "deliveryDelay"}
    all_tags = {"ses:configuration-set": [SET], **{name: [value] for name, value in tags.items()}}
    mail = {"timestamp": moment, "messageId": taken.message_id, "tags": all_tags}
    return {
        "source": "aws.ses",
        "detail": {"eventType": kind, "mail": mail, names.get(kind, kind.lower()): part},
    }
