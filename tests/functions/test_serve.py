"""`make serve`, as an editor uses it: the whole way on one laptop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from local import stack_context
from local.cli import main
from local.rehearsal.run import QUIET
from tests.support.mail_links import links_of_mail
from tests.support.people import series
from tests.support.serving import SESSION, Served, eventually, served

ROOT = Path(__file__).parents[2]
Command = Callable[..., Result]
WORDING = series().wording.version
BOUNCING = "bounce@simulator.amazonses.com"
PEOPLE = "email,first_name\nada@readers.example,Ada\nbe@readers.example,Be\n" + f"{BOUNCING},\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One stack for all tests of this file, in the order in which they stand."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUIET.items():
            patch.setenv(name, value)
        with served(tmp_path_factory.mktemp("serve") / "local") as found:
            yield found


@pytest.fixture
def command(here: Served, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`convener --local …` on that stack."""
    monkeypatch.setattr(stack_context, "RUNNING", here.folder / "stack.json")

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--local", *words])

    return run


def coming_month() -> str:
    """A month whose invitation lies ahead, whenever the test runs."""
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 + 2, 12)
    return f"{year}-{month + 1:02}"


def test_an_empty_stack_says_how_to_begin(here: Served) -> None:
    """Nothing is loaded, nothing lies ahead: the page names folder and command, and the button rests."""
    page = here.ask("/_inbox")
    assert page.status == 200
    assert "This is how to begin" in page.text
    assert str(here.folder / "uploads" / "inbox") in page.text
    assert here.inbox() == []
    assert here.move(next="1").status == 400


def test_an_editors_whole_way(here: Served, command: Command, tmp_path: Path) -> None:
    """Drop a file, read the report, move the clock, see the mail, press leave: and no mail comes any more.

    Neither to an address that bounces, as those of the SES simulator do here too.
    """
    report = here.drop("autumn.yaml", SESSION.format(month=coming_month()))
    words = eventually(lambda: report.exists() and report.read_text("utf-8"))
    assert words.startswith("Done: 1 new.")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    imported = command("subscribers", "import", str(tmp_path / "people.csv"), "--source", "a test", "--yes")
    assert imported.exit_code == 0, imported.output
    coming = json.loads(here.ask("/_clock").body)["next"]
    assert coming["text"] == "The invitation to “Kindness when the ward is full” leaves"

    assert here.move(next="1").status == 303
    mails = here.inbox()
    assert {mail["kind"] for mail in mails} == {"invite"}
    assert {tuple(mail) for mail in mails} == {("id", "to", "subject", "kind", "received", "raw_url")}
    assert {mail["to"] for mail in mails} == {"ada@readers.example", "be@readers.example", BOUNCING}
    assert all(mail["received"].startswith(coming["at"][:16]) for mail in mails)

    ada = next(mail for mail in mails if mail["to"].startswith("ada@"))
    raw = here.ask(ada["raw_url"])
    assert raw.headers["Content-Type"] == "message/rfc822"
    leave = message_from_bytes(raw.body)["List-Unsubscribe"].strip("<>")
    assert leave.startswith(f"{here.running.url}/leave/")
    assert here.ask(leave).status == here.ask(leave, method="HEAD").status == 200
    assert here.ask(leave, {"List-Unsubscribe": "One-Click"}).status == 200

    assert here.move(next="1").status == 303
    assert [(mail["kind"], mail["to"]) for mail in here.inbox() if mail["kind"] == "reminder"] == [
        ("reminder", "be@readers.example")
    ]
    told = [moment.text for moment in here.told]
    assert any(text.endswith("left: Invitation, " + told_month() + ".") for text in told), told


def told_month() -> str:
    """The coming month in words."""
    return f"{datetime.fromisoformat(coming_month() + '-01'):%B %Y}"


def test_a_reader_joins_by_the_form(here: Served) -> None:
    """The mail to confirm comes by itself a moment later, its button lets her in, and the welcome follows."""
    assert 'href="/subscribe"' in here.ask("/_inbox").text
    form = {"address": "ngaio@readers.example", "consent": WORDING, "kinds": "recap", "form": "embedded"}
    for wrong, status in (({"address": form["address"]}, 400), ({"address": "a" * 1_000_000}, 413)):
        assert here.ask("/subscribe", wrong, Origin="https://ward.example").status == status
    assert here.ask("/subscribe", form, Origin="https://ward.example", Sec_Fetch_Site="cross-site").status == 200
    hers = eventually(lambda: [mail for mail in here.inbox() if mail["to"] == form["address"]])
    assert [mail["kind"] for mail in hers] == ["confirm"]
    raw = here.ask(hers[0]["raw_url"]).body
    link = next(link for stack_context, link in links_of_mail(raw) if stack_context == "plain" and "/confirm/" in link)
    assert here.ask(link).status == here.ask(link, method="HEAD").status == 200
    assert "You are in" in here.ask(link, {}).text
    here.move(by="1h")
    assert [mail["kind"] for mail in here.inbox() if mail["to"] == form["address"]] == ["welcome", "confirm"]
    assert {"1 mail left: Please confirm.", "1 mail left: Welcome."} <= {moment.text for moment in here.told}


def test_the_inbox_shows_each_mail_in_all_views(here: Served) -> None:
    """The page links to each mail, and its views open; links of a mail may open a window."""
    page = here.ask("/_inbox").text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    for mail in here.inbox()[:2]:
        assert f'href="/_inbox/mails/{mail["id"]}.html"' in page
        for view in ("", "-dark", "-text", "-headers", "-calendar"):
            assert here.ask(f"/_inbox/mails/{mail['id']}{view}.html").status == 200
    for asset in ("page.css", "page.js", "inbox.js"):
        assert here.ask(f"/_inbox/assets/{asset}").status == 200
    for nothing in ("mails/9999.html", "mails/x.html", "outbox/../stack.json", "assets/page.py", "x"):
        assert here.ask(f"/_inbox/{nothing}").status == 404


def test_a_changed_file_is_read_again(here: Served) -> None:
    """The same name with other words is a change; what isn't a file of sessions gets words, and changes nothing."""
    report = here.drop("autumn.yaml", SESSION.format(month=coming_month()).replace("full", "very full"))
    assert eventually(lambda: "Done: 1 changed." in report.read_text("utf-8"))
    report = here.drop("people.csv", PEOPLE)
    assert eventually(lambda: report.exists() and "Nothing was written" in report.read_text("utf-8"))


def test_a_file_put_by_the_command_is_read_too(here: Served, command: Command, tmp_path: Path) -> None:
    """`convener --local upload` waits for its report, which lies in the folder too."""
    file = tmp_path / "more.yaml"
    file.write_text(SESSION.format(month="2090-05"), "utf-8")
    done = command("upload", str(file))
    assert (done.exit_code, "Done: 1 new." in done.output) == (0, True), done.output
    assert eventually((here.folder / "uploads" / "reports" / "more.yaml.txt").exists)


def test_the_clock_only_moves_forward(here: Served, command: Command) -> None:
    """By command as by form; what is past or not understood gets words."""
    before = json.loads(here.ask("/_clock").body)["now"]
    assert "The clock shows" in command("clock").output
    assert command("clock", "--by", "1d").exit_code == 0
    after = json.loads(here.ask("/_clock").body)["now"]
    passed = datetime.fromisoformat(after) - datetime.fromisoformat(before)
    assert 23 * 3600 <= passed.total_seconds() <= 25 * 3600 + 60
    refused = command("clock", "--to", "2024-01-01T09:00")
    assert (refused.exit_code, "only moves forward" in refused.output) == (1, True)
    page = here.move(to="soon")
    assert (page.status, "is no date and time" in page.text) == (400, True)


def test_other_sites_can_neither_read_nor_move_anything(here: Served) -> None:
    """A foreign host name (DNS rebinding) and a foreign page's form are refused."""
    assert here.ask("/_inbox.json", Host="evil.example:80").status == 403
    assert here.ask("/", Host="evil.example").status == 403
    assert here.ask("/_clock", {"by": "1w"}, Origin="https://evil.example").status == 403
    assert here.ask("/_clock", {"by": "1w"}, Origin="null").status == 403
    assert here.ask("/_clock", {"by": "1w"}, Sec_Fetch_Site="cross-site").status == 403


def test_it_ends_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """SIGTERM: the process ends by itself, and no command finds a stack that is gone."""
    code = (
        "import sys; from pathlib import Path; import local.commands.serve as serve;"
        "serve.RUNNING = Path(sys.argv[1]); serve.serve(['--port', '0'])"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"}
    file = tmp_path / "stack.json"
    with subprocess.Popen(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", code, str(file)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        eventually(file.exists, seconds=60)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=120)
    assert (process.returncode, file.exists()) == (0, False)
    assert output.endswith("The local stack has ended.\n")
