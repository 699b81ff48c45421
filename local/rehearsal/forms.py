"""The forms of a page, as a browser without scripts has them: what is filled in already, and what pressing sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

CHOSEN = ("checkbox", "radio")
Filled = str | Sequence[str]


@dataclass
class Form:
    """One form. `fields` are what it would send as it stands, `names` all that can be filled in."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def sent(self, filled: Mapping[str, Filled], *, button: tuple[str, str] | None = None) -> list[tuple[str, str]]:
        """What it sends once `filled` is in it: a sequence is what is ticked. Raises KeyError for what isn't there."""
        if unknown := filled.keys() - self.names:
            raise KeyError(", ".join(sorted(unknown)))
        kept = [pair for pair in self.fields if pair[0] not in filled]
        own = [(name, one) for name, value in filled.items() for one in ([value] if isinstance(value, str) else value)]
        return [*kept, *own, *([button] if button else self.buttons[:1])]


class Forms(HTMLParser):
    """Reads a page's forms, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = self._area = ""
        self._chosen: str | None = None
        self._open = False
        self.feed(html)

    def having(self, name: str, value: str | None = None) -> Form:
        """The first form with a field or button of that name (any, for ""), and that value where one is given.

        Raises KeyError.
        """
        for form in self.found:
            held = [*form.fields, *form.buttons]
            if (name, value) in held if value is not None else not name or name in {*form.names, *dict(held)}:
                return form
        raise KeyError(name or "a form")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Forms and what is in them."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = True
            self.found.append(Form(told.get("action", ""), told.get("method", "get").upper()))
        elif self._open:
            self._field(tag, told)

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self._area:
            self.found[-1].fields.append((self._area, data.removeprefix("\n")))
            self._area = ""

    def handle_endtag(self, tag: str) -> None:
        """A list with nothing chosen has its first entry chosen."""
        if tag == "select" and self._select:
            if self._chosen is not None:
                self.found[-1].fields.append((self._select, self._chosen))
            self._select = ""
        self._open = self._open and tag != "form"

    def _field(self, tag: str, told: Mapping[str, str]) -> None:
        form, name, value = self.found[-1], told.get("name", ""), told.get("value", "")
        match tag:
            case "button":
                form.buttons += [(name, value)] if name else []
            case "input" if name:
                form.names.add(name)
                if told.get("type") not in CHOSEN or "checked" in told:
                    form.fields.append((name, value or ("on" if told.get("type") in CHOSEN else "")))
            case "textarea":
                form.names.add(name)
                self._area = name
            case "select":
                form.names.add(name)
                self._select, self._chosen = name, None
            case "option" if self._select and ("selected" in told or self._chosen is None):
                self._chosen = value
