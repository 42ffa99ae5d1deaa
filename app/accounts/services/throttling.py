"""Guessing slowed down: attempts are counted before they are checked, so a burst gains nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.errors import TooManyAttempts
from app.accounts.models import SignInAttempts
from app.db import db

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
"""A quiet hour and the count starts anew: nobody is locked out for ever."""


@dataclass(frozen=True)
class Tally:
    """One count of attempts: what is counted and how many are free of waiting."""

    key: str
    free: int
    is_shared: bool = False
    """A school shares one address: success of one takes back one attempt, not all."""

    @classmethod
    def of(cls, purpose: str, *what: str, free: int, is_shared: bool = False) -> "Tally":
        key = sha256("\0".join((purpose, *what)).encode()).hexdigest()
        return cls(key=key, free=free, is_shared=is_shared)


def sign_in_tallies(login: str, address: str) -> tuple[Tally, ...]:
    """What a sign-in attempt counts towards.

    The login alone has a wider margin than the login from one address: whoever guesses from elsewhere
    hinders its owner late and for minutes only.
    """
    return (
        Tally.of("sign-in", login, address, free=5),
        Tally.of("sign-in", login, free=20),
        Tally.of("address", address, free=100, is_shared=True),
    )


def wait_after(attempts: int, free: int) -> timedelta:
    """How long to wait since the last attempt: nothing at first, then twice as long each time."""
    if attempts < free:
        return timedelta(0)
    doublings: int = min(attempts - free, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def begin_attempt(tallies: tuple[Tally, ...], now: datetime) -> None:
    """Count an attempt; raise `TooManyAttempts` while the former ones ask to wait."""
    rows = {row.key: row for row in _lock(tallies, now) if row.last_at > now - FORGOTTEN_AFTER}
    waits = [
        row.last_at + wait_after(row.count, tally.free) - now
        for tally in tallies
        if (row := rows.get(tally.key)) is not None
    ]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        raise TooManyAttempts(minutes=-(-longest // timedelta(minutes=1)))
    _count(tallies, now)


def _lock(tallies: tuple[Tally, ...], now: datetime) -> list[SignInAttempts]:
    """The counts as the attempts before this one have left them, held until it is counted too.

    Locks are taken in one order, or two attempts at once would wait for each other.
    """
    keys = sorted(tally.key for tally in tallies)
    db.session.execute(
        insert(SignInAttempts)
        .values([{"key": key, "count": 0, "last_at": now} for key in keys])
        .on_conflict_do_nothing()
    )
    return list(
        db.session.scalars(
            select(SignInAttempts)
            .where(SignInAttempts.key.in_(keys))
            .order_by(SignInAttempts.key)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _count(tallies: tuple[Tally, ...], now: datetime) -> None:
    keys = sorted(tally.key for tally in tallies)
    statement = insert(SignInAttempts).values([{"key": key, "count": 1, "last_at": now} for key in keys])
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[SignInAttempts.key],
            set_={
                "count": case(
                    (SignInAttempts.last_at <= literal(now - FORGOTTEN_AFTER), 1),
                    else_=SignInAttempts.count + 1,
                ),
                "last_at": now,
            },
        )
    )
    # What another attempt holds is skipped: cleaning up must not make anybody wait.
    old = select(SignInAttempts.key).where(SignInAttempts.last_at < now - timedelta(days=1))
    db.session.execute(
        delete(SignInAttempts).where(SignInAttempts.key.in_(old.with_for_update(skip_locked=True)))
    )


def forget_attempts(tallies: tuple[Tally, ...]) -> None:
    """The attempt succeeded: what led to it no longer counts."""
    own = [tally.key for tally in tallies if not tally.is_shared]
    shared = [tally.key for tally in tallies if tally.is_shared]
    db.session.execute(delete(SignInAttempts).where(SignInAttempts.key.in_(own)))
    db.session.execute(
        update(SignInAttempts)
        .where(SignInAttempts.key.in_(shared))
        .values(count=func.greatest(SignInAttempts.count - 1, 0))
    )
