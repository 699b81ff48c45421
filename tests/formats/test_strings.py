"""Messages, links and ids that earlier code made: the current code understands them, and makes the same ones."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from convener.formats import FIELD
from tests.formats.current_code import strings
from tests.formats.current_code.items import FORMATS
from tests.formats.samples import (
    COMMITS,
    HERE,
    KEYS,
    OPEN,
    Sample,
    editions,
    items,
    message_with_number,
    newest,
    samples,
)

MESSAGES = samples("messages.json")
NEWEST = newest(MESSAGES)
LINKS = samples("links.json")
FACTS = [sample["reads"] for _, sample in (*items(), *MESSAGES)]


class Queue:
    """An SQS client that keeps the bodies of messages."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message(self, *, MessageBody: str, **_: Any) -> Any:  # noqa: N803 - AWS's names
        self.bodies.append(MessageBody)
        return {}

    def send_message_batch(self, *, Entries: Any, **_: Any) -> Any:  # noqa: N803 - AWS's names
        self.bodies += [one["MessageBody"] for one in Entries]
        return {}


@pytest.mark.parametrize(("commit", "message"), MESSAGES, ids=[f"{commit}-{one['name']}" for commit, one in MESSAGES])
def test_a_message_says_what_it_said_and_is_written_the_same(commit: str, message: Sample) -> None:
    """Work queues and the queue of `transactional`: messages may wait there while a new version is deployed."""
    assert strings.read_message(message["body"]) == message["reads"]
    if NEWEST[message["name"]] == (commit, message):
        written = strings.write_message(message["body"], Queue())
        assert FIELD in json.loads(written)
        assert message_with_number(written) == message_with_number(message["body"])


@pytest.mark.parametrize("link", [link for _, link in LINKS], ids=[f"{one['page']}-{one['keys']}" for _, one in LINKS])
def test_a_link_opens_the_same_page_and_is_made_the_same(link: Sample) -> None:
    """Links stay valid for years, also those that an earlier key signed."""
    now = strings.links(KEYS["signing_keys"], KEYS["base_url"])
    assert strings.read_url(now, link["page"], link["url"]) == link["stands_for"]
    then = strings.links(KEYS[link["keys"]], KEYS["base_url"])
    assert strings.url(then, link["page"], link["stands_for"]) == link["url"]


@pytest.mark.parametrize("one", [one for _, one in samples("links.json", "ids")], ids=lambda one: one["typed"])
def test_an_address_has_the_same_id(one: Sample) -> None:
    """Identity v1: another id would be another person."""
    assert strings.identify(one["typed"], KEYS["identity_key"]) == one["id"]


def test_the_identity_key_has_the_same_fingerprint() -> None:
    """With another one, every function would refuse the list."""
    (kept,) = {facts["fingerprint"] for facts in FACTS if "fingerprint" in facts}
    assert strings.identity_fingerprint(KEYS["identity_key"]) == kept


@pytest.mark.parametrize("one", [one for _, one in samples("links.json", "network_marks")], ids=lambda one: one["text"])
def test_a_network_has_the_same_mark(one: Sample) -> None:
    """Forms of one network are counted by it."""
    links = strings.links(KEYS["signing_keys"], KEYS["base_url"])
    assert strings.network_mark(links, one["text"]) == one["mark"]


@pytest.mark.parametrize("fact", strings.WORDS)
def test_every_stored_word_has_a_sample(fact: str) -> None:
    """A new status, stage, reason or kind of entry needs one: README.md says how. None is spelled in another way."""
    found = {word for facts in FACTS for word in told(facts, fact)}
    assert found >= strings.WORDS[fact]
    assert found <= strings.WORDS[fact] or fact == "note"  # a note may be the name of a claim


def told(facts: Sample, fact: str) -> list[Any]:
    """Every word of a kind in the facts of a sample."""
    entries = facts.get("entries", [])
    match fact:
        case "entry":
            return [entry[0] for entry in entries]
        case "note":
            return [word for entry in entries for word in entry[3].split("+")]
        case "said-why":
            return [facts["note"]] if facts.get("consent") == "said-why" else []
    return [facts[fact]] if facts.get(fact) is not None else []


def test_every_kind_of_item_message_and_link_has_a_sample() -> None:
    """As far as the current code names its kinds."""
    assert {sample["format"] for _, sample in items()} == set(FORMATS)
    kinds = [json.loads(message["body"]).get("letter") for _, message in MESSAGES]
    assert {kind for kind in kinds if kind} == strings.MESSAGES
    pages = {link["page"] for _, link in LINKS if link["keys"] == "signing_keys"}
    assert pages == strings.PAGES_WITH_TOKENS


def test_every_mailing_type_of_then_is_known() -> None:
    """Its name stays in campaigns, tags and links. A new type needs no sample: it is stored as the others are."""
    campaigns = {word for facts in FACTS for word in told(facts, "mailing")}
    assert campaigns == {sample["name"] for _, sample in editions()}
    assert campaigns <= strings.MAILINGS


def test_every_folder_of_samples_is_read_and_explained() -> None:
    """Samples that no test reads protect nothing."""
    assert {path.name for path in HERE.iterdir() if any(path.rglob("*.json"))} == set(COMMITS)
    readme = (HERE / "README.md").read_text("utf-8")
    files = {path.name for commit in COMMITS for path in (HERE / commit).iterdir()}
    assert [name for name in sorted({*files, *COMMITS, "keys.json"}) if f"`{name}`" not in readme] == []


def test_closed_folders_never_change() -> None:
    """Whoever changes a sample of then no longer shows that data of then can be read. README.md has the command."""
    closed = [path for commit in COMMITS if commit != OPEN for path in (HERE / commit).rglob("*.json")]
    now = {
        str(path.relative_to(HERE)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [HERE / "keys.json", *closed]
    }
    lines = (HERE / "SHA256SUMS").read_text("utf-8").splitlines()
    assert now == {name: digest for digest, name in (line.split("  ") for line in lines)}
