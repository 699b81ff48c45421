"""Why somebody gets a mail: what its end says, by the row, in mailings and in mails to one person."""

from __future__ import annotations

import email
import email.policy
import html
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.delivery.footer import FORM_WORDS, MAX_SOURCE_CHARACTERS, joined_words
from convener.delivery.mail import Mail, build_mail
from convener.editions.models import CLOSE, FIELDS, OPEN, Edition
from convener.editions.preflight import LONG_VALUES
from convener.subscribers.confirmation_request import RequestType
from convener.subscribers.joining import plan_join
from convener.subscribers.models import Subscriber
from convener.subscribers.moving import plan_move
from convener.subscribers.origin import FORMS
from convener.subscribers.unit_of_work import Transaction
from convener.transactional_mail.mail_renderer import MailRenderer
from tests.formats.samples import editions
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.joining import ASKED, NEW_SUBSCRIBER, join_request
from tests.support.lists import NOW as IMPORTED
from tests.support.lists import load
from tests.support.people import OPENED, series, subscriber
from tests.support.transactional import LINKS, SERIES, TEMPLATE_FILES

LONDON, HONOLULU = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Honolulu")
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
BROUGHT = ". Your address was brought over from “Mailchimp” by the organisers"
BATCH = "2024-03-01-0a1b2c"


def imported(joined: datetime | None, **changes: Any) -> Subscriber:
    """Return a row as an import writes it; `joined` is the date of the list, None for no date."""
    values = {"source": "Mailchimp", "imported_at": IMPORTED, "batch": BATCH, "confirmed_at": joined or IMPORTED}
    return subscriber(1, **{**values, **changes})


def earlier(joined: datetime | None, **changes: Any) -> Subscriber:
    """Return a row as the release before imported it: without `imported_at`."""
    by = datetime(2024, 3, 1, 9, 30, 0, 5, tzinfo=UTC)
    return imported(joined or by, imported_at=None, **changes)


DAY = datetime(2023, 1, 3, tzinfo=UTC)
LATE = datetime(2023, 1, 3, 23, 30, tzinfo=UTC)
ON = " on 3 January 2023"
CASES: list[tuple[Subscriber, str]] = [
    (subscriber(1, source="page", confirmed_at=LATE), f" by our form{ON}"),
    (subscriber(1, source="embedded", confirmed_at=LATE), f" by a form on another website{ON}"),
    (subscriber(1, source="", confirmed_at=LATE), ON),
    (subscriber(1, source="", confirmed_at=None), ""),
    (imported(LATE), f"{ON}{BROUGHT} on {IMPORTED:%-d %B %Y}"),
    (imported(DAY), f"{ON}{BROUGHT} on {IMPORTED:%-d %B %Y}"),
    (imported(None), f"{BROUGHT} on {IMPORTED:%-d %B %Y}"),
    (imported(DAY, batch="", moved_at=OPENED), f"{ON}{BROUGHT} on {IMPORTED:%-d %B %Y}"),
    (earlier(LATE), f"{ON}{BROUGHT} on 1 March 2024"),
    (earlier(DAY), f"{ON}{BROUGHT} on 1 March 2024"),
    (earlier(None), f"{BROUGHT} on 1 March 2024"),
    (earlier(DAY, batch=""), f"{ON}{BROUGHT}"),
    (earlier(LATE, batch=""), BROUGHT),
    (earlier(DAY, batch="spring"), f"{ON}{BROUGHT}"),
]


@pytest.mark.parametrize(("row", "says"), CASES)
def test_the_footer_says_what_the_row_knows(row: Subscriber, says: str) -> None:
    """A form's day; of a list its own day and the day of the import, and no day of joining where the list has none."""
    assert joined_words(row, tz=LONDON) == says


@given(st.dates(date(1970, 1, 1), date(2024, 2, 28)), ZONES, st.sampled_from([imported, earlier]))
def test_a_day_without_a_time_is_that_day_in_every_zone(
    day: date, tz: ZoneInfo, row: Callable[..., Subscriber]
) -> None:
    """Also in rows that are stored already, and after a change of address."""
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    for one in (row(midnight), row(midnight, batch="", moved_at=OPENED)):
        assert joined_words(one, tz=tz).startswith(f" on {day.day} {day:%B} {day.year}. ")


def test_a_moment_is_shown_on_the_clock_of_the_series() -> None:
    """A form's always, and a list's where it has a time."""
    morning = datetime(2023, 1, 3, 4, tzinfo=UTC)
    for row in (subscriber(1, source="page", confirmed_at=morning), imported(morning)):
        assert " on 2 January 2023" in joined_words(row, tz=HONOLULU)


def test_who_joins_by_the_form_after_an_import_joined_by_the_form() -> None:
    """After leaving, that is. Confirming an imported row, or a move, does not hide where the address came from."""
    left = replace(imported(DAY), id=NEW_SUBSCRIBER.id, status="left", status_since=ASKED - timedelta(days=1))  # type: ignore[arg-type]
    plan = plan_join(join_request(), {left.id: left}, now=OPENED)
    assert isinstance(plan, Transaction)
    assert joined_words(plan.changes[0].row, tz=LONDON) == " by a form on another website on 4 April 2024"
    listed = replace(imported(DAY), id=NEW_SUBSCRIBER.id)
    plan = plan_join(join_request(), {listed.id: listed}, now=OPENED)
    assert isinstance(plan, Transaction)
    assert joined_words(plan.changes[0].row, tz=LONDON).startswith(f"{ON}{BROUGHT}")
    request = join_request(wish=RequestType.MOVE, moving=subscriber(1).id, wording="", by="", kinds=frozenset())
    plan = plan_move(request, {subscriber(1).id: imported(DAY)}, now=OPENED)
    assert isinstance(plan, Transaction)
    assert joined_words(plan.changes[1].row, tz=LONDON).startswith(f"{ON}{BROUGHT}")


@pytest.mark.parametrize(("joined", "says"), [("2023-01-03", ON), ("2023-01-03T23:30:00Z", ON), ("", "")])
def test_an_import_writes_what_the_footer_needs(joined: str, says: str) -> None:
    """From the list to the words."""
    store = FakeUnitOfWork()
    load(f"email,joined\nanna@example.org,{joined}\n", store)
    [row] = store.rows.values()
    found = joined_words(row, tz=LONDON)
    assert found.startswith(f"{says}. Your address was brought over from “")
    assert found.endswith(f"by the organisers on {IMPORTED:%-d %B %Y}")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("sign-up sheet, May 2024", "from “sign-up sheet, May 2024” by"),
        ("x", "from another list by"),
        (" - ", "from another list by"),
        (f"a{OPEN}leave_url{CLOSE}\r\nBcc: b", "from “aleave_url Bcc: b” by"),
        ("w" * 500, f"from “{'w' * (MAX_SOURCE_CHARACTERS - 1)}…” by"),
    ],
)
def test_the_operators_words_are_one_short_line(source: str, says: str) -> None:
    """They were typed as a note for the record; a reader sees them now."""
    found = joined_words(imported(DAY, source=source), tz=LONDON)
    assert says in found
    assert len(found) <= len(LONG_VALUES["joined_on"])


def parts(mail: Mail) -> dict[str, str]:
    """Return the parts of a mail as a mail program decodes them, with single spaces."""
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    return {p.get_content_type(): " ".join(p.get_content().split()) for p in message.walk() if not p.is_multipart()}


def mailing(edition: Edition, row: Subscriber) -> Mail:
    """Return the mail of an edition for a row."""
    urls = {"leave_url": "https://c.example/leave/1", "preferences_url": "https://c.example/preferences/1"}
    return build_mail(
        campaign="2024-04/invite",
        chunk="0-00001",
        attempt=1,
        edition=edition,
        subscriber=row,
        now=OPENED,
        **urls,
    )


FROZEN = {
    f"{commit}/{sample['name']}": Edition.from_json(json.dumps(sample["object"])) for commit, sample in editions()
}


@pytest.mark.parametrize("name", FROZEN)
def test_an_edition_of_an_earlier_release_says_it_too(name: str) -> None:
    """The words are the value of a field that every edition has, and nothing is left open."""
    row = imported(DAY, source="<b>list</b> & “sheet”")
    found = parts(mailing(FROZEN[name], row))
    words = joined_words(row, tz=LONDON)
    assert f"because you joined Conversation for Kindness{words}." in found["text/plain"]
    assert ("joined_on" in FROZEN[name].variants["full"].html) == (html.escape(words.strip()) in found["text/html"])
    assert OPEN not in "".join(found.values())
    assert "{{" not in "".join(found.values())


def test_each_form_has_words() -> None:
    """Readers do not know what “embedded” means."""
    assert set(FORM_WORDS) == set(FORMS)


def test_a_function_of_the_release_before_can_fill_new_editions() -> None:
    """It knows these fields, and a field that it doesn't know would stop the mail."""
    assert set(FIELDS) == {"greeting", "joined_on", "leave_url", "preferences_url", "reader_time", "when"}


def test_mails_to_one_person_say_the_same() -> None:
    """With the markup of the operator's words as text."""
    row = imported(DAY, source="<b>list</b> & “sheet”", batch="")
    renderer = MailRenderer(series=SERIES, templates=TEMPLATE_FILES, links=LINKS)
    view = {"confirm_url": "", "paused_until": "", "kinds": "the recap"}
    found = parts(renderer.mail_to_subscriber("known", row, view=view, now=OPENED))
    sentence = f"because you joined {series().name}{joined_words(row, tz=LONDON)}."
    assert sentence in found["text/plain"]
    assert html.escape(sentence, quote=False) in found["text/html"]
