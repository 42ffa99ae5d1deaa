"""The rules of places, on plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from seminars import places
from seminars.models import SessionState
from seminars.places import Counts, Filling, PlacesExplained, SignUp
from tests.factories.seminars import NOW


@dataclass
class Plain:
    starts_at: datetime = NOW + timedelta(days=10)
    ends_at: datetime = NOW + timedelta(days=10, hours=2)
    state: SessionState = SessionState.PUBLISHED
    sign_up_opens_at: datetime | None = None
    sign_up_closes_at: datetime | None = None
    offer_hours: int = 48
    cut_off_hours: int = 3


def before(**left: float) -> datetime:
    return Plain().starts_at - timedelta(**left)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (before(hours=48, seconds=1), Filling.CONFIRM),
        (before(hours=48), Filling.OFFER),
        (before(hours=3, seconds=1), Filling.OFFER),
        (before(hours=3), Filling.BY_HAND),
        (before(seconds=1), Filling.BY_HAND),
        (before(), Filling.NEVER),
    ],
)
def test_the_nearer_the_start_the_more_careful_the_filling(now, expected):
    assert places.filling(Plain(), now) is expected


@pytest.mark.parametrize("state", [SessionState.DRAFT, SessionState.CANCELLED, SessionState.CLOSED])
def test_only_a_published_session_is_filled(state):
    assert places.filling(Plain(state=state), NOW) is Filling.NEVER


def test_an_offer_lasts_half_a_day_but_not_beyond_the_cut_off():
    assert places.offer_deadline(Plain(), before(hours=40)) == before(hours=28)
    assert places.offer_deadline(Plain(), before(hours=10)) == before(hours=3)


def test_sign_up_without_dates_is_open_until_the_start():
    assert places.sign_up(Plain(), NOW) is SignUp.OPEN
    assert places.sign_up(Plain(), Plain().starts_at) is SignUp.OVER
    assert places.sign_up(Plain(state=SessionState.DRAFT), NOW) is SignUp.NOT_PUBLISHED


def test_sign_up_keeps_its_window():
    session = Plain(sign_up_opens_at=NOW, sign_up_closes_at=NOW + timedelta(days=1))
    assert places.sign_up(session, NOW - timedelta(seconds=1)) is SignUp.NOT_YET
    assert places.sign_up(session, NOW) is SignUp.OPEN
    assert places.sign_up(session, NOW + timedelta(days=1)) is SignUp.OVER


def test_sign_up_never_outlasts_the_start():
    session = Plain(sign_up_closes_at=Plain().starts_at + timedelta(days=1))
    assert places.sign_up(session, session.starts_at) is SignUp.OVER


def test_a_newcomer_joins_the_queue_even_when_a_place_is_free():
    assert places.gets_place_at_once(Counts(queued=0, offered=0, confirmed=1), 2)
    assert not places.gets_place_at_once(Counts(queued=1, offered=0, confirmed=1), 2)
    assert not places.gets_place_at_once(Counts(queued=0, offered=1, confirmed=1), 2)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (Counts(0, 0, 1), PlacesExplained.FREE),
        (Counts(0, 0, 2), PlacesExplained.FULL),
        (Counts(3, 0, 2), PlacesExplained.FULL_WITH_QUEUE),
        (Counts(3, 1, 1), PlacesExplained.WAITING_FOR_ANSWER),
        (Counts(3, 0, 1), PlacesExplained.BY_HAND),
        (Counts(1, 0, 1, waiting_for_approval=1), PlacesExplained.WAITING_FOR_APPROVAL),
    ],
)
def test_places_are_explained(counts, expected):
    assert places.explain(Plain(), counts, 2, NOW) is expected


def test_places_of_a_session_that_is_over_or_not_open():
    nobody = Counts(0, 0, 0)
    assert places.explain(Plain(), nobody, 2, Plain().starts_at) is PlacesExplained.OVER
    assert places.explain(Plain(state=SessionState.DRAFT), nobody, 2, NOW) is PlacesExplained.NOT_OPEN
    assert places.explain(Plain(), nobody, 0, NOW) is PlacesExplained.NO_PLACES
