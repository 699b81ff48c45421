"""Building the MIME message of one mail for one subscriber.

Standard library only, because every import lengthens the start-up of the deliver function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy

from convener.campaigns import campaign_tag
from convener.delivery.footer import joined_words
from convener.editions.merge_fields import fill, merge_values
from convener.editions.models import Content, Edition
from convener.editions.places import zone_or_none
from convener.subscribers.models import Calendar, Subscriber


class _Policy(EmailPolicy):
    """Parts in 7 bits, so that no server has to recode them, and ASCII headers in one line.

    EmailPolicy folds a long address into encoded words (RFC 2047), which mail programs do not follow, and some subjects
    with an empty first line. A line may have 998 characters (RFC 5322 §2.1.1).
    """

    MAX_LINE_CHARACTERS = 990

    def fold(self, name: str, value: str) -> str:
        """Fold a header as EmailPolicy does, but write a short ASCII header in one line."""
        whole = f"{name}: {value}"
        return (
            whole + self.linesep
            if whole.isascii() and len(whole) < self.MAX_LINE_CHARACTERS
            else super().fold(name, value)
        )

    def fold_binary(self, name: str, value: str) -> bytes:
        """Fold a header for `as_bytes`."""
        return self.fold(name, value).encode("ascii")


class _Headers(HeaderRegistry):
    """Keeps the class of each header. HeaderRegistry makes a new class for every header, half of a mail's time."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        return self._known.get(name) or self._known.setdefault(name, super().__getitem__(name))


POLICY = _Policy(linesep="\r\n", cte_type="7bit", header_factory=_Headers())

VARIANTS_BY_PREFERENCE: Mapping[bool, Mapping[Calendar, Sequence[str]]] = {
    False: {
        Calendar.FILE: ("full",),
        Calendar.LINK: ("plain", "full"),
        Calendar.NONE: ("bare", "plain", "full"),
    },
    True: {
        Calendar.FILE: ("text",),
        Calendar.LINK: ("text-plain", "text"),
        Calendar.NONE: ("text-bare", "text-plain", "text"),
    },
}
"""The variants of an edition by a subscriber's preferences (text only, calendar), the best first.

An edition has only the variants that differ, and an old edition has fewer of them.
"""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail for the mailer: one recipient, the MIME bytes, and the tags by which events find the ledger entry."""

    sender: str
    recipient: str
    raw: bytes
    tags: Mapping[str, str]


def build_mail(  # noqa: PLR0913 - all that differs from one mail to the next
    *,
    campaign: str,
    chunk: str,
    attempt: int,
    edition: Edition,
    subscriber: Subscriber,
    leave_url: str,
    preferences_url: str,
    now: datetime,
    intended: str = "",
) -> Mail:
    """Fill the subscriber's values into a variant of the edition and build the MIME message.

    The headers follow RFC 8058 (one-click unsubscribe), RFC 2919 (List-Id) and RFC 3834 (Auto-Submitted). Two headers
    of Convener's own are the same on every attempt, because SES replaces Message-ID.

    Args:
        campaign: The campaign's id.
        chunk: The chunk's name.
        attempt: The number of the attempt.
        edition: The campaign's frozen content.
        subscriber: The row that the mail goes to.
        leave_url: The link to unsubscribe.
        preferences_url: The link to the preferences.
        now: The mail's date.
        intended: The recipient's id in the ledger, where the subscriber has moved to another row since. The mail is
            tagged with both ids.

    Raises:
        UnicodeError: IDNA 2008 (RFC 5891) does not allow the domain of the subscriber's address.
    """
    values = merge_values(
        occasion=edition.occasion,
        zone=subscriber.zone,
        first_name=subscriber.first_name,
        joined_on=joined_words(subscriber, tz=zone_or_none(edition.occasion.zone) or UTC),
        leave_url=leave_url,
        preferences_url=preferences_url,
        now=now,
    )
    content = fill(edition.variants[variant_for(subscriber, edition)], values)
    recipient = envelope_address(subscriber.address)
    intended = intended or subscriber.id
    headers = {
        "From": edition.sender,
        "To": recipient,
        "Reply-To": edition.reply_to,
        "Subject": content.subject,
        "Date": now.astimezone(UTC),
        "List-Id": f"<{edition.list_id}>",
        "List-Unsubscribe": f"<{leave_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Convener-Campaign": campaign,
        "X-Convener-Recipient": intended,
    }
    tags = {"campaign": campaign_tag(campaign), "chunk": chunk, "recipient": intended, "attempt": str(attempt)}
    if intended != subscriber.id:
        tags["reader"] = subscriber.id
    return Mail(sender=edition.sender, recipient=recipient, raw=as_mime(content, headers), tags=tags)


def variant_for(subscriber: Subscriber, edition: Edition) -> str:
    """Return the name of the subscriber's variant: the best one that the edition has."""
    wanted = VARIANTS_BY_PREFERENCE[subscriber.text_only][subscriber.calendar]
    return next(name for name in wanted if name in edition.variants)


def envelope_address(address: str) -> str:
    """Return the address with its domain as A-labels, as SES requires (SendEmail, Destination)."""
    if address.isascii():
        return address
    import idna  # noqa: PLC0415 - few addresses need its tables, which would lengthen every start-up

    local, _, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"


def as_mime(content: Content, headers: Mapping[str, object]) -> bytes:
    """Return the MIME message: the text part first, then the HTML part, and a calendar file as an attachment."""
    message = _body(content)
    for name, value in headers.items():
        message[name] = value
    return message.as_bytes(policy=POLICY)


def _body(content: Content) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message.set_content(content.text, cte="quoted-printable")
    if content.html:
        message.add_alternative(content.html, subtype="html", cte="quoted-printable")
    if content.calendar:
        message.add_attachment(
            content.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="invite.ics",
            cte="base64",
            params={"charset": "UTF-8", "method": "PUBLISH"},
        )
    return message
