"""Writing one letter: its words from the templates, its envelope. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formataddr

from convener.delivery.mail import Mail, as_mime, envelope_address
from convener.editions.formatting import day_month_year, one_line
from convener.editions.models import Content, mark_free
from convener.editions.render import Templates
from convener.errors import Refused
from convener.sessions.series import Series
from convener.subscribers.models import Subscriber
from convener.transactional_mail.ports import Links

NOBODY = {"fields": {"greeting": ""}, "may_leave": False, "in_browser": False, "view_url": ""}
"""What a letter shows of its reader where nothing is known of her."""


@dataclass(frozen=True, kw_only=True)
class MailRenderer:
    """The words of the series, its templates, and the links. The series is `cleaned` already."""

    series: Series
    templates: Templates
    links: Links

    def to_stranger(
        self, name: str, *, address: str, recipient: str, view: Mapping[str, object], now: datetime
    ) -> Mail:
        """A mail to an address that may be anybody's. It says nothing that whoever asked could have put in."""
        return self._mail(name, address=address, recipient=recipient, view=view, now=now)

    def to_reader(
        self, name: str, row: Subscriber, *, view: Mapping[str, object], now: datetime, may_leave: bool = True
    ) -> Mail:
        """A mail to somebody who has a row. `may_leave`: mail programs offer to leave by it, and the footer does."""
        first, since = one_line(mark_free(row.first_name)), row.confirmed_at
        fields = {
            "greeting": f"Hello {first}," if first else "",
            "joined_on": f" on {day_month_year(since.astimezone(self.series.tz))}" if since else "",
            "leave_url": self.links.leave_url(row.id),
            "preferences_url": self.links.preferences_url(row.id),
        }
        leave_url = fields["leave_url"] if may_leave else ""
        seen = {**view, "fields": fields, "may_leave": may_leave}
        return self._mail(
            name,
            address=row.address,
            recipient=row.id,
            view=seen,
            now=now,
            leave_url=leave_url,
            text_only=row.text_only,
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
        content = self._content(name, {**NOBODY, **view, "series": series}, text_only=text_only)
        try:
            to = envelope_address(address)
        except UnicodeError as error:
            raise Refused("no mail can be addressed to this domain") from error
        sender = formataddr((series.sender.name, series.sender.address))
        leaving = {
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
            **(leaving if leave_url else {}),
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
