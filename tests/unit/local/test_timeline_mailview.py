"""Reading an outbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from local.timeline.mailview import Mail, read_mail, read_outbox
from tests.support.sample_outbox import make_sample, sample_mail

AT = datetime(2024, 4, 4, 8, tzinfo=UTC)


def _read(folder: Path, raw: bytes) -> Mail:
    (folder / "0001-a.eml").write_bytes(raw)
    return read_mail(folder / "0001-a.eml", number="0001")


def test_takes_a_mail_apart(tmp_path: Path) -> None:
    """Recipient, subject, moment, campaign, text, HTML and calendar file come out as they went in."""
    mail = sample_mail("2024-04/invite", to="Mārama <m@readers.example>", subject="Nau mai 🌱", at=AT)
    (tmp_path / "0007-x.eml").write_bytes(mail.as_bytes())
    read = read_mail(tmp_path / "0007-x.eml", number="0007")
    assert (read.to, read.subject, read.at) == ("Mārama <m@readers.example>", "Nau mai 🌱", AT)
    assert (read.campaign, read.file) == ("2024-04/invite", "0007-x.eml")
    assert "18:00–19:30" in read.text
    assert "<h1>" in read.html
    assert read.calendar
    assert (read.calendar.name, read.calendar.method) == ("invite.ics", "PUBLISH")
    assert [words for _, words in read.parts][-1] == "text/calendar, file invite.ics"


def test_a_text_only_mail_has_no_html_and_no_calendar(tmp_path: Path) -> None:
    """Parts that a mail doesn't have are empty, not an error."""
    mail = sample_mail("2024-04/recap", to="a@b.example", subject="Recap", at=AT, html=False)
    (tmp_path / "1.eml").write_bytes(mail.as_bytes())
    read = read_mail(tmp_path / "1.eml", number="0001")
    assert (read.html, read.calendar) == ("", None)


def test_other_encodings_are_read(tmp_path: Path) -> None:
    """A part in ISO-8859-1 and quoted-printable is decoded."""
    raw = b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nCaf=E9\n"
    assert _read(tmp_path, raw).text == "Café\n"


def test_what_is_broken_is_still_shown(tmp_path: Path) -> None:
    """An unknown charset, raw bytes in a header and a senseless date cost nothing else of the mail."""
    raw = b"Subject: Caf\xe9\nDate: yesterday\nTo: a@b.example\nContent-Type: text/plain; charset=x-none\n\nHi \xff\n"
    read = _read(tmp_path, raw)
    assert read.at is None
    assert read.to == "a@b.example"
    assert read.text.startswith("Hi")
    assert read.subject.startswith("Caf")


def test_an_empty_file_is_an_empty_mail(tmp_path: Path) -> None:
    """A file without a byte is a mail without anything."""
    assert _read(tmp_path, b"").subject == ""


def test_mails_come_in_the_order_in_which_they_left(tmp_path: Path) -> None:
    """The number in the file's name counts, also beyond 9999."""
    for name in ("10000-b.eml", "9999-a.eml", "notes.txt"):
        (tmp_path / name).write_bytes(b"Subject: x\n\n")
    assert [mail.file for mail in read_outbox(tmp_path)] == ["9999-a.eml", "10000-b.eml"]


def test_numbers_are_those_of_the_files(tmp_path: Path) -> None:
    """Mail 0007 of the page is the file that begins with 0007."""
    make_sample(tmp_path)
    assert all(mail.file.startswith(mail.number) for mail in read_outbox(tmp_path / "outbox"))


def test_no_outbox_is_an_empty_outbox(tmp_path: Path) -> None:
    """A rehearsal that sent nothing has no mails to show, and that is fine."""
    assert read_outbox(tmp_path / "outbox") == []
