"""The page as files: what stands in it without any script."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from convener.sessions.series import Series
from local.timeline.moments import TimelineEvent
from local.timeline.page import write_page
from tests.support.people import series as shown_series
from tests.support.sample_outbox import READERS, Sample, make_sample, sample_mail

AT = datetime(2024, 4, 4, 8, tzinfo=UTC)
EVIL = "</script><img src=x onerror=alert(1)>\"' {{ 7 * 7 }}"


class Links(HTMLParser):
    """All addresses and scripts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, and where it leads."""
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.fixture(scope="module")
def series() -> Series:
    return shown_series()


def _write(folder: Path, series: Series, sample: Sample) -> str:
    return write_page(folder, series=series, moments=sample.moments, report=sample.report).read_text("utf-8")


def test_the_page_tells_everything_without_a_script(tmp_path: Path, series: Series) -> None:
    """Range, totals, moments and a link to each mail's HTML and text stand in the file itself."""
    sample = make_sample(tmp_path)
    page = _write(tmp_path, series, sample)
    assert "3 April to 27 April 2024" in page
    assert "12 mails in 3 mailings, in virtual time" in " ".join(page.split())
    assert all(f"{moment.text}<" in page.replace("&#34;", '"') for moment in sample.moments)
    assert page.count('<td class="number">5</td>') == 3
    for count in range(1, 3 * len(READERS) + 1):
        assert f'href="mails/{count:04}.html"' in page
        assert f'href="mails/{count:04}-text.html"' in page


def test_every_link_leads_to_a_file_beside_the_page(tmp_path: Path, series: Series) -> None:
    """Nothing on the page comes from, or goes to, the network, and no file is missing."""
    (tmp_path / "report.json").write_text("{}")
    for address in Links(_write(tmp_path, series, make_sample(tmp_path))).addresses:
        assert address.startswith(("#", "data:,")) or (tmp_path / address).exists(), address


def test_mail_is_never_markup_of_the_page(tmp_path: Path, series: Series) -> None:
    """A subject, recipient, header, text, campaign or moment full of markup and braces is shown as written."""
    sample = make_sample(tmp_path, readers=1)
    mail = sample_mail(EVIL, to="evil@readers.example", subject=EVIL, at=AT)
    mail.replace_header("List-Unsubscribe", EVIL)
    (tmp_path / "outbox" / "0009-evil.eml").write_bytes(mail.as_bytes())
    evil = Sample([*sample.moments, TimelineEvent(AT, EVIL, EVIL, EVIL)], sample.report)
    page = _write(tmp_path, series, evil)
    assert Links(page).tags.count("script") == 1
    assert "{{ 7 * 7 }}" in page
    pages = [
        page,
        *((tmp_path / "mails" / f"0004-{view}.html").read_text() for view in ("text", "headers", "calendar")),
    ]
    assert all("img" not in Links(html).tags for html in pages)


def test_frames_allow_nothing(tmp_path: Path, series: Series) -> None:
    """Each frame is sandboxed without a single exception."""
    frames = re.findall(r"<iframe[^>]*>", _write(tmp_path, series, make_sample(tmp_path)))
    assert len(frames) == 7
    assert all('sandbox=""' in frame for frame in frames)


def test_a_mail_that_the_report_does_not_know_is_listed(tmp_path: Path, series: Series) -> None:
    """Mails without a campaign, or of an unknown one, come last, and none is hidden."""
    sample = make_sample(tmp_path, readers=1)
    (tmp_path / "outbox" / "0004-x.eml").write_bytes(b"To: a@b.example\nSubject: Hello\n\nHi\n")
    page = _write(tmp_path, series, sample)
    assert page.index("Other mail") > page.index("Recap, April 2024")
    assert 'data-mail="0004"' in page


def test_an_act_leads_to_its_mails(tmp_path: Path, series: Series) -> None:
    """By subject and a link that needs no script; a mail that isn't in the outbox is not promised."""
    sample = make_sample(tmp_path, readers=1)
    told = TimelineEvent(AT, "act", "Ngaio joins.", mails=("0001", "0099"))
    page = _write(tmp_path, series, Sample([told], sample.report))
    assert page.count(">See the mail<") == 1
    assert 'href="#m-0001"' in page
    assert '<li id="m-0001">' in page
    assert "0099" not in page
    assert len(re.findall(r'class="[^"]*\breader\b', page)) == 1  # the script finds the desk by that class


def test_letters_are_listed_by_their_sort(tmp_path: Path, series: Series) -> None:
    """They belong to no campaign, and have words of their own."""
    (tmp_path / "outbox").mkdir()
    letter = b"To: a@b.example\nSubject: Hello\nX-Convener-Letter: confirm\n\nHi\n"
    (tmp_path / "outbox" / "0001-confirm-x.eml").write_bytes(letter)
    report = {"from": "2024-04-03", "to": "2024-04-04", "campaigns": [], "mails": 1}
    page = _write(tmp_path, series, Sample([], report))
    assert "<b>Please confirm</b>" in page
    assert "0 mails in 0 mailings and 1 letter, in virtual time" in " ".join(page.split())


def test_a_part_that_is_missing_or_broken_says_so(tmp_path: Path, series: Series) -> None:
    """No HTML, no calendar file, or one that nothing can open: the view tells, and shows what there is."""
    sample = make_sample(tmp_path, readers=1)
    raw = b"Subject: x\nContent-Type: text/calendar; method=PUBLISH\n\nBEGIN:NONSENSE\n"
    (tmp_path / "outbox" / "0004-x.eml").write_bytes(raw)
    _write(tmp_path, series, sample)
    mails = tmp_path / "mails"
    assert "no HTML part" in (mails / "0004-dark.html").read_text()
    assert "no text part" in (mails / "0004-text.html").read_text()
    assert "No calendar will open this file" in (mails / "0004-calendar.html").read_text()
    assert "BEGIN:NONSENSE" in (mails / "0004-calendar.html").read_text()
    assert "no calendar file" in (mails / "0003-calendar.html").read_text()


def test_a_rehearsal_in_which_nothing_happened(tmp_path: Path, series: Series) -> None:
    """No mail, no campaign and no moment still make a page that says so."""
    page = _write(tmp_path, series, Sample([], {"from": "2024-04-03", "to": "2024-04-04", "campaigns": [], "mails": 0}))
    assert "Nothing was due." in page
    assert "No mail left in this time." in page


def test_what_was_lost_on_purpose_is_said(tmp_path: Path, series: Series) -> None:
    """Beside the totals, whose unknown it explains; nothing where nothing was lost."""
    sample = make_sample(tmp_path)
    assert "lost on purpose" not in _write(tmp_path, series, sample)
    lost = {**sample.report, "lost": {"answers": 2, "settled_by_events": 2, "events": 7}}
    assert "2 answers and 7 events of SES were lost" in _write(tmp_path, series, Sample(sample.moments, lost))


def test_mails_of_an_earlier_rehearsal_are_gone(tmp_path: Path, series: Series) -> None:
    """Writing again replaces the mails' pages."""
    _write(tmp_path, series, make_sample(tmp_path))
    for file in sorted((tmp_path / "outbox").glob("*.eml"))[1:]:
        file.unlink()
    _write(tmp_path, series, make_sample(tmp_path / "other"))
    assert not (tmp_path / "mails" / "0002.html").exists()


def test_the_page_wears_the_colours_of_the_series(tmp_path: Path, series: Series) -> None:
    """Both palettes of series.toml are in the style sheet."""
    _write(tmp_path, series, make_sample(tmp_path, readers=1))
    styles = (tmp_path / "assets" / "page.css").read_text()
    assert all(colour in styles for colour in (series.brand.light.accent, series.brand.dark.accent, series.brand.warm))
