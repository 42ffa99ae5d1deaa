"""The rules of places: who gets a place that falls free, how, and why one stays empty. Pure, on plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from seminars.models import SessionState

OFFER_LASTS = timedelta(hours=12)


class Filling(StrEnum):
    """What happens to a place that falls free."""

    CONFIRM = "confirm"
    OFFER = "offer"
    BY_HAND = "by_hand"
    NEVER = "never"  # the session is not open, or has begun


class SignUp(StrEnum):
    """Whether one may register now."""

    OPEN = "open"
    NOT_YET = "not_yet"
    OVER = "over"
    NOT_PUBLISHED = "not_published"


class PlacesExplained(StrEnum):
    """Why the session's places are, or are not, filled; the page has a sentence for each."""

    FREE = "free"
    FULL = "full"
    FULL_WITH_QUEUE = "full_with_queue"
    WAITING_FOR_ANSWER = "waiting_for_answer"  # full, some places only offered
    BY_HAND = "by_hand"  # places are free and people wait, but the start is too near
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    NOT_OPEN = "not_open"
    OVER = "over"
    NO_PLACES = "no_places"


class Timed(Protocol):
    """What the rules read of a session."""

    state: SessionState
    starts_at: datetime
    ends_at: datetime
    sign_up_opens_at: datetime | None
    sign_up_closes_at: datetime | None
    offer_hours: int
    cut_off_hours: int


@dataclass(frozen=True)
class Counts:
    """The registrations of a session by place."""

    queued: int
    offered: int
    confirmed: int
    waiting_for_approval: int = 0

    @property
    def taken(self) -> int:
        return self.offered + self.confirmed


def filling(session: Timed, now: datetime) -> Filling:
    """How a free place is filled: at once while there is time, by an offer near the start, then by hand."""
    if session.state is not SessionState.PUBLISHED or now >= session.starts_at:
        return Filling.NEVER
    left = session.starts_at - now
    if left <= timedelta(hours=session.cut_off_hours):
        return Filling.BY_HAND
    return Filling.OFFER if left <= timedelta(hours=session.offer_hours) else Filling.CONFIRM


def cut_off(session: Timed) -> datetime:
    """From here on places are filled by hand only."""
    return session.starts_at - timedelta(hours=session.cut_off_hours)


def offer_deadline(session: Timed, now: datetime) -> datetime:
    """Until when a place offered now is kept: half a day, but never beyond the cut-off."""
    return min(now + OFFER_LASTS, cut_off(session))


def sign_up(session: Timed, now: datetime) -> SignUp:
    """Whether registration is open: without dates of its own from publication until the start."""
    if session.state is not SessionState.PUBLISHED:
        return SignUp.NOT_PUBLISHED
    closes_at = min(session.sign_up_closes_at or session.starts_at, session.starts_at)
    if now >= closes_at:
        return SignUp.OVER
    if session.sign_up_opens_at is not None and now < session.sign_up_opens_at:
        return SignUp.NOT_YET
    return SignUp.OPEN


def gets_place_at_once(counts: Counts, capacity: int) -> bool:
    """A newcomer joins the queue where there is one, even if a place has just fallen free."""
    return counts.queued == 0 and counts.taken < capacity


def explain(session: Timed, counts: Counts, capacity: int, now: datetime) -> PlacesExplained:
    """The one reason that says most about the session's places now."""
    if session.state is not SessionState.PUBLISHED:
        return PlacesExplained.NOT_OPEN
    if now >= session.starts_at:
        return PlacesExplained.OVER
    if capacity == 0:
        return PlacesExplained.NO_PLACES
    if counts.taken < capacity:
        if counts.queued > counts.waiting_for_approval:
            return PlacesExplained.BY_HAND
        return PlacesExplained.WAITING_FOR_APPROVAL if counts.queued else PlacesExplained.FREE
    if counts.queued == 0:
        return PlacesExplained.FULL
    return PlacesExplained.WAITING_FOR_ANSWER if counts.offered else PlacesExplained.FULL_WITH_QUEUE
