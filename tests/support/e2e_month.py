"""What the month on MiniStack is made of: readers, what an editor uploads, and what SES would tell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from convener.delivery.states import DeliveryState
from convener.subscribers.identity import subscriber_id
from tests.support.e2e_build import SOURCE
from tests.support.e2e_mailbox import Sent
from tests.support.e2e_stack import Deployed, wait_for

READERS = 36
BOUNCES, COMPLAINS, IS_FULL, LEAVES, STAYS = (f"{name}@reader.example" for name in ("ben", "cai", "dot", "eve", "gus"))
JOINED = "2024-04-18"


def people() -> str:
    """A list as an organisation has it: five whose month is told, and many more."""
    known = [address.partition("@")[0] for address in (BOUNCES, COMPLAINS, IS_FULL, LEAVES, STAYS)]
    names = [*known, *(f"reader{number}" for number in range(len(known), READERS))]
    zones = ("Europe/London", "Pacific/Auckland", "America/New_York")
    rows = [f"{name}@reader.example,{name.title()},{zones[n % 3]},{JOINED}" for n, name in enumerate(names)]
    return "\n".join(["email,first_name,zone,joined", *rows, ""])


class Dates:
    """Days that make mailings due now, in the series' zone: an invitation, a reminder, and a recap to come."""

    def __init__(self, there: datetime) -> None:
        now = datetime.now(there.tzinfo)
        self.upcoming, self.today = now.date() + timedelta(days=10), now.date()
        self.soon = now + timedelta(minutes=20)
        self.past = self.today - timedelta(days=35)  # always another month than those two
        self.upcoming_id, self.past_id = f"{self.upcoming:%Y-%m}", f"{self.past:%Y-%m}"


def first_upload(dates: Dates) -> str:
    """Two sessions in YAML: one in ten days, one that was, with what a recap waits for."""
    return f"""\
- date: {dates.upcoming}
  title: Kindness on night shifts
  speakers: Ana Silva, nurse, City Hospital; Ben Okoro
  summary: |
    What helps at four in the morning. Bring {{{{ your own story }}}}.
  join_url: https://video.example.org/j/12345?pwd=private
- date: {dates.past}
  title: Listening first
  speakers: Cai Jones
  summary: An hour about listening.
  insights: https://files.example.org/insights.pdf
  recording: https://files.example.org/recording
"""


def second_upload(dates: Dates) -> str:
    """The same session comes sooner: today, in twenty minutes, with its doors open already. It keeps its id."""
    return f"---\nid: {dates.upcoming_id}\ndate: {dates.today}\nstart: {dates.soon:%H:%M}\n---\n"


def upload(stack: Deployed, name: str, text: str) -> dict[str, Any]:
    """Put a file under inbox/, as the console does, and wait for its report."""
    client, bucket = stack.client("s3"), stack.outputs["UploadsBucket"]
    before = _report(stack, name)
    client.put_object(Bucket=bucket, Key=f"inbox/{name}", Body=text.encode())

    def look() -> dict[str, Any] | None:
        now = _report(stack, name)
        return now if now != before else None

    return wait_for(f"the report on {name}", look)


def _report(stack: Deployed, name: str) -> dict[str, Any] | None:
    client, bucket = stack.client("s3"), stack.outputs["UploadsBucket"]
    try:
        found: dict[str, Any] = json.loads(client.get_object(Bucket=bucket, Key=f"reports/{name}.json")["Body"].read())
    except client.exceptions.NoSuchKey:
        return None
    return found


def id_of(stack: Deployed, address: str) -> str:
    """A reader's id, made with the stack's identity key."""
    key = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["IdentityKeySecret"])["SecretString"]
    return subscriber_id(address, key=key.encode())


def states(stack: Deployed, campaign: str) -> Mapping[str, DeliveryState]:
    """Each recipient's state in the ledger."""
    return {
        recipient: entry.state
        for shard in "0123456789abcdef"
        for chunk in stack.ledger.of_shard(campaign, shard)
        for recipient, entry in zip(chunk.recipients, chunk.entries, strict=True)
    }


def tell(stack: Deployed, events: Sequence[dict[str, Any]]) -> None:
    """Put events on the default bus, ten a request, as SES does."""
    client = stack.client("events")
    for start in range(0, len(events), 10):
        answer = client.put_events(Entries=list(events[start : start + 10]))
        assert answer["FailedEntryCount"] == 0, answer


def event(mail: Sent, kind: str, configuration_set: str = "", **part: Any) -> dict[str, Any]:
    """What SES tells of a mail: the shape is in the guide, "Examples of event data", with the tags that the mail bore.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
    """
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    names = {
        "Send": "Email Sent",
        "Delivery": "Email Delivered",
        "Bounce": "Email Bounced",
        "Complaint": "Email Complaint Received",
    }
    detail = {
        "eventType": kind,
        "mail": {
            "timestamp": moment,
            "source": mail.sender,
            "sendingAccountId": "000000000000",
            "messageId": mail.message_id,
            "destination": [mail.recipient],
            "headersTruncated": False,
            "headers": [{"name": name, "value": str(value)} for name, value in mail.mime.items()],
            "commonHeaders": {"from": [mail.sender], "to": [mail.recipient], "subject": mail.mime["Subject"]},
            "tags": {
                "ses:configuration-set": [configuration_set or mail.configuration_set],
                "ses:operation": ["SendEmail"],
                **{name: [value] for name, value in mail.tags.items()},
            },
        },
        kind.lower(): {"timestamp": moment, **part},
    }
    return {"Source": SOURCE, "DetailType": names[kind], "Detail": json.dumps(detail)}


def bounce(kind: str, address: str) -> dict[str, Any]:
    """The part of a bounce."""
    return {
        "bounceType": kind,
        "bounceSubType": "General" if kind == "Permanent" else "MailboxFull",
        "bouncedRecipients": [{"emailAddress": address, "action": "failed", "status": "5.1.1"}],
        "feedbackId": "0100019e-0000",
    }
