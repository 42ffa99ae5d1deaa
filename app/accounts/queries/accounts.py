"""Accounts: by what people type, and under lock."""

from datetime import datetime

from sqlalchemy import Select, or_, select

from app.accounts.models import Account, OneTimeLink, OneTimeLinkKind
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


def find_live_link(secret_hash: str, now: datetime) -> OneTimeLink | None:
    """The link of this hash while it can still be used."""
    return db.session.scalar(_live(now).where(OneTimeLink.token_hash == secret_hash))


def find_live_link_of(account_id: int, kind: OneTimeLinkKind, now: datetime) -> OneTimeLink | None:
    """The live link of a kind, under lock: attempts on it are counted one after another."""
    return db.session.scalar(
        _live(now)
        .where(OneTimeLink.account_id == account_id, OneTimeLink.kind == kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_link_under_lock(link_id: int) -> OneTimeLink | None:
    """The link as it stands now, held until the end of the transaction."""
    return db.session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.id == link_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_live_link_by_id(link_id: int, now: datetime) -> OneTimeLink | None:
    """The link by its id, while it can still be used."""
    return db.session.scalar(_live(now).where(OneTimeLink.id == link_id))


def get_account(account_id: int) -> Account:
    return db.session.get_one(Account, account_id)


def _live(now: datetime) -> Select[OneTimeLink]:
    return select(OneTimeLink).where(
        OneTimeLink.used_at.is_(None), OneTimeLink.voided_at.is_(None), OneTimeLink.expires_at > now
    )
