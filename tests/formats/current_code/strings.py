"""Editions, messages, links and ids, and every word that is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from convener.aws.queues import SqsQueues
from convener.campaigns import Stage, WaitReason
from convener.delivery.messages import read_chunk, read_shard
from convener.delivery.reasons import REASON_WORDS
from convener.delivery.states import DeliveryState
from convener.editions.models import Edition
from convener.links import Links
from convener.mailing_types import REGISTRY
from convener.pages.routes import ROUTES
from convener.subscribers.address import normalise
from convener.subscribers.confirmation_request import RequestType
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.identity import fingerprint, key_of, subscriber_id
from convener.subscribers.leaving import UnsubscribeReason
from convener.subscribers.mail_requests import REQUEST_TYPES, Purpose, body_of, read_mail_request
from convener.subscribers.models import Calendar, SubscriberStatus
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import OneTimeLink, Tokens
from tests.formats.current_code.stores import Facts, at, moment

WORDS: Mapping[str, frozenset[str]] = {
    "stage": frozenset(Stage),
    "reason": frozenset(WaitReason),
    "status": frozenset(SubscriberStatus),
    "calendar": frozenset(Calendar),
    "consent": frozenset(ConsentEvent),
    "said-why": frozenset(UnsubscribeReason),
    "request": frozenset(RequestType),
    "purpose": frozenset(Purpose),
    "entry": frozenset(DeliveryState),
    "note": frozenset(REASON_WORDS),
}
"""Every set of words that is stored, by the name of the fact in which the samples have it."""

MAILINGS = frozenset(REGISTRY)
"""The name of every mailing type."""

MESSAGES = frozenset(REQUEST_TYPES)
"""Every kind of message in the queue of `transactional`."""

PAGES_WITH_TOKENS = frozenset(route.page for route in ROUTES if route.token)
"""Every page whose address ends in a token."""


def read_edition(text: str) -> tuple[Edition, Facts]:
    """The edition that an object of the editions bucket holds."""
    edition = Edition.from_json(text)
    occasion = edition.occasion
    return edition, {
        "digest": edition.digest,
        "campaign": edition.campaign,
        "sender": edition.sender,
        "reply_to": edition.reply_to,
        "list_id": edition.list_id,
        "begins": occasion.begins.isoformat(),
        "ends": occasion.ends.isoformat(),
        "zone": occasion.zone,
        "zone_short": occasion.zone_short,
        "previous_begins": moment(occasion.previous_begins),
        "variants": {
            name: [bool(one.text), bool(one.html), bool(one.calendar)] for name, one in edition.variants.items()
        },
        "subject": edition.variants["full"].subject,
    }


def read_message(body: str) -> Facts:
    """What a message of a work queue or of the queue of `transactional` says."""
    words = json.loads(body)
    if "shard" in words:
        campaign, shard = read_shard(body)
        return {"campaign": campaign, "shard": shard}
    if "chunk" in words:
        chunk = read_chunk(body)
        return {"campaign": chunk.campaign, "chunk": chunk.chunk, "probe": chunk.probe}
    message = read_mail_request(body)
    values = {name: getattr(message, name) for name in message.__dataclass_fields__}
    plain = {name: sorted(one) if isinstance(one, frozenset) else one for name, one in values.items()}
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in plain.items()}


def write_message(body: str, queue: Any) -> str:
    """The same message, written again. `queue` is an SQS client, whose messages `bodies` tells."""
    words = json.loads(body)
    queues = SqsQueues(queue, fanout="fanout", deliver="deliver")
    if "letter" in words:
        return body_of(read_mail_request(body))
    if "shard" in words:
        campaign, shard = read_shard(body)
        queues.add_shards(campaign, [shard])
    else:
        chunk = read_chunk(body)
        if chunk.probe:
            queues.add_probe(chunk.campaign, chunk.chunk)
        else:
            queues.add_chunk(chunk.campaign, chunk.chunk)
            queues.add_chunks(chunk.campaign, [chunk.chunk])
    (written,) = set(queue.bodies)
    return str(written)


def links(keys: str, base_url: str) -> Links:
    """The links of an installation with that secret of signing keys."""
    return Links(base_url=base_url, tokens=Tokens(SigningKeys.parse(keys)))


def url(made: Links, page: str, stands_for: Facts) -> str:
    """The address of a page, for the thing that the sample names."""
    if page in ("data", "erase", "address"):
        return made.fresh_url(Purpose(page), _fresh(stands_for))
    return str(getattr(made, f"{page}_url")(stands_for["id"]))


def read_url(made: Links, page: str, address: str) -> Facts:
    """What the token of an address stands for."""
    token = address.rpartition("/")[2]
    if page in ("data", "erase", "address"):
        fresh = made.tokens.read_fresh(Purpose(page), token)
        return {"subscriber": fresh.subscriber, "expires": fresh.expires.isoformat(), "nonce": fresh.nonce}
    return {"id": getattr(made.tokens, "read_leave" if page == "preferences" else f"read_{page}")(token)}


def _fresh(stands_for: Facts) -> OneTimeLink:
    return OneTimeLink(
        subscriber=stands_for["subscriber"], expires=at(stands_for["expires"]), nonce=stands_for["nonce"]
    )


def network_mark(made: Links, text: str) -> str:
    """What the Requests table has in place of who asked."""
    return made.tokens.mark(text)


def identify(typed: str, secret: str) -> str:
    """The subscriber's id of an address as a person typed it."""
    return subscriber_id(normalise(typed), key=key_of(secret))


def identity_fingerprint(secret: str) -> str:
    """What the Subscribers table keeps of the identity key."""
    return fingerprint(key_of(secret))
