"""Web addresses that an editor gives: complete https ones, and nothing else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import TypeAdapter
from pydantic import ValidationError as PydanticValidationError

from convener.intake.sessions.validation import ValidationError
from convener.intake.sessions.words import refuse_placeholder, shortened, without_unseen
from convener.sessions.models import HttpsUrl

LONGEST = 2000  # characters; older browsers and some mail programs cut longer ones
_HTTPS: TypeAdapter[str] = TypeAdapter(HttpsUrl)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_GIVE = "Give the whole address as your browser shows it, beginning with https://."


def https_address(text: str) -> str:
    """The address as a browser sends it. Raises Wrong, in words, for anything else."""
    typed = without_unseen(text).strip().removeprefix("<").removesuffix(">")
    shown = shortened(typed)
    refuse_placeholder(typed)
    if len(typed) > LONGEST:
        raise ValidationError(
            f"The address has {len(typed):,} characters; {LONGEST:,} is the most.", "Give a shorter link."
        )
    if any(character.isspace() for character in typed) and "://" in typed:
        raise ValidationError(f"“{shown}” has a space in it, so it is not one address.", "Give one address alone.")
    _check_scheme(typed, shown)
    _check_host(typed, shown)
    try:
        return _HTTPS.validate_python(typed)
    except PydanticValidationError as error:
        raise ValidationError(f"“{shown}” is not a complete web address.", _GIVE) from error


def _check_scheme(typed: str, shown: str) -> None:
    scheme = match[1].lower() if (match := _SCHEME.match(typed)) else ""
    if scheme == "http":
        raise ValidationError(
            f"“{shown}” begins with http://, which is not secure.", "Give the https:// address: most sites have one."
        )
    if scheme and scheme != "https":
        raise ValidationError(f"“{shown}” is a {scheme}: address, which is never put into a mail.", _GIVE)
    if not typed.lower().startswith("https://"):
        raise ValidationError(f"“{shown}” is not a complete web address.", _GIVE)


def _check_host(typed: str, shown: str) -> None:
    try:
        parts = urlsplit(typed)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", None
    if parts and ("@" in parts.netloc or parts.password):
        raise ValidationError(
            "The address has a name or password before its @, which every reader would get.",
            "Give the address without it.",
        )
    if not host.strip(".") or "\\" in typed:
        raise ValidationError(f"“{shown}” names no website.", _GIVE)
