"""Addresses: what is taken, what is the same, what is refused and why."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.subscribers.address import masked, normalise, parse_address

ATOM = st.text(string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=20)
LOCALS = st.lists(ATOM, min_size=1, max_size=3).map(".".join)
LABEL = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12).filter(lambda s: s[2:4] != "--")
ENDINGS = st.sampled_from(["example", "EXAMPLE", "org", "test", "co.uk", "bücher.example", "BÜCHER.example"])
ADDRESSES = st.builds("{}@{}.{}".format, LOCALS, LABEL, ENDINGS)


@pytest.mark.parametrize(
    ("typed", "normalised", "envelope"),
    [
        ("anna@example.org", "anna@example.org", "anna@example.org"),
        (" Anna.Smith@Example.ORG\t", "anna.smith@example.org", "Anna.Smith@example.org"),
        ("\u00a0anna@example.org\n", "anna@example.org", "anna@example.org"),
        ("a.n.n.a+news@example.org", "a.n.n.a+news@example.org", "a.n.n.a+news@example.org"),
        ("Info@example.org", "info@example.org", "Info@example.org"),
        ("lena@bücher.example", "lena@xn--bcher-kva.example", "lena@xn--bcher-kva.example"),
        ("lena@bu\u0308cher.example", "lena@xn--bcher-kva.example", "lena@xn--bcher-kva.example"),
        ("lena@XN--BCHER-KVA.example", "lena@xn--bcher-kva.example", "lena@xn--bcher-kva.example"),
        ("kai@straße.example", "kai@xn--strae-oqa.example", "kai@xn--strae-oqa.example"),
        ("rin@例え。テスト", "rin@xn--r8jz45g.xn--zckzah", "rin@xn--r8jz45g.xn--zckzah"),
        ("o'neill@ward.test", "o'neill@ward.test", "o'neill@ward.test"),
    ],
)
def test_v1_of_the_normal_form_is_frozen(typed: str, normalised: str, envelope: str) -> None:
    """These pairs never change: every subscriber's id rests on them."""
    address = parse_address(typed)
    assert (address.typed, address.normalised, address.envelope) == (typed.strip(), normalised, envelope)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "no address"),
        ("   ", "no address"),
        ("anna.example.org", "no @"),
        ("anna＠example.org", "no @"),
        ("anna@@example.org", "more than one @"),
        ("anna@example.org, ben@example.org", "more than one @"),
        ("anna smith@example.org", "space"),
        ("anna@exam ple.org", "space"),
        ("anna@exam\u00a0ple.org", "space"),
        ('"anna smith"@example.org', "quotation marks"),
        ("anna@example.org\r\nBcc: all@example.org", "line break"),
        ("anna@example.org\nx", "line break"),
        ("Anna <anna@example.org>", "without a name"),
        ("<anna@example.org>", "without < and >"),
        ("sean.o’brien@example.org", "Type a straight one"),
        ("mailto:anna@example.org", "mailto:"),
        ("an\u200bna@example.org", "invisible character (U+200B)"),
        ("anna\x00@example.org", "invisible character (U+0000)"),
        ("anna\ue000@example.org", "invisible character (U+E000)"),
        ("anna\ud800@example.org", "invisible character (U+D800)"),
        ("jürgen@example.org", "“ü” before the @. Our mail service (Amazon SES)"),
        ("аnna@example.org", "Amazon SES"),
        ("x" * 300 + "@example.org", "more than 254 characters"),
        ("x" * 65 + "@example.org", "too long before the @-sign"),
        ("anna@" + "x" * 64 + ".example", "so many characters"),
        (".anna@example.org", "start with a period"),
        ("anna..smith@example.org", "two periods in a row"),
        ("anna@example..org", "two periods in a row"),
        ("anna@example.org.", "end with a period"),
        ("anna@-example.org", "hyphen immediately after"),
        ("anna@example", "no dot after the @"),
        ("anna@[192.0.2.1]", "square brackets after the @"),
        ("anna@[IPv6:2001:db8::1]", "square brackets after the @"),
        ("x@test", "no dot after the @"),
        ("rin@テスト", "no dot after the @"),
        ("anna@192.0.2.1", "ends in a number"),
        ("a@123.456", "ends in a number"),
        ("a@例え。١٢", "ends in a number"),
        ("anna@under_score.example", "invalid characters"),
        ("anna@localhost", "no dot after the @"),
        ("anna@printer.local", "special-use"),
        ("anna@", "after the @"),
        ("@example.org", "before the @"),
        ("anna,smith@example.org", "invalid characters"),
    ],
)
def test_what_cannot_be_sent_to_is_refused_with_the_reason(typed: str, reason: str) -> None:
    """Each slip gets its own words, and the words never carry the address into a log."""
    with pytest.raises(BadInput) as refusal:
        parse_address(typed)
    assert reason in str(refusal.value)
    assert "anna@example.org" not in str(refusal.value).replace("looks like anna@example.org", "")


@given(ADDRESSES)
def test_the_normal_form_is_its_own_normal_form(typed: str) -> None:
    """Normalising twice is normalising once, also by way of the envelope."""
    address = parse_address(typed)
    assert normalise(address.normalised) == normalise(address.envelope) == address.normalised


@given(ADDRESSES)
def test_case_space_and_composition_do_not_matter(typed: str) -> None:
    """However an address is shouted, padded or composed, it stays one person."""
    shouted = typed.upper()
    assert (
        normalise(shouted)
        == normalise(f" {typed}\n")
        == normalise(unicodedata.normalize("NFD", typed))
        == normalise(typed)
    )


@given(ADDRESSES, ADDRESSES)
def test_different_people_are_never_merged(one: str, other: str) -> None:
    """Only what is the same but for case becomes the same."""
    assert (normalise(one) == normalise(other)) == (one.lower() == other.lower())


@given(LOCALS, st.sampled_from("+.-_"), LABEL)
def test_dots_and_plus_are_not_folded(local: str, sign: str, label: str) -> None:
    """anna+a, anna.a and annaa are three people."""
    assert normalise(f"{local}{sign}a@{label}.example") != normalise(f"{local}a@{label}.example")


@given(st.text(max_size=80) | st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=20)))
def test_any_text_is_an_address_or_is_refused(typed: str) -> None:
    """No text whatever breaks it, and what is taken is plain ASCII on one line."""
    try:
        address = parse_address(typed)
    except BadInput:
        return
    assert address.envelope.isascii()
    assert address.envelope.isprintable()
    assert " " not in address.envelope
    assert "." in address.envelope.rpartition("@")[2]
    assert not address.envelope.rpartition(".")[2].isdigit()
    assert address.envelope.lower() == address.normalised


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("mira@example.org", "m•••@example.org"),
        ("mi@example.org", "m•••@example.org"),
        ("m@example.org", "•••@example.org"),
        ("Ärla.B+x@example.org", "Ä•••@example.org"),
        ("mira@xn--mnchen-3ya.example", "m•••@münchen.example"),
        ("mira@xn--strae-oqa.example", "m•••@straße.example"),
        ("mira@xn--\x00.example", "m•••@xn--\x00.example"),
        ("", ""),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    """Its owner knows it, and nobody else could write to it; the domain reads as people write it."""
    assert masked(address) == shown


@given(st.emails())
def test_the_mask_hides_all_but_one_letter(address: str) -> None:
    """How long the part before the @ is doesn't show either."""
    local, _, _ = address.rpartition("@")
    assert masked(address).partition("@")[0] in {f"{local[0]}•••", "•••"}
