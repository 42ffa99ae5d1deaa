"""Passwords: the policy, and setting one."""

import secrets
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from flask_security import hash_password, verify_password

from app.accounts.models import Account
from app.extensions import security

SHORTEST = 10
LONGEST = 128
FEWEST_LETTERS = 4
"""Different characters a password must hold: «1111111111» is long, too."""

_COMMON = Path(__file__).parents[1] / "common_passwords.txt"


class PasswordProblem(StrEnum):
    """Why a password is not taken; `forms.passwords` says it in words."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    MONOTONOUS = "monotonous"
    PERSONAL = "personal"


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


def find_problem(password: str, *personal: str | None) -> PasswordProblem | None:
    """What is wrong with `password`; `personal` are words others know of the person (names, login)."""
    if len(password) < SHORTEST:
        return PasswordProblem.SHORT
    if len(password) > LONGEST:
        return PasswordProblem.LONG
    folded = password.casefold()
    if folded in _common_passwords():
        return PasswordProblem.COMMON
    if len(set(folded)) < FEWEST_LETTERS:
        return PasswordProblem.MONOTONOUS
    known = [word.casefold() for word in personal if word and len(word) >= FEWEST_LETTERS]
    # What is left once the known words are taken out must still be hard to guess.
    rest = folded
    for word in known:
        rest = rest.replace(word, "")
    return PasswordProblem.PERSONAL if len(rest) < SHORTEST // 2 else None


def password_hash(password: str) -> str:
    """The argon2 hash to store; sign-in normalises what is typed in the same way."""
    return str(hash_password(security.password_util.normalize(password)))


def is_password(account: Account, typed: str) -> bool:
    """Whether `typed` is the account's password."""
    return bool(account.password) and bool(
        verify_password(security.password_util.normalize(typed), account.password)
    )


def set_password(account: Account, password: str, now: datetime) -> None:
    """Give the account this password and end every session it has."""
    account.password = password_hash(password)
    account.active = True
    account.activated_at = account.activated_at or now
    end_sessions(account)


def end_sessions(account: Account) -> None:
    """Sign out everywhere: sessions and «remember me» cookies carry the former value."""
    account.fs_uniquifier = secrets.token_hex(32)
