"""Three people at the pages for some weeks: what they press, what mails come of it, and what holds after each step."""

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
from tests.support.fuzz_cast import address_of
from tests.support.fuzz_counts import Counted
from tests.support.fuzz_events import PATHS, URLENCODED, Asked
from tests.support.fuzz_parts import Plan
from tests.support.fuzz_rules import check_answer, check_log, check_rows
from tests.support.fuzz_tokens import Token
from tests.support.fuzz_values import RIGHT, Pairs
from tests.support.fuzz_world import BASE, TOKENS, State, World

WHO = ("stranger", "newcomer", "left")
DO = ("join", "join", "post", "post", "post", *(["press"] * 6), "look", "scan", "wait", "bounce", "again")
LINK = re.compile(re.escape(BASE) + r"/(leave|preferences|confirm|data|erase|address|view|join)/([\w.-]+)")
HOURS = (0.2, 1, 3, 20, 30, 24 * 3, 24 * 6, 24 * 8, 24 * 31, 24 * 100)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is done next: `who` of three, `which` of her links (the latest first), `how` of the ways there are."""

    do: str
    who: int
    which: int
    how: int


@dataclass
class Life:
    """A world, and the mails that were read in it."""

    counted: Counted
    since: Callable[[], str]
    world: World = field(default_factory=World)
    waiting: list[MailRequest] = field(default_factory=list)
    done: list[MailRequest] = field(default_factory=list)
    mailed: list[tuple[Mail, str]] = field(default_factory=list)
    joined: int = 0

    def take(self, step: Step, plan: Plan) -> None:
        """One step, with the parts failing by that plan."""
        self.world.plan = plan
        getattr(self, f"_{step.do}")(step)
        self.world.plan = Plan()

    def settle(self) -> None:
        """All letters are carried out; those whose button was never written are given up after ten minutes."""
        for _ in range(4):
            self._carry(list(self.waiting))
            self.world.clock.sleep(timedelta(minutes=6).total_seconds())

    @property
    def welcomed(self) -> int:
        """Mails that welcome: the late joiner's invite is one."""
        return sum(mail.tags.get("letter", "welcome") == "welcome" for mail, _ in self.mailed)

    def _join(self, step: Step) -> None:
        pairs = (("address", address_of(WHO[step.who])), *RIGHT["subscribe"][0][1:])
        self._ask("subscribe", "", "POST", pairs)

    def _post(self, _: Step) -> None:
        self._carry(list(self.waiting))

    def _again(self, step: Step) -> None:
        """SQS brings a message twice."""
        if self.done:
            self._carry([self.done[step.which % len(self.done)]], again=True)

    def _press(self, step: Step) -> None:
        for page, token in self._links(step)[:1]:
            forms = RIGHT.get(page, [()])
            pairs = forms[step.how % len(forms)]
            if page == "address":
                pairs = (("address", address_of(WHO[step.how % 3])),)
            self._ask(page, token, "POST", pairs)

    def _look(self, step: Step) -> None:
        for page, token in self._links(step)[:1]:
            self._ask(page, token, ("GET", "HEAD")[step.how % 2], ())

    def _scan(self, step: Step) -> None:
        """A scanner follows every link of a mail, with the one method and the other."""
        for page, token in self._links(step):
            self._ask(page, token, "GET", ())
            self._ask(page, token, "HEAD", ())

    def _wait(self, step: Step) -> None:
        self.world.clock.sleep(HOURS[step.how] * 3600)

    def _bounce(self, step: Step) -> None:
        """Feedback says that a mail came back, or was marked as spam."""
        standing = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)[step.how % 2]
        for row in list(self.world.rows.rows.values()):
            if row.address == address_of(WHO[step.who]) and row.status is SubscriberStatus.CONFIRMED:
                its = replace(row, status=standing, status_since=self.world.clock.now(), version=row.version + 1)
                self.world.rows.update(its, expected_version=row.version)

    def _links(self, step: Step) -> list[tuple[str, str]]:
        """Those of one of her mails."""
        hers = [mail for mail, _ in reversed(self.mailed) if mail.recipient == address_of(WHO[step.who])]
        mail = hers[step.which % len(hers)] if hers else None
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
        its = Asked(
            page=page, method=method, token=Token(text=token, good=True, proves=proves), pairs=pairs, event=event
        )
        before = self.world.state()
        self.since()
        answer = self.world.ask(event)
        after = self.world.state()
        failing = bool(self.world.plan.hits)
        self.counted.add(its, answer, changed=before != after, failing=failing)
        check_answer(its, answer, failing=failing)
        check_log(its, self.since())
        assert method == "POST" or before == after
        assert answer["statusCode"] in (200, 429, 503) or before == after
        check_rows(page, before, after)
        self._check_revived(page, pairs, before, after)
        self.waiting += after.letters[len(before.letters) :]

    def _proves(self, page: str, token: str) -> str:
        return TOKENS.read_fresh(page, token).subscriber if page in ("data", "erase", "address") else ""

    def _check_revived(self, page: str, pairs: Pairs, before: State, after: State) -> None:
        """On the list again, or for the first time: by the button in a mail, or by undo within a week."""
        for one, row in after.rows.items():
            old = before.rows.get(one)
            if row.status is not SubscriberStatus.CONFIRMED or (old and old.status is SubscriberStatus.CONFIRMED):
                continue
            new = [entry.what for key, entry in after.consents.items() if key not in before.consents and key[0] == one]
            assert page == "confirm" or ("action", "undo") in pairs
            assert new in ([ConsentEvent.JOINED], [ConsentEvent.MOVED], [ConsentEvent.CAME_BACK])
            self.joined += new == [ConsentEvent.JOINED]

    def _carry(self, letters: list[MailRequest], *, again: bool = False) -> None:
        for letter in letters:
            before, count = self.world.state(), len(self.world.mailer.sent)
            finished = self.world.carry_out(letter)
            after = self.world.state()
            assert (before.rows, before.consents, before.used) == (after.rows, after.consents, after.used)
            day = "" if again else f"{self.world.clock.now():%Y-%m-%d}"
            self.mailed += [(mail, day) for mail in self.world.mailer.sent[count:]]
            self.counted.add_names("letters", *["mails"] * (len(self.world.mailer.sent) - count))
            log = self.since().lower()
            assert "qqq" not in log
            if finished and letter in self.waiting:
                self.waiting.remove(letter)
                self.done.append(letter)
