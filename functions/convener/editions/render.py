"""Filling templates with Jinja2, and turning MJML into HTML that mail programs understand."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from pathlib import Path

import mjml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from convener.editions.formatting import and_list
from convener.editions.plain_text import wrap
from convener.errors import Blocked

_REFERENCE = re.compile("&#([0-9]+);")


class Templates:
    """The templates: a folder for each mail, and `_base` for their common parts."""

    def __init__(self, *folders: Path) -> None:
        """Read templates from `folders`, each of which is called `templates`; the first that has a template counts."""
        self._folders = folders
        self._jinja = Environment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".mjml"),  # noqa: S701 - text has no markup
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._jinja.filters |= {"wrap": wrap, "underlined": underlined}
        self._jinja.globals["and_list"] = and_list

    def text(self, name: str, view: Mapping[str, object]) -> str:
        """Fill a text template. Remove spaces at line ends and repeated empty lines.

        Raises Blocked where the template fails.
        """
        lines = "\n".join(line.rstrip() for line in self._filled(name, view).splitlines())
        return re.sub("\n{3,}", "\n\n", lines).strip() + "\n"

    def line(self, name: str, view: Mapping[str, object]) -> str:
        """Fill a template of one line, such as a subject. Raises Blocked where the template fails."""
        return self._filled(name, view).strip()

    def html(self, name: str, view: Mapping[str, object]) -> str:
        """Fill an MJML template and turn it into HTML. Raises Blocked where the template or its MJML fails."""
        source = self._filled(name, view)
        try:
            # No fonts: for a known font MJML would make every reader load the font from a third party.
            return _without_references(mjml.mjml2html(_with_references(source), fonts={}))
        except ValueError as error:
            raise Blocked(f"templates/{name}: not readable as MJML: {error}") from error

    def _filled(self, name: str, view: Mapping[str, object]) -> str:
        try:
            return self._jinja.get_template(name).render(view)
        except TemplateError as error:
            raise Blocked(f"{self._where(error, name)}: {error.message or type(error).__name__}") from error

    def _where(self, error: TemplateError, name: str) -> str:
        """Return the file and the line of the error: those of the included file, if Jinja2 knows them."""
        if isinstance(error, TemplateSyntaxError):
            return f"{self._written(error.filename) or f'templates/{error.name or name}'}, line {error.lineno}"
        frames = [(self._written(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
        places = [f"{file}, line {line}" for file, line in frames if file]
        return places[-1] if places else f"templates/{name}"

    def _written(self, file: str | None) -> str | None:
        """Return how a message names a template: `templates/…`, and one of the community with its folder before it."""
        for folder in self._folders:
            if file and Path(file).is_relative_to(folder):
                whose = "" if folder == self._folders[-1] else f"{folder.parent.name}/"
                return f"{whose}templates/{Path(file).relative_to(folder).as_posix()}"
        return None


def _with_references(source: str) -> str:
    r"""Write backslashes and non-ASCII characters as references.

    Mrml prints attributes like Rust strings: it doubles \ and writes rare characters as \u{e000}. References stay.
    """
    return source.replace("\\", "&#92;").encode("ascii", "xmlcharrefreplace").decode("ascii")


def _without_references(html: str) -> str:
    """Turn the references of `_with_references` into characters again."""
    return _REFERENCE.sub(lambda found: chr(int(found[1])) if int(found[1]) > 127 else found[0], html)


def underlined(text: str, line: str = "-") -> str:
    """Wrap a heading of the text part, and underline it along its longest line."""
    lines = wrap(text).split("\n")
    return "\n".join([*lines, line * max(map(len, lines))])
