"""What must hold when a run has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from convener.campaigns import Campaign, Stage
from convener.consent_coverage import Coverage
from convener.delivery.states import ACCEPTED, RESEND, DeliveryState, RecipientState
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.faults.lambdas import unexpected
from tests.faults.world import NO_EVENT

LEFT = frozenset(standing.value for standing in SubscriberStatus if standing is not SubscriberStatus.CONFIRMED)
SUMS = ("accepted", "failed", "skipped", "unknown")


def broken(world: Any, *, came_to_rest: bool) -> list[str]:
    """Every promise that this run broke."""
    found = [*world.audit.broken, *world.ses.broken, *world.lambdas.crashes, *unexpected]
    unexpected.clear()
    if not came_to_rest:
        found.append(f"end: {[(one.id, one.stage.value, one.why) for one in world.campaigns]} never came to rest")
    found += _twice(world)
    found += _dead_letters(world)
    for campaign in world.campaigns:
        entries = _entries(world, campaign.id)
        found += _audience(world, campaign)
        found += _sums(world, campaign, entries)
        found += _accepted(world, campaign, entries)
        found += _reasons(world, campaign, entries)
        found += _shown(world, campaign)
    return list(dict.fromkeys(found))


def _entries(world: Any, campaign: str) -> list[tuple[str, RecipientState]]:
    chunks = [chunk for (owner, _), chunk in world.ledger.chunk_items.items() if owner == campaign]
    return [pair for chunk in chunks for pair in zip(chunk.recipients, chunk.entries, strict=True)]


def _twice(world: Any) -> Iterator[str]:
    """However many addresses somebody has had."""
    person = world.audit.person
    mails = Counter((one.campaign, person(one.recipient)) for one in world.ses.accepted)
    resends: Counter[tuple[str, str]] = Counter()
    for (campaign, recipient), number in world.audit.resends.items():
        resends[campaign, person(recipient)] += number
    for (campaign, one), number in mails.items():
        if number > 1 + resends[campaign, one]:
            yield f"twice: {one[-4:]} has {campaign} {number} times"


def _dead_letters(world: Any) -> Iterator[str]:
    for queue in (world.fanout, world.deliver, world.feedback):
        for message in queue.dead:
            if message.body != NO_EVENT and message.in_vain:
                yield f"lost for ever: a message of {queue.name}: {message.body[:80]}"


def _audience(world: Any, campaign: Campaign) -> Iterator[str]:
    """In the ledger stands everybody who was there all the time, and nobody who wasn't there at the opening.

    By whichever of her rows. Whoever joined late stands in an addition of her own, perhaps besides.
    """
    ranges = [
        chunk for (owner, _), chunk in world.ledger.chunk_items.items() if owner == campaign.id and not chunk.late
    ]
    listed = Counter(one for chunk in ranges for one in chunk.recipients)
    yield from (f"listed twice: {recipient[-4:]}" for recipient, number in listed.items() if number > 1)
    person = world.audit.person
    gone = {person(one) for one in world.audit.ever_gone}
    rows = world.subscribers.rows
    reached: frozenset[str] | None = None
    if campaign.reached_by:
        reached = frozenset().union(*(world.ledger.reached(campaign.reached_by, shard) for shard in "0123456789abcdef"))
    there = {
        person(row.id)
        for row in rows.values()
        if row.confirmed_at and row.confirmed_at <= campaign.opened_at and row.wants(campaign.kind, Coverage())
        if reached is None or row.id in reached
    }
    persons = {person(one) for one in listed}
    if campaign.ended:
        yield from (f"missed: {one[-4:]} has no entry in {campaign.id}" for one in sorted(there - gone - persons))
    # What she who moved wants says the row that she has now: delivery asks it, fan-out could not.
    moved = {
        person(row.id)
        for row in rows.values()
        if row.status is SubscriberStatus.MOVED and row.listed_at(campaign.opened_at)
    }
    yield from (f"stranger: {one[-4:]} is in {campaign.id}" for one in sorted(persons - there - gone - moved))


def _sums(world: Any, campaign: Campaign, entries: list[tuple[str, RecipientState]]) -> Iterator[str]:
    if not campaign.ended:
        return
    totals = campaign.totals
    if totals["audience"] != len(entries) or sum(totals[name] for name in SUMS) != totals["audience"]:
        yield f"sums: {dict(totals)} of {len(entries)} in {campaign.id}"
    left = [entry for _, entry in entries if entry.unfinished]
    if totals["unfinished"] or left:
        yield f"unfinished: {campaign.id} ended with {len(left)} unfinished"
    if not all(world.ledger.cursor(campaign.id, shard).finished for shard in "0123456789abcdef"):
        yield f"unfinished: {campaign.id} ended before all shards were"


def _accepted(world: Any, campaign: Campaign, entries: list[tuple[str, RecipientState]]) -> Iterator[str]:
    """What SES took stands as taken, or in doubt; what is in doubt has had no event."""
    chunks = world.ledger.chunk_items
    dead = "".join(one.body for one in world.feedback.dead)
    for mail in world.ses.accepted:
        if mail.campaign != campaign.id:
            continue
        chunk = chunks[campaign.id, mail.chunk]
        entry = chunk.entries[chunk.recipients.index(mail.recipient)]
        fine = entry.state in ACCEPTED or entry.state is DeliveryState.UNKNOWN or entry.attempt > mail.attempt
        if not fine:
            yield f"untrue: SES took {mail.message_id} for {mail.recipient[-4:]}, the ledger says {entry.encode()}"
        told = mail.message_id in world.ses.told and mail.message_id not in dead
        if told and entry.state is DeliveryState.UNKNOWN and entry.attempt == mail.attempt:
            yield f"unsettled: SES told of {mail.message_id}, the ledger says {entry.encode()}"
    taken = {(one.recipient, one.attempt) for one in world.ses.accepted if one.campaign == campaign.id}
    for recipient, entry in entries:
        if entry.state in ACCEPTED and (recipient, entry.attempt) not in taken:
            yield f"missed: SES never took a mail for {recipient[-4:]}, the ledger says {entry.encode()}"


def _confirmed_after(campaign: Campaign, row: Subscriber) -> bool:
    """Whether she left and came back while it went out."""
    return row.confirmed_at is not None and row.confirmed_at > campaign.opened_at


def _reasons(world: Any, campaign: Campaign, entries: list[tuple[str, RecipientState]]) -> Iterator[str]:
    """Nobody is skipped or failed without the reason being true."""
    too_late = int((campaign.too_late_at - campaign.opened_at).total_seconds())
    person = world.audit.person
    persons = Counter(person(recipient) for recipient, _ in entries)
    for recipient, entry in entries:
        if entry.state is DeliveryState.FAILED and recipient not in world.ses.refused:
            yield f"missed: {recipient[-4:]} failed, though SES never refused: {entry.encode()}"
        if entry.state is not DeliveryState.SKIPPED:
            continue
        gone, alone = _gone(world, recipient), persons[person(recipient)] == 1
        true = {
            "too-late": entry.at >= too_late,
            f"stopped-{campaign.why}": campaign.stage is Stage.STOPPED,
            "paused": any(person(one) == person(recipient) for one in world.audit.ever_paused),
            "joined-later": gone,
            **dict.fromkeys(LEFT, gone),
            "moved": gone or not alone,
        }
        if not true.get(entry.reason):
            yield f"missed: {recipient[-4:]} was skipped without reason: {entry.encode()}"


def _gone(world: Any, recipient: str) -> bool:
    """Whether she was ever off the list."""
    person = world.audit.person
    return any(person(one) == person(recipient) for one in world.audit.ever_gone)


def _in_doubt(entry: RecipientState) -> bool:
    return entry.state is DeliveryState.UNKNOWN and entry.reason != RESEND


def _shown(world: Any, campaign: Campaign) -> Iterator[str]:
    """The last tick told of every answer that was lost half an hour before, as long as something can be done."""
    at = world.loop.now() - timedelta(minutes=46)
    entries = [entry for _, entry in _entries(world, campaign.id) if _in_doubt(entry)]
    old = [one for one in entries if campaign.opened_at + timedelta(seconds=one.at) <= at]
    told = world.ticks.last.get("unknown", {}).get(campaign.id, 0)
    if len(old) > told and world.loop.now() < campaign.too_late_at:
        yield f"hidden: {len(old)} UNKNOWN in {campaign.id}, the tick tells of {told}"
