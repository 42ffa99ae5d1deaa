"""Moves of letters from state to state; each is fenced by the number of the attempt that claims it.

queued -> sending -> sent, with failed, unknown and cancelled beside. A claim pushes `next_try_at` ahead: it is the
lease, and a letter whose sender was killed before DATA comes up again by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Update, func, select, text, tuple_, update

from app.accounts.models import AddressState, Person
from app.db import db, transaction
from app.mail.models import Letter, LetterState
from app.mail.smtp import Away

LEASE = timedelta(minutes=10)  # longer than any talk about one letter, its batch included
MINUTES_BETWEEN_TRIES = (1, 5, 15, 30, 60, 120, 240, 480, 600, 660, 669)
"""Together 48 hours; a letter refused after the last of them has failed."""

_IS_QUEUED = text("letter.state = 'queued'")


class Cancelled(StrEnum):
    """Why a letter did not leave."""

    NOT_CURRENT = "not_current"  # answered, refused, closed, moved: the occasion has passed
    DECLINED = "declined"
    NO_ADDRESS = "no_address"
    SHARED_ADDRESS = "shared_address"
    FAILING_ADDRESS = "failing_address"
    LEFT = "left"


@dataclass(frozen=True)
class Claimed:
    """A letter in the hands of this sender, at its so-manieth attempt."""

    id: int
    attempt: int


def has_due() -> bool:
    """Whether a sender has anything to do."""
    due = select(Letter.id).where(
        text("letter.state IN ('queued', 'sending')"), Letter.next_try_at <= func.now()
    )
    return db.session.scalar(select(due.exists())) is True


def claim(limit: int) -> list[Claimed]:
    """Take due letters, the longest due first; committed before any of them is looked at."""
    picked = (
        select(Letter.id)
        .where(_IS_QUEUED, Letter.next_try_at <= func.now())
        .order_by(Letter.next_try_at, Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    with transaction():
        rows = db.session.execute(
            update(Letter)
            .where(Letter.id == picked.c.id)
            .values(attempts=Letter.attempts + 1, next_try_at=func.now() + LEASE)
            .returning(Letter.id, Letter.attempts),
            execution_options={"synchronize_session": False},
        ).all()
    return [Claimed(id_, attempt) for id_, attempt in sorted(rows)]


def release(claimed: Sequence[Claimed]) -> None:
    """Give letters back that were claimed and not tried."""
    pairs = [(letter.id, letter.attempt) for letter in claimed]
    with transaction():
        _execute(
            update(Letter)
            .where(tuple_(Letter.id, Letter.attempts).in_(pairs), _IS_QUEUED)
            .values(attempts=Letter.attempts - 1, next_try_at=func.now())
        )


def mark_sending(letter: Claimed) -> bool:
    """Commit that DATA follows; False if the letter is no longer this sender's."""
    with transaction():
        return _move(letter, LetterState.QUEUED, state=LetterState.SENDING, next_try_at=func.now() + LEASE)


def mark_sent(letter: Claimed) -> None:
    with transaction():
        _move(
            letter,
            LetterState.SENDING,
            state=LetterState.SENT,
            sent_at=func.now(),
            last_error=None,
            payload=Letter.payload.op("-")("address"),  # a given address has served
        )


def mark_unknown(letter: Claimed, reason: str) -> None:
    with transaction():
        _move(letter, LetterState.SENDING, state=LetterState.UNKNOWN, last_error=reason)


def put_off(letter: Claimed, reason: str) -> None:
    """Try again after a while, up to 48 hours."""
    with transaction():
        if letter.attempt > len(MINUTES_BETWEEN_TRIES):
            _move(letter, state=LetterState.FAILED, last_error=reason)
        else:
            pause = timedelta(minutes=MINUTES_BETWEEN_TRIES[letter.attempt - 1])
            _move(letter, state=LetterState.QUEUED, next_try_at=func.now() + pause, last_error=reason)


def fail(letter: Claimed, reason: str) -> None:
    with transaction():
        _move(letter, state=LetterState.FAILED, last_error=reason)


def fail_address(letter: Claimed, reason: str, *, person_id: int, email: str) -> None:
    """The server knows no such mailbox: the letter has failed, and the person's card shows why."""
    with transaction():
        _move(letter, state=LetterState.FAILED, last_error=reason)
        _execute(
            update(Person)
            .where(Person.id == person_id, Person.email == email, Person.email_state == AddressState.USABLE)
            .values(email_state=AddressState.FAILING)
        )


def cancel(letter: Claimed, reason: Cancelled) -> None:
    """Within the transaction that found out."""
    _move(letter, LetterState.QUEUED, state=LetterState.CANCELLED, last_error=reason.value)


def postpone(letter: Claimed, moment: datetime) -> None:
    """Wait until `moment` without counting a try; within the transaction that found out."""
    _move(letter, LetterState.QUEUED, attempts=Letter.attempts - 1, next_try_at=moment)


def give_up_cut_off() -> int:
    """Letters whose sender was killed after DATA began are unknown; returns how many there were."""
    with transaction():
        return _execute(
            update(Letter)
            .where(text("letter.state = 'sending'"), Letter.next_try_at <= func.now())
            .values(state=LetterState.UNKNOWN, last_error="the sender was stopped while it sent")
        )


def last_try_at(next_try_at: datetime, attempts: int) -> datetime:
    """When a letter that waits for its next try had its last one."""
    nth = min(max(attempts, 1), len(MINUTES_BETWEEN_TRIES))
    return next_try_at - timedelta(minutes=MINUTES_BETWEEN_TRIES[nth - 1])


def try_now(cluster_ids: Collection[int]) -> int:
    """By hand, in the open transaction: what waits for a server that was away is tried without waiting longer."""
    return _execute(
        update(Letter)
        .where(Letter.cluster_id.in_(cluster_ids), _IS_QUEUED, Letter.last_error.in_(list(Away)))
        .values(next_try_at=func.now())
    )


def send_again(ids: Sequence[int]) -> int:
    """By hand, in the open transaction: failed or unknown letters leave again under their Message-ID."""
    return _execute(
        update(Letter)
        .where(Letter.id.in_(ids), Letter.state.in_([LetterState.FAILED, LetterState.UNKNOWN]))
        .values(state=LetterState.QUEUED, attempts=0, next_try_at=func.now(), last_error=None)
    )


def _move(letter: Claimed, *from_states: LetterState, **values: Any) -> bool:
    states = from_states or (LetterState.QUEUED, LetterState.SENDING)
    statement = update(Letter).where(
        Letter.id == letter.id, Letter.attempts == letter.attempt, Letter.state.in_(states)
    )
    return _execute(statement.values(**values)) == 1


def _execute(statement: Update) -> int:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]
