"""Subscribers who move while a campaign is sent, even twice or back: each gets one mail, and nobody is missed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.moving_people import Moving

WORK = st.sampled_from([("delivers",), *(("fans_out", shard) for shard in "12345")])
PEOPLE = st.one_of(
    st.tuples(st.just("moves"), st.integers(0, 4), st.integers(0, 4)),
    st.tuples(st.just("moves"), st.integers(0, 4), st.integers(0, 4)),
    st.tuples(st.sampled_from(["leaves", "undoes", "welcomes"]), st.integers(0, 4)),
    st.tuples(st.just("joins"), st.integers(0, 4)),
)
STORIES = st.lists(st.one_of(st.just(("opens",)), WORK, PEOPLE, PEOPLE), max_size=40)


def play(world: Moving, step: tuple[object, ...]) -> None:
    """Play one step of a story."""
    match step:
        case ("leaves", int(place)):
            world.leaves(place, undone=False)
        case ("undoes", int(place)):
            world.leaves(place, undone=True)
        case (str(name), *more):
            getattr(world, name)(*more)
    world.clock.sleep(60)


@settings(max_examples=150)
@given(st.integers(1, 3), STORIES)
def test_nobody_gets_two_mails_and_nobody_is_missed(people: int, story: list[tuple[object, ...]]) -> None:
    """This holds over an invite, a recap and its follow-up, with late additions, in any order of events."""
    world = Moving(people=people)
    for step in story:
        play(world, step)
    world.finish()


@pytest.mark.parametrize(
    "story",
    [
        ["moves 0 1", "moves 0 2"],
        ["fans_out 1", "moves 0 1", "moves 0 0"],
        ["moves 0 1", "fans_out 1", "moves 0 0"],
        ["moves 0 1", "fans_out 2", "moves 0 0", "fans_out 1"],
        ["fans_out 1", "moves 0 1", "moves 0 0", "moves 0 1", "delivers", "moves 0 0"],
        ["fans_out 1", "delivers", "moves 0 1", "fans_out 2", "moves 0 0"],
        ["fans_out 2", "moves 0 1", "welcomes 0"],
    ],
)
def test_a_subscriber_who_moves_on_and_back_gets_one_mail(story: list[str]) -> None:
    """The mail is sent once, wherever fan-out and delivery are at the time of each move."""
    world = Moving(people=1)
    world.opens()
    world.clock.sleep(60)
    for step in story:
        name, *rest = step.split()
        play(world, (name, *(rest if name == "fans_out" else map(int, rest))))
    world.finish()
    assert sum(world.mails.values()) == 1


def test_a_subscriber_who_moved_after_the_recap_gets_the_follow_up() -> None:
    """The follow-up goes once, to the row that the recap reached, although the subscriber moved back and on again."""
    world = Moving(people=1)
    for step in [("opens",), ("opens",), ("moves", 0, 1), ("opens",), ("moves", 0, 0), ("moves", 0, 2)]:
        play(world, step)
    world.finish()
    assert world.mails["2024-04_follow-up", "person-0"] == 1


def test_an_address_that_another_subscriber_moved_to_gets_one_mail() -> None:
    """Both subscribers were recipients. The one who left gets no mail at the address that is now the other's."""
    world = Moving(people=2)
    world.opens()
    world.clock.sleep(60)
    for step in [("fans_out", "1"), ("leaves", 0), ("moves", 0, 0)]:
        play(world, step)
    world.finish()
    assert world.mails == {("2024-04_invite", "person-1"): 1}
    assert world.clock.now() > world.ledger.campaigns["2024-04/invite"].opened_at + timedelta(minutes=1)


def test_a_subscriber_who_follows_another_to_two_addresses_gets_one_mail() -> None:
    """The address that the other moved away from is no earlier address of theirs, whatever `moved_from` names."""
    world = Moving(people=2)
    for step in [("opens",), ("moves", 1, 2), ("leaves", 1), ("moves", 0, 2), ("moves", 0, 1)]:
        play(world, step)
    world.finish()
    assert world.mails == {("2024-04_invite", "person-0"): 1}


def test_a_subscriber_who_takes_over_an_address_gets_one_mail() -> None:
    """The mail of the subscriber who moved away from the address does not go to the subscriber who took it over."""
    world = Moving(people=2)
    world.opens()
    for step in [("moves", 0, 4), ("leaves", 1), ("moves", 0, 4)]:
        play(world, step)
    world.finish()
    assert sum(world.mails.values()) == 1
