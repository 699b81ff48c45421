"""Several lists in one zip, such as the export of a whole audience: they are one import."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from convener.errors import BadInput
from convener.intake.subscribers.consent_survey import OPTION, ConsentQuestion, YesMeans, says_no
from convener.intake.subscribers.consent_words import plain
from convener.intake.subscribers.lines import LineOutcome, Problem, Refusal, Row
from convener.intake.subscribers.people_list import EmptyList, PeopleList

MAX_MEMBERS = 200
MAX_OPENED_BYTES = 60_000_000
"""The size of all lists of a zip together."""
_PLAIN_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Other compressions can need very much memory, and no exporting program uses them."""
_LISTS = (".csv", ".txt", ".tsv")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
_AUDIENCE = re.compile(
    r"(subscribed|unsubscribed|cleaned|archived|nonsubscribed|unconfirmed|pending)[_ -].*\.csv", re.IGNORECASE
)
"""The names of the lists in an export of an audience. Beside them lie reports on mailings, which are no lists."""
_NEVER_ASKED = re.compile(r"(non[_ -]?subscribed|unconfirmed|pending|archived)[_ -]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeopleFiles:
    """The lists of one zip, in the order of their names. Used as one `PeopleList`."""

    lists: tuple[PeopleList, ...]
    notes: tuple[Problem, ...] = ()

    @property
    def lines(self) -> int:
        """The number of lines of all lists."""
        return sum(people.lines for people in self.lists)

    def __iter__(self) -> Iterator[Row | Refusal | Problem]:
        """Yield the lines of all lists."""
        yield from self.notes
        for people in self.lists:
            yield from people

    def refusals(self) -> Iterator[Refusal]:
        """Yield the lines of all lists that say no to mail."""
        for people in self.lists:
            yield from people.refusals()


def read_zip(data: bytes, read_list: Callable[[bytes], PeopleList], answers: Sequence[YesMeans]) -> PeopleFiles:
    """Return the CSV lists of a zip.

    Args:
        data: The bytes of the zip.
        read_list: Reads one list from its bytes. Raises BadInput.
        answers: The operator's answers on values that mean yes. Each is about a column of some list.

    Raises:
        ConsentQuestion: A list does not say who wants mail.
        BadInput: The zip is damaged, too large, has a password, or holds no list; an answer fits none; or a list whose
            name says no can't be read.
    """
    lists, notes = [], []
    columns: set[str] = set()
    for path, content in _members(data):  # by path: two folders may hold files of one name
        name = PurePosixPath(path).name
        if content is None or _NEVER_ASKED.match(name):
            why = "it is none of the lists of people" if content is None else "its people never said yes"
            notes.append(Problem(0, "", LineOutcome.NOTE, f"{path} was not read: {why}.", path))
            continue
        try:
            people = read_list(content)
            columns |= {plain(column) for column in people.columns.header}
            lists.append(replace(people.with_consent(answers, file=path, alone=False), file=path))
        except ConsentQuestion as error:
            raise ConsentQuestion(f"{path}: {error}") from error
        except BadInput as error:
            if not isinstance(error, EmptyList) and says_no(path):
                raise BadInput(f"{path}: {error} Its noes would be lost, so nothing was read.") from error
            notes.append(Problem(0, "", LineOutcome.NOTE, f"{path} was not read: {error}", path))
    if not lists:
        reasons = " ".join(note.reason for note in notes)
        raise BadInput(f"The zip holds no list of people. {reasons}".rstrip())
    if missing := [answer.column for answer in answers if plain(answer.column) not in columns]:
        raise BadInput(f"{OPTION}: no list in the zip has a column called “{missing[0]}”.")
    return PeopleFiles(lists=tuple(lists), notes=tuple(notes))


def _members(data: bytes) -> list[tuple[str, bytes | None]]:
    """Return the files of a zip with their content; None for a file that is no list."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not _is_clutter(member)]
            if len(members) > MAX_MEMBERS:
                raise BadInput(f"The zip holds {len(members)} files; {MAX_MEMBERS} is the most. Keep only the lists.")
            if any(member.flag_bits & 0x1 for member in members):
                raise BadInput("The zip has a password. Unpack it, and import its lists.")
            audience = any(_AUDIENCE.fullmatch(PurePosixPath(member.filename).name) for member in members)
            wanted = {member.filename for member in members if _is_list(member, only_audience=audience)}
            if sum(member.file_size for member in members if member.filename in wanted) > MAX_OPENED_BYTES:
                raise BadInput(
                    f"The lists in the zip have more than {MAX_OPENED_BYTES / 1e6:.0f} MB. Import them one by one."
                )
            return [
                (member.filename, archive.read(member) if member.filename in wanted else None)
                for member in sorted(members, key=lambda member: member.filename)
            ]
    except _DAMAGED as error:
        raise BadInput("The zip is damaged or was not saved completely. Download it again.") from error


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return member.is_dir() or not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _is_list(member: zipfile.ZipInfo, *, only_audience: bool) -> bool:
    name = PurePosixPath(member.filename).name
    if member.compress_type not in _PLAIN_COMPRESSION:
        return False
    return bool(_AUDIENCE.fullmatch(name)) if only_audience else name.lower().endswith(_LISTS)
