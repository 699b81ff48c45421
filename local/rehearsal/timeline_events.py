"""Turns what happens in a rehearsal into sentences for the timeline. A state is told when it begins or changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from convener.campaigns import Campaign, Stage, WaitReason
from convener.mailing_types import mailing_type
from local.commands.campaign.words import stage
from local.rehearsal.edits import Edit
from local.rehearsal.world import World
from local.timeline.moments import TimelineEvent

MATERIALS = {"insights": "the insights", "presentations": "the presentations", "recording": "the recording"}


@dataclass
class TimelineEvents:
    """Makes timeline events, and remembers what it said last about each campaign.

    Attributes:
        waiting: Why a campaign could not leave.
        status: For what a campaign waits, or what stopped it.
        unknown: How many mails of a campaign are unknown.
    """

    waiting: dict[str, str] = field(default_factory=dict)
    status: dict[str, WaitReason | None] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)

    def carried_out(self, edit: Edit, world: World) -> TimelineEvent:
        """Apply the change of an editor to the session record, and return its event."""
        session = next(session for session in world.sessions.all() if session.id == edit.session)
        world.sessions.save(edit.applied(session), expected_version=session.version)
        text = f"An editor adds {MATERIALS[edit.field]} of “{session.title or session.id}”."
        return TimelineEvent(at=edit.at, kind="edit", text=text)

    def ticked(self, report: dict[str, Any], world: World) -> Iterator[TimelineEvent]:
        """Yield events for everything that the report of a tick contains."""
        now = world.clock.now()
        sessions = world.sessions.all()
        titles = {session.id: session.title or session.id for session in sessions}
        for campaign in report["opened"]:
            session, kind = campaign.split("/")[:2]
            yield TimelineEvent(
                at=now,
                kind="campaign",
                text=f"{mailing_type(kind).phrase} “{titles[session]}” leaves.",
                campaign=campaign,
            )
        for campaign in report.get("brought_back", ()):
            yield TimelineEvent(at=now, kind="campaign", text=f"{campaign} goes on.", campaign=campaign)
        for campaign, why in report["blocked"].items():
            if self.waiting.get(campaign) != why:
                yield TimelineEvent(at=now, kind="waiting", text=f"{campaign} can’t leave: {why}.")
                self.waiting[campaign] = why
        over = {session.id for session in sessions if session.ends(world.series.tz) <= now}
        for campaign, why in report["waiting"].items():
            session, _, kind = campaign.partition("/")
            if self.waiting.get(campaign) != why and (
                session in over or mailing_type(kind).departure_rule.before_session
            ):
                yield TimelineEvent(at=now, kind="waiting", text=f"The {kind} of {session} {why}.")
                self.waiting[campaign] = why
        for campaign, number in report.get("unknown", {}).items():
            if self.unknown.get(campaign) != number:
                yield TimelineEvent(at=now, kind="waiting", text=unknown_words(campaign, number))
                self.unknown[campaign] = number

    def stands(self, campaigns: Sequence[Campaign], world: World) -> Iterator[TimelineEvent]:
        """Yield an event for each campaign that began to wait or was stopped since the last call."""
        for campaign in campaigns:
            why = campaign.why if campaign.stage in (Stage.WAITING, Stage.STOPPED) else None
            if why is not WaitReason.RESUMED and self.status.get(campaign.id) != why:
                self.status[campaign.id] = why
                if why:
                    text = f"{campaign.id} {stage(campaign, world.series)}."
                    yield TimelineEvent(at=world.clock.now(), kind="waiting", text=text, campaign=campaign.id)


def unknown_words(campaign: str, number: int) -> str:
    """Return the sentence about mails whose answer from SES was lost."""
    mails = "the answer to 1 mail is" if number == 1 else f"the answers to {number} mails are"
    return (
        f"{campaign}: {mails} lost, and no event has told whether SES took it. It is not sent again by itself: "
        f"`convener campaign show {campaign}` lists the recipients."
    )
