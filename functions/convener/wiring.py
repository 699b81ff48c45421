"""The composition root: the one place that knows what is real. A handler asks for its use case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convener import settings
from convener.container import Container, Context, current, using
from convener.delivery.deliver import Delivery
from convener.delivery.fanout import FanOut
from convener.delivery.pacing import CAMPAIGNS, LETTERS, Lane, Pacing, Tempo

if TYPE_CHECKING:
    from convener.clock import Clock
    from convener.delivery.feedback import Feedback
    from convener.intake.sessions.ingest import Ingest
    from convener.pages.routes import Site
    from convener.scheduling.tick import Ticker
    from convener.sessions.series import Series
    from convener.transactional_mail.dispatcher import Dispatcher

__all__ = ["Container", "deliver", "fanout", "feedback", "ingest", "public", "tick", "transactional", "using"]


def tick(context: Context) -> Ticker:
    """The tick. What composing needs is imported here, since only this function should pay for it."""
    from convener.delivery.sweep import Sweeper  # noqa: PLC0415
    from convener.editions.render import Templates  # noqa: PLC0415
    from convener.scheduling.opening import Composer  # noqa: PLC0415
    from convener.scheduling.tick import Ticker  # noqa: PLC0415

    here = current()
    its = settings.parse(settings.TickSettings, here.environment("tick"))
    clock, ledger = here.clock(context), here.ledger(its.ledger_table)
    return Ticker(
        clock=clock,
        shelf=here.sessions(its.sessions_table),
        ledger=ledger,
        editions=here.editions(its.editions_bucket),
        sweeper=Sweeper(
            ledger=ledger,
            queues=here.queues(fanout=its.fanout_queue_url, deliver=its.deliver_queue_url),
            clock=clock,
            series=here.series,
            lease=settings.lease(its.claim_lease_seconds),
        ),
        composer=Composer(
            series=_sending(here.series, its),
            templates=here.once("templates", lambda: Templates(here.templates)),
            links=here.links(its.signing_keys_secret, its.public_base_url),
        ),
    )


def _sending(series: Series, its: settings.TickSettings | settings.TransactionalSettings) -> Series:
    """The series with the stack's own sender: `series.toml` has the one for rehearsals."""
    own = {"address": its.sender_address, "reply_to": its.reply_to_address or series.sender.reply_to}
    return series.model_copy(update={"sender": series.sender.model_copy(update=own)})


def fanout(context: Context) -> FanOut:
    """Fan-out."""
    here = current()
    its = settings.parse(settings.FanoutSettings, here.environment("fanout"))
    return FanOut(
        ledger=here.ledger(its.ledger_table),
        subscribers=here.subscribers(its.subscribers_table),
        queues=here.queues(fanout=its.fanout_queue_url, deliver=its.deliver_queue_url),
        clock=here.clock(context),
    )


def deliver(context: Context) -> Delivery:
    """Delivery."""
    here = current()
    its = settings.parse(settings.DeliverSettings, here.environment("deliver"))
    clock = here.clock(context)
    return Delivery(
        ledger=here.ledger(its.ledger_table),
        look=here.look(its.ledger_table, its.subscribers_table),
        editions=here.editions(its.editions_bucket),
        mailer=here.mailer(its.configuration_set),
        links=here.links(its.signing_keys_secret, its.public_base_url),
        queue=here.queues(deliver=its.deliver_queue_url),
        pacing=_pacing(here, its, clock, CAMPAIGNS),
        clock=clock,
    )


def _pacing(
    here: Container, its: settings.DeliverSettings | settings.TransactionalSettings, clock: Clock, lane: Lane
) -> Pacing:
    """The pacing of one lane, with what this process remembers of it."""
    return Pacing(
        account=here.account(),
        slots=here.slots(its.ledger_table),
        clock=clock,
        share=settings.part("SEND_RATE_SHARE", its.send_rate_share),
        lane=lane,
        tempo=here.once(("tempo", lane), Tempo),
    )


def public(context: Context) -> Site:
    """Return the pages, for one request."""
    from convener.pages.context import PageContext  # noqa: PLC0415
    from convener.pages.page_renderer import PageRenderer  # noqa: PLC0415
    from convener.pages.routes import Site  # noqa: PLC0415

    here = current().hurried
    its = settings.parse(settings.PublicSettings, here.environment("public"))
    pages = PageContext(
        links=lambda: here.links(its.signing_keys_secret, its.public_base_url),
        unit_of_work=here.register(its.subscribers_table, its.consents_table, its.requests_table),
        consents=here.consents(its.consents_table),
        requests=here.requests(its.requests_table),
        mail_requests=lambda: here.letters(its.transactional_queue_url),
        sessions=here.sessions(its.sessions_table),
        campaigns=here.ledger(its.ledger_table),
        editions=lambda: here.editions(its.editions_bucket),
        series=here.series,
        renderer=here.once(
            "page renderer", lambda: PageRenderer(here.templates, here.series, base_url=its.public_base_url)
        ),
        now=here.clock(context).now(),
    )
    return Site(pages)


def transactional(context: Context) -> Dispatcher:
    """Letters to one person. The identity key is held against the list's before anything else."""
    from convener.delivery.late import LateAddition  # noqa: PLC0415
    from convener.editions.render import Templates  # noqa: PLC0415
    from convener.editions.session_text import cleaned  # noqa: PLC0415
    from convener.transactional_mail.dispatcher import Dispatcher  # noqa: PLC0415
    from convener.transactional_mail.mail_renderer import MailRenderer  # noqa: PLC0415
    from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer  # noqa: PLC0415
    from convener.transactional_mail.request_handlers import RequestHandlers  # noqa: PLC0415
    from convener.transactional_mail.welcome import WelcomeHandler  # noqa: PLC0415

    here = current()
    its = settings.parse(settings.TransactionalSettings, here.environment("transactional"))
    clock, rows, ledger = here.clock(context), here.subscribers(its.subscribers_table), here.ledger(its.ledger_table)
    identify = here.identity(its.identity_key_secret, rows)
    links, requests = here.links(its.signing_keys_secret, its.public_base_url), here.requests(its.requests_table)
    mailer = here.mailer(its.configuration_set)
    templates = here.once("templates", lambda: Templates(here.templates))
    series = here.once("series of letters", lambda: cleaned(_sending(here.series, its)))
    renderer = MailRenderer(series=series, templates=templates, links=links)
    rate_limited = RateLimitedMailer(mailer=mailer, pacing=_pacing(here, its, clock, LETTERS), clock=clock)
    late_addition = LateAddition(
        ledger=ledger,
        look=here.look(its.ledger_table, its.subscribers_table),
        editions=here.editions(its.editions_bucket),
        mailer=mailer,
        links=links,
        clock=clock,
        lease=settings.lease(its.claim_lease_seconds),
    )
    return Dispatcher(
        requests=RequestHandlers(
            rows=rows, requests=requests, identify=identify, renderer=renderer, mailer=rate_limited, clock=clock
        ),
        welcomes=WelcomeHandler(
            rows=rows,
            requests=requests,
            sessions=here.sessions(its.sessions_table),
            campaigns=ledger,
            late_addition=late_addition,
            renderer=renderer,
            mailer=rate_limited,
            clock=clock,
        ),
    )


def feedback(_context: Context) -> Feedback:
    """Feedback: it knows no time but that of the events."""
    from convener.delivery.feedback import Feedback  # noqa: PLC0415

    here = current()
    its = settings.parse(settings.FeedbackSettings, here.environment("feedback"))
    return Feedback(
        ledger=here.ledger(its.ledger_table),
        subscribers=here.subscribers(its.subscribers_table),
        configuration_set=its.configuration_set,
    )


def ingest(context: Context) -> Ingest:
    """Taking in uploads. Reading workbooks and YAML is imported here, since only this function should pay for it."""
    from convener.intake.sessions.ingest import Ingest  # noqa: PLC0415

    here = current()
    its = settings.parse(settings.IngestSettings, here.environment("ingest"))
    return Ingest(
        uploads=here.uploads(its.uploads_bucket),
        store=here.sessions(its.sessions_table),
        series=here.series,
        clock=here.clock(context),
    )
