"""Files that are not what their names say."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.support.uploads import BAD, SERIES, faults, good, uploaded, workbook


def zipped(*members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.yaml", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "a.csv", "The file is empty."),
        (workbook(("Month",)), "a.csv", "This is an Excel workbook, though its name ends differently."),
        (workbook(("Month",)), "a.txt", "This is an Excel workbook"),
        (b"Month,Title\n", "a.xlsx", "This is no Excel workbook, though its name ends in .xlsx."),
        (zipped("a.yaml"), "a.yaml", "This is a ZIP archive"),
        (zipped("word/document.xml"), "a.docx", "This is a Word document (.docx)"),
        (zipped("content.xml", "mimetype"), "a.ods", "This is an OpenDocument file"),
        (zipped("Index/Document.iwa"), "a.numbers", "This is a Numbers or Pages document"),
        (zipped("xl/workbook.bin"), "a.xlsb", "This is a binary Excel workbook"),
        (b"PK\x03\x04 torn", "a.xlsx", "This is a damaged or incomplete file"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "a.xls", "This is an old Excel workbook (.xls)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "This is a file with a password"),
        (b"%PDF-1.7", "a.pdf", "This is a PDF"),
        (b"\x89PNG\r\n", "a.png", "This is a picture"),
        (b"\x00\x00\x00\x18ftypmp42", "a.mp4", "This is a film or picture"),
        (b"\n<!DOCTYPE html><p>April 2024", "a.txt", "This is a web page (HTML)"),
        (b"<html>", "a.md", "This is a web page (HTML)"),
        ("<HTML><body>".encode("utf-16"), "a.csv", "This is a web page (HTML)"),
        (b"Return-Path: <a@b.example>\r\n", "a.eml", "This is an e-mail"),
        (b"month: 2024-04", "a.toml", "Files ending in .toml are not read."),
        (b"month\x00: 2024-04", "a.yaml", "This is not a text file."),
        ("month: 2024-04".encode("utf-16-le"), "a.yaml", "This is not a text file."),
        ("month: 2024-04".encode("utf-16")[:-1], "a.yaml", "The file begins like Unicode text, but it is damaged."),
        (b"month: 2024-04\ntitle: Caf\xe9", "a.yaml", "Line 2: The file is not UTF-8 text"),
        (b'{"title": "\x96"}', "a.json", "Line 1: The file is not UTF-8 text"),
        (b"---\nmonth: 2024-04\n---\n\x93x\x94", "a.md", "Line 4: The file is not UTF-8 text"),
    ],
)
def test_other_types_are_named_with_a_remedy(data: bytes, name: str, message: str) -> None:
    """The message names the type, and says what the editor can do."""
    [fault] = uploaded(data, name).faults
    assert str(fault).startswith(message)
    assert fault.mend.endswith(".")


@pytest.mark.parametrize("path", good(), ids=lambda path: path.name)
def test_the_examples_for_editors_are_read(path: Path) -> None:
    """Each example is read without a fault or a warning, and differs from the others."""
    read = uploaded(path.read_bytes(), path.name)
    assert (read.faults, read.warnings) == ((), ())
    assert all(update.values["title"] and update.values["speakers"] for update in read.sessions)


def test_the_examples_are_of_every_format() -> None:
    """There is one example for each row of the editors' guide, besides the archive page."""
    assert {path.suffix for path in good()} == {".csv", ".json", ".md", ".xlsx", ".yaml"}
    ids = [update.id for path in good() for update in uploaded(path.read_bytes(), path.name).sessions]
    assert len(ids) == len(set(ids))
    assert all(SERIES.skip_reason(session[:7]) is None for session in ids)


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_in_whole_sentences(name: str) -> None:
    """The fault says what is wrong and how to mend it, without a word from a library."""
    for fault in faults(BAD[name](), name):
        assert fault.endswith(".")
        assert not any(
            word in fault for word in ("Error", "pydantic", "ruamel", "openpyxl", "Traceback", "line_errors")
        )
