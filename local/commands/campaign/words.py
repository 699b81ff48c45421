"""The stage of a campaign in words, for operators."""

from __future__ import annotations

from datetime import datetime

from convener.campaigns import Campaign, Stage, WaitReason
from convener.sessions.series import Series
from local.timeline.words import written_moment

WAITS = {
    WaitReason.PAUSED: "an operator paused it; continues after `convener campaign resume`",
    WaitReason.SERIES: "the series is paused; continues after `convener series resume`",
    WaitReason.QUOTA: "SES's daily quota is used up, until {until}; continues by itself",
    WaitReason.SES_PAUSED: "SES lets this account send nothing at present; the tick asks again from {until} on, "
    "and the campaign continues once SES allows it",
    WaitReason.NIGHT: "it is night, until {until}; continues by itself",
    WaitReason.LOST_ANSWERS: "the answers of SES kept getting lost; each tick tries one mail, and the campaign "
    "continues once SES answers",
    WaitReason.RESUMED: "the first tick from {until} on continues it, within 15 minutes and by day",
}
STOPPED = {
    WaitReason.OPERATOR: "by an operator",
    WaitReason.COMPLAINTS: "by itself: too many readers complained",
    WaitReason.BOUNCES: "by itself: too many addresses bounced for good",
}


def moment(at: datetime | None, series: Series) -> str:
    """Return the moment in words, such as "Thursday 4 April 2024, 14:00 UK time"."""
    return f"{written_moment(at.astimezone(series.tz))} {series.zone_name}" if at else "an unknown moment"


def stage(campaign: Campaign, series: Series) -> str:
    """Return the stage in words: what the campaign waits for and until when, or what ended it."""
    match campaign.stage:
        case Stage.OPEN:
            return "open: the tick is about to queue it"
        case Stage.SENDING:
            return "sending"
        case Stage.WAITING:
            why = WAITS.get(campaign.why or WaitReason.PAUSED, str(campaign.why))
            return f"waits: {why.format(until=moment(campaign.until, series))}"
        case Stage.DONE:
            return "done"
        case Stage.STOPPED:
            by = STOPPED.get(campaign.why or WaitReason.OPERATOR, "for good")
            return f"stopped {by}" + ("" if campaign.ended else "; the tick is skipping the mails that had not left")
