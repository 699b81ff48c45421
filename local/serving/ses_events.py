"""Plays SES's part after it took a mail: the event that says how it ended, in the queue of `feedback`.

Every mail is delivered, but those to SES's own mailbox simulator do what it is there for:
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import boto3

OK = 200
SIMULATOR = "@simulator.amazonses.com"


class SesEvents:
    """Listens to a session's SendEmail calls. `now` is the stack's own clock."""

    def __init__(self, session: boto3.Session, *, queue_url: str, now: Callable[[], datetime]) -> None:
        self._sqs, self._queue_url, self._now = session.client("sqs"), queue_url, now
        session.events.register("before-parameter-build.sesv2.SendEmail", self._before)
        session.events.register("after-call.sesv2.SendEmail", self._after)

    def _before(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["convener_sent"] = params

    def _after(self, http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code == OK and "MessageId" in parsed:
            event = ending(context["convener_sent"], parsed["MessageId"], self._now())
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(event))


def ending(sent: dict[str, Any], message_id: str, now: datetime) -> dict[str, Any]:
    """The event of EventBridge for one mail: delivered, or what the simulator's address asks for."""
    (address,) = sent["Destination"]["ToAddresses"]
    at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind, words, detail = _told(address, at)
    tags = {tag["Name"]: [tag["Value"]] for tag in sent.get("EmailTags", ())}
    mail = {
        "timestamp": at,
        "messageId": message_id,
        "source": sent.get("FromEmailAddress", ""),
        "destination": [address],
        "tags": {"ses:configuration-set": [sent.get("ConfigurationSetName", "")], **tags},
    }
    return {
        "version": "0",
        "id": str(uuid4()),
        "source": "aws.ses",
        "detail-type": words,
        "time": at,
        "region": "eu-west-2",
        "resources": [],
        "detail": {"eventType": kind, "mail": mail, kind.lower(): detail},
    }


def _told(address: str, at: str) -> tuple[str, str, dict[str, Any]]:
    name = address.partition("@")[0].partition("+")[0] if address.endswith(SIMULATOR) else ""
    if name == "bounce":
        there = {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": address}],
        }
        return "Bounce", "Email Bounced", {**there, "timestamp": at}
    if name == "complaint":
        there = {"complainedRecipients": [{"emailAddress": address}], "complaintFeedbackType": "abuse"}
        return "Complaint", "Email Complaint Received", {**there, "timestamp": at}
    return "Delivery", "Email Delivered", {"timestamp": at, "recipients": [address]}
