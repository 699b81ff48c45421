"""Events as SES gives them to EventBridge, and EventBridge to the queue.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html has one of each kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.support.people import OPENED

SET = "convener-example"
SENT = OPENED + timedelta(seconds=90)
WHO = "someone@example.org"
SAID = {
    "emailAddress": WHO,
    "action": "failed",
    "status": "5.1.1",
    "diagnosticCode": f"smtp; 550 <{WHO}> unknown",
}

PARTS: Mapping[str, tuple[str, str, str, Mapping[str, Any]]] = {
    "sent": ("Email Sent", "Send", "send", {}),
    "delivered": ("Email Delivered", "Delivery", "delivery", {"recipients": [WHO], "processingTimeMillis": 546}),
    "bounced": ("Email Bounced", "Bounce", "bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "suppressed": (
        "Email Bounced",
        "Bounce",
        "bounce",
        {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"},
    ),
    "full": ("Email Bounced", "Bounce", "bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}),
    "away": ("Email Bounced", "Bounce", "bounce", {"bounceType": "Transient", "bounceSubType": "General"}),
    "unclear": ("Email Bounced", "Bounce", "bounce", {"bounceType": "Undetermined", "bounceSubType": "Undetermined"}),
    "complaint": (
        "Email Complaint Received",
        "Complaint",
        "complaint",
        {"complainedRecipients": [{"emailAddress": WHO}], "complaintSubType": None, "complaintFeedbackType": "abuse"},
    ),
    "not-spam": ("Email Complaint Received", "Complaint", "complaint", {"complaintFeedbackType": "not-spam"}),
    "rejected": ("Email Rejected", "Reject", "reject", {"reason": "Bad content"}),
    "not-rendered": (
        "Email Rendering Failed",
        "Rendering Failure",
        "failure",
        {"errorMessage": "Attribute 'greeting' is not present in the rendering data.", "templateName": "invite"},
    ),
    "delayed": (
        "Email Delivery Delayed",
        "DeliveryDelay",
        "deliveryDelay",
        {"delayType": "MailboxFull", "delayedRecipients": [{"emailAddress": WHO, "status": "4.2.2"}]},
    ),
}
"""By our word for it: detail-type, eventType, the part's name, and what is in the part besides the time."""

TIMELESS = ("sent", "rejected", "not-rendered")


def ses_event(
    what: str, tags: Mapping[str, str], *, after: int = 5, configuration_set: str = SET, message_id: str = ""
) -> dict[str, Any]:
    """One event about a mail with these tags, so many seconds after SES took it."""
    kind, event_type, name, told = PARTS[what]
    part = dict(told) if what in TIMELESS else {**told, "timestamp": iso(SENT + timedelta(seconds=after))}
    if name == "bounce":
        part |= {"bouncedRecipients": [SAID], "reportingMTA": "dsn; a8-50.smtp-out.amazonses.com"}
    mail = {
        "timestamp": iso(SENT),
        "source": "Conversation <conversation@mail.kindness.example>",
        "sendingAccountId": "123456789012",
        "messageId": message_id or f"0102018ea7c8-{tags.get('recipient', 'x')[-8:]}-{tags.get('attempt', '0')}-000000",
        "destination": [WHO],
        "headersTruncated": False,
        "headers": [{"name": "To", "value": WHO}],
        "commonHeaders": {"to": [WHO], "subject": "Thu 18 April, 6pm UK"},
        "tags": {
            "ses:source-tls-version": ["TLSv1.3"],
            "ses:configuration-set": [configuration_set],
            "ses:from-domain": ["mail.kindness.example"],
            **{tag: [value] for tag, value in tags.items()},
        },
    }
    return {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": kind,
        "source": "aws.ses",
        "account": "123456789012",
        "time": iso(SENT + timedelta(seconds=after)),
        "region": "eu-west-2",
        "resources": [f"arn:aws:ses:eu-west-2:123456789012:configuration-set/{configuration_set}"],
        "detail": {"eventType": event_type, "mail": mail, name: part},
    }


def changed(path: str, value: Any, what: str = "bounced", *, tags: Mapping[str, str]) -> dict[str, Any]:
    """An event with one thing in it changed; None takes it out."""
    event = ses_event(what, tags)
    *way, last = path.split("/")
    place: Any = event
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return event


def tags_for(recipient: str, *, chunk: str, campaign: str = "2024-04_invite", attempt: int = 1) -> dict[str, str]:
    """The tags that delivery puts on a mail."""
    return {"campaign": campaign, "chunk": chunk, "recipient": recipient, "attempt": str(attempt)}


def bodies(events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A batch of queue messages, by ids that tell their place."""
    return {f"message-{place}": json.dumps(event) for place, event in enumerate(events)}


def iso(moment: datetime) -> str:
    """As SES writes moments."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
