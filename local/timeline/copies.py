"""Copies of a mail's HTML for looking at: held in light or dark mode whatever the machine prefers, and harmless."""

from __future__ import annotations

import re
from typing import Literal

Mode = Literal["light", "dark"]

# No script, no form, nothing from the network: a picture from the web shows its alternative text, as it does for many
# readers. The base keeps a link from replacing the mail in its frame.
_GUARD = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'\">"
    '<meta name="color-scheme" content="{scheme}"><base target="_blank">\n'
)
_CSS = re.compile(r"""<style\b.*?</style\s*>|\b(?:media|style)\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE | re.DOTALL)
_PREFERENCE = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![-\w])color-scheme\s*:\s*([^;}\"']+)", re.IGNORECASE)
_META = re.compile(r"<meta\b(?=[^>]*\bname\s*=\s*[\"']?color-scheme\b)[^>]*>", re.IGNORECASE)


def copy_in_mode(html: str, mode: Mode) -> str:
    """The mail's HTML, fixed in one mode.

    Everything is put in front, where it wins: an HTML parser drops the mail's own doctype and merges its <html> and
    <head>, of two policies both hold, and of two bases or colour schemes the first counts.
    """
    meta = _META.search(html)
    scheme = mode if mode == "light" or (meta and "dark" in meta[0].lower()) else "light"
    return _GUARD.format(scheme=scheme) + _CSS.sub(lambda css: _fix(css[0], mode), html)


def _fix(css: str, mode: Mode) -> str:
    """Turn what depends on the machine's preference into what is always, or never, true."""

    def preference(match: re.Match[str]) -> str:
        return "(min-width: 0px)" if match[1].lower() == mode else "(max-width: 0px)"

    def scheme(match: re.Match[str]) -> str:
        return f"color-scheme: {mode}" if mode in match[1].lower() else match[0]

    return _SCHEME.sub(scheme, _PREFERENCE.sub(preference, css))
