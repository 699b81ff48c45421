"""The tokens in links."""

from __future__ import annotations

import re
import string
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens

OLD, NEW = b"old key, at least 32 bytes of it.", b"new key, at least 32 bytes of it."
TOKENS = Tokens(SigningKeys("k1", {"k1": OLD}))
IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
SESSIONS = st.builds(
    "{:04}-{:02}{}".format, st.integers(1990, 2100), st.integers(1, 12), st.sampled_from(["", "b", "z"])
)
CAMPAIGNS = st.builds(
    "{}/{}{}".format,
    SESSIONS,
    st.sampled_from(["invite", "reminder", "recap", "follow-up"]),
    st.sampled_from(["", "/2", "/99"]),
)
SOMEBODY = "00112233445566778899aabbccddeeff"


@given(IDS)
def test_a_leave_token_gives_its_reader_back(identity: str) -> None:
    """What was signed is read, as often as one likes."""
    token = TOKENS.leave(identity)
    assert TOKENS.read_leave(token) == TOKENS.read_leave(token) == identity


@given(SESSIONS)
def test_a_join_token_gives_its_session_back(session_id: str) -> None:
    """What was signed is read."""
    assert TOKENS.read_join(TOKENS.join(session_id)) == session_id


@given(CAMPAIGNS)
def test_a_view_token_gives_its_mailing_back(campaign: str) -> None:
    """What was signed is read; it fits a link and passes for no other purpose."""
    token = TOKENS.view(campaign)
    assert TOKENS.read_view(token) == campaign
    assert len(token) < 110
    assert re.fullmatch(r"[A-Za-z0-9_.-]+[A-Za-z0-9]", token)
    for read in (TOKENS.read_leave, TOKENS.read_join):
        with pytest.raises(BadInput):
            read(token)


def test_tokens_of_years_ago_are_frozen() -> None:
    """Links in old mails go on working: these tokens never change."""
    assert TOKENS.leave(SOMEBODY) == "k1.ABEiM0RVZneImaq7zN3u_w.kJ7QcxZ7C4m-8eBPyO2prvRNPbHpV32O0qQDeA_90i8"
    assert TOKENS.join("2024-04") == "k1.MjAyNC0wNA.S8RNf3uOJ0RArYGeDtXiGi6l3PSKc6Tj1USK7zsg384"
    assert TOKENS.view("2024-04/invite") == "k1.MjAyNC0wNC9pbnZpdGU.bIP2lNzTPIWDYUhZe-fkmsZqFfbAJwh0KK2IDeN82-c"


@given(IDS, SESSIONS)
def test_a_token_fits_a_link_whole(identity: str, session_id: str) -> None:
    """It is short, and neither holds nor ends in a sign that mail programs break or leave out."""
    keys = Tokens(SigningKeys("k" * 12, {"k" * 12: OLD}))
    for token in (keys.leave(identity), keys.join(session_id)):
        assert len(token) < 90
        assert re.fullmatch(r"[A-Za-z0-9_.-]+[A-Za-z0-9]", token)


@given(IDS)
def test_join_says_nothing_about_the_reader(identity: str) -> None:
    """The token of a session is the same for all; the token to leave does not show the id as it stands in logs."""
    assert TOKENS.join("2024-04") == TOKENS.join("2024-04")
    assert identity not in TOKENS.leave(identity)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda token: token[:-1], id="cut at its end"),
        pytest.param(lambda token: token[1:], id="cut at its beginning"),
        pytest.param(lambda token: token[: len(token) // 2], id="half"),
        pytest.param(lambda token: f"{token[:40]}\r\n{token[40:]}", id="wrapped"),
        pytest.param(lambda token: f"{token[:40]}=\n{token[40:]}", id="wrapped as quoted-printable"),
        pytest.param(lambda token: f"{token}=3D", id="=3D at its end"),
        pytest.param(lambda token: f"=3D{token}", id="=3D at its beginning"),
        pytest.param(lambda token: f"{token}=", id="padded"),
        pytest.param(lambda token: f"{token}>", id="with the bracket after it"),
        pytest.param(lambda token: f"{token}.", id="with the full stop after it"),
        pytest.param(str.upper, id="in capitals"),
        pytest.param(str.lower, id="in small letters"),
        pytest.param(lambda token: token + token, id="twice"),
        pytest.param(lambda token: token * 10_000, id="very long"),
        pytest.param(lambda token: token.replace("k1", "k2"), id="another key's name"),
        pytest.param(lambda token: token.replace(".", "．"), id="full-width dots"),
        pytest.param(lambda token: token.rsplit(".", 1)[0] + ".", id="without a signature"),
        pytest.param(lambda token: "", id="nothing"),  # noqa: ARG005
        pytest.param(lambda token: "..", id="dots"),  # noqa: ARG005
        pytest.param(lambda token: "k1..", id="a key's name"),  # noqa: ARG005
    ],
)
def test_a_spoilt_token_is_refused_in_plain_words(spoil: object) -> None:
    """What mail programs and people do to links never reads as somebody."""
    assert callable(spoil)
    with pytest.raises(BadInput, match="copy the whole of it"):
        TOKENS.read_leave(spoil(TOKENS.leave(SOMEBODY)))


@given(IDS, st.integers(0, 200), st.sampled_from(string.printable + "ü．"))
def test_a_changed_token_never_reads(identity: str, place: int, sign: str) -> None:
    """One sign changed anywhere makes it invalid, even where base64 would not mind."""
    token = TOKENS.leave(identity)
    place %= len(token)
    changed = token[:place] + sign + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(BadInput):
        TOKENS.read_leave(changed)


@given(st.text(max_size=150) | st.from_regex(r"k1\.[A-Za-z0-9_-]{0,30}\.[A-Za-z0-9_-]{43}", fullmatch=True))
def test_a_forged_token_never_reads(forged: str) -> None:
    """Without the key nothing verifies, and nothing but BadInput comes of it."""
    for read in (TOKENS.read_leave, TOKENS.read_join, TOKENS.read_view):
        with pytest.raises(BadInput):
            read(forged)


@given(IDS, SESSIONS)
def test_a_token_serves_one_purpose(identity: str, session_id: str) -> None:
    """The link to join can't leave, and the other way round."""
    with pytest.raises(BadInput):
        TOKENS.read_join(TOKENS.leave(identity))
    with pytest.raises(BadInput):
        TOKENS.read_leave(TOKENS.join(session_id))


def test_an_old_key_still_verifies_after_rotation() -> None:
    """Mails of last year keep their links, new ones are signed with the new key."""
    rotated = Tokens(SigningKeys("k2", {"k1": OLD, "k2": NEW}))
    assert rotated.read_leave(TOKENS.leave(SOMEBODY)) == SOMEBODY
    assert rotated.leave(SOMEBODY).startswith("k2.")


def test_a_key_taken_out_verifies_nothing() -> None:
    """Once a key is gone, so are its links; a key of the same name doesn't bring them back."""
    for keys in ({"k2": NEW}, {"k1": NEW, "k2": NEW}):
        with pytest.raises(BadInput):
            Tokens(SigningKeys("k2", keys)).read_leave(TOKENS.leave(SOMEBODY))


@pytest.mark.parametrize("wrong", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "anna@example.org"])
def test_only_ids_are_signed(wrong: str) -> None:
    """An address can't get into a link by mistake."""
    with pytest.raises(ValueError, match="32 lower-case hex digits"):
        TOKENS.leave(wrong)
    with pytest.raises(ValueError, match="looks like 2024-04"):
        TOKENS.join(wrong)
    with pytest.raises(ValueError, match="looks like 2024-04/invite"):
        TOKENS.view(wrong)


def test_deliver_can_afford_the_import() -> None:
    """Tokens come without pydantic, jinja2 or the validator's tables, which a cold start would pay for."""
    code = "import sys, convener.subscribers.tokens; print(*sorted(name.partition('.')[0] for name in sys.modules))"
    loaded = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert not {"pydantic", "jinja2", "email_validator", "idna", "boto3"} & set(loaded)
