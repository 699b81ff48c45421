"""One mail for one reader, as MIME. Standard library only: deliver's start-up pays for every import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy

from convener.campaigns import campaign_tag
from convener.editions.merge_fields import fill, merge_values
from convener.editions.models import Content, Edition
from convener.subscribers.models import Calendar, Subscriber


class _Policy(EmailPolicy):
    """7-bit parts, so that nothing on the way needs to recode them, and ASCII headers in one line.

    Python folds a long address into encoded words (RFC 2047), which no mail program follows, and some subjects with an
    empty first line. A line may have 998 characters (RFC 5322 §2.1.1).
    """

    LONGEST = 990

    def fold(self, name: str, value: str) -> str:
        """As EmailPolicy's, save for those."""
        whole = f"{name}: {value}"
        return whole + self.linesep if whole.isascii() and len(whole) < self.LONGEST else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """What `as_bytes` calls."""
        return self.fold(name, value).encode("ascii")


class _Headers(HeaderRegistry):
    """Remembers the class of each header. Python's makes a new one for every header of every mail: half of its time."""

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
"""Variants by what a reader chose (text only, calendar), the best first: old editions have fewer."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What the mailer hands over: one recipient, bytes, and the tags by which events find the ledger entry."""

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
    """Fill the reader's own values into her variant of the edition, and put it in an envelope.

    `intended` is the id under which the ledger knows her, where she has moved since: the mail is tagged with it, and
    with the id of the row that it really went to.
    Headers: RFC 8058 one-click leaving, RFC 2919 List-Id, RFC 3834 Auto-Submitted, and an id of our own that is the
    same on every attempt (SES replaces Message-ID).
    """
    values = merge_values(
        occasion=edition.occasion,
        zone=subscriber.zone,
        first_name=subscriber.first_name,
        confirmed_at=subscriber.confirmed_at,
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
    """Which variant this reader chose: the first that the edition has, for it has only those that differ."""
    wanted = VARIANTS_BY_PREFERENCE[subscriber.text_only][subscriber.calendar]
    return next(name for name in wanted if name in edition.variants)


def envelope_address(address: str) -> str:
    """The address with its domain as A-labels: SES takes no other (SendEmail, Destination)."""
    if address.isascii():
        return address
    import idna  # noqa: PLC0415 - few addresses need its tables, and deliver's start-up pays for every import

    local, _, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"


def as_mime(content: Content, headers: Mapping[str, object]) -> bytes:
    """Content in an envelope, as SES takes it. Text first and HTML last; a calendar file beside both."""
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
