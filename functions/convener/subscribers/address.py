"""Addresses: what may be typed, what counts as the same, and what goes on the envelope."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from convener.errors import BadInput

LONGEST = 254  # characters; RFC 5321 §4.5.3.1.3 with erratum 1690 of RFC 3696
GMAIL = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True)
class Address:
    """An address that mail can be sent to.

    `typed` is what the person gave, without the space around it. `normalised` decides who is the same person; its
    rule is frozen as v1, because every subscriber's id is made from it: trim, NFC, lower-case, domain as A-label; dots
    and plus signs count. `envelope` is where mail goes: the local part as typed (its case may matter to its server,
    RFC 5321 §2.4), the domain as A-label, because SES takes ASCII only.
    """

    typed: str
    normalised: str
    envelope: str


def parse_address(typed: str) -> Address:
    """Read one address. Raises BadInput with the reason; the message never repeats the address, so it may be logged."""
    trimmed = unicodedata.normalize("NFC", typed.strip())
    _refuse_common_slips(trimmed)
    try:
        # The test domains of RFC 6761 are welcome: nobody is harmed, and every example here uses them.
        found = validate_email(
            trimmed, check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        )
    except (EmailNotValidError, UnicodeError) as error:
        raise BadInput(f"{error} Check the spelling.") from error
    local = trimmed.partition("@")[0]
    return Address(typed.strip(), f"{local.lower()}@{found.ascii_domain}", f"{local}@{found.ascii_domain}")


def normalise(typed: str) -> str:
    """The form in which two addresses of one person are equal (v1). Raises BadInput."""
    return parse_address(typed).normalised


def mailbox(normalised: str) -> str:
    """The plainest address of the same mailbox: for limits alone, since who is who is told by the address as it is.

    What follows a plus is a label (RFC 5233); Gmail takes dots for nothing:
    https://support.google.com/mail/answer/7436150
    """
    local, _, domain = normalised.rpartition("@")
    plain = local.partition("+")[0] or local
    if domain in GMAIL:
        return f"{plain.replace('.', '')}@{GMAIL[0]}"
    return f"{plain}@{domain}"


# What the validator would say in technical words, in plain ones; the first that holds is told.
_SLIPS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda text: not text, "There is no address."),
    (
        lambda text: len(text) > LONGEST,
        f"The address has more than {LONGEST} characters. Is something else in its place?",
    ),
    (
        lambda text: "\n" in text or "\r" in text,
        "There is a line break within the address. Put each address on a line of its own.",
    ),
    (lambda text: "<" in text or ">" in text, "Give the address alone, without a name and without < and >."),
    (lambda text: '"' in text, "There are quotation marks in the address. Take them out."),
    (lambda text: text.lower().startswith("mailto:"), "Take out “mailto:” and keep the address."),
    (lambda text: text.count("@") > 1, "There is more than one @. Give one address at a time."),
    (
        lambda text: any(c.isspace() for c in text),
        "There is a space within the address. Take it out, or give one address at a time.",
    ),
    (lambda text: "@" not in text, "There is no @. An address looks like anna@example.org."),
)


def _refuse_common_slips(text: str) -> None:
    for slipped, reason in _SLIPS:
        if slipped(text):
            raise BadInput(reason)
    if hidden := next((c for c in text if unicodedata.category(c)[0] == "C"), ""):
        raise BadInput(f"There is an invisible character (U+{ord(hidden):04X}) in the address. Type the address anew.")
    if "\N{RIGHT SINGLE QUOTATION MARK}" in text:
        raise BadInput("There is a curly apostrophe (’) in the address. Type a straight one (') in its place.")
    if foreign := next((c for c in text.partition("@")[0] if not c.isascii()), ""):
        raise BadInput(
            f"There is “{foreign}” before the @. Our mail service (Amazon SES) can send only to addresses with plain "
            "letters there. Is there another address?"
        )
