"""Rendering one transactional mail from its templates, with all headers. Nothing of the mail is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formataddr

from convener.delivery.footer import joined_words
from convener.delivery.mail import Mail, as_mime, envelope_address
from convener.editions.formatting import one_line
from convener.editions.models import Content, mark_free
from convener.editions.render import Templates
from convener.errors import Refused
from convener.links import Links
from convener.sessions.series import Series
from convener.subscribers.models import Subscriber

_NO_SUBSCRIBER = {"fields": {"greeting": ""}, "may_leave": False, "in_browser": False, "view_url": ""}
"""The values of a mail that is not for a known subscriber."""


@dataclass(frozen=True, kw_only=True)
class MailRenderer:
    """The series, already cleaned for mails, the templates, and the links."""

    series: Series
    templates: Templates
    links: Links

    def mail_to_address(
        self, name: str, *, address: str, recipient: str, view: Mapping[str, object], now: datetime
    ) -> Mail:
        """Render a mail to an address that anybody may have typed.

        The mail contains nothing that came with the request but the address. `recipient` is the subscriber id of the
        address.
        """
        return self._mail(name, address=address, recipient=recipient, view=view, now=now)

    def mail_to_subscriber(
        self, name: str, subscriber: Subscriber, *, view: Mapping[str, object], now: datetime, may_leave: bool = True
    ) -> Mail:
        """Render a mail to a subscriber.

        `may_leave` says whether the footer and the headers offer to unsubscribe.
        """
        first_name = one_line(mark_free(subscriber.first_name))
        fields = {
            "greeting": f"Hello {first_name}," if first_name else "",
            "joined_on": joined_words(subscriber, tz=self.series.tz),
            "leave_url": self.links.leave_url(subscriber.id),
            "preferences_url": self.links.preferences_url(subscriber.id),
        }
        return self._mail(
            name,
            address=subscriber.address,
            recipient=subscriber.id,
            view={**view, "fields": fields, "may_leave": may_leave},
            now=now,
            leave_url=fields["leave_url"] if may_leave else "",
            text_only=subscriber.text_only,
        )

    def _mail(
        self,
        name: str,
        *,
        address: str,
        recipient: str,
        view: Mapping[str, object],
        now: datetime,
        leave_url: str = "",
        text_only: bool = False,
    ) -> Mail:
        series = self.series
        content = self._content(name, {**_NO_SUBSCRIBER, **view, "series": series}, text_only=text_only)
        try:
            to = envelope_address(address)
        except UnicodeError as error:
            raise Refused("no mail can be addressed to this domain") from error
        sender = formataddr((series.sender.name, series.sender.address))
        unsubscribe = {
            "List-Unsubscribe": f"<{leave_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        headers = {
            "From": sender,
            "To": to,
            "Reply-To": series.sender.reply_to,
            "Subject": content.subject,
            "Date": now.astimezone(UTC),
            "List-Id": f"<{series.sender.list_id}>",
            **(unsubscribe if leave_url else {}),
            "Auto-Submitted": "auto-generated",
            "X-Convener-Letter": name,
            "X-Convener-Recipient": recipient,
        }
        tags = {"letter": name, "recipient": recipient}
        return Mail(sender=sender, recipient=to, raw=as_mime(content, headers), tags=tags)

    def _content(self, name: str, view: Mapping[str, object], *, text_only: bool) -> Content:
        return Content(
            subject=one_line(self.templates.line(f"{name}/subject.txt", view)),
            text=self.templates.text(f"{name}/body.txt", view),
            html="" if text_only else self.templates.html(f"{name}/body.mjml", view),
        )
