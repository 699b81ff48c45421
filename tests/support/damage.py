"""Damage to good files, as disks, programs and people do it."""

from __future__ import annotations

import io
import zipfile

from hypothesis import strategies as st

Damage = tuple[str, int, int, bytes]
"""The kind of damage, its place in thousandths of the file, the number of bytes, and the new bytes."""

HARMFUL_BYTES = (
    b"\x00",
    b"\xff",
    b"\xc3",
    b"\r",
    b"\n",
    b"\t",
    b'"',
    b"'",
    b":",
    b"- ",
    b"---\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b";",
    b"&a ",
    b"*a",
    b"!!binary ",
    b"|",
    b">",
    b"#",
    b"%",
    b"{{ name }}",
    b"{% x %}",
    b"<b>",
    b"&amp;",
    b"=1+1",
    b"\\ud800",
    b"\\u0000",
    b"\xee\x80\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xe2\x80\xa8",
    b"\xc2\x85",
    b"http://x",
    b"javascript:x",
    b"https://[",
    b"https://a:b@c/",
    b"0" * 400,
    b"9999999999",
    b"2024-02-31",
    b"04/05/2024",
    b"remove",
    b"null",
    b"1e999",
    b"A1:XFD1048576",
    b"XFD1048576",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"_x000D_",
    b"</row>",
    b'r="0"',
    b't="s"',
    b't="e"',
)

damages: st.SearchStrategy[list[Damage]] = st.lists(
    st.tuples(
        st.sampled_from(("flip", "cut", "drop", "double", "insert", "swap lines", "overwrite")),
        st.integers(0, 1000),
        st.integers(1, 40),
        st.one_of(st.sampled_from(HARMFUL_BYTES), st.binary(min_size=1, max_size=8)),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, damage: list[Damage]) -> bytes:
    """Return the file after each damage, one after the other."""
    for kind, place, size, new in damage:
        at = place * len(data) // 1000
        match kind:
            case "flip":
                data = data[:at] + bytes(byte ^ (1 << size % 8) for byte in data[at : at + 1]) + data[at + 1 :]
            case "cut":
                data = data[:at]
            case "drop":
                data = data[:at] + data[at + size :]
            case "double":
                data = data[:at] + data[at : at + size * 20] * 2 + data[at + size * 20 :]
            case "insert":
                data = data[:at] + new + data[at:]
            case "overwrite":
                data = data[:at] + new + data[at + len(new) :]
            case _:
                data = _swapped(data, at, size)
    return data


def _swapped(data: bytes, at: int, by: int) -> bytes:
    lines = data.split(b"\n")
    first = data[:at].count(b"\n")
    second = (first + by) % len(lines)
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def damaged_inside(data: bytes, member: int, damage: list[Damage]) -> bytes:
    """Return the zip with one damaged member. The zip around it stays valid."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for number, name in enumerate(names):
            content = old.read(name)
            new.writestr(name, damaged(content, damage) if number == member % len(names) else content)
    return stream.getvalue()
