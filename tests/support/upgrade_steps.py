"""A stack of an earlier release, taken to the present one in the middle of a mailing. Each step happens once."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from convener.subscribers.models import SHARDS, Subscriber, Unreadable
from tests.support import e2e_month as month
from tests.support.e2e_build import run
from tests.support.e2e_mailbox import Sent
from tests.support.e2e_stack import Deployed, wait_for
from tests.support.e2e_steps import ONE_CLICK, Month

READERS = 40
FANNED_OUT, DELIVERED = 10, 4
"""Messages that the earlier release works off: shards, and then chunks. The others wait in their queues."""
HELD = ("Fanout", "Deliver", "Feedback", "Ingest")
"""Functions whose queues keep their messages until the update is done."""
CLI = "from local.cli import main; main()"


@dataclass(frozen=True, kw_only=True)
class Before:
    """What there was just before the update."""

    resources: Mapping[str, tuple[str, str]]
    mails: list[Sent]
    waiting: Mapping[str, int]
    """Messages in each queue, by its function."""


@dataclass(frozen=True, kw_only=True)
class Upgrade(Month):
    """The month of an upgraded stack.

    Attributes:
        old: The stack before the update. `stack` is the same one, and is only asked after it.
        tree: The files of the earlier release.
        update: Updates the stack to the present release.
    """

    old: Deployed
    tree: Path
    update: Callable[[], None]

    @cached_property
    def campaign(self) -> str:
        """The mailing that is under way."""
        return f"{self.dates.upcoming_id}/invite"

    # With the earlier release

    @cached_property
    def people(self) -> str:
        """Readers, brought in by the earlier release's own command: what it printed."""
        file = self.folder / "people.csv"
        zones = ("Europe/London", "Pacific/Auckland", "")
        rows = [f"reader{n}@reader.example,Reader {n},{zones[n % 3]},2024-04-18" for n in range(READERS)]
        file.write_text("\n".join(["email,first_name,zone,joined", *rows, ""]), "utf-8")
        path = os.pathsep.join(map(str, (self.tree, self.tree / "functions")))
        printed = run(
            *(sys.executable, "-P", "-c", CLI, "--stack", self.old.name),
            *("subscribers", "import", file, "--source", "sign-up sheet of 2024"),
            environment={**self.old.emulator.environment, "PYTHONPATH": path},
        )
        self.old.timeline.tell(f"its own command imports {READERS} readers")
        return printed

    @cached_property
    def uploaded(self) -> dict[str, Any]:
        """Two sessions, read by the earlier release."""
        report = month.upload(self.old, "month.yaml", month.first_upload(self.dates))
        self.old.timeline.tell(f"its ingest writes {[row['id'] for row in report['new']]}")
        return report

    @cached_property
    def before(self) -> Before:
        """The invitation is opened, a part of it leaves, somebody leaves the list, SES and an editor send more."""
        assert self.people
        assert self.uploaded["written"]
        self._feed(self.old, enabled=False)
        report = self.old.tick()
        assert report["opened"] == [self.campaign], report
        fanned_out = self._work_off("Fanout", FANNED_OUT)
        delivered = self._work_off("Deliver", DELIVERED)
        mails = self.mailbox.of(self.campaign.replace("/", "_"))
        self.old.timeline.tell(
            f"its tick opens {self.campaign}; {fanned_out} of {len(SHARDS)} shards are fanned out, "
            f"{delivered} chunks delivered: {len(mails)} of {READERS} mails"
        )
        leaver, bouncer = mails[0], mails[1]
        assert self.old.http("POST", leaver.leave_url, body=ONE_CLICK[0], kind=ONE_CLICK[1])[0] == 200
        events = [month.event(one, "Delivery", recipients=[one.recipient]) for one in mails if one is not bouncer]
        events.append(month.event(bouncer, "Bounce", **month.bounce("Permanent", bouncer.recipient)))
        month.tell(self.old, events)
        bucket = self.old.outputs["UploadsBucket"]
        self.old.client("s3").put_object(Bucket=bucket, Key="inbox/late.yaml", Body=self._late_upload.encode())
        wait_for("the events in the queue", lambda: self._waiting(self.old)["Feedback"] == len(events))
        wait_for("the upload in the queue", lambda: self._waiting(self.old)["Ingest"])
        waiting = self._waiting(self.old)
        self.old.timeline.tell(f"one reader leaves by her mail; messages that wait: {waiting}")
        return Before(resources=dict(self.old.resources), mails=list(mails), waiting=waiting)

    @property
    def late_month(self) -> str:
        """The month of the session that is uploaded just before the update."""
        upcoming = self.dates.upcoming
        return f"{upcoming.year + upcoming.month // 12}-{upcoming.month % 12 + 1:02}"

    @property
    def _late_upload(self) -> str:
        return f"- month: {self.late_month}\n  title: Told before the update\n"

    # With the present release

    @cached_property
    def updated(self) -> Before:
        """The update. What there was before it."""
        before = self.before
        self.update()
        self.stack.timeline.tell(
            f"sam deploy of the present release: {self.stack.status}, "
            f"{len(self.stack.resources) - len(before.resources)} more resources"
        )
        return before

    @cached_property
    def invited(self) -> list[Sent]:
        """The rest of the invitation, by the present functions, from the messages of the earlier ones."""
        assert self.updated.mails
        self._feed(self.stack, enabled=True)
        return self._mailing(self.campaign)

    @cached_property
    def heard(self) -> Mapping[str, Any]:
        """What SES told before the update, once it is in the ledger and on the list."""
        assert self.invited
        bouncer = self.updated.mails[1].recipient
        wait_for("the bounce", lambda: self.row(bouncer).status == "bounced")
        return month.states(self.stack, self.campaign)

    @cached_property
    def left(self) -> tuple[int, Mapping[str, str], str]:
        """Another reader leaves, by the link in the earlier release's mail."""
        assert self.heard
        answer = self.stack.http("POST", self.leaver.leave_url, body=ONE_CLICK[0], kind=ONE_CLICK[1])
        self.stack.timeline.tell(f"another reader leaves by the link in a mail of then: {answer[0]}")
        return answer

    @cached_property
    def recapped(self) -> list[Sent]:
        """The recap of a session that the earlier release wrote down."""
        assert self.reminded
        return self._mailing(f"{self.dates.past_id}/recap")

    @property
    def leaver(self) -> Sent:
        """The mail of the earlier release to the reader who leaves after the update."""
        return self.updated.mails[2]

    @property
    def stayer(self) -> Sent:
        """The mail of the earlier release to a reader who stays."""
        return self.updated.mails[3]

    @property
    def gone(self) -> set[str]:
        """Who gets no further mailing: two have left, one bounced."""
        return {mail.recipient for mail in self.updated.mails[:3]}

    def row(self, address: str) -> Subscriber:
        """A reader's row, read by the present code."""
        identity = month.id_of(self.stack, address)
        return self.stack.subscribers.get(ids=[identity])[identity]

    def rows(self) -> list[Subscriber | Unreadable]:
        """The whole list."""
        return [row for shard in SHARDS for row in self.stack.subscribers.page(shard, after="", limit=100)]

    def mails(self) -> Mapping[tuple[str, str], int]:
        """How many mails of each campaign each reader got, from both releases."""
        return Counter((mail.tags["campaign"], mail.recipient) for mail in self.mailbox.sent if "campaign" in mail.tags)

    def waiting(self) -> Mapping[str, int]:
        """Messages that wait now, by function."""
        return self._waiting(self.stack)

    def _mailing(self, campaign: str, *, patience: float = 90.0) -> list[Sent]:
        def ended() -> bool:
            if reason := self.stack.tick()["blocked"].get(campaign):
                raise RuntimeError(f"{campaign} is blocked: {reason}")
            found = self.stack.ledger.campaign(campaign)
            return found is not None and found.ended

        wait_for(f"the end of {campaign}", ended, patience=patience, pause=2)
        found = self.stack.ledger.campaign(campaign)
        mails = self.mailbox.of(campaign.replace("/", "_"))
        self.stack.timeline.tell(f"{campaign}: {len(mails)} mails, ledger {dict(found.totals) if found else {}}")
        assert self.mailbox.refused == []
        return list(mails)

    def _work_off(self, function: str, most: int) -> int:
        """Hand messages of a function's queue to it, one by one, as Lambda does. Return their number."""
        queue = self.old.named(f"{function}Queue")
        sqs, client = self.old.client("sqs"), self.old.client("lambda")
        for number in range(most):
            found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1).get("Messages", [])
            if not found:
                return number
            record = {
                "messageId": found[0]["MessageId"],
                "receiptHandle": found[0]["ReceiptHandle"],
                "body": found[0]["Body"],
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": found[0]["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-2:000000000000:queue",
                "awsRegion": "eu-west-2",
            }
            payload = json.dumps({"Records": [record]}).encode()
            answer = client.invoke(FunctionName=self.old.named(function), Payload=payload)
            said = json.loads(answer["Payload"].read())
            assert not answer.get("FunctionError"), said
            assert said["batchItemFailures"] == [], said
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=found[0]["ReceiptHandle"])
        return most

    def _waiting(self, stack: Deployed) -> Mapping[str, int]:
        return {name: stack.messages_in(stack.named(f"{name}Queue")) for name in HELD}

    def _feed(self, stack: Deployed, *, enabled: bool) -> None:
        """Connect the queues with their functions, or keep the messages in the queues."""
        client = stack.client("lambda")
        for name in HELD:
            function = stack.named(name)
            (mapping,) = client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)
