"""Which mailings are due: a pure function over the sessions, the campaigns and the rules of the series.

The departure rule of its type gives each mailing two moments: the moment at which the mailing leaves, and the moment
from which it is too late. Both follow from the records alone, so a tick that runs late, twice or not at all changes
neither. All moments are in UTC, because Python compares two aware datetimes of one zone by their wall clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from convener.campaigns import Campaign, Stage, campaign_id
from convener.mailing_types import Audience, DepartureRule, MailingType, TooLateRule, mailing_type, mailing_types
from convener.sessions.departure_times import daytime, give_up_at, leaving_from, moment_at, next_hour, planned_before
from convener.sessions.models import Session
from convener.sessions.series import Series

AWAITED = frozenset({"insights", "recording"})
"""The materials that readers await after a session."""


@dataclass(frozen=True, kw_only=True)
class DueMailing:
    """A mailing that will leave at a known moment. `brings` and `reached_by` are as in `Campaign`."""

    campaign: str
    session: Session
    kind: MailingType
    leaves_at: datetime
    too_late_at: datetime
    brings: frozenset[str] = frozenset()
    reached_by: str = ""


@dataclass(frozen=True, kw_only=True)
class WaitingMailing:
    """A mailing that cannot leave yet, because an editor must still give something. `why` says what."""

    session: str
    kind: MailingType
    why: str


Planned = DueMailing | WaitingMailing | None
"""The plan for one mailing; None where there is nothing to open."""


def materials(session: Session) -> frozenset[str]:
    """Return the names of the materials that readers can open: those with an https address."""
    addresses = {
        "insights": session.insights.url,
        "presentations": session.presentations,
        "recording": session.recording.url,
    }
    return frozenset(name for name, value in addresses.items() if value)


def due(now: datetime, sessions: Iterable[Session], campaigns: Iterable[Campaign], series: Series) -> list[DueMailing]:
    """Return the mailings to open now: urgent types first, then in the order in which they leave."""
    mailings = (item for item in plan(sessions, campaigns, series) if isinstance(item, DueMailing))
    ready = [mailing for mailing in mailings if mailing.leaves_at <= now and may_leave(mailing, now, series)]
    return sorted(ready, key=lambda mailing: (not mailing.kind.urgent, mailing.leaves_at, mailing.campaign))


def may_leave(mailing: DueMailing, now: datetime, series: Series) -> bool:
    """Return whether the mailing may leave now: it is neither night nor too late for the mailing."""
    return now < mailing.too_late_at and leaving_from(now, mailing.kind, series) == now


def next_due(
    after: datetime, sessions: Iterable[Session], campaigns: Iterable[Campaign], series: Series
) -> datetime | None:
    """Return the next moment at which a tick could open a mailing, if nobody edits a session until then."""
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
    """Return every mailing that is not opened yet, with its moments or with the reason for which it waits."""
    opened = {campaign.id: campaign for campaign in campaigns}
    kinds = [kind for kind in mailing_types() if kind.needs_session and not kind.needs_approval]
    meant = [session for session in sessions if session.status == "planned" and session.date >= series.mail_from]
    items = (
        _for_audience(_DEPARTURES[kind.departure_rule](kind, session, opened, series), kind, session, opened)
        for session in meant
        for kind in kinds
    )
    return [item for item in items if item]


WAITS_FOR_EARLIER = "waits until the mailing before it has ended"

Opened = Mapping[str, Campaign]
"""The opened campaigns by their ids."""


def _for_audience(planned: Planned, kind: MailingType, session: Session, opened: Opened) -> Planned:
    """Name the earlier campaign whose readers the mailing is for, where its type has the audience REACHED.

    Such a mailing is planned only after the earlier campaign is opened. It waits until that campaign has ended, because
    the audience is complete only then. Nothing follows a campaign that was stopped.
    """
    if kind.audience is not Audience.REACHED or not isinstance(planned, DueMailing):
        return planned
    earlier = opened.get(campaign_id(session.id, mailing_type(kind.follows)))
    if earlier is None or earlier.stage is Stage.STOPPED:
        return None
    if not earlier.ended:
        return WaitingMailing(session=session.id, kind=kind, why=WAITS_FOR_EARLIER)
    return replace(planned, reached_by=earlier.id)


def _when_titled(kind: MailingType, session: Session, opened: Opened, series: Series) -> Planned:
    """Plan a mailing some days before the session, by day, once the session has a title."""
    if _is_opened(kind, session, opened):
        return None
    if not session.title:
        return WaitingMailing(session=session.id, kind=kind, why="waits for a title")
    departure = series.departures.before(kind)
    quiet = session.edited_at + timedelta(minutes=departure.quiet_minutes)
    leaves = daytime(max(planned_before(session, kind, series), quiet), departure.hour, series)
    return _mailing(kind, session, series, leaves)


def _before_session(kind: MailingType, session: Session, opened: Opened, series: Series) -> Planned:
    """Plan a mailing some days before the session. An edit delays the mailing only if the departure asks for quiet."""
    if _is_opened(kind, session, opened):
        return None
    leaves, minutes = planned_before(session, kind, series), series.departures.before(kind).quiet_minutes
    if minutes:
        leaves = max(leaves, session.edited_at + timedelta(minutes=minutes))
    return _mailing(kind, session, series, leaves)


def _with_materials(kind: MailingType, session: Session, opened: Opened, series: Series) -> Planned:
    """Plan a mailing after the session. It waits for all materials that readers await, at most `wait_days`."""
    if _is_opened(kind, session, opened):
        return None
    departure, available = series.departures.after(kind), materials(session)
    if not available:
        return WaitingMailing(session=session.id, kind=kind, why="waits for insights or a recording")
    over = session.ends(series.tz).astimezone(UTC)
    complete = available >= AWAITED
    patience = over if complete else moment_at(session.date + timedelta(departure.wait_days), departure.hour, series)
    quiet = session.edited_at + timedelta(minutes=departure.quiet_minutes)
    leaves = next_hour(max(over, patience, quiet), departure.hour, series)
    return _mailing(kind, session, series, leaves, brings=available)


def _with_later_materials(kind: MailingType, session: Session, opened: Opened, series: Series) -> Planned:
    """Plan a mailing with the materials that earlier mailings of the session lacked, for the readers of the first.

    An operator or the feedback may have stopped the first campaign. Then its readers get nothing more of the session.
    """
    first = opened.get(campaign_id(session.id, mailing_type(kind.follows)))
    if first is None:
        return None
    earlier = [campaign for campaign in opened.values() if campaign.session == session.id and campaign.kind == kind]
    lacked = AWAITED - first.brings.union(*(campaign.brings for campaign in earlier))
    arrived = lacked & materials(session)
    if not lacked or first.stage is Stage.STOPPED:
        return None
    if not arrived:
        return WaitingMailing(session=session.id, kind=kind, why=f"waits for {' and '.join(sorted(lacked))}")
    if not all(campaign.ended for campaign in (first, *earlier)):
        return WaitingMailing(session=session.id, kind=kind, why=WAITS_FOR_EARLIER)
    departure = series.departures.after(kind)
    quiet = session.edited_at + timedelta(minutes=departure.quiet_minutes)
    leaves = next_hour(max(first.opened_at, quiet), departure.hour, series)
    return _mailing(kind, session, series, leaves, number=len(earlier) + 1, brings=arrived)


_DEPARTURES: Mapping[DepartureRule, Callable[[MailingType, Session, Opened, Series], Planned]] = {
    DepartureRule.WHEN_TITLED: _when_titled,
    DepartureRule.BEFORE_SESSION: _before_session,
    DepartureRule.WITH_MATERIALS: _with_materials,
    DepartureRule.WITH_LATER_MATERIALS: _with_later_materials,
}


def _is_opened(kind: MailingType, session: Session, opened: Opened) -> bool:
    """Return whether the mailing, or the one that supersedes it, is opened."""
    kinds = [kind, *([mailing_type(kind.superseded_by)] if kind.superseded_by else [])]
    return any(campaign_id(session.id, candidate) in opened for candidate in kinds)


def _superseded_at(kind: MailingType, session: Session, series: Series) -> datetime:
    return planned_before(session, mailing_type(kind.superseded_by), series)


def _begins_at(_kind: MailingType, session: Session, series: Series) -> datetime:
    return session.begins(series.tz).astimezone(UTC)


def _given_up_at(kind: MailingType, session: Session, series: Series) -> datetime:
    return give_up_at(session, kind, series)


_TOO_LATE: Mapping[TooLateRule, Callable[[MailingType, Session, Series], datetime]] = {
    TooLateRule.SUPERSEDED: _superseded_at,
    TooLateRule.SESSION_BEGINS: _begins_at,
    TooLateRule.GIVE_UP: _given_up_at,
}


def _mailing(
    kind: MailingType,
    session: Session,
    series: Series,
    leaves_at: datetime,
    *,
    number: int = 1,
    brings: frozenset[str] = frozenset(),
) -> DueMailing:
    return DueMailing(
        campaign=campaign_id(session.id, kind, number),
        session=session,
        kind=kind,
        leaves_at=leaves_at,
        too_late_at=_TOO_LATE[kind.too_late_rule](kind, session, series),
        brings=brings,
    )
