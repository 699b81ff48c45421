"""What comes next, and what a mailing waits for: the plan in words, seen from one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from convener.campaigns import Campaign, Stage
from convener.mailing_types import MailingType
from convener.scheduling.due import DueMailing, WaitingMailing, plan
from convener.sessions.departure_times import give_up_at, leaving_from
from convener.sessions.models import Session
from convener.sessions.series import Series
from local.commands.campaign.words import moment, stage
from local.rehearsal.edits import Edit
from local.rehearsal.month import next_tick
from local.rehearsal.timeline_events import MATERIALS


@dataclass(frozen=True)
class Coming:
    """Something that happens at a moment, if nobody edits anything until then. `text` has no full stop."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`coming` is sorted, soonest first; `waiting` are whole sentences."""

    coming: Sequence[Coming]
    waiting: Sequence[str]

    @property
    def next_at(self) -> datetime | None:
        """When the next thing happens."""
        return self.coming[0].at if self.coming else None


def look_ahead(
    now: datetime,
    *,
    sessions: Iterable[Session],
    campaigns: Sequence[Campaign],
    series: Series,
    edits: Sequence[Edit] = (),
    held: datetime | None = None,
    blocked: Mapping[str, str] | None = None,
    paused: datetime | None = None,
) -> Outlook:
    """The future as it looks now.

    `edits` are those of a rehearsal, `held` is when a mail that SES did not take is tried again, `blocked` says by
    campaign why the last tick could not let it leave, `paused` since when the whole series is: then nothing leaves.
    """
    known = {session.id: session for session in sessions}
    coming = [Coming(next_tick(edit.at), _added(edit, known)) for edit in edits]
    if held:
        coming.append(Coming(next_tick(max(held, now)), "What could not leave at its time is tried again"))
    waiting = _pause(paused, series)
    for campaign in campaigns:
        if campaign.stage is Stage.WAITING:
            waiting.append(f"{campaign.id} {stage(campaign, series)}.")
            if campaign.until:
                coming.append(Coming(next_tick(max(campaign.until, now)), f"{campaign.id} is looked at again"))
    for item in plan(known.values(), campaigns, series):
        if isinstance(item, WaitingMailing):
            if _matters(item, known[item.session], now, series):
                waiting.append(f"{_named(item.kind, known[item.session])} {item.why}.")
        elif why := (blocked or {}).get(item.campaign) if item.leaves_at <= now < item.too_late_at else "":
            waiting.append(f"{_named(item.kind, item.session)} can’t leave: {why}")
        elif not paused and (leaves := _leaves(item, now, series)) < item.too_late_at:
            coming.append(Coming(leaves, f"{_named(item.kind, item.session)} leaves"))
    return Outlook(coming=sorted(coming, key=lambda one: one.at), waiting=waiting)


def _pause(since: datetime | None, series: Series) -> list[str]:
    told = f"The whole series is paused since {moment(since, series)}: no mail leaves until `convener series resume`."
    return [told] if since else []


def _leaves(mailing: DueMailing, now: datetime, series: Series) -> datetime:
    """The tick at which it leaves: never by night, and never in the past."""
    return next_tick(leaving_from(max(mailing.leaves_at, now), mailing.kind, series))


def _matters(item: WaitingMailing, session: Session, now: datetime, series: Series) -> bool:
    """Whether the mailing could still leave, and its time is near enough to speak of it."""
    begins, ends = (moment.astimezone(UTC) for moment in (session.begins(series.tz), session.ends(series.tz)))
    if item.kind.departure_rule.before_session:
        return now < begins
    return ends <= now < give_up_at(session, item.kind, series)


def _named(kind: MailingType, session: Session) -> str:
    return f"{kind.phrase} “{session.title or session.id}”"


def _added(edit: Edit, known: Mapping[str, Session]) -> str:
    session = known.get(edit.session)
    return f"An editor adds {MATERIALS[edit.field]} of “{(session and session.title) or edit.session}”"
