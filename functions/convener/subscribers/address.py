"""Mail addresses: parsing, the normalised form that identifies a subscriber, and the masked form for pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from convener.errors import BadInput

MAX_ADDRESS_CHARACTERS = 254
"""The limit of RFC 5321 §4.5.3.1.3 with erratum 1690 of RFC 3696."""

_OTHER_DOTS = re.compile("[\u3002\uff0e\uff61]")
_GMAIL = ("gmail.com", "googlemail.com")


@dataclass(frozen=True, slots=True)
class Address:
    """An address that mail can be sent to.

    Attributes:
        typed: The address as the person typed it, without surrounding white space.
        normalised: The form in which two spellings of one address are equal: trimmed, NFC, lower case, domain as
            A-label. Dots and plus signs are kept. The rule is frozen as v1, because the subscriber's id is computed
            from this form.
        envelope: The form that mail is sent to. The local part is as typed, because its case may matter to the
            receiving server (RFC 5321 §2.4). The domain is an A-label, because SES accepts ASCII only.
    """

    typed: str
    normalised: str
    envelope: str


def parse_address(typed: str) -> Address:
    """Parse one address.

    Raises:
        BadInput: The text is not an address that mail can be sent to. The message says why and does not contain the
            address, so the message may be logged.
    """
    trimmed = unicodedata.normalize("NFC", typed.strip())
    _refuse_common_mistakes(trimmed)
    try:
        # test_environment accepts the reserved domains of RFC 6761, which all examples use.
        found = validate_email(
            trimmed, check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        )
    except (EmailNotValidError, UnicodeError) as error:
        raise BadInput(f"{error} Check the spelling.") from error
    local = trimmed.partition("@")[0]
    return Address(typed.strip(), f"{local.lower()}@{found.ascii_domain}", f"{local}@{found.ascii_domain}")


def normalise(typed: str) -> str:
    """Return the normalised form (`Address.normalised`) of an address. Raises BadInput if the text is no address."""
    return parse_address(typed).normalised


def mailbox(normalised: str) -> str:
    """Return one address for all addresses that are delivered to the same mailbox.

    Only rate limits use this form. A subscriber is identified by the normalised address. The text after a plus sign
    is a label (RFC 5233). Gmail ignores dots in the local part: https://support.google.com/mail/answer/7436150
    """
    local, _, domain = normalised.rpartition("@")
    plain = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{plain.replace('.', '')}@{_GMAIL[0]}"
    return f"{plain}@{domain}"


def masked(address: str) -> str:
    """Return the address with all but the first letter of its local part hidden, such as m•••@example.org.

    The subscriber recognises the address, and nobody else can write to the address.
    """
    local, at, domain = address.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}•••@{_readable_domain(domain)}" if at else ""


def _readable_domain(domain: str) -> str:
    """Return a domain with its A-labels decoded, such as straße.de."""
    if "xn--" not in domain:
        return domain
    import idna  # noqa: PLC0415 - few addresses need idna's tables. Python's own codec cannot decode straße.de

    try:
        return idna.decode(domain)
    except UnicodeError:
        return domain


# Common mistakes with a message in plain words; the validator's own message is technical. The first match is used.
_COMMON_MISTAKES: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda text: not text, "There is no address."),
    (
        lambda text: len(text) > MAX_ADDRESS_CHARACTERS,
        f"The address has more than {MAX_ADDRESS_CHARACTERS} characters. Is something else in its place?",
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
    (
        lambda text: _domain(text).startswith("["),
        "There are square brackets after the @. We need a name there: an address looks like anna@example.org.",
    ),
    (
        lambda text: len(_labels(text)) == 1 and _domain(text) != "",
        "There is no dot after the @. Is the end of the address missing, such as .org or .co.uk?",
    ),
    (
        lambda text: _labels(text)[-1].isdigit(),
        "The address ends in a number, so it is none that we can write to. An address looks like anna@example.org.",
    ),
)


def _domain(text: str) -> str:
    return text.partition("@")[2]


def _labels(text: str) -> list[str]:
    """Return the parts of the domain. IDNA takes three other characters for dots, too (RFC 3490 §3.1)."""
    return _OTHER_DOTS.sub(".", _domain(text)).split(".")


def _refuse_common_mistakes(text: str) -> None:
    for matches, reason in _COMMON_MISTAKES:
        if matches(text):
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
