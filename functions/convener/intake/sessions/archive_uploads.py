"""An archive page as an upload: the sessions of the page become updates that add to the stored records."""

from __future__ import annotations

import re
from typing import Any

from convener.errors import BadInput
from convener.intake.files.decoding import visible
from convener.intake.sessions.archive.page import ArchivedSession, read_archive
from convener.intake.sessions.file_types import ARCHIVE_TEXT, read_text
from convener.intake.sessions.records import check_number, check_together
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.models import Material
from convener.sessions.series import Series
from convener.sessions.session_updates import SessionUpdate, SourceLocation

MAX_PAGE_CHARACTERS = 500_000
"""Two years of conversations have thirty thousand characters, and reading this many takes some seconds."""
MAX_LINE_CHARACTERS = 5_000
"""A long paragraph has one thousand characters."""
_FIELDS = ("title", "speakers", "summary", "join_url", "insights", "presentations", "recording")


def read_page(data: bytes, *, name: str, series: Series, findings: Findings) -> tuple[SessionUpdate, ...]:
    """Return an update for each session of a page. Warnings and faults go to the findings.

    Raises ValidationError for bytes that are no archive page.
    """
    text = read_text(data, rule=ARCHIVE_TEXT)
    _check_lengths(visible(text))
    try:
        page = read_archive(text, name=name, rule=series.rule)
    except BadInput as error:
        raise _as_validation_error(error, name) from error
    findings.warnings += [*page.warnings, *(note for session in page.sessions for note in session.warnings)]
    if not check_number(len(page.sessions), findings):
        return ()
    updates = [(_update(session), session.date) for session in sorted(page.sessions, key=lambda session: session.id)]
    check_together(updates, findings)
    findings.warnings.sort(key=lambda note: note.line or 0)
    return tuple(update for update, _ in updates)


def _as_validation_error(error: BadInput, name: str) -> ValidationError:
    """Return the error without the name of the file, divided into what is wrong and how to mend it."""
    message = str(error).removeprefix(f"{name}: ").removeprefix(f"{name}, ")
    text, _, mend = re.sub(r"\s*\n\s*", ". Look at ", message).replace("”..", "”.").partition(". ")
    if text.startswith("no session found"):
        mend = f"{mend.rstrip('.')}. If it is YAML or a table, let its name end in .yaml or .csv"
    return ValidationError(f"{text[:1].upper()}{text[1:].rstrip('.')}.", f"{mend.rstrip('.')}.")


def _check_lengths(text: str) -> None:
    """Refuse a text that nobody wrote: the patterns that look for people and announcements would be slow in it."""
    if len(text) > MAX_PAGE_CHARACTERS:
        raise ValidationError(
            f"An archive page may have {MAX_PAGE_CHARACTERS:,} characters; this one has more.", "Upload it in parts."
        )
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_LINE_CHARACTERS:
            raise ValidationError(
                f"The line has {len(line):,} characters; {MAX_LINE_CHARACTERS:,} is the most.",
                "Make paragraphs of it.",
                SourceLocation(line=number),
            )


def _update(session: ArchivedSession) -> SessionUpdate:
    """Return the update of one session. A date by the rule of the series is left out: the record may have a better."""
    texts = {name: getattr(session, name) for name in _FIELDS}
    values: dict[str, Any] = {name: value for name, value in texts.items() if value and value != Material()}
    if session.date_source == "given":
        values |= {"date": session.date, "date_source": "given"}
    return SessionUpdate(
        id=session.id, month=session.month, where=SourceLocation(line=session.line), values=values, adds=True
    )
