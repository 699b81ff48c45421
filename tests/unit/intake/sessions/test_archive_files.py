"""Which files are read as an archive page, and which are refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.errors import BadInput
from tests.support.pages import page
from tests.support.uploads import faults, uploaded

TEXT = "April 2024 – Rest\r\n\r\nCafé “talk”.\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_are_read(encoding: str) -> None:
    """UTF-8 with and without a byte order mark, and UTF-16 and UTF-32 with one, are read without a warning."""
    upload = uploaded(TEXT.encode(encoding), "page.txt")
    assert (upload.sessions[0].values["summary"], upload.warnings) == ("Café “talk”.", ())


@pytest.mark.parametrize("data", [b"", b"  \r\n\t", b"\xef\xbb\xbf", b"\x00\x00", "\u200b \n".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    """A file without visible characters is refused."""
    [fault] = faults(data, "page.txt")
    assert "empty" in fault or "nothing but spaces" in fault


def _zip(*members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "file_type"),
    [
        (_zip("page.txt"), "ZIP archive"),
        (_zip("word/document.xml"), "Word document"),
        (_zip("xl/workbook.xml"), "Excel workbook"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08abc", "gzip"),
        (b"{\\rtf1 April 2024}", "rich-text"),
        (b"\n<!DOCTYPE html><p>April 2024", "web page"),
        (b"<htmlx>\nApril 2024", "web page"),
        (b"April 2024 \xe2\x80\x93 x\n" + bytes(range(32)), "not a text file"),
        (b"April 2024 \xe2\x80\x93 x\n\n\x1a\x1a\x1a", "not a text file"),
        ("April 2024 – x".encode("utf-16-le"), "not a text file"),
        (b"\x89PNG\r\n", "picture"),
    ],
)
def test_other_formats_are_named(data: bytes, file_type: str) -> None:
    """The fault says what the file is, and how to mend it."""
    upload = uploaded(data, "page.txt")
    [fault] = upload.faults
    assert file_type in fault.text
    assert fault.mend


def test_no_session_shows_the_lookalikes() -> None:
    """A page without a heading is refused, and the message names the lines that look like one."""
    with pytest.raises(BadInput, match=r"(?s)no session found.*line 3.*Smarch"):
        page("Hello\n\nSmarch 2024 – Rest\n")


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=100).map(lambda tail: b"April 2024 - X\n\n" + tail)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Arbitrary bytes give sessions or faults, and never raise an exception."""
    upload = uploaded(data, "page.txt")
    assert bool(upload.sessions) != bool(upload.faults)


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="Ana Bo,;:()–—-. and who led heard from at the Dr\n'’https://[]*_#", max_size=200))
def test_any_words_are_read(text: str) -> None:
    """Any words below a heading make a session."""
    assert len(page(f"April 2024 - X\n\n{text}").sessions) == 1
