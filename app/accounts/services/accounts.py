"""Accounts: invited, activated by a one-time link or a printed slip, recovered."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.accounts.errors import AccountAlreadyActive, AddressTaken, LinkNoLongerValid, NoAddress
from app.accounts.models import Account, AddressState, ConsentKind, OneTimeLink, OneTimeLinkKind, Person
from app.accounts.names import latin
from app.accounts.queries import (
    find_account_by_login,
    find_account_of,
    find_link_under_lock,
    find_live_link_of,
    lock_account,
    lock_person,
)
from app.accounts.services.audit import managing_role, record_of_person
from app.accounts.services.consents import give_consent
from app.accounts.services.one_time import add_link, code_hash, use_link, void_links
from app.accounts.services.passwords import end_sessions, set_password
from app.accounts.services.people import PersonData, update_person
from app.accounts.signals import address_confirmed
from app.db import db
from app.mail import letters
from app.permissions import Actor

CODE_LETTERS = "ABCDEFGHKMPRSTUXYZ"
"""No I, J, L, O, Q, V, W, N: on paper and in another keyboard layout they look like something else."""
CODE_LENGTH = 8
CODE_ATTEMPTS = 5
_CYRILLIC_TWINS = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")
SHORTEST_USER_NAME = 4


@dataclass(frozen=True)
class Slip:
    """What is printed for a person without mail; the code exists on paper only."""

    person: Person
    username: str
    code: str


def invite(person: Person, now: datetime, *, actor: Actor | None = None) -> Account:
    """Queue a letter with a one-time link; the link is made when the letter is rendered."""
    person = lock_person(person.id)
    if person.email is None or person.email_state is not AddressState.USABLE:
        raise NoAddress
    account = find_account_of(person.id) or _new_account(person)
    if account.activated_at is not None:
        raise AccountAlreadyActive
    owner = find_account_by_login(person.email)
    if owner is not None and owner.id != account.id:
        raise AddressTaken
    account.email = person.email
    account.invited_at = now
    db.session.flush()
    letters.queue(
        "invitation",
        person_id=person.id,
        cluster_id=person.cluster_id,
        subject_key=f"account:{account.id}",
        period=f"{now:%Y-%m-%dT%H:%M}",  # one letter a minute, however often the button is pressed
    )
    record_of_person("person_invited", person, actor)
    return account


def accept_link(link_id: int, *, password: str, now: datetime) -> Account:
    """Activate the account of an invitation or a slip: the consent, the password, the link spent."""
    link = _lock_link(link_id)
    if link.kind is OneTimeLinkKind.RECOVERY:
        raise LinkNoLongerValid
    use_link(link, now)
    account = lock_account(link.account_id)
    give_consent(account.person_id, ConsentKind.ACCOUNT, now)
    set_password(account, password, now)
    if link.kind is OneTimeLinkKind.INVITATION:
        address_confirmed.send(person_id=account.person_id)
    record_of_person("account_activated", account.person, None, by=link.kind.value)
    return account


def ask_recovery(login: str, now: datetime) -> None:
    """Queue a letter with a recovery link, if the login has an active account with an address."""
    account = find_account_by_login(login)
    if account is None or not account.active or account.email is None:
        return
    letters.queue(
        "recovery",
        person_id=account.person_id,
        cluster_id=account.person.cluster_id,
        subject_key=f"account:{account.id}",
        period=f"{now:%Y-%m-%dT%H:%M}",
    )


def recover(link_id: int, *, password: str, now: datetime) -> Account:
    """Set a new password by a recovery link; every session ends."""
    link = _lock_link(link_id)
    if link.kind is not OneTimeLinkKind.RECOVERY:
        raise LinkNoLongerValid
    use_link(link, now)
    account = lock_account(link.account_id)
    if not account.active:
        raise LinkNoLongerValid
    set_password(account, password, now)
    address_confirmed.send(person_id=account.person_id)
    record_of_person("password_recovered", account.person, None)
    return account


def change_password(account_id: int, *, password: str, now: datetime) -> Account:
    """A new password; every other session ends, and a letter says so."""
    account = lock_account(account_id)
    set_password(account, password, now)
    void_links(account.id, now)
    if account.email is not None:
        letters.queue(
            "password_changed",
            person_id=account.person_id,
            cluster_id=account.person.cluster_id,
            subject_key=f"account:{account.id}",
            period=f"{now:%Y-%m-%dT%H:%M}",
        )
    record_of_person("password_changed", account.person, None)
    return account


def change_address(account_id: int, *, email: str, actor: Actor | None, now: datetime) -> Account:
    """The person's own new address; whoever signs in by the former one signs in by this one."""
    account = lock_account(account_id)
    person = lock_person(account.person_id)
    owner = find_account_by_login(email)
    if owner is not None and owner.id != account.id:
        raise AddressTaken
    update_person(person, replace(PersonData.of(person), email=email), actor=actor, now=now)
    if person.email_state is not AddressState.USABLE:
        raise AddressTaken
    account.email = person.email
    void_links(account.id, now)
    return account


def make_slip(person: Person, now: datetime, *, actor: Actor | None, for_new_password: bool = False) -> Slip:
    """A user name and a fresh one-time code; the slip printed before stops working.

    Whoever signs in already gets one only when it is asked for as `for_new_password`, and is told of it.
    """
    person = lock_person(person.id)
    account = find_account_of(person.id) or _new_account(person)
    is_active = account.activated_at is not None
    if is_active and (account.email is not None or not for_new_password):
        raise AccountAlreadyActive  # whoever has an address restores the password alone
    account.username = account.username or _free_username(person.surname)
    db.session.flush()
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    add_link(account.id, OneTimeLinkKind.SLIP, code_hash(account.id, code), now)
    if is_active:
        role = managing_role(actor, person.cluster_id)
        record_of_person("slip_for_new_password_printed", person, actor, by_role=role)
    else:
        record_of_person("slip_printed", person, actor)
    return Slip(person=person, username=account.username, code=code)


def reset_second_factor(person: Person, *, actor: Actor | None) -> None:
    """Take the second factor off, for whoever lost it; sessions end, the password stays."""
    account = find_account_of(person.id)
    if account is None:
        return
    account = lock_account(account.id)
    account.tf_primary_method = account.tf_totp_secret = account.tf_last_counter = None
    account.mf_recovery_codes = None
    account.webauthn.clear()
    end_sessions(account)
    record_of_person("second_factor_reset", person, actor)


def try_slip(login: str, typed_code: str, now: datetime) -> OneTimeLink | None:
    """The live slip these words open; a wrong code is counted, the fifth spoils the slip."""
    account = find_account_by_login(login)
    if account is None:
        return None
    link = find_live_link_of(account.id, OneTimeLinkKind.SLIP, now)
    if link is None:
        return None
    if secrets.compare_digest(link.token_hash, code_hash(account.id, normal_code(typed_code))):
        return link
    link.failed_attempts += 1
    if link.failed_attempts >= CODE_ATTEMPTS:
        link.voided_at = now
    return None


def normal_code(typed: str) -> str:
    """A code as it was printed: upper case, no spaces, Cyrillic twins read as Latin."""
    letters_only = "".join(letter for letter in typed.upper() if letter.isalpha())
    return letters_only.translate(_CYRILLIC_TWINS)


def _lock_link(link_id: int) -> OneTimeLink:
    """The link under lock; its account first, in the order new links take the same locks."""
    account_id = db.session.scalar(select(OneTimeLink.account_id).where(OneTimeLink.id == link_id))
    if account_id is None:
        raise LinkNoLongerValid
    lock_account(account_id)
    link = find_link_under_lock(link_id)
    if link is None:
        raise LinkNoLongerValid
    return link


def _new_account(person: Person) -> Account:
    email = person.email if _is_free_address(person) else None
    account = Account(
        person_id=person.id,
        email=email,
        username=None if email else _free_username(person.surname),
        active=False,
        fs_uniquifier=secrets.token_hex(32),
    )
    db.session.add(account)
    db.session.flush()
    return account


def _is_free_address(person: Person) -> bool:
    return (
        person.email is not None
        and person.email_state is AddressState.USABLE
        and find_account_by_login(person.email) is None
    )


def _free_username(surname: str) -> str:
    """`vetrova`, else `vetrova2` and so on: short enough to copy from paper."""
    stem = latin(surname)
    if len(stem) < SHORTEST_USER_NAME:
        stem = f"{stem}user"
    taken = set(db.session.scalars(select(Account.username).where(Account.username.startswith(stem))))
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
