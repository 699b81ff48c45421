"""A small outbox to look at, made without any of Convener's own mails: three campaigns to four readers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from local.timeline.moments import TimelineEvent

READERS = (
    "ada@readers.example",
    "Mārama Te Kanawa <marama@readers.example>",
    "Søren 🌱 <soren@readers.example>",
    "a.very.long.address.that.goes.on.and.on@a-rather-long-domain.readers.example",
)
TITLE = "The role of kindness in the British Red Cross"
_CAMPAIGNS = {
    "2024-04/invite": (datetime(2024, 4, 4, 8, tzinfo=UTC), f"Thu 18 April, 6pm UK: {TITLE}"),
    "2024-04/reminder": (datetime(2024, 4, 17, 8, tzinfo=UTC), f"Tomorrow, 6pm UK: {TITLE}"),
    "2024-04/recap": (datetime(2024, 4, 26, 8, tzinfo=UTC), f"Insights and recording: {TITLE}"),
}
HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>{subject}</title><style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; background: #f4f1ea; color: #26312f; font: 16px/1.6 Arial, sans-serif; }}
.card {{ max-width: 536px; margin: 32px auto; background: #fff; padding: 32px; border-top: 4px solid #e0a458;
border-radius: 10px; }}
h1 {{ font: bold 30px/1.2 Georgia, serif; color: #12312e; }}
a {{ color: #fff; background: #0f5c57; padding: 12px 24px; display: inline-block; border-radius: 6px; }}
@media (max-width: 480px) {{ h1 {{ font-size: 26px; }} .card {{ margin: 0; }} }}
@media (prefers-color-scheme: dark) {{ body {{ background: #101817; color: #e9efed; }} .card {{ background: #182321; }}
h1 {{ color: #e9efed; }} a {{ background: #7fd1c7; color: #0d1f1d; }} }}
</style></head><body><div class="card"><h1>{title}</h1><p><b>Thursday 18 April 2024, 18:00–19:30 UK time</b></p>
<p><a href="https://kindness.example/join">Keep the date</a></p><p>How does an organisation that meets people on the
worst day of their lives keep kindness at its centre? We listen for half an hour, and then we think together.</p></div>
</body></html>
"""
CALENDAR = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Convener//Sample//EN
METHOD:PUBLISH
BEGIN:VEVENT
UID:2024-04@mail.kindness.example
SEQUENCE:1
DTSTAMP:20240404T080000Z
DTSTART:20240418T170000Z
DTEND:20240418T183000Z
SUMMARY:{TITLE}
LOCATION:By video
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Soon
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@dataclass(frozen=True)
class Sample:
    """What the page is made from, beside the outbox."""

    moments: list[TimelineEvent]
    report: dict[str, Any]


def make_sample(folder: Path, *, readers: int = len(READERS)) -> Sample:
    """Write `folder/outbox` with three mails a reader, and return the rest."""
    outbox = folder / "outbox"
    outbox.mkdir(parents=True, exist_ok=True)
    count = 0
    for campaign, (at, subject) in _CAMPAIGNS.items():
        for place in range(readers):
            count += 1
            to = READERS[place] if place < len(READERS) else f"reader-{place}@readers.example"
            recipient = hashlib.sha256(to.encode()).hexdigest()[:32]
            odd = subject.replace("Tomorrow", "Today") if place == 1 else subject
            mail = sample_mail(campaign, to=to, subject=odd, at=at + timedelta(seconds=place), html=place != 3)
            name = f"{count:04}-{campaign.replace('/', '_')}-{recipient[:8]}.eml"
            (outbox / name).write_bytes(mail.as_bytes())
    return Sample(_moments(), _report(readers))


def sample_mail(campaign: str, *, to: str, subject: str, at: datetime, html: bool = True) -> EmailMessage:
    """One mail with the headers that a rehearsal writes; invites and reminders carry a calendar file."""
    mail = EmailMessage()
    mail["From"] = "Conversation for Kindness <conversation@mail.kindness.example>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["X-Convener-Campaign"] = campaign
    mail["X-Convener-Recipient"] = hashlib.sha256(to.encode()).hexdigest()[:32]
    mail["List-Unsubscribe"] = "<https://kindness.example/u/" + "x" * 80 + ">"
    mail.set_content(
        f"{TITLE}\n\nThursday 18 April 2024, 18:00–19:30 UK time\n\nKeep the date:\nhttps://kindness.example/d\n"
    )
    if html:
        mail.add_alternative(HTML.format(subject=subject, title=TITLE), subtype="html")
    if not campaign.endswith("recap"):
        mail.add_attachment(CALENDAR, subtype="calendar", params={"method": "PUBLISH"}, filename="invite.ics")
    return mail


def _moments() -> list[TimelineEvent]:
    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2024, 4, day, hour, minute, tzinfo=UTC)

    invite, reminder, recap = _CAMPAIGNS
    return [
        TimelineEvent(at(3, 8), "load", "The archive was read: 21 sessions, of which 1 lies ahead."),
        TimelineEvent(at(3, 8, 15), "edit", f"April 2024 got its title: “{TITLE}”."),
        TimelineEvent(at(4, 8), "campaign", "The invitation left, 14 days before the conversation.", invite),
        TimelineEvent(at(17, 8), "campaign", "The reminder left, the day before.", reminder),
        TimelineEvent(at(18, 18, 30), "tick", "The conversation was over. Nothing was due."),
        TimelineEvent(at(19, 8), "waiting", "The recap waits for the recording.", recap),
        TimelineEvent(at(25, 15, 20), "edit", "The recording of April 2024 was added."),
        TimelineEvent(at(26, 8), "campaign", "The recap left, with insights and recording.", recap),
    ]


def _report(readers: int) -> dict[str, Any]:
    def line(campaign: str) -> dict[str, Any]:
        session, kind = campaign.split("/")
        counts = {"audience": readers + 1, "accepted": readers, "skipped": 1, "failed": 0, "unknown": 0}
        return {"id": campaign, "kind": kind, "session": session, **counts}

    campaigns = [line(campaign) for campaign in _CAMPAIGNS]
    return {"from": "2024-04-03", "to": "2024-04-27", "campaigns": campaigns, "mails": 3 * readers}
