"""The transition table of registrations, on its own."""

import pytest

from seminars.errors import MoveNotPossible, MoveNotYours
from seminars.models import Approval, LeftReason, Place
from seminars.services.transitions import MOVES, Cause, Mover, find_move

FREE = Approval.NOT_NEEDED


def test_every_cause_stands_in_the_table():
    assert set(MOVES) == set(Cause)


@pytest.mark.parametrize("cause", list(Cause))
def test_a_reason_stands_exactly_where_a_place_is_left(cause):
    assert (MOVES[cause].to is Place.LEFT) == (MOVES[cause].left_reason is not None)


@pytest.mark.parametrize("cause", list(Cause))
def test_nobody_comes_back_from_a_left_registration(cause):
    assert Place.LEFT not in MOVES[cause].origins


@pytest.mark.parametrize(
    ("cause", "origin", "mover", "to", "reason"),
    [
        (Cause.REGISTERED, None, Mover.PERSON, Place.CONFIRMED, None),
        (Cause.QUEUED, None, Mover.PERSON, Place.QUEUED, None),
        (Cause.PROMOTED, Place.QUEUED, Mover.SYSTEM, Place.CONFIRMED, None),
        (Cause.OFFERED, Place.QUEUED, Mover.SYSTEM, Place.OFFERED, None),
        (Cause.ACCEPTED, Place.OFFERED, Mover.PERSON, Place.CONFIRMED, None),
        (Cause.DECLINED, Place.OFFERED, Mover.PERSON, Place.LEFT, LeftReason.DECLINED),
        (Cause.OFFER_EXPIRED, Place.OFFERED, Mover.SYSTEM, Place.LEFT, LeftReason.OFFER_EXPIRED),
        (Cause.CANCELLED, Place.QUEUED, Mover.PERSON, Place.LEFT, LeftReason.CANCELLED),
        (Cause.REMOVED, Place.CONFIRMED, Mover.ORGANISER, Place.LEFT, LeftReason.REMOVED),
        (Cause.PLACED, Place.QUEUED, Mover.ORGANISER, Place.CONFIRMED, None),
        (Cause.WALKED_IN, None, Mover.ORGANISER, Place.CONFIRMED, None),
        (
            Cause.SESSION_CANCELLED,
            Place.OFFERED,
            Mover.ORGANISER,
            Place.LEFT,
            LeftReason.SESSION_CANCELLED,
        ),
    ],
)
def test_moves_that_are_made(cause, origin, mover, to, reason):
    move = find_move(cause, origin=origin, approval=FREE, mover=mover)
    assert (move.to, move.left_reason) == (to, reason)


@pytest.mark.parametrize(
    ("cause", "origin", "mover"),
    [
        (Cause.PROMOTED, Place.QUEUED, Mover.PERSON),  # nobody lets themselves in
        (Cause.ACCEPTED, Place.OFFERED, Mover.ORGANISER),  # an answer is the person's own
        (Cause.WALKED_IN, None, Mover.PERSON),
        (Cause.SESSION_CANCELLED, Place.CONFIRMED, Mover.PERSON),
        (Cause.CANCELLED, Place.CONFIRMED, Mover.ORGANISER),  # theirs is «removed»
    ],
)
def test_a_move_belongs_to_its_mover(cause, origin, mover):
    with pytest.raises(MoveNotYours):
        find_move(cause, origin=origin, approval=FREE, mover=mover)


@pytest.mark.parametrize(
    ("cause", "origin", "mover"),
    [
        (Cause.ACCEPTED, Place.QUEUED, Mover.PERSON),
        (Cause.PROMOTED, Place.CONFIRMED, Mover.SYSTEM),
        (Cause.REGISTERED, Place.QUEUED, Mover.PERSON),
        (Cause.DECLINED, Place.CONFIRMED, Mover.PERSON),
        (Cause.CANCELLED, None, Mover.PERSON),
        (Cause.CANCELLED, Place.LEFT, Mover.PERSON),
    ],
)
def test_a_move_needs_its_origin(cause, origin, mover):
    with pytest.raises(MoveNotPossible):
        find_move(cause, origin=origin, approval=FREE, mover=mover)


@pytest.mark.parametrize("approval", [Approval.PENDING, Approval.DECLINED, Approval.EXPIRED])
def test_no_place_is_held_without_approval(approval):
    assert find_move(Cause.QUEUED, origin=None, approval=approval, mover=Mover.PERSON).to is Place.QUEUED
    with pytest.raises(MoveNotPossible):
        find_move(Cause.PROMOTED, origin=Place.QUEUED, approval=approval, mover=Mover.SYSTEM)
    with pytest.raises(MoveNotPossible):
        find_move(Cause.REGISTERED, origin=None, approval=approval, mover=Mover.PERSON)
