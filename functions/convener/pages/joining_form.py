"""The fields of the form to subscribe by, and their checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from convener.errors import BadInput
from convener.pages.form import Form, error_message
from convener.pages.zones import read_zone
from convener.sessions.series import Series
from convener.subscribers.address import parse_address
from convener.subscribers.first_names import typed_first_name
from convener.subscribers.mailing_choices import boxes, chosen, ticked
from convener.subscribers.origin import FORMS

HONEYPOT = "website"
"""A field that people neither see nor hear. Programs that fill in every field fill it in."""


@dataclass(frozen=True, kw_only=True)
class JoiningForm:
    """The values of the form. `kinds` are the ticked boxes, `wording` is the version of the words agreed to."""

    address: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    zone: str = ""
    kinds: tuple[str, ...] = ()
    form: str = FORMS[0]
    wording: str = ""
    trapped: bool = False

    @classmethod
    def untouched(cls, series: Series) -> JoiningForm:
        """Return the values of an untouched form: no consent, and a tick in each box that the present words cover."""
        return cls(kinds=ticked(frozenset(), _covered(series)))

    @classmethod
    def from_post(cls, form: Form) -> JoiningForm:
        """Return the values of a posted form."""
        return cls(
            address=form.get("address"),
            first_name=form.get("first_name"),
            zone=form.get("zone"),
            kinds=form.all("kinds"),
            form=form.get("form") if form.get("form") in FORMS else FORMS[0],
            wording=form.get("consent"),
            trapped=bool(form.get(HONEYPOT)),
        )

    def errors(self, series: Series) -> Mapping[str, str]:
        """Return the error message of each wrong field, in the order of the form."""
        checks: dict[str, Callable[[], object]] = {
            "address": lambda: parse_address(self.address),
            "first_name": lambda: typed_first_name(self.first_name),
            "zone": lambda: read_zone(self.zone),
            "kinds": lambda: self.chosen(series),
            "consent": lambda: _read_consent(self.wording, series.wording.version),
        }
        messages = {name: error_message(check) for name, check in checks.items()}
        return {name: message for name, message in messages.items() if message}

    def chosen(self, series: Series) -> frozenset[str]:
        """Return the chosen mailing types; empty for all that the present words cover. Raises BadInput for none."""
        if set(self.kinds) - set(boxes()):
            raise BadInput("We don’t send what was chosen here. Choose among these.")
        if not self.kinds:
            raise BadInput("Choose at least one: else there is nothing that we could send.")
        return chosen(self.kinds, _covered(series))


def _covered(series: Series) -> frozenset[str]:
    return series.coverage.of(series.wording.version)


def _read_consent(shown: str, current: str) -> None:
    """Check the version of the wording that the reader agreed to. Raises BadInput if it is not the current one."""
    if not shown:
        raise BadInput("Tick this box if you agree. Without it we must not write to you.")
    if shown != current:
        raise BadInput("These words have changed since your form was made. Please read them, and tick the box again.")
