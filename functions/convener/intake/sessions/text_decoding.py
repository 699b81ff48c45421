"""From bytes to text. What isn't Unicode is refused: guessed letters end up in thousands of mails."""

from __future__ import annotations

import re

from convener.intake.files.decoding import unicode_text
from convener.intake.sessions.validation import ValidationError
from convener.intake.sessions.words import visible
from convener.sessions.session_updates import SourceLocation

LONGEST = 2_000_000
"""Characters; ninety sessions with the longest summaries have fewer."""
SAVE_AS_UTF8 = "Save it again as UTF-8 (in Notepad or TextEdit: “Save as”, encoding UTF-8)."
_BREAK = re.compile(rb"\r\n|\r|\n")


def read_text(data: bytes, *, mend: str = SAVE_AS_UTF8) -> str:
    """The text of a file, with UTF-8, or UTF-16 or UTF-32 with its mark. Raises Wrong."""
    try:
        text = unicode_text(data)
    except UnicodeDecodeError as error:
        if error.encoding != "utf-8":
            raise ValidationError("The file begins like Unicode text, but it is damaged.", mend) from error
        line = len(_BREAK.findall(data[: error.start])) + 1
        raise ValidationError(
            "The file is not UTF-8 text: an accent, dash or quotation mark here was saved in an older encoding.",
            mend,
            SourceLocation(line=line),
        ) from error
    odd = sum(1 for character in text if character < " " and character not in "\t\n\v\f\r\x1a\x1b")
    if "\x00" in text or odd > max(2, len(text) // 200):
        raise ValidationError("This is not a text file.", mend)
    if len(text) > LONGEST:
        raise ValidationError(f"The file has {len(text):,} characters; {LONGEST:,} is the most.", "Upload it in parts.")
    return visible(text)
