"""Which moves a registration can make, from where, and who may make them. Pure: nothing here reads or writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from seminars.errors import MoveNotPossible, MoveNotYours
from seminars.models import Approval, LeftReason, Place


class Mover(StrEnum):
    """In which capacity somebody moves a registration."""

    PERSON = "person"  # the one registered
    ORGANISER = "organiser"  # who runs the session, or the coordinator
    SYSTEM = "system"


class Cause(StrEnum):
    """Why a registration moves; stands in its log."""

    REGISTERED = "registered"
    QUEUED = "queued"
    PROMOTED = "promoted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OFFER_EXPIRED = "offer_expired"
    CANCELLED = "cancelled"
    REMOVED = "removed"
    PLACED = "placed"  # taken from the queue by hand
    WALKED_IN = "walked_in"
    SESSION_CANCELLED = "session_cancelled"
    PERSON_LEFT = "person_left"  # works in the cluster no longer


@dataclass(frozen=True)
class Move:
    """One line of the table: None among `origins` is a person without a registration."""

    origins: frozenset[Place | None]
    to: Place
    movers: frozenset[Mover]
    left_reason: LeftReason | None = None


def _move(
    origins: Iterable[Place | None], to: Place, *movers: Mover, reason: LeftReason | None = None
) -> Move:
    return Move(frozenset(origins), to, frozenset(movers), reason)


_NEW = (None,)
_ACTIVE = (Place.QUEUED, Place.OFFERED, Place.CONFIRMED)
_PERSON, _ORGANISER, _SYSTEM = Mover.PERSON, Mover.ORGANISER, Mover.SYSTEM

MOVES: dict[Cause, Move] = {
    Cause.REGISTERED: _move(_NEW, Place.CONFIRMED, _PERSON, _ORGANISER),
    Cause.QUEUED: _move(_NEW, Place.QUEUED, _PERSON, _ORGANISER),
    Cause.PROMOTED: _move((Place.QUEUED,), Place.CONFIRMED, _SYSTEM),
    Cause.OFFERED: _move((Place.QUEUED,), Place.OFFERED, _SYSTEM),
    Cause.ACCEPTED: _move((Place.OFFERED,), Place.CONFIRMED, _PERSON),
    Cause.DECLINED: _move((Place.OFFERED,), Place.LEFT, _PERSON, reason=LeftReason.DECLINED),
    Cause.OFFER_EXPIRED: _move((Place.OFFERED,), Place.LEFT, _SYSTEM, reason=LeftReason.OFFER_EXPIRED),
    Cause.CANCELLED: _move(_ACTIVE, Place.LEFT, _PERSON, reason=LeftReason.CANCELLED),
    Cause.REMOVED: _move(_ACTIVE, Place.LEFT, _ORGANISER, reason=LeftReason.REMOVED),
    Cause.PLACED: _move((Place.QUEUED, Place.OFFERED), Place.CONFIRMED, _ORGANISER),
    Cause.WALKED_IN: _move((None, Place.QUEUED, Place.OFFERED), Place.CONFIRMED, _ORGANISER),
    Cause.PERSON_LEFT: _move(_ACTIVE, Place.LEFT, _SYSTEM, reason=LeftReason.REMOVED),
    Cause.SESSION_CANCELLED: _move(_ACTIVE, Place.LEFT, _ORGANISER, reason=LeftReason.SESSION_CANCELLED),
}

HOLDING_NEEDS = frozenset({Approval.NOT_NEEDED, Approval.APPROVED})
"""Without one of these a registration waits in the queue, however many places are free."""


def find_move(cause: Cause, *, origin: Place | None, approval: Approval, mover: Mover) -> Move:
    """The move `cause` stands for, if it may be made from here by this mover.

    Raises `MoveNotPossible` where the registration stands elsewhere or lacks approval, `MoveNotYours` where
    somebody else must make it.
    """
    move = MOVES[cause]
    if mover not in move.movers:
        raise MoveNotYours
    if origin not in move.origins:
        raise MoveNotPossible
    if move.to in (Place.OFFERED, Place.CONFIRMED) and approval not in HOLDING_NEEDS:
        raise MoveNotPossible
    return move
