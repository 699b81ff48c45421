"""Where AWS_ENDPOINT_URL_SESV2 leads the mails elsewhere, the outbox keeps a copy of each that was taken there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from convener.aws.clients import sending_client
from convener.aws.mailer import SesMailer
from convener.delivery.mail import Mail
from convener.errors import ConvenerError, LostAnswer
from local.rehearsal.mail_copies import MailCopies
from local.rehearsal.world import World, world
from local.ses import Fault
from local.ses.mails import Mails
from local.stack.session import LocalSession
from local.virtual_clock import VirtualClock
from tests.functions.conftest import NINE
from tests.support.people import SERIES_FOLDER, series, session, subscriber
from tests.support.ses_server import RAW, READER, SENDER, SET, TAGS, Post, over_a_socket

pytestmark = pytest.mark.moto
MAIL = Mail(sender=SENDER, recipient=READER, raw=RAW, tags=TAGS)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """An SES of another process, to which the environment leads all mails."""
    with over_a_socket() as other:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", other.client.meta.endpoint_url)
        yield other


def test_a_copy_is_kept_of_each_mail_that_was_taken(elsewhere: Post, tmp_path: Path) -> None:
    """Byte for byte, with its id and tags. What was refused, and what nobody knows of, is not kept."""
    mails, clock = Mails(), VirtualClock(NINE)
    mails.keep_in(tmp_path)
    session = LocalSession("http://127.0.0.1:1")
    MailCopies(mails, clock).listen(session)
    mailer = SesMailer(sending_client(session), SET)
    message_id = mailer.send(MAIL)
    (kept,) = mails.all
    assert (kept.message_id, kept.raw, kept.at) == (message_id, RAW, clock.now())
    assert (kept.sender, list(kept.recipients), dict(kept.tags)) == (SENDER, [READER], TAGS)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [RAW]
    elsewhere.server.faults.next(Fault.THROTTLED)
    with pytest.raises(ConvenerError):
        mailer.send(MAIL)
    elsewhere.server.faults.next(Fault.DROPPED_AFTER)
    with pytest.raises(LostAnswer):
        mailer.send(MAIL)
    assert mails.count == 1
    assert elsewhere.server.mails.count == 2


def test_a_rehearsals_outbox_holds_what_went_elsewhere(
    elsewhere: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invite to three readers: three mails there, the same three in the outbox, none with the stack's own SES."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    own = series()
    elsewhere.server.account.identities.add(own.sender.address.partition("@")[2])
    with world(own, outbox=tmp_path / "outbox", clock=VirtualClock(NINE), series_folder=SERIES_FOLDER) as here:
        elsewhere.server.account.sets[here.stack.outputs["ConfigurationSetName"]] = True
        live(here)
        there = {mail.message_id: mail.raw for mail in elsewhere.server.mails.all}
        assert len(there) == 3
        assert {mail.message_id: mail.raw for mail in here.outbox.all} == there
        assert sorted(file.read_bytes() for file in (tmp_path / "outbox").glob("*.eml")) == sorted(there.values())
        assert here.stack.ses.counts["SendEmail"] == 0


def live(here: World) -> None:
    """One session, three readers, one tick and all that follows."""
    here.sessions.save(session(), expected_version=0)
    for number in (0x1A, 0x2A, 0x3A):
        here.subscribers.add(subscriber(number))
    here.pump.invoke("tick", {"asked_at": NINE.isoformat()})
    here.pump.drain()
