"""The month, step by step. Each step rests on the one before and happens once, so that any test can be run alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from convener.delivery.states import DeliveryState
from convener.subscribers.models import SubscriberStatus
from tests.support import e2e_month as month
from tests.support.e2e_mailbox import Mailbox, Sent
from tests.support.e2e_stack import Deployed, wait_for

ONE_CLICK = (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
"""The body that Gmail sends, 26 bytes, and its type."""


@dataclass(frozen=True, kw_only=True)
class Month:
    """What happens to a stack in a month."""

    stack: Deployed
    mailbox: Mailbox
    folder: Path

    @cached_property
    def dates(self) -> month.Dates:
        """Its days."""
        return month.Dates(self.stack.recap_at)

    @cached_property
    def people(self) -> str:
        """Readers, brought in by the command: what it printed."""
        file = self.folder / "people.csv"
        file.write_text(month.people(), "utf-8")
        printed = self.stack.convener("subscribers", "import", str(file), "--source", "e2e", "--yes")
        self.stack.timeline.tell(f"convener subscribers import: {month.READERS} readers")
        return printed

    @cached_property
    def uploaded(self) -> dict[str, Any]:
        """Two sessions, dropped under inbox/ as a file: the report that appears."""
        report = self._upload("month.yaml", month.first_upload(self.dates))
        # A recap leaves at the first such hour after the last edit: tomorrow, had this come later.
        assert datetime.now(UTC) < self.stack.recap_at, "this machine is too slow for RECAP_AFTER in e2e_build.py"
        return report

    @cached_property
    def invited(self) -> list[Sent]:
        """The invitation: a tick, and then fan-out and delivery by themselves."""
        assert self.people
        assert self.uploaded["written"]
        return self._mailing(f"{self.dates.upcoming_id}/invite")

    @cached_property
    def heard(self) -> Mapping[str, DeliveryState]:
        """What SES would tell of the invitation, put on the bus; the ledger once that has settled."""
        ours = {mail.recipient: mail for mail in self.invited}
        events = [month.event(mail, "Send") for mail in self.invited]
        for address, mail in ours.items():
            if address == month.BOUNCES:
                events.append(month.event(mail, "Bounce", **month.bounce("Permanent", address)))
            elif address == month.IS_FULL:
                events.append(month.event(mail, "Bounce", **month.bounce("Transient", address)))
            else:
                events.append(month.event(mail, "Delivery", recipients=[address]))
        events.append(month.event(ours[month.COMPLAINS], "Complaint", complaintFeedbackType="abuse"))
        foreign = month.event(ours[month.LEAVES], "Bounce", "others", **month.bounce("Permanent", month.LEAVES))
        sent = [foreign, *reversed(events), *events[:5]]
        month.tell(self.stack, sent)

        def look() -> Mapping[str, DeliveryState] | None:
            now = month.states(self.stack, f"{self.dates.upcoming_id}/invite")
            return now if list(now.values()).count(DeliveryState.ACCEPTED) == 1 else None

        settled = wait_for("what SES told of every mail", look)
        counts = Counter(state.name.lower() for state in settled.values())
        self.stack.timeline.tell(f"{len(sent)} events, out of order, some twice, one not ours: ledger {dict(counts)}")
        return settled

    @cached_property
    def left(self) -> tuple[int, Mapping[str, str], str]:
        """One reader leaves as Gmail does it for her: the answer to RFC 8058's POST."""
        assert self.heard
        answer = self.stack.http("POST", self.mail_to(month.LEAVES).leave_url, body=ONE_CLICK[0], kind=ONE_CLICK[1])
        self.stack.timeline.tell(f"one-click POST by {month.LEAVES}: {answer[0]}, row is {self.status(month.LEAVES)}")
        return answer

    @cached_property
    def reminded(self) -> list[Sent]:
        """The session comes sooner, by a second upload; so its reminder is due, to those who are left."""
        assert self.left
        report = self._upload("sooner.md", month.second_upload(self.dates))
        assert report["written"], report
        return self._mailing(f"{self.dates.upcoming_id}/reminder")

    @cached_property
    def recapped(self) -> list[Sent]:
        """The recap of the session that was, at its own hour."""
        assert self.reminded
        self.stack.timeline.tell(f"the recap's hour is {self.stack.recap_at:%H:%M:%S}, in the series' zone")
        return self._mailing(f"{self.dates.past_id}/recap", patience=240)

    def mail_to(self, address: str) -> Sent:
        """The invitation that this reader got."""
        return next(mail for mail in self.invited if mail.recipient == address)

    def status(self, address: str) -> SubscriberStatus:
        """A reader's standing now."""
        identity = month.id_of(self.stack, address)
        return self.stack.subscribers.get(ids=[identity])[identity].status

    def _upload(self, name: str, text: str) -> dict[str, Any]:
        report = month.upload(self.stack, name, text)
        counts = {kind: [row["id"] for row in report.get(kind, ())] for kind in ("new", "changed")}
        self.stack.timeline.tell(f"inbox/{name}: {counts}")
        return report

    def _mailing(self, campaign: str, *, patience: float = 90.0) -> list[Sent]:
        """Tick until the campaign is opened and done; the mails that it sent."""
        totals = self.stack.await_done(campaign, patience=patience)
        mails = self.mailbox.of(campaign.replace("/", "_"))
        self.stack.timeline.tell(f"{campaign}: {len(mails)} mails, ledger {dict(totals)}")
        assert self.mailbox.refused == []
        return mails
