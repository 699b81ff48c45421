"""Three people at the pages for some weeks: what they press, which mails they get, and what holds after each step."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlencode

from convener.delivery.mail import Mail
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import MailRequest
from convener.subscribers.models import SubscriberStatus
from tests.support.fuzz_counts import Counted
from tests.support.fuzz_events import PATHS, URLENCODED, SentRequest
from tests.support.fuzz_parts import FailurePlan
from tests.support.fuzz_people import address_of
from tests.support.fuzz_rules import check_answer, check_log, check_rows
from tests.support.fuzz_tokens import Token
from tests.support.fuzz_values import RIGHT, Pairs
from tests.support.fuzz_world import BASE, TOKENS, State, World

PEOPLE = ("stranger", "newcomer", "left")
ACTIONS = ("join", "join", "post", "post", "post", *(["press"] * 6), "look", "scan", "wait", "bounce", "again")
LINK = re.compile(re.escape(BASE) + r"/(leave|preferences|confirm|data|erase|address|view|join)/([\w.-]+)")
HOURS = (0.2, 1, 3, 20, 30, 24 * 3, 24 * 6, 24 * 8, 24 * 31, 24 * 100)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a life.

    `do` is the action, `who` one of three people, `which` one of their mails (the latest first), `how` a variant.
    """

    do: str
    who: int
    which: int
    how: int


@dataclass
class Life:
    """A world, and the mails that were sent in it."""

    counted: Counted
    since: Callable[[], str]
    world: World = field(default_factory=World)
    waiting: list[MailRequest] = field(default_factory=list)
    done: list[MailRequest] = field(default_factory=list)
    mailed: list[tuple[Mail, str]] = field(default_factory=list)
    joined: int = 0

    def take(self, step: Step, plan: FailurePlan) -> None:
        """Take one step, while the parts fail by that plan."""
        self.world.plan = plan
        getattr(self, f"_{step.do}")(step)
        self.world.plan = FailurePlan()

    def settle(self) -> None:
        """Carry out all mail requests. Those whose confirmation was never stored are dropped after ten minutes."""
        for _ in range(4):
            self._carry(list(self.waiting))
            self.world.clock.sleep(timedelta(minutes=6).total_seconds())

    @property
    def welcomes(self) -> int:
        """The number of welcomes; an invite to a late subscriber counts as one."""
        return sum(mail.tags.get("letter", "welcome") == "welcome" for mail, _ in self.mailed)

    def _join(self, step: Step) -> None:
        pairs = (("address", address_of(PEOPLE[step.who])), *RIGHT["subscribe"][0][1:])
        self._ask("subscribe", "", "POST", pairs)

    def _post(self, _: Step) -> None:
        self._carry(list(self.waiting))

    def _again(self, step: Step) -> None:
        """SQS delivers a message twice."""
        if self.done:
            self._carry([self.done[step.which % len(self.done)]], again=True)

    def _press(self, step: Step) -> None:
        for page, token in self._links(step)[:1]:
            forms = RIGHT.get(page, [()])
            pairs = forms[step.how % len(forms)]
            if page == "address":
                pairs = (("address", address_of(PEOPLE[step.how % 3])),)
            self._ask(page, token, "POST", pairs)

    def _look(self, step: Step) -> None:
        for page, token in self._links(step)[:1]:
            self._ask(page, token, ("GET", "HEAD")[step.how % 2], ())

    def _scan(self, step: Step) -> None:
        """A scanner follows every link of a mail, by GET and HEAD."""
        for page, token in self._links(step):
            self._ask(page, token, "GET", ())
            self._ask(page, token, "HEAD", ())

    def _wait(self, step: Step) -> None:
        self.world.clock.sleep(HOURS[step.how] * 3600)

    def _bounce(self, step: Step) -> None:
        """Feedback reports a bounce or a complaint."""
        status = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)[step.how % 2]
        for row in list(self.world.rows.rows.values()):
            if row.address == address_of(PEOPLE[step.who]) and row.status is SubscriberStatus.CONFIRMED:
                changed = replace(row, status=status, status_since=self.world.clock.now(), version=row.version + 1)
                self.world.rows.update(changed, expected_version=row.version)

    def _links(self, step: Step) -> list[tuple[str, str]]:
        """Return the links of one mail to the person."""
        mails = [mail for mail, _ in reversed(self.mailed) if mail.recipient == address_of(PEOPLE[step.who])]
        mail = mails[step.which % len(mails)] if mails else None
        found = (
            list(dict.fromkeys(LINK.findall(mail.raw.decode().replace("=\r\n", "").replace("=3D", "="))))
            if mail
            else []
        )
        return found[step.how % len(found) :] + found[: step.how % len(found)] if found else []

    def _ask(self, page: str, token: str, method: str, pairs: Pairs) -> None:
        event = {
            "routeKey": f"{method} {PATHS[page]}",
            "rawPath": PATHS[page].replace("{token}", token),
            "headers": {"content-type": URLENCODED},
            "requestContext": {"http": {"method": method, "sourceIp": "192.0.2.7"}},
            "pathParameters": {"token": token},
            "body": urlencode(pairs),
        }
        proves = self._proves(page, token)
        sent = SentRequest(
            page=page, method=method, token=Token(text=token, good=True, proves=proves), pairs=pairs, event=event
        )
        before = self.world.state()
        self.since()
        answer = self.world.ask(event)
        after = self.world.state()
        failing = bool(self.world.plan.hits)
        self.counted.add(sent, answer, changed=before != after, failing=failing)
        check_answer(sent, answer, failing=failing)
        check_log(sent, self.since())
        assert method == "POST" or before == after
        assert answer["statusCode"] in (200, 429, 503) or before == after
        check_rows(page, before, after)
        self._check_subscribed(page, pairs, before, after)
        self.waiting += after.mail_requests[len(before.mail_requests) :]

    def _proves(self, page: str, token: str) -> str:
        return TOKENS.read_fresh(page, token).subscriber if page in ("data", "erase", "address") else ""

    def _check_subscribed(self, page: str, pairs: Pairs, before: State, after: State) -> None:
        """Check that only the button in a mail, or undo within a week, subscribes anybody."""
        for subscriber, row in after.rows.items():
            old = before.rows.get(subscriber)
            if row.status is not SubscriberStatus.CONFIRMED or (old and old.status is SubscriberStatus.CONFIRMED):
                continue
            new = [
                entry.what
                for key, entry in after.consents.items()
                if key not in before.consents and key[0] == subscriber
            ]
            assert page == "confirm" or ("action", "undo") in pairs
            assert new in ([ConsentEvent.JOINED], [ConsentEvent.MOVED], [ConsentEvent.CAME_BACK])
            self.joined += new == [ConsentEvent.JOINED]

    def _carry(self, mail_requests: list[MailRequest], *, again: bool = False) -> None:
        for mail_request in mail_requests:
            before, count = self.world.state(), len(self.world.mailer.sent)
            finished = self.world.carry_out(mail_request)
            after = self.world.state()
            assert (before.rows, before.consents, before.used) == (after.rows, after.consents, after.used)
            day = "" if again else f"{self.world.clock.now():%Y-%m-%d}"
            self.mailed += [(mail, day) for mail in self.world.mailer.sent[count:]]
            self.counted.add_names("mail requests", *["mails"] * (len(self.world.mailer.sent) - count))
            log = self.since().lower()
            assert "qqq" not in log
            if finished and mail_request in self.waiting:
                self.waiting.remove(mail_request)
                self.done.append(mail_request)
