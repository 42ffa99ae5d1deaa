"""Changes of state of accounts, people, organisations, consents and catalogues."""

from app.accounts.services.passwords import (
    PasswordProblem,
    end_sessions,
    find_problem,
    is_password,
    password_hash,
    set_password,
)

__all__ = [
    "PasswordProblem",
    "end_sessions",
    "find_problem",
    "is_password",
    "password_hash",
    "set_password",
]
