"""What a file may be, and what it may not."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.errors import BadInput
from tests.support.pages import page

TEXT = "April 2024 – Rest\r\n\r\nCafé “talk”.\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_with_a_mark(encoding: str) -> None:
    """UTF-8 with and without mark, UTF-16 and UTF-32 with one are read without a word."""
    read = page(TEXT.encode(encoding))
    assert (read.sessions[0].summary, read.warnings) == ("Café “talk”.", ())


def test_windows_text_is_told() -> None:
    """Windows-1252 is read, and the first such line is named."""
    read = page(TEXT.encode("cp1252"))
    assert (read.sessions[0].title, read.sessions[0].summary) == ("Rest", "Café “talk”.")
    assert read.warnings[0].line == 1


@pytest.mark.parametrize("data", [b"", b"  \r\n\t", b"\xef\xbb\xbf", b"\x00\x00", "\u200b \n".encode()])
def test_an_empty_file_is_refused(data: bytes) -> None:
    """Nothing but space is nothing to read."""
    with pytest.raises(BadInput, match=r"empty|nothing but spaces"):
        page(data)


def _zip(*members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (_zip("page.txt"), "ZIP archive"),
        (_zip("word/document.xml"), "Word document"),
        (_zip("xl/workbook.xml"), "Excel workbook"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08abc", "gzip"),
        (b"{\\rtf1 April 2024}", "rich-text"),
        (b"\n<!DOCTYPE html><p>April 2024", "web page"),
        (b"April 2024 \xe2\x80\x93 x\n" + bytes(range(32)), "binary"),
        ("April 2024 – x".encode("utf-16-le"), "binary"),
        (b"\x89PNG\r\n", "picture"),
    ],
)
def test_other_formats_are_named(data: bytes, what: str) -> None:
    """The message says what the file seems to be, and what to do."""
    with pytest.raises(BadInput, match=what) as caught:
        page(data)
    assert "plain text" in str(caught.value)


def test_no_session_shows_the_near_misses() -> None:
    """A page without any heading is refused, with the lines that came close."""
    with pytest.raises(BadInput, match=r"(?s)no session found.*line 3.*Smarch"):
        page("Hello\n\nSmarch 2024 – Rest\n")


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=100).map(lambda tail: b"April 2024 - X\n\n" + tail)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Arbitrary bytes never raise anything but BadInput."""
    with contextlib.suppress(BadInput):
        assert page(data).sessions


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="Ana Bo,;:()–—-. and who led heard from at the Dr\n'’https://[]*_#", max_size=200))
def test_any_words_are_read(text: str) -> None:
    """Whatever stands under a heading, its session is there."""
    assert len(page(f"April 2024 - X\n\n{text}").sessions) == 1
