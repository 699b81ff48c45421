"""Reading posted forms: names and values, in both encodings that browsers and mail programs use."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

from multipart import MultipartParser, parse_options_header  # type: ignore[import-untyped] # publishes none

from convener.errors import BadInput
from convener.pages.request import Request

ONE_CLICK = ("List-Unsubscribe", "one-click")
"""The field and value of a one-click request; the value may have any case (RFC 8058, section 3.1)."""

MAX_BODY_BYTES = 64 * 1024
MAX_FIELDS = 100
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class NotAForm(BadInput):
    """The body of the request is not a form, or is too large. `status` tells which."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(f"not a form: {status.phrase}")
        self.status = status


@dataclass(frozen=True)
class Form:
    """The fields of a form in their order. A name may occur several times."""

    fields: tuple[tuple[str, str], ...] = field(repr=False)

    def get(self, name: str) -> str:
        """Return the first value of that name without surrounding space; empty if there is none."""
        return next((value.strip() for known, value in self.fields if known == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of that name, without surrounding space."""
        return tuple(value.strip() for known, value in self.fields if known == name)

    @property
    def one_click(self) -> bool:
        """Whether the form is a one-click request (RFC 8058)."""
        return any(name == ONE_CLICK[0] and value.strip().lower() == ONE_CLICK[1] for name, value in self.fields)


def read_form(request: Request) -> Form:
    """Return the form in the body of a request. Invalid UTF-8 becomes replacement characters. Raises NotAForm."""
    if len(request.body) > MAX_BODY_BYTES * 2:
        raise NotAForm(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    media, options = parse_options_header(request.headers.get("content-type", "") or FORM)
    if media.lower() not in (FORM, MULTIPART):
        raise NotAForm(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        body = _bytes(request)
        if len(body) > MAX_BODY_BYTES:
            raise NotAForm(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        fields = _parts(body, options.get("boundary", "")) if media.lower() == MULTIPART else _pairs(body)
        return Form(tuple((_text(name), _text(value)) for name, value in fields))
    except (ValueError, LookupError) as error:  # not base64, too many fields, an invalid multipart, an unknown charset
        raise NotAForm(HTTPStatus.BAD_REQUEST) from error


def _bytes(request: Request) -> bytes:
    """Return the body as bytes. Raises ValueError if the body is not the base64 that it claims to be."""
    if not request.is_base64:
        return request.body.encode()
    try:
        return base64.b64decode(request.body, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _pairs(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    # Latin-1 maps each byte to one character and back. `parse_qsl` of Python 3.11 takes only ASCII bytes.
    pairs = parse_qsl(
        body.strip().decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MAX_FIELDS
    )
    yield from ((name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs)


def _parts(body: bytes, boundary: str) -> Iterator[tuple[bytes, bytes]]:
    """Return the name and the raw value of each field. The limits of the parser keep everything in memory."""
    parser = MultipartParser(
        io.BytesIO(body), boundary, len(body), disk_limit=0, memory_limit=MAX_BODY_BYTES, part_limit=MAX_FIELDS
    )
    for part in parser:
        yield part.name.encode(), part.raw


def error_message(check: Callable[[], object]) -> str:
    """Return the message of the BadInput that `check` raises; empty if it raises none."""
    try:
        check()
    except BadInput as error:
        return str(error)
    return ""
