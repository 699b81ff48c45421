"""What SES tells about a mail, read from the EventBridge event around it. Standard library only.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html has the shapes of `detail`. An
event holds addresses and, where it bounced, what another server said: nothing of that gets into a message of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from convener.campaigns import campaign_of_tag
from convener.delivery.messages import CHUNK
from convener.delivery.states import DeliveryState
from convener.errors import BadInput
from convener.subscribers.models import SubscriberStatus

SET_TAG = "ses:configuration-set"
TAG_SHAPES = {
    "campaign": re.compile(r"[A-Za-z0-9_-]{1,256}"),
    "chunk": CHUNK,
    "recipient": re.compile(r"[A-Za-z0-9_-]{1,256}"),
    "attempt": re.compile(r"[1-9][0-9]{0,5}"),
}
"""The tags that `mail.py` puts on a mail, and what each must look like."""

LETTER_TAG, READER_TAG = "letter", "reader"
"""The tags of what belongs to no campaign (such as a welcome), and of mails that followed a reader who moved."""

STATE_BY_EVENT = {
    "Send": (DeliveryState.ACCEPTED, ""),
    "Delivery": (DeliveryState.DELIVERED, ""),
    "DeliveryDelay": (DeliveryState.ACCEPTED, "delayed"),
    "Reject": (DeliveryState.FAILED, "rejected"),
    "Rendering Failure": (DeliveryState.FAILED, "not-rendered"),
    # Nobody asks SES for these. Should somebody do so, they say that the mail was taken, and nothing about its reader.
    "Open": (DeliveryState.ACCEPTED, ""),
    "Click": (DeliveryState.ACCEPTED, ""),
    "Subscription": (DeliveryState.ACCEPTED, ""),
}
"""Kinds of event that say the same whatever else is in them. Each proves that SES took the mail."""

SUPPRESSING = {DeliveryState.BOUNCED: SubscriberStatus.BOUNCED, DeliveryState.COMPLAINED: SubscriberStatus.COMPLAINED}
"""What an event makes of a reader's standing; all others leave it alone."""

DETAIL_BY_STATE = {
    DeliveryState.DELIVERED: "delivery",
    DeliveryState.BOUNCED: "bounce",
    DeliveryState.COMPLAINED: "complaint",
}
"""Where the time of an end is written; for all else it is when SES took the mail, which every event repeats."""


@dataclass(frozen=True, kw_only=True)
class TransactionalMailEvent:
    """What an event says of a letter, which is in no ledger. `standing` is None where it matters to nobody."""

    recipient: str
    status: SubscriberStatus | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MailEvent:
    """What one event says of one attempt at one recipient: at least this state, since then, and perhaps a remark.

    `recipient` is the ledger's; `reader` the row whose address the mail went to, where she had moved.
    """

    campaign: str
    chunk: str
    recipient: str
    attempt: int
    message_id: str
    state: DeliveryState
    at: datetime
    note: str = ""
    reader: str = ""


def read_event(body: str, *, configuration_set: str) -> MailEvent | TransactionalMailEvent | None:
    """The event in a queue message; None where it is about a mail of another sender.

    Raises BadInput, without a word of what the event holds, where it is none or says what this version doesn't know.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("The message is no JSON.") from error
    if _object({"event": event}, "event").get("source") != "aws.ses":
        raise BadInput("The event is not from SES: its source is not aws.ses.")
    detail = _object(event, "detail")
    mail = _object(detail, "mail")
    tags = _object(mail, "tags") if "tags" in mail else {}
    ours_too = {*TAG_SHAPES, LETTER_TAG} & tags.keys()
    if not (SET_TAG in tags and ours_too) or _only(tags, SET_TAG) != configuration_set:
        return None
    if LETTER_TAG in tags and "campaign" not in tags:
        return _letter(detail, mail, tags)
    ours = {name: _tag(tags, name, shape) for name, shape in TAG_SHAPES.items()}
    state, note = _told(detail)
    part = _object(detail, DETAIL_BY_STATE[state]) if state in DETAIL_BY_STATE else {}
    return MailEvent(
        campaign=campaign_of_tag(ours["campaign"]),
        chunk=ours["chunk"],
        recipient=ours["recipient"],
        attempt=int(ours["attempt"]),
        message_id=_text(mail, "messageId"),
        state=state,
        at=_moment(part if "timestamp" in part else mail),
        note=note,
        reader=_tag(tags, READER_TAG, TAG_SHAPES["recipient"]) if READER_TAG in tags else "",
    )


def _letter(detail: Mapping[str, Any], mail: Mapping[str, Any], tags: Mapping[str, Any]) -> TransactionalMailEvent:
    """Only what says something of the address matters; for whatever else there is no place to be written down."""
    try:
        state, _ = _told(detail)
        at = _moment(_object(detail, DETAIL_BY_STATE[state]) if state in DETAIL_BY_STATE else mail)
        return TransactionalMailEvent(
            recipient=_tag(tags, "recipient", TAG_SHAPES["recipient"]), status=SUPPRESSING.get(state), at=at
        )
    except BadInput:
        return TransactionalMailEvent(recipient="", status=None, at=datetime.min.replace(tzinfo=UTC))


def _told(detail: Mapping[str, Any]) -> tuple[DeliveryState, str]:
    kind = detail.get("eventType")
    if kind == "Bounce":
        return _bounce(_object(detail, "bounce"))
    if kind == "Complaint":
        # A reader who takes a mail back out of the spam folder is reported too: RFC 5965 §7.3, "not-spam".
        kind_of = _object(detail, "complaint").get("complaintFeedbackType")
        return (DeliveryState.ACCEPTED, "not-spam") if kind_of == "not-spam" else (DeliveryState.COMPLAINED, "")
    if not isinstance(kind, str) or kind not in STATE_BY_EVENT:
        raise BadInput("The event is of a kind that this version doesn't know.")
    return STATE_BY_EVENT[kind]


def _bounce(bounce: Mapping[str, Any]) -> tuple[DeliveryState, str]:
    """Permanent ones include addresses on SES's suppression lists; transient ones, automatic out-of-office replies."""
    match bounce.get("bounceType"):
        case "Permanent":
            return DeliveryState.BOUNCED, ""
        case "Transient":
            return DeliveryState.ACCEPTED, "mailbox-full" if bounce.get(
                "bounceSubType"
            ) == "MailboxFull" else "soft-bounce"
        case "Undetermined":
            return DeliveryState.ACCEPTED, "unclear-bounce"
        case _:
            raise BadInput("The bounce is of a type that this version doesn't know.")


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise BadInput(f"The event has no object {name!r} where SES has one.")
    return value


def _text(parent: Mapping[str, Any], name: str) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise BadInput(f"The event's {name!r} is no text of 1 to 256 characters.")
    return value


def _only(tags: Mapping[str, Any], name: str) -> str:
    match tags.get(name):
        case [str(value)]:
            return value
    raise BadInput(f"The mail's tag {name!r} is not a list of one text.")


def _tag(tags: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = _only(tags, name)
    if not shape.fullmatch(value):
        raise BadInput(f"The mail's tag {name!r} is not as Convener writes it.")
    return value


def _moment(parent: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(parent, "timestamp"))
    except ValueError as error:
        raise BadInput("The event's 'timestamp' is no date and time.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
