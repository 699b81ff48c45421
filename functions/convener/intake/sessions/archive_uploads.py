"""An archive page as text, as an upload: what it says joins what is known."""

from __future__ import annotations

import re
from typing import Any

from convener.errors import BadInput
from convener.intake.sessions.archive.models import ArchivedSession
from convener.intake.sessions.archive.page import read_archive
from convener.intake.sessions.records import check_number, check_together
from convener.intake.sessions.text_decoding import read_text
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.models import Material
from convener.sessions.series import Series
from convener.sessions.session_updates import SessionUpdate, SourceLocation

LONGEST_PAGE = 500_000
"""Characters: two years of conversations have thirty thousand, and reading this many takes some seconds."""
LONGEST_LINE = 5_000
"""Characters: a long paragraph has one thousand."""
_SAID = ("title", "speakers", "summary", "join_url", "insights", "presentations", "recording")


def read_page(data: bytes, *, name: str, series: Series, findings: Findings) -> tuple[SessionUpdate, ...]:
    """Every session of a page. Raises Wrong for what is no archive page.

    An older encoding is refused here, though `read_archive` takes it with a warning: a mail may leave before anybody
    reads that.
    """
    _check_length(read_text(data))
    try:
        page = read_archive(data, name=name, rule=series.rule)
    except BadInput as error:
        said = str(error).removeprefix(f"{name}: ").removeprefix(f"{name}, ")
        text, _, mend = re.sub(r"\s*\n\s*", ". Look at ", said).replace("”..", "”.").partition(". ")
        if text.startswith("no session found"):
            mend = f"{mend.rstrip('.')}. If it is YAML or a table, let its name end in .yaml or .csv"
        raise ValidationError(f"{text[:1].upper()}{text[1:].rstrip('.')}.", f"{mend.rstrip('.')}.") from error
    findings.warnings += [*page.warnings, *(note for session in page.sessions for note in session.warnings)]
    if not check_number(len(page.sessions), findings):
        return ()
    told = [(_told(session), session.date) for session in sorted(page.sessions, key=lambda session: session.id)]
    check_together(told, findings)
    findings.warnings.sort(key=lambda note: note.line or 0)
    return tuple(one for one, _ in told)


def _check_length(text: str) -> None:
    """Patterns that look for people and announcements are quick in a page that somebody wrote, and in no other."""
    if len(text) > LONGEST_PAGE:
        raise ValidationError(
            f"An archive page may have {LONGEST_PAGE:,} characters; this one has more.", "Upload it in parts."
        )
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            told = f"The line has {len(line):,} characters; {LONGEST_LINE:,} is the most."
            raise ValidationError(told, "Make paragraphs of it.", SourceLocation(line=number))


def _told(session: ArchivedSession) -> SessionUpdate:
    """What the page says. A day by the series' rule is not told: the record may know a better one."""
    said = {name: getattr(session, name) for name in _SAID}
    values: dict[str, Any] = {name: value for name, value in said.items() if value and value != Material()}
    if session.date_source == "given":
        values |= {"date": session.date, "date_source": "given"}
    return SessionUpdate(
        id=session.id, month=session.month, where=SourceLocation(line=session.line), values=values, adds=True
    )
