"""One-time secrets: random, stored as a hash, each voiding the former of its kind."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import update

from app.accounts.errors import LinkNoLongerValid
from app.accounts.models import OneTimeLink, OneTimeLinkKind
from app.accounts.queries import lock_account
from app.db import db

TERMS = {
    OneTimeLinkKind.INVITATION: timedelta(days=14),
    OneTimeLinkKind.RECOVERY: timedelta(hours=4),
    OneTimeLinkKind.SLIP: timedelta(days=30),
}


def token_hash(token: str) -> str:
    """What is stored of a token of full length: it is random enough to need no key."""
    return sha256(token.encode()).hexdigest()


def code_hash(account_id: int, code: str) -> str:
    """What is stored of a short code: keyed, so that the database alone does not give it away."""
    key = str(current_app.config["LINK_KEY"]).encode()
    return hmac.new(key, f"slip:{account_id}:{code}".encode(), sha256).hexdigest()


def new_token(account_id: int, kind: OneTimeLinkKind, now: datetime) -> str:
    """A fresh token for a letter; the links sent before stop working."""
    token = secrets.token_urlsafe(32)
    add_link(account_id, kind, token_hash(token), now)
    return token


def add_link(account_id: int, kind: OneTimeLinkKind, secret_hash: str, now: datetime) -> OneTimeLink:
    """Store a secret's hash in place of the live one of its kind."""
    lock_account(account_id)
    void_links(account_id, now, kind)
    link = OneTimeLink(
        account_id=account_id,
        kind=kind,
        token_hash=secret_hash,
        created_at=now,
        expires_at=now + TERMS[kind],
        failed_attempts=0,
    )
    db.session.add(link)
    db.session.flush()
    return link


def void_links(account_id: int, now: datetime, *kinds: OneTimeLinkKind) -> None:
    """End the live links of these kinds (of all when none is named)."""
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.account_id == account_id,
            OneTimeLink.kind.in_(kinds or tuple(OneTimeLinkKind)),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.voided_at.is_(None),
        )
        .values(voided_at=now)
    )
    db.session.flush()


def is_live(link: OneTimeLink, now: datetime) -> bool:
    return link.used_at is None and link.voided_at is None and now < link.expires_at


def use_link(link: OneTimeLink, now: datetime) -> None:
    """Spend a link read under lock; raise `LinkNoLongerValid` if it is spent already."""
    if not is_live(link, now):
        raise LinkNoLongerValid
    link.used_at = now
    db.session.flush()
    void_links(link.account_id, now)
