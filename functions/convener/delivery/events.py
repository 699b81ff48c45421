"""Reading SES's events about mails, from the EventBridge event around them. Standard library only.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html describes `detail`. An event
holds addresses and the texts of other servers: no error message repeats any of it.
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
"""The tags of a campaign's mail, which `mail.py` sets, and the form of each value."""

LETTER_TAG, READER_TAG = "letter", "reader"
"""The tag of a transactional mail, and the tag with the row that a mail went to after a change of address."""

STATE_BY_EVENT = {
    "Send": (DeliveryState.ACCEPTED, ""),
    "Delivery": (DeliveryState.DELIVERED, ""),
    "DeliveryDelay": (DeliveryState.ACCEPTED, "delayed"),
    "Reject": (DeliveryState.FAILED, "rejected"),
    "Rendering Failure": (DeliveryState.FAILED, "not-rendered"),
    # The configuration set does not publish these. If it is changed to, they show that SES took the mail, nothing more.
    "Open": (DeliveryState.ACCEPTED, ""),
    "Click": (DeliveryState.ACCEPTED, ""),
    "Subscription": (DeliveryState.ACCEPTED, ""),
}
"""The state and the remark of each event type that needs no closer look. Each type shows that SES took the mail."""

SUPPRESSING = {DeliveryState.BOUNCED: SubscriberStatus.BOUNCED, DeliveryState.COMPLAINED: SubscriberStatus.COMPLAINED}
"""The subscriber's status after an event. All other states leave the status as it is."""

DETAIL_BY_STATE = {
    DeliveryState.DELIVERED: "delivery",
    DeliveryState.BOUNCED: "bounce",
    DeliveryState.COMPLAINED: "complaint",
}
"""The part of `detail` with the event's time. Other events have the time at which SES took the mail."""


@dataclass(frozen=True, kw_only=True)
class TransactionalMailEvent:
    """An event about a transactional mail, which is in no ledger.

    Attributes:
        recipient: The subscriber's id.
        status: The subscriber's status after the event; None where the event does not change it.
        at: When it happened.
    """

    recipient: str
    status: SubscriberStatus | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MailEvent:
    """An event about one attempt at one recipient of a campaign.

    Attributes:
        campaign: The campaign's id.
        chunk: The chunk's name.
        recipient: The recipient's id in the ledger.
        attempt: The number of the attempt.
        message_id: SES's message id.
        state: The state that the entry has at least.
        at: When it happened.
        note: The reason or the remark.
        reader: The id of the row that the mail went to, where the subscriber had moved.
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
    """Read the event in a queue message.

    Args:
        body: The message's body.
        configuration_set: The configuration set that Convener's mails are sent with.

    Returns:
        The event; None where it is about a mail that Convener did not send.

    Raises:
        BadInput: The body is no SES event, or has an event type or a value that this version does not know. The error
            repeats nothing of the event.
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
    known_tags = {*TAG_SHAPES, LETTER_TAG} & tags.keys()
    if not (SET_TAG in tags and known_tags) or _only(tags, SET_TAG) != configuration_set:
        return None
    if LETTER_TAG in tags and "campaign" not in tags:
        return _transactional_event(detail, mail, tags)
    values = {name: _tag(tags, name, shape) for name, shape in TAG_SHAPES.items()}
    state, note = _state_of(detail)
    part = _object(detail, DETAIL_BY_STATE[state]) if state in DETAIL_BY_STATE else {}
    return MailEvent(
        campaign=campaign_of_tag(values["campaign"]),
        chunk=values["chunk"],
        recipient=values["recipient"],
        attempt=int(values["attempt"]),
        message_id=_text(mail, "messageId"),
        state=state,
        at=_moment(part if "timestamp" in part else mail),
        note=note,
        reader=_tag(tags, READER_TAG, TAG_SHAPES["recipient"]) if READER_TAG in tags else "",
    )


def _transactional_event(
    detail: Mapping[str, Any], mail: Mapping[str, Any], tags: Mapping[str, Any]
) -> TransactionalMailEvent:
    """Read an event about a transactional mail. A damaged event is taken as one that changes no status."""
    try:
        state, _ = _state_of(detail)
        at = _moment(_object(detail, DETAIL_BY_STATE[state]) if state in DETAIL_BY_STATE else mail)
        return TransactionalMailEvent(
            recipient=_tag(tags, "recipient", TAG_SHAPES["recipient"]), status=SUPPRESSING.get(state), at=at
        )
    except BadInput:
        return TransactionalMailEvent(recipient="", status=None, at=datetime.min.replace(tzinfo=UTC))


def _state_of(detail: Mapping[str, Any]) -> tuple[DeliveryState, str]:
    kind = detail.get("eventType")
    if kind == "Bounce":
        return _bounce(_object(detail, "bounce"))
    if kind == "Complaint":
        # A subscriber who takes a mail back out of the spam folder is reported as well: RFC 5965 §7.3, "not-spam".
        kind_of = _object(detail, "complaint").get("complaintFeedbackType")
        return (DeliveryState.ACCEPTED, "not-spam") if kind_of == "not-spam" else (DeliveryState.COMPLAINED, "")
    if not isinstance(kind, str) or kind not in STATE_BY_EVENT:
        raise BadInput("The event is of a kind that this version doesn't know.")
    return STATE_BY_EVENT[kind]


def _bounce(bounce: Mapping[str, Any]) -> tuple[DeliveryState, str]:
    """Return the state and the remark after a bounce.

    Permanent bounces include addresses on SES's suppression lists. Transient bounces include automatic replies.
    """
    match bounce.get("bounceType"):
        case "Permanent":
            return DeliveryState.BOUNCED, ""
        case "Transient":
            full = bounce.get("bounceSubType") == "MailboxFull"
            return DeliveryState.ACCEPTED, "mailbox-full" if full else "soft-bounce"
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
