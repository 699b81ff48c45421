"""The composition root: the one place that knows what is real. A handler asks for its use case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from convener import settings
from convener.delivery.deliver import Delivery
from convener.delivery.fanout import FanOut
from convener.delivery.pacing import Pacing, Tempo
from convener.errors import Misconfigured
from convener.surroundings import Context, Surroundings, present, using

if TYPE_CHECKING:
    from convener.delivery.feedback import Feedback
    from convener.editions.tick import Ticker
    from convener.pages.site import Site
    from convener.sessions.ingest import Ingest
    from convener.sessions.series import Series

__all__ = ["Surroundings", "deliver", "fanout", "feedback", "ingest", "public", "tick", "using"]

LONGEST_LEASE = 43_200
"""Seconds: a lease is shorter than a message may stay invisible, which is 12 hours at most."""


def tick(context: Context) -> Ticker:
    """The tick. What composing needs is imported here, since only this function should pay for it."""
    from convener.delivery.sweep import Sweeper  # noqa: PLC0415
    from convener.editions.opening import Composer  # noqa: PLC0415
    from convener.editions.render import Templates  # noqa: PLC0415
    from convener.editions.tick import Ticker  # noqa: PLC0415

    here = present()
    its = settings.parse(settings.TickSettings, here.environment("tick"))
    clock, ledger = here.clock(context), here.ledger(its.ledger_table)
    return Ticker(
        clock=clock,
        shelf=here.sessions(its.sessions_table),
        ledger=ledger,
        editions=here.editions(its.editions_bucket),
        settler=Sweeper(
            ledger=ledger,
            queues=here.queues(fanout=its.fanout_queue_url, deliver=its.deliver_queue_url),
            clock=clock,
            series=here.series,
            lease=_lease(its.claim_lease_seconds),
        ),
        composer=Composer(
            series=_sending(here.series, its),
            templates=here.once("templates", lambda: Templates(here.templates)),
            links=here.links(its.signing_keys_secret, its.public_base_url),
        ),
    )


def _lease(seconds: str) -> timedelta:
    if not (seconds.isdecimal() and 0 < int(seconds) <= LONGEST_LEASE):
        raise Misconfigured(f"CLAIM_LEASE_SECONDS is no whole number from 1 to {LONGEST_LEASE}.")
    return timedelta(seconds=int(seconds))


def _sending(series: Series, its: settings.TickSettings) -> Series:
    """The series with the stack's own sender: `series.toml` has the one for rehearsals."""
    own = {"address": its.sender_address, "reply_to": its.reply_to_address or series.sender.reply_to}
    return series.model_copy(update={"sender": series.sender.model_copy(update=own)})


def fanout(context: Context) -> FanOut:
    """Fan-out."""
    here = present()
    its = settings.parse(settings.FanoutSettings, here.environment("fanout"))
    return FanOut(
        ledger=here.ledger(its.ledger_table),
        subscribers=here.subscribers(its.subscribers_table),
        queues=here.queues(fanout=its.fanout_queue_url, deliver=its.deliver_queue_url),
        clock=here.clock(context),
    )


def deliver(context: Context) -> Delivery:
    """Delivery."""
    here = present()
    its = settings.parse(settings.DeliverSettings, here.environment("deliver"))
    clock = here.clock(context)
    return Delivery(
        ledger=here.ledger(its.ledger_table),
        look=here.look(its.ledger_table, its.subscribers_table),
        editions=here.editions(its.editions_bucket),
        mailer=here.mailer(its.configuration_set),
        links=here.links(its.signing_keys_secret, its.public_base_url),
        queue=here.queues(deliver=its.deliver_queue_url),
        pacing=Pacing(
            account=here.account(),
            slots=here.slots(its.ledger_table),
            clock=clock,
            share=settings.part("SEND_RATE_SHARE", its.send_rate_share),
            tempo=here.once("tempo", Tempo),
        ),
        clock=clock,
    )


def public(context: Context) -> Site:
    """The pages."""
    from convener.pages.paper import Paper  # noqa: PLC0415
    from convener.pages.site import Site  # noqa: PLC0415

    here = present().hurried
    its = settings.parse(settings.PublicSettings, here.environment("public"))
    return Site(
        links=lambda: here.links(its.signing_keys_secret, its.public_base_url),
        rows=here.register(its.subscribers_table, its.consents_table, its.requests_table),
        consents=here.consents(its.consents_table),
        requests=here.requests(its.requests_table),
        letters=lambda: here.letters(its.transactional_queue_url),
        shelf=here.sessions(its.sessions_table),
        campaigns=here.ledger(its.ledger_table),
        editions=lambda: here.editions(its.editions_bucket),
        series=here.series,
        paper=here.once("paper", lambda: Paper(here.templates, here.series, base_url=its.public_base_url)),
        clock=here.clock(context),
    )


def feedback(_context: Context) -> Feedback:
    """Feedback: it knows no time but that of the events."""
    from convener.delivery.feedback import Feedback  # noqa: PLC0415

    here = present()
    its = settings.parse(settings.FeedbackSettings, here.environment("feedback"))
    return Feedback(
        ledger=here.ledger(its.ledger_table),
        subscribers=here.subscribers(its.subscribers_table),
        configuration_set=its.configuration_set,
    )


def ingest(context: Context) -> Ingest:
    """Taking in uploads. Reading workbooks and YAML is imported here, since only this function should pay for it."""
    from convener.sessions.ingest import Ingest  # noqa: PLC0415

    here = present()
    its = settings.parse(settings.IngestSettings, here.environment("ingest"))
    return Ingest(
        uploads=here.uploads(its.uploads_bucket),
        store=here.sessions(its.sessions_table),
        series=here.series,
        clock=here.clock(context),
    )
