"""Consents: their texts by version, giving one, withdrawing one."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from app.accounts.errors import NoConsentText
from app.accounts.models import Consent, ConsentKind, ConsentText
from app.accounts.queries import find_consent, find_consent_text, lock_person, operator_of
from app.accounts.services.audit import record_of_person
from app.accounts.services.people import close_account
from app.accounts.signals import consent_withdrawn
from app.db import db
from app.permissions import Actor

TEXTS = Path(__file__).parents[1] / "texts"


def ensure_consent_texts(now: datetime) -> None:
    """Store each text of `texts/` whose wording is new as the next version; the rest stays."""
    for kind in ConsentKind:
        body_ru, body_en = ((TEXTS / f"{kind}.{language}.md").read_text("utf-8") for language in ("ru", "en"))
        digest = sha256(f"{body_ru}\0{body_en}".encode()).hexdigest()
        newest = find_consent_text(kind)
        if newest is not None and newest.sha256 == digest:
            continue
        db.session.add(
            ConsentText(
                kind=kind,
                version=newest.version + 1 if newest else 1,
                body_ru=body_ru,
                body_en=body_en,
                sha256=digest,
                valid_from=now,
            )
        )
    db.session.flush()


def give_consent(person_id: int, kind: ConsentKind, now: datetime) -> Consent:
    """The person's yes to the newest text of this kind; a repeat changes nothing."""
    person = lock_person(person_id)
    text = find_consent_text(kind)
    if text is None:
        raise NoConsentText
    given = find_consent(person_id, kind)
    if given is not None and given.consent_text_id == text.id:
        return given
    consent = Consent(
        person_id=person_id, consent_text_id=text.id, operator=operator_of(person.cluster), given_at=now
    )
    db.session.add(consent)
    db.session.flush()
    return consent


def withdraw_consent(person_id: int, kind: ConsentKind, actor: Actor | None, now: datetime) -> None:
    """Withdraw every consent of this kind; what was collected under it goes (`consent_withdrawn`).

    Without the consent to an account there is none: it is closed, and the other consents fall with it.
    """
    person = lock_person(person_id)
    kinds = tuple(ConsentKind) if kind is ConsentKind.ACCOUNT else (kind,)
    withdrawn: set[ConsentKind] = set()
    for consent in db.session.scalars(
        select(Consent)
        .join(ConsentText)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None), ConsentText.kind.in_(kinds))
    ):
        consent.withdrawn_at = now
        withdrawn.add(consent.consent_text.kind)
    for gone in sorted(withdrawn):
        record_of_person("consent_withdrawn", person, actor, consent=gone.value)
        consent_withdrawn.send(person_id=person_id, kind=gone)
    if kind is ConsentKind.ACCOUNT:
        close_account(person, actor=actor, now=now)
