"""Codes of the second factor, each good once."""

from typing import Any

from flask_security.totp import Totp


class OnceOnlyTotp(Totp):  # type: ignore[misc]
    """Whoever looks over a shoulder comes too late: a code seen used does not work again."""

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.tf_last_counter = tmatch.counter
