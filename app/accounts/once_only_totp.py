"""Codes of the second factor, each good once."""

from typing import Any

from flask import session
from flask_security.totp import Totp
from passlib.exc import UsedTokenError  # type: ignore[import-untyped]
from sqlalchemy import or_, update
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import Account
from app.db import db


class OnceOnlyTotp(Totp):  # type: ignore[misc]
    """Whoever looks over a shoulder comes too late: a code seen used does not work again."""

    def generate_totp_secret(self) -> str:
        """The secret of a set-up begun in this session, else a new one.

        After a mistyped code the page begins anew: with another secret the entry just made in the application
        would be void.
        """
        begun: str | None = session.get("tf_totp_secret") if session.get("tf_state") else None
        return begun or str(super().generate_totp_secret())

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Spend the code, or raise `UsedTokenError`: one statement compares and writes.

        Of two who send a code at the same moment both may have read the counter before either wrote it.
        """
        spent = db.session.scalar(
            update(Account)
            .where(
                Account.id == user.id,
                or_(Account.tf_last_counter.is_(None), Account.tf_last_counter < tmatch.counter),
            )
            .values(tf_last_counter=tmatch.counter)
            .returning(Account.id)
            .execution_options(synchronize_session=False)
        )
        if spent is None:
            raise UsedTokenError
        set_committed_value(user, "tf_last_counter", tmatch.counter)
