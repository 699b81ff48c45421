"""Templates: Jinja2 fills them, MJML becomes HTML that mail programs understand."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from pathlib import Path

import mjml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from convener.editions.formatting import listed
from convener.editions.plain_text import wrap
from convener.errors import Blocked

_REFERENCE = re.compile("&#([0-9]+);")


class Templates:
    """The folder of templates: one folder per mail, `_base` for what they share."""

    def __init__(self, folder: Path) -> None:
        """`folder` is what the project calls `templates/`."""
        self._jinja = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".mjml"),  # noqa: S701 - text has no markup
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._jinja.filters |= {"wrap": wrap, "underlined": underlined}
        self._jinja.globals["and_list"] = listed

    def text(self, name: str, view: Mapping[str, object]) -> str:
        """A text template, filled: no spaces at line ends, never two empty lines in a row."""
        lines = "\n".join(line.rstrip() for line in self._filled(name, view).splitlines())
        return re.sub("\n{3,}", "\n\n", lines).strip() + "\n"

    def line(self, name: str, view: Mapping[str, object]) -> str:
        """A template of one line, such as a subject."""
        return self._filled(name, view).strip()

    def html(self, name: str, view: Mapping[str, object]) -> str:
        """An MJML template, filled and made into HTML."""
        source = self._filled(name, view)
        try:
            # No fonts: for a known family name MJML has every reader fetch it from a third party.
            return _plain_again(mjml.mjml2html(_armoured(source), fonts={}))
        except ValueError as error:
            raise Blocked(f"templates/{name}: not readable as MJML: {error}") from error

    def _filled(self, name: str, view: Mapping[str, object]) -> str:
        try:
            return self._jinja.get_template(name).render(view)
        except TemplateError as error:
            raise Blocked(f"templates/{_where(error, name)}: {error.message or type(error).__name__}") from error


def _where(error: TemplateError, name: str) -> str:
    """The file and line in which it happened: an included file's own, where Jinja2 says so."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name or name}, line {error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/templates/" in frame.filename]
    return f"{frames[-1].filename.rpartition('/templates/')[2]}, line {frames[-1].lineno}" if frames else name


def _armoured(source: str) -> str:
    r"""Mrml writes attributes as Rust shows strings: \ doubled, rare characters as \u{e000}. References pass."""
    return source.replace("\\", "&#92;").encode("ascii", "xmlcharrefreplace").decode("ascii")


def _plain_again(html: str) -> str:
    return _REFERENCE.sub(lambda found: chr(int(found[1])) if int(found[1]) > 127 else found[0], html)


def underlined(text: str, line: str = "-") -> str:
    """A heading of the text part, wrapped, with a line as long as its longest."""
    lines = wrap(text).split("\n")
    return "\n".join([*lines, line * max(map(len, lines))])
