"""RFC 8058's one-click request: does a POST's body say List-Unsubscribe=One-Click?"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import parse_qsl

from multipart import MultipartParser, parse_options_header  # type: ignore[import-untyped] # publishes none

from convener.pages.request import Request

FIELD, WORD = b"List-Unsubscribe", b"one-click"
MOST_BYTES = 64 * 1024
MOST_FIELDS = 100
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def refusal(request: Request) -> HTTPStatus | None:
    """None where it asks to leave; else why it doesn't, as a status. The word may have any case (RFC 8058 §3.1)."""
    if len(request.body) > MOST_BYTES * 2:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    media, options = parse_options_header(request.headers.get("content-type", "") or FORM)
    if media.lower() not in (FORM, MULTIPART):
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    try:
        body = _bytes(request)
        if len(body) > MOST_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        fields = _parts(body, options.get("boundary", "")) if media.lower() == MULTIPART else _pairs(body)
        asked = [name == FIELD and value.strip().lower() == WORD for name, value in fields]
    except (ValueError, LookupError):  # not base64, too many fields, a broken multipart, a charset nobody knows
        asked = []
    return None if any(asked) else HTTPStatus.BAD_REQUEST


def _bytes(request: Request) -> bytes:
    """The body. Raises ValueError where it isn't what it says."""
    if not request.is_base64:
        return request.body.encode()
    try:
        return base64.b64decode(request.body, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _pairs(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    yield from parse_qsl(body.strip(), keep_blank_values=True, max_num_fields=MOST_FIELDS)


def _parts(body: bytes, boundary: str) -> Iterator[tuple[bytes, bytes]]:
    """Name and raw value of each field; the parser's own limits keep everything in memory."""
    parser = MultipartParser(
        io.BytesIO(body), boundary, len(body), disk_limit=0, memory_limit=MOST_BYTES, part_limit=MOST_FIELDS
    )
    for part in parser:
        yield part.name.encode(), part.raw
