"""An operator's hand on campaigns: pause, resume, stop, send again what may be lost. Standard library only.

Every step may be repeated: doing twice what was done changes nothing, and what broke off is completed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import chain

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
from convener.delivery.campaign_updates import turn
from convener.delivery.chunks import Chunk
from convener.delivery.expiry import EVENTS_ARRIVE_WITHIN, moment_of
from convener.delivery.ports import DeliveryLedger
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.errors import BadInput, Conflict

MAX_ATTEMPTS = 8
"""How often a chunk is decided anew because somebody else wrote it first. Each time, that other one did get on."""


@dataclass(frozen=True, kw_only=True)
class ResendResult:
    """What asking to send again came to: entries now asked for, those asked for before, and those too young."""

    campaign: Campaign
    asked: int = 0
    before: int = 0
    young: int = 0


@dataclass(frozen=True, kw_only=True)
class CampaignControl:
    """Everything that steering takes. `zone` is the one in which refusals name moments."""

    ledger: DeliveryLedger
    clock: Clock
    zone: tzinfo = UTC

    def pause(self, campaign: str) -> Campaign:
        """Let nothing more leave until a person resumes it. Raises BadInput where it has ended or is stopped."""

        def change(known: Campaign) -> Campaign | None:
            _refuse_ended(known, "paused")
            return None if known.why is WaitReason.PAUSED else known.turned(Stage.WAITING, why=WaitReason.PAUSED)

        return turn(self.ledger, campaign, change)

    def resume(self, campaign: str) -> Campaign:
        """Let the next tick bring it back, whatever it waits for. Raises BadInput where it doesn't wait."""

        def change(known: Campaign) -> Campaign | None:
            _refuse_ended(known, "resumed")
            if known.stage is not Stage.WAITING:
                raise BadInput(f"{known.id} does not wait: there is nothing to resume.")
            if known.why is WaitReason.SERIES and self.ledger.paused_since():
                raise BadInput(f"{known.id} waits because the whole series is paused: resume the series.")
            if known.why is WaitReason.RESUMED:
                return None
            return known.turned(Stage.WAITING, why=WaitReason.RESUMED, until=self.clock.now())

        return turn(self.ledger, campaign, change)

    def stop(self, campaign: str) -> Campaign:
        """End it for good: the tick makes SKIPPED what has not left. Raises BadInput where it is done."""

        def change(known: Campaign) -> Campaign | None:
            if known.stage is Stage.DONE:
                raise BadInput(f"{known.id} is done: nothing is left to stop.")
            return None if known.stage is Stage.STOPPED else known.turned(Stage.STOPPED, why=WaitReason.OPERATOR)

        return turn(self.ledger, campaign, change)

    def resend_unknown(self, campaign: str) -> ResendResult:
        """Ask for a new attempt at every UNKNOWN that events had time to settle. Her mail may then come twice.

        The entries are marked first, then the campaign is brought back: what breaks off in between is completed by
        asking again. Raises BadInput where the campaign is stopped or it is too late for its kind.
        """
        known = self.ledger.campaign(campaign)
        if known is None:
            raise BadInput(f"There is no campaign {campaign}.")
        refusal = self.refusal(known)
        sums = ResendResult(campaign=known)
        # In this order: a chunk whose last work ends meanwhile is met in the second, if not in the first.
        for chunk in chain(self.ledger.unfinished(campaign), self.ledger.unknown(campaign)):
            asked, before, young = self._ask(known, chunk, mark=not refusal)
            sums = replace(sums, asked=sums.asked + asked, before=sums.before + before, young=sums.young + young)
        if sums.asked or sums.before:  # also where it is refused now: the tick then closes what had been marked
            sums = replace(sums, campaign=turn(self.ledger, campaign, self._brought_back))
        if refusal:
            raise BadInput(refusal)
        return sums

    def refusal(self, known: Campaign) -> str:
        """Why nothing of it may be sent again; empty where it may."""
        if known.stage is Stage.STOPPED:
            return f"{known.id} is stopped for good: nothing of it is sent again."
        if self.clock.now() >= known.too_late_at:
            ended = known.too_late_at.astimezone(self.zone)
            return f"It is too late to send {known.id} again: its time ended on {ended:%Y-%m-%d at %H:%M (%Z)}."
        return ""

    def _ask(self, campaign: Campaign, chunk: Chunk, *, mark: bool) -> tuple[int, int, int]:
        """Mark one chunk's old enough UNKNOWNs; how many were marked now, were before, and are too young."""
        for _ in range(MAX_ATTEMPTS):
            unknown = {
                place: entry for place, entry in enumerate(chunk.entries) if entry.state is DeliveryState.UNKNOWN
            }
            before = sum(entry.reason == RESEND for entry in unknown.values())
            rest = {place: entry for place, entry in unknown.items() if entry.reason != RESEND}
            due = {place: entry.saying(RESEND) for place, entry in rest.items() if self._old_enough(campaign, entry)}
            if not due or not mark:
                return 0, before, len(rest) - len(due)
            try:
                self.ledger.save(chunk.with_entries(due), messages={})
            except Conflict:
                chunk = self.ledger.chunk(chunk.campaign, chunk.ref) or chunk
            else:
                return len(due), before, len(rest) - len(due)
        raise Conflict(f"others kept writing chunk {chunk.ref} of {chunk.campaign}")

    def _old_enough(self, campaign: Campaign, entry: RecipientState) -> bool:
        return moment_of(campaign, entry) + EVENTS_ARRIVE_WITHIN <= self.clock.now()

    def _brought_back(self, known: Campaign) -> Campaign:
        """The campaign so that the tick sends what was marked, or closes it where nothing may leave any more.

        One that is under way is written too: a tick that summed it up before the marks must not end it.
        """
        if known.stage is Stage.DONE:
            known = known.turned(Stage.WAITING, why=WaitReason.RESUMED, until=self.clock.now())
        return replace(known, totals={})

    def pause_series(self) -> datetime:
        """Let nothing of any campaign leave until a person resumes the series. Since when it is paused."""
        since = self.ledger.paused_since()
        if since is None:
            since = self.clock.now()
            self.ledger.pause(since)
        return since

    def resume_series(self) -> datetime | None:
        """End the pause; the next tick brings back what waits for it. Since when it was paused, None: it wasn't."""
        since = self.ledger.paused_since()
        if since:
            self.ledger.resume()
        return since


def _refuse_ended(known: Campaign, what: str) -> None:
    if known.stage is Stage.DONE:
        raise BadInput(f"{known.id} is done: it can't be {what}.")
    if known.stage is Stage.STOPPED:
        raise BadInput(f"{known.id} is stopped for good: it can't be {what}.")
