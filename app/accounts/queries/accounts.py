"""Accounts: by what people type, and under lock."""

from sqlalchemy import or_, select

from app.accounts.models import Account
from app.db import db


def normal_login(typed: str) -> str:
    """Addresses and user names are kept and compared in lower case."""
    return typed.strip().casefold()


def find_account_by_login(typed: str) -> Account | None:
    """The account whose address or user name this is."""
    login = normal_login(typed)
    return db.session.scalar(select(Account).where(or_(Account.email == login, Account.username == login)))


def find_account_of(person_id: int) -> Account | None:
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def lock_account(account_id: int) -> Account:
    """The account as it stands now, held until the end of the transaction."""
    return db.session.execute(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    ).scalar_one()
