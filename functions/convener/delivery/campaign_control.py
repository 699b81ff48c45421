"""An operator's commands for campaigns: pause, resume, stop, and send unknown mails again. Standard library only.

Every command may be repeated: a repeated command changes nothing, and completes one that was interrupted.
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
from convener.retry import retry_on_conflict

MAX_ATTEMPTS = 8
"""The number of times that a chunk is read and written before a command gives up."""


@dataclass(frozen=True, kw_only=True)
class ResendResult:
    """The result of a request to send unknown mails again.

    Attributes:
        campaign: The campaign as it is now.
        asked: The number of mails that were marked now.
        before: The number of mails that had been marked before.
        young: The number of mails for which an event may still arrive, and which were not marked.
    """

    campaign: Campaign
    asked: int = 0
    before: int = 0
    young: int = 0


@dataclass(frozen=True, kw_only=True)
class CampaignControl:
    """Carries out an operator's commands. `zone` is the time zone of the times in refusals."""

    ledger: DeliveryLedger
    clock: Clock
    zone: tzinfo = UTC

    def pause(self, campaign: str) -> Campaign:
        """Send no more mails of the campaign until an operator resumes it. Raises BadInput where it has ended."""

        def change(known: Campaign) -> Campaign | None:
            _refuse_ended(known, "paused")
            return None if known.why is WaitReason.PAUSED else known.turned(Stage.WAITING, why=WaitReason.PAUSED)

        return turn(self.ledger, campaign, change)

    def resume(self, campaign: str) -> Campaign:
        """Let the next tick go on with the campaign, whatever it waits for. Raises BadInput where it does not wait."""

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
        """End the campaign for good: the mails that have not left are skipped. Raises BadInput where it is done."""

        def change(known: Campaign) -> Campaign | None:
            if known.stage is Stage.DONE:
                raise BadInput(f"{known.id} is done: nothing is left to stop.")
            return None if known.stage is Stage.STOPPED else known.turned(Stage.STOPPED, why=WaitReason.OPERATOR)

        return turn(self.ledger, campaign, change)

    def resend_unknown(self, campaign: str) -> ResendResult:
        """Ask for a new attempt at every UNKNOWN mail that is older than EVENTS_ARRIVE_WITHIN.

        A subscriber may then get the mail twice. The entries are marked first, then the campaign is reopened, so that a
        repeated command completes an interrupted one.

        Raises:
            BadInput: The campaign is stopped, or it is too late for its mails.
        """
        known = self.ledger.campaign(campaign)
        if known is None:
            raise BadInput(f"There is no campaign {campaign}.")
        refusal = self.refusal(known)
        sums = ResendResult(campaign=known)
        # In this order: a chunk whose last work ends meanwhile is found in the second list, if not in the first.
        for chunk in chain(self.ledger.unfinished(campaign), self.ledger.unknown(campaign)):
            asked, before, young = self._ask(known, chunk, mark=not refusal)
            sums = replace(sums, asked=sums.asked + asked, before=sums.before + before, young=sums.young + young)
        if sums.asked or sums.before:  # also where the command is refused: the tick then closes marked mails
            sums = replace(sums, campaign=turn(self.ledger, campaign, self._reopened))
        if refusal:
            raise BadInput(refusal)
        return sums

    def refusal(self, known: Campaign) -> str:
        """Say why no mail of the campaign may be sent again. Empty where mails may."""
        if known.stage is Stage.STOPPED:
            return f"{known.id} is stopped for good: nothing of it is sent again."
        if self.clock.now() >= known.too_late_at:
            ended = known.too_late_at.astimezone(self.zone)
            return f"It is too late to send {known.id} again: its time ended on {ended:%Y-%m-%d at %H:%M (%Z)}."
        return ""

    def _ask(self, campaign: Campaign, chunk: Chunk, *, mark: bool) -> tuple[int, int, int]:
        """Mark the UNKNOWN mails of one chunk that are old enough.

        Returns:
            The numbers of mails that were marked now, were marked before, and are too young.
        """
        known: Chunk | None = chunk

        def attempt() -> tuple[int, int, int]:
            nonlocal known
            current, known = known or self.ledger.chunk(chunk.campaign, chunk.ref) or chunk, None
            entries = dict(enumerate(current.entries))
            unknown = {place: entry for place, entry in entries.items() if entry.state is DeliveryState.UNKNOWN}
            rest = {place: entry for place, entry in unknown.items() if entry.reason != RESEND}
            due = {place: entry.with_reason(RESEND) for place, entry in rest.items() if self._is_old(campaign, entry)}
            before, young = len(unknown) - len(rest), len(rest) - len(due)
            if not due or not mark:
                return 0, before, young
            self.ledger.save(current.with_entries(due), messages={})
            return len(due), before, young

        error = Conflict(f"others kept writing chunk {chunk.ref} of {chunk.campaign}")
        return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=error)

    def _is_old(self, campaign: Campaign, entry: RecipientState) -> bool:
        return moment_of(campaign, entry) + EVENTS_ARRIVE_WITHIN <= self.clock.now()

    def _reopened(self, known: Campaign) -> Campaign:
        """Return the campaign so that the tick sends the marked mails, or closes them where no mail may leave.

        A campaign that is being sent is written too, because a tick that summed it up before the marks must not end it.
        """
        if known.stage is Stage.DONE:
            known = known.turned(Stage.WAITING, why=WaitReason.RESUMED, until=self.clock.now())
        return replace(known, totals={})

    def pause_series(self) -> datetime:
        """Send no mail of any campaign until an operator resumes the series. Returns since when it is paused."""
        since = self.ledger.paused_since()
        if since is None:
            since = self.clock.now()
            self.ledger.pause(since)
        return since

    def resume_series(self) -> datetime | None:
        """End the pause of the series. The next tick goes on with the campaigns that wait for it.

        Returns:
            Since when the series was paused; None where it was not.
        """
        since = self.ledger.paused_since()
        if since:
            self.ledger.resume()
        return since


def _refuse_ended(known: Campaign, what: str) -> None:
    if known.stage is Stage.DONE:
        raise BadInput(f"{known.id} is done: it can't be {what}.")
    if known.stage is Stage.STOPPED:
        raise BadInput(f"{known.id} is stopped for good: it can't be {what}.")
