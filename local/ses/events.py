"""What SES tells of a mail after it took it, in the envelope of EventBridge.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html has one of each kind. Addresses
of SES's own mailbox simulator do what they are there for, also with a label (`bounce+april@…`):
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.ses.mails import Kept
from local.ses.rules import bare

ACCOUNT, REGION = "123456789012", "eu-west-2"
SIMULATOR = "@simulator.amazonses.com"
PERMANENT, TRANSIENT = {"bounceType": "Permanent"}, {"bounceType": "Transient"}
KINDS: Mapping[str, tuple[str, str, str, Mapping[str, Any]]] = {
    "sent": ("Email Sent", "Send", "send", {}),
    "delivered": ("Email Delivered", "Delivery", "delivery", {"processingTimeMillis": 546, "smtpResponse": "250 OK"}),
    "delayed": ("Email Delivery Delayed", "DeliveryDelay", "deliveryDelay", {"delayType": "MailboxFull"}),
    "bounced": ("Email Bounced", "Bounce", "bounce", {**PERMANENT, "bounceSubType": "General"}),
    "full": ("Email Bounced", "Bounce", "bounce", {**TRANSIENT, "bounceSubType": "MailboxFull"}),
    "away": ("Email Bounced", "Bounce", "bounce", {**TRANSIENT, "bounceSubType": "General"}),
    "suppressed": ("Email Bounced", "Bounce", "bounce", {**PERMANENT, "bounceSubType": "OnAccountSuppressionList"}),
    "complaint": ("Email Complaint Received", "Complaint", "complaint", {"complaintFeedbackType": "abuse"}),
    "rejected": ("Email Rejected", "Reject", "reject", {"reason": "Bad content"}),
    "not-rendered": ("Email Rendering Failed", "Rendering Failure", "failure", {"templateName": "inline"}),
}
"""By our word for it: detail-type, eventType, the part's name, and what is in the part whoever the reader is."""

TIMELESS = frozenset({"sent", "rejected", "not-rendered"})
SIMULATED = {
    "success": ("delivered",),
    "bounce": ("bounced",),
    "complaint": ("delivered", "complaint"),
    "ooto": ("delivered", "away"),
    "suppressionlist": ("suppressed",),
}


def endings(address: str, *, suppressed: bool) -> tuple[str, ...]:
    """How it ends for a reader, in our words for it."""
    if suppressed:
        return ("suppressed",)
    local, _, domain = bare(address).rpartition("@")
    return SIMULATED.get(local.partition("+")[0], ("delivered",)) if f"@{domain}" == SIMULATOR else ("delivered",)


def event(what: str, mail: Kept, recipients: list[str], at: datetime) -> dict[str, Any]:
    """One event of EventBridge. `what` is a key of KINDS, `recipients` those it is about."""
    detail_type, kind, name, fixed = KINDS[what]
    part = {**fixed, **_about(what, name, mail, recipients)}
    if what not in TIMELESS:
        part["timestamp"] = iso(at)
    set_tag = {"ses:configuration-set": [mail.configuration_set]} if mail.configuration_set else {}
    about = {
        "timestamp": iso(mail.at),
        "source": mail.sender,
        "sendingAccountId": ACCOUNT,
        "messageId": mail.message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": [],
        "commonHeaders": {},
        "tags": {
            **set_tag,
            "ses:from-domain": [bare(mail.sender).rpartition("@")[2]],
            **{tag: [value] for tag, value in mail.tags.items()},
        },
    }
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": iso(at),
        "region": REGION,
        "resources": [f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{mail.configuration_set}"],
        "detail": {"eventType": kind, "mail": about, name: part},
    }


def _about(what: str, name: str, mail: Kept, recipients: list[str]) -> dict[str, Any]:
    each = [{"emailAddress": bare(one)} for one in recipients]
    match name:
        case "delivery":
            return {"recipients": [bare(one) for one in recipients]}
        case "bounce":
            status = "4.2.2" if what in ("full", "away") else "5.1.1"
            told = {"action": "failed", "status": status, "diagnosticCode": f"smtp; {status}"}
            return {"bouncedRecipients": [{**one, **told} for one in each], "reportingMTA": "dsn; ses.example"}
        case "complaint":
            return {"complainedRecipients": each, "complaintSubType": None}
        case "deliveryDelay":
            return {"delayedRecipients": [{**one, "status": "4.2.2"} for one in each]}
        case "failure":
            return {"errorMessage": mail.unrendered}
    return {}


def iso(moment: datetime) -> str:
    """As SES writes moments."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
