"""The composition root: one function per Lambda function, which makes its use case from the container's parts.

Modules that only one Lambda function needs are imported inside that function, so that the others start faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convener import settings
from convener.container import Container, Context, current, using
from convener.delivery.deliver import Delivery
from convener.delivery.fanout import FanOut
from convener.delivery.pacing import CAMPAIGNS, TRANSACTIONAL, Lane, Pacing, Tempo
from convener.errors import Misconfigured

if TYPE_CHECKING:
    from convener.clock import Clock
    from convener.delivery.feedback import Feedback
    from convener.intake.sessions.ingest import Ingest
    from convener.pages.routes import Site
    from convener.scheduling.tick import Ticker
    from convener.sessions.series import Series
    from convener.transactional_mail.dispatcher import Dispatcher

__all__ = ["Container", "deliver", "fanout", "feedback", "ingest", "public", "tick", "transactional", "using"]

EXAMPLE_DOMAIN = ".example"
"""The top-level domain of the addresses in the example series. Nobody can own one (RFC 2606)."""


def tick(context: Context) -> Ticker:
    """Return the tick."""
    from convener.delivery.sweep import Sweeper  # noqa: PLC0415
    from convener.editions.render import Templates  # noqa: PLC0415
    from convener.scheduling.opening import Composer  # noqa: PLC0415
    from convener.scheduling.tick import Ticker  # noqa: PLC0415

    container = current()
    config = settings.parse(settings.TickSettings, container.environment("tick"))
    clock, ledger = container.clock(context), container.ledger(config.ledger_table)
    return Ticker(
        clock=clock,
        sessions=container.sessions(config.sessions_table),
        campaigns=ledger,
        editions=container.editions(config.editions_bucket),
        sweeper=Sweeper(
            ledger=ledger,
            queues=container.queues(fanout=config.fanout_queue_url, deliver=config.deliver_queue_url),
            clock=clock,
            series=container.series,
            lease=settings.lease(config.claim_lease_seconds),
        ),
        composer=Composer(
            series=_sending(container.series, config),
            templates=container.once("templates", lambda: Templates(*container.template_folders)),
            links=container.links(config.signing_keys_secret, config.public_base_url),
        ),
    )


def _sending(series: Series, config: settings.TickSettings | settings.TransactionalSettings) -> Series:
    """Return the series with the sender of the deployed stack: `series.toml` has the sender of rehearsals.

    Raises Misconfigured where a stack with a real sender carries the example series: a bundle of `sam build` alone.
    """
    if series.contact_email.endswith(EXAMPLE_DOMAIN) and not config.sender_address.endswith(EXAMPLE_DOMAIN):
        raise Misconfigured(
            "The bundle carries the example series, so nothing is mailed. Run `make build` with your own folder, and "
            "deploy again: docs/deploy.md, steps 2 and 4."
        )
    own = {"address": config.sender_address, "reply_to": config.reply_to_address or series.sender.reply_to}
    return series.model_copy(update={"sender": series.sender.model_copy(update=own)})


def fanout(context: Context) -> FanOut:
    """Return the fan-out."""
    container = current()
    config = settings.parse(settings.FanoutSettings, container.environment("fanout"))
    return FanOut(
        ledger=container.ledger(config.ledger_table),
        subscribers=container.subscribers(config.subscribers_table),
        queues=container.queues(fanout=config.fanout_queue_url, deliver=config.deliver_queue_url),
        clock=container.clock(context),
        coverage=container.coverage,
    )


def deliver(context: Context) -> Delivery:
    """Return the delivery."""
    container = current()
    config = settings.parse(settings.DeliverSettings, container.environment("deliver"))
    clock = container.clock(context)
    return Delivery(
        ledger=container.ledger(config.ledger_table),
        lookup=container.recipient_lookup(config.ledger_table, config.subscribers_table),
        editions=container.editions(config.editions_bucket),
        mailer=container.mailer(config.configuration_set),
        links=container.links(config.signing_keys_secret, config.public_base_url),
        queues=container.queues(deliver=config.deliver_queue_url),
        pacing=_pacing(container, config, clock, CAMPAIGNS),
        clock=clock,
        coverage=container.coverage,
    )


def _pacing(
    container: Container, config: settings.DeliverSettings | settings.TransactionalSettings, clock: Clock, lane: Lane
) -> Pacing:
    """Return the pacing of one lane. This process keeps the lane's tempo between invocations."""
    return Pacing(
        account=container.account(),
        slots=container.slots(config.ledger_table),
        clock=clock,
        share=settings.part("SEND_RATE_SHARE", config.send_rate_share),
        lane=lane,
        tempo=container.once(("tempo", lane), Tempo),
    )


def public(context: Context) -> Site:
    """Return the pages, for one request."""
    from convener.pages.context import PageContext  # noqa: PLC0415
    from convener.pages.page_renderer import PageRenderer  # noqa: PLC0415
    from convener.pages.routes import Site  # noqa: PLC0415

    container = current().interactive
    config = settings.parse(settings.PublicSettings, container.environment("public"))
    pages = PageContext(
        links=lambda: container.links(config.signing_keys_secret, config.public_base_url),
        unit_of_work=container.unit_of_work(config.subscribers_table, config.consents_table, config.requests_table),
        consents=container.consents(config.consents_table),
        requests=container.requests(config.requests_table),
        mail_requests=lambda: container.mail_requests(config.transactional_queue_url),
        sessions=container.sessions(config.sessions_table),
        campaigns=container.ledger(config.ledger_table),
        editions=lambda: container.editions(config.editions_bucket),
        series=container.series,
        renderer=container.once(
            "page renderer",
            lambda: PageRenderer(container.template_folders, container.series, base_url=config.public_base_url),
        ),
        now=container.clock(context).now(),
    )
    return Site(pages)


def transactional(context: Context) -> Dispatcher:
    """Return the dispatcher of transactional mails, after a check that the identity key is the list's key."""
    from convener.delivery.late import LateAddition  # noqa: PLC0415
    from convener.editions.render import Templates  # noqa: PLC0415
    from convener.editions.session_text import cleaned  # noqa: PLC0415
    from convener.transactional_mail.dispatcher import Dispatcher  # noqa: PLC0415
    from convener.transactional_mail.erased_address import ErasedAddressHandler  # noqa: PLC0415
    from convener.transactional_mail.mail_renderer import MailRenderer  # noqa: PLC0415
    from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer  # noqa: PLC0415
    from convener.transactional_mail.request_handlers import RequestHandlers  # noqa: PLC0415
    from convener.transactional_mail.welcome import WelcomeHandler  # noqa: PLC0415

    container = current()
    config = settings.parse(settings.TransactionalSettings, container.environment("transactional"))
    clock, ledger = container.clock(context), container.ledger(config.ledger_table)
    rows, requests = container.subscribers(config.subscribers_table), container.requests(config.requests_table)
    identify = container.identity(config.identity_key_secret, rows)
    links = container.links(config.signing_keys_secret, config.public_base_url)
    mailer = container.mailer(config.configuration_set)
    templates = container.once("templates", lambda: Templates(*container.template_folders))
    series = container.once("series of transactional mails", lambda: cleaned(_sending(container.series, config)))
    renderer = MailRenderer(series=series, templates=templates, links=links)
    rate_limited = RateLimitedMailer(
        mailer=mailer, pacing=_pacing(container, config, clock, TRANSACTIONAL), clock=clock
    )
    late_addition = LateAddition(
        ledger=ledger,
        lookup=container.recipient_lookup(config.ledger_table, config.subscribers_table),
        editions=container.editions(config.editions_bucket),
        mailer=mailer,
        links=links,
        clock=clock,
        lease=settings.lease(config.claim_lease_seconds),
        coverage=series.coverage,
    )
    return Dispatcher(
        requests=RequestHandlers(
            rows=rows, requests=requests, identify=identify, renderer=renderer, mailer=rate_limited, clock=clock
        ),
        welcomes=WelcomeHandler(
            rows=rows,
            requests=requests,
            sessions=container.sessions(config.sessions_table),
            campaigns=ledger,
            late_addition=late_addition,
            renderer=renderer,
            mailer=rate_limited,
            clock=clock,
        ),
        erased_addresses=ErasedAddressHandler(rows=rows, suppression=container.suppression(), clock=clock),
    )


def feedback(_context: Context) -> Feedback:
    """Return the feedback. It has no clock: every event has its time."""
    from convener.delivery.feedback import Feedback  # noqa: PLC0415

    container = current()
    config = settings.parse(settings.FeedbackSettings, container.environment("feedback"))
    return Feedback(
        ledger=container.ledger(config.ledger_table),
        subscribers=container.subscribers(config.subscribers_table),
        configuration_set=config.configuration_set,
    )


def ingest(context: Context) -> Ingest:
    """Return the ingest of uploads. It imports the readers of workbooks and YAML."""
    from convener.intake.sessions.ingest import Ingest  # noqa: PLC0415

    container = current()
    config = settings.parse(settings.IngestSettings, container.environment("ingest"))
    return Ingest(
        uploads=container.uploads(config.uploads_bucket),
        store=container.sessions(config.sessions_table),
        series=container.series,
        clock=container.clock(context),
    )
