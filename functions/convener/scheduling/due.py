"""What is due: a pure function over sessions, campaigns and the series' rules.

Each mailing has the moment at which it leaves, worked out from the records alone, and the moment from which it is
too late. A tick that comes late, twice or not at all changes neither. All moments here are in UTC: two aware
datetimes of one zone would be compared by their wall clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from convener.campaigns import Campaign, Stage, campaign_id
from convener.mailing_types import MailingType
from convener.sessions.departure_times import daytime, leaving_from, moment_at, next_hour
from convener.sessions.models import Session
from convener.sessions.series import Series

AWAITED = frozenset({"insights", "recording"})


@dataclass(frozen=True, kw_only=True)
class DueMailing:
    """One mailing that will leave. `reached_by` and `brings` are as in Campaign."""

    campaign: str
    session: Session
    kind: MailingType
    leaves_at: datetime
    too_late_at: datetime
    brings: frozenset[str] = frozenset()
    reached_by: str = ""


@dataclass(frozen=True, kw_only=True)
class WaitingMailing:
    """A mailing whose time has come or will come, but which lacks something that an editor must give."""

    session: str
    kind: MailingType
    why: str


def materials(session: Session) -> frozenset[str]:
    """What readers can open: an https address, not a mere announcement."""
    there = {
        "insights": session.insights.url,
        "presentations": session.presentations,
        "recording": session.recording.url,
    }
    return frozenset(name for name, value in there.items() if value)


def due(now: datetime, sessions: Iterable[Session], campaigns: Iterable[Campaign], series: Series) -> list[DueMailing]:
    """The mailings to open now, earliest first."""
    mailings = (item for item in plan(sessions, campaigns, series) if isinstance(item, DueMailing))
    ready = [mailing for mailing in mailings if mailing.leaves_at <= now and may_leave(mailing, now, series)]
    return sorted(ready, key=lambda mailing: (mailing.leaves_at, mailing.campaign))


def may_leave(mailing: DueMailing, now: datetime, series: Series) -> bool:
    """Whether `now` is neither night nor too late for it."""
    return now < mailing.too_late_at and leaving_from(now, mailing.kind, series) == now


def next_due(
    after: datetime, sessions: Iterable[Session], campaigns: Iterable[Campaign], series: Series
) -> datetime | None:
    """The next moment at which a tick could open something, if nothing is edited until then."""
    moments = []
    for mailing in plan(sessions, campaigns, series):
        if isinstance(mailing, DueMailing):
            moment = leaving_from(max(mailing.leaves_at, after), mailing.kind, series)
            if after < moment < mailing.too_late_at:
                moments.append(moment)
    return min(moments, default=None)


def plan(
    sessions: Iterable[Session], campaigns: Iterable[Campaign], series: Series
) -> list[DueMailing | WaitingMailing]:
    """Everything that was not opened yet, with its moments or with what it waits for."""
    opened = {campaign.id: campaign for campaign in campaigns}
    items: list[DueMailing | WaitingMailing] = []
    for session in sessions:
        if session.status == "planned" and session.date >= series.mail_from:
            items += _before(session, opened, series)
            items += _after(session, opened, series)
    return items


def _before(session: Session, opened: Mapping[str, Campaign], series: Series) -> list[DueMailing | WaitingMailing]:
    """Invite and reminder. The reminder says all that an invite says, so none comes after it."""
    begins = session.begins(series.tz).astimezone(UTC)
    reminder_rule, invite_rule = series.departures.reminder, series.departures.invite
    reminder_at = moment_at(session.date - timedelta(days=reminder_rule.days_before), reminder_rule.hour, series)
    items: list[DueMailing | WaitingMailing] = []
    invite, reminder = (campaign_id(session.id, kind) for kind in (MailingType.INVITE, MailingType.REMINDER))
    if invite not in opened and reminder not in opened:
        if session.title:
            planned = moment_at(session.date - timedelta(days=invite_rule.days_before), invite_rule.hour, series)
            quiet = session.edited_at + timedelta(minutes=invite_rule.quiet_minutes)
            leaves = daytime(max(planned, quiet), invite_rule.hour, series)
            items.append(_mailing(invite, session, MailingType.INVITE, leaves, reminder_at))
        else:
            items.append(WaitingMailing(session=session.id, kind=MailingType.INVITE, why="waits for a title"))
    if reminder not in opened:
        quiet = session.edited_at + timedelta(minutes=reminder_rule.quiet_minutes)
        leaves = reminder_at if not reminder_rule.quiet_minutes else max(reminder_at, quiet)
        items.append(_mailing(reminder, session, MailingType.REMINDER, leaves, begins))
    return items


def _after(session: Session, opened: Mapping[str, Campaign], series: Series) -> list[DueMailing | WaitingMailing]:
    """The recap, and once it is done the follow-ups with what it lacked."""
    recap = opened.get(campaign_id(session.id, MailingType.RECAP))
    return _recap(session, series) if recap is None else _follow_up(session, recap, opened, series)


def _recap(session: Session, series: Series) -> list[DueMailing | WaitingMailing]:
    rule, there = series.departures.recap, materials(session)
    over = session.ends(series.tz).astimezone(UTC)
    if not there:
        return [WaitingMailing(session=session.id, kind=MailingType.RECAP, why="waits for insights or a recording")]
    patience = over if there >= AWAITED else moment_at(session.date + timedelta(days=rule.wait_days), rule.hour, series)
    quiet = session.edited_at + timedelta(minutes=rule.quiet_minutes)
    leaves = next_hour(max(over, patience, quiet), rule.hour, series)
    return [
        _mailing(
            campaign_id(session.id, MailingType.RECAP), session, MailingType.RECAP, leaves, _end(session, series), there
        )
    ]


def _follow_up(
    session: Session, recap: Campaign, opened: Mapping[str, Campaign], series: Series
) -> list[DueMailing | WaitingMailing]:
    earlier = [c for c in opened.values() if c.session == session.id and c.kind == MailingType.FOLLOW_UP]
    lacked = AWAITED - recap.brings.union(*(campaign.brings for campaign in earlier))
    arrived = lacked & materials(session)
    if not lacked or recap.stage is Stage.STOPPED:  # whoever stopped it, or what came back, meant its readers
        return []
    if not arrived:
        why = f"waits for {' and '.join(sorted(lacked))}"
        return [WaitingMailing(session=session.id, kind=MailingType.FOLLOW_UP, why=why)]
    if not all(campaign.ended for campaign in (recap, *earlier)):
        why = "waits until the mailing before it has ended"
        return [WaitingMailing(session=session.id, kind=MailingType.FOLLOW_UP, why=why)]
    rule = series.departures.recap
    quiet = session.edited_at + timedelta(minutes=rule.quiet_minutes)
    leaves = next_hour(max(recap.opened_at, quiet), rule.hour, series)
    name = campaign_id(session.id, MailingType.FOLLOW_UP, len(earlier) + 1)
    return [_mailing(name, session, MailingType.FOLLOW_UP, leaves, _end(session, series), arrived, recap.id)]


def _end(session: Session, series: Series) -> datetime:
    return session.ends(series.tz).astimezone(UTC) + timedelta(days=series.departures.recap.give_up_days)


def _mailing(
    campaign: str,
    session: Session,
    kind: MailingType,
    leaves: datetime,
    too_late: datetime,
    brings: frozenset[str] = frozenset(),
    reached_by: str = "",
) -> DueMailing:
    return DueMailing(
        campaign=campaign,
        session=session,
        kind=kind,
        leaves_at=leaves,
        too_late_at=too_late,
        brings=brings,
        reached_by=reached_by,
    )
