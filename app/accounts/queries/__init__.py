"""What can be asked about people, accounts, organisations, consents and catalogues."""

from app.accounts.queries.accounts import (
    find_account_by_login,
    find_account_of,
    lock_account,
    normal_login,
)

__all__ = ["find_account_by_login", "find_account_of", "lock_account", "normal_login"]
