"""Letters about accounts. One-time links are made when a letter is rendered; the row keeps none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.accounts import queries, services
from app.accounts.models import Account, OneTimeLinkKind, Person
from app.accounts.services.one_time import TERMS
from app.accounts.sign_in_changes import who
from app.clock import utcnow
from app.db import db
from app.mail.letters import LetterKind, register
from app.mail.models import Letter


def _account_of(letter: Letter) -> Account:
    account = queries.find_account_of(letter.person_id)
    if account is None:
        raise LookupError(f"the account of letter {letter.id} is gone")
    return account


def _with_link(letter: Letter, kind: OneTimeLinkKind) -> Mapping[str, Any]:
    now = utcnow()
    account = _account_of(letter)
    token = services.new_token(account.id, kind, now)
    return {"login": account.email, "token": token, "valid_until": now + TERMS[kind]}


def _invitation(letter: Letter) -> Mapping[str, Any]:
    return _with_link(letter, OneTimeLinkKind.INVITATION)


def _recovery(letter: Letter) -> Mapping[str, Any]:
    return _with_link(letter, OneTimeLinkKind.RECOVERY)


def _password_changed(letter: Letter) -> Mapping[str, Any]:
    return {"login": _account_of(letter).email, "changed_at": letter.created_at}


def _sign_in_address_changed(letter: Letter) -> Mapping[str, Any]:
    by = letter.payload["by"]
    person = db.session.get(Person, by) if by is not None else None
    return {"who": who(letter.payload["role"], person), "changed_at": letter.created_at}


def _is_not_active_yet(letter: Letter, _now: datetime) -> bool:
    account = queries.find_account_of(letter.person_id)
    return account is not None and account.activated_at is None


def _is_active(letter: Letter, _now: datetime) -> bool:
    account = queries.find_account_of(letter.person_id)
    return account is not None and account.active


register(
    LetterKind(
        "invitation",
        "accounts/letters/invitation",
        _invitation,
        title=_("Invitations to the platform"),
        is_service=True,
        is_personal_link=True,
        is_current=_is_not_active_yet,
    )
)
register(
    LetterKind(
        "recovery",
        "accounts/letters/recovery",
        _recovery,
        title=_("Password recovery"),
        is_service=True,
        is_personal_link=True,
        is_current=_is_active,
    )
)
register(
    LetterKind(
        "password_changed",
        "accounts/letters/password_changed",
        _password_changed,
        title=_("Changes of the password"),
        is_service=True,
        is_current=_is_active,
    )
)
register(
    LetterKind(
        "sign_in_address_changed",
        "accounts/letters/sign_in_address_changed",
        _sign_in_address_changed,
        title=_("Changes of the address for signing in"),
        is_service=True,
        is_to_given_address=True,
    )
)
