"""What a form posts, whatever program sent it: names and values, or why it can't be read."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

from multipart import MultipartParser, parse_options_header  # type: ignore[import-untyped] # publishes none

from convener.errors import BadInput
from convener.pages.request import Request

ONE_CLICK = ("List-Unsubscribe", "one-click")
"""RFC 8058's field and word; the word may have any case (§3.1)."""

MOST_BYTES = 64 * 1024
MOST_FIELDS = 100
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class NotAForm(BadInput):
    """The request's body is no form, or too large. `status` says which."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(f"not a form: {status.phrase}")
        self.status = status


@dataclass(frozen=True)
class Form:
    """The fields in their order; a name may come several times."""

    fields: tuple[tuple[str, str], ...] = field(repr=False)

    def get(self, name: str) -> str:
        """The first value of that name without the space around it; empty where there is none."""
        return next((value.strip() for known, value in self.fields if known == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name."""
        return tuple(value.strip() for known, value in self.fields if known == name)

    @property
    def one_click(self) -> bool:
        """Whether it is RFC 8058's one-click request."""
        return any(name == ONE_CLICK[0] and value.strip().lower() == ONE_CLICK[1] for name, value in self.fields)


def read_form(request: Request) -> Form:
    """The form in a request. Bytes that are no UTF-8 become replacement characters. Raises NotAForm."""
    if len(request.body) > MOST_BYTES * 2:
        raise NotAForm(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    media, options = parse_options_header(request.headers.get("content-type", "") or FORM)
    if media.lower() not in (FORM, MULTIPART):
        raise NotAForm(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        body = _bytes(request)
        if len(body) > MOST_BYTES:
            raise NotAForm(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        fields = _parts(body, options.get("boundary", "")) if media.lower() == MULTIPART else _pairs(body)
        return Form(tuple((_text(name), _text(value)) for name, value in fields))
    except (ValueError, LookupError) as error:  # not base64, too many fields, a broken multipart, a strange charset
        raise NotAForm(HTTPStatus.BAD_REQUEST) from error


def _bytes(request: Request) -> bytes:
    """The body. Raises ValueError where it isn't what it says."""
    if not request.is_base64:
        return request.body.encode()
    try:
        return base64.b64decode(request.body, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _pairs(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    # As Latin-1 every byte is a character and back: of bytes, Python 3.11 takes none beyond ASCII.
    told = parse_qsl(
        body.strip().decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS
    )
    yield from ((name.encode("latin-1"), value.encode("latin-1")) for name, value in told)


def _parts(body: bytes, boundary: str) -> Iterator[tuple[bytes, bytes]]:
    """Name and raw value of each field; the parser's own limits keep everything in memory."""
    parser = MultipartParser(
        io.BytesIO(body), boundary, len(body), disk_limit=0, memory_limit=MOST_BYTES, part_limit=MOST_FIELDS
    )
    for part in parser:
        yield part.name.encode(), part.raw
