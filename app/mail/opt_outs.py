"""Which letters a person does not want; what a person's sign-in waits for cannot be declined."""

import uuid
from collections.abc import Set

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.db import db
from app.errors import NotFound
from app.mail.letters import LetterKind, all_kinds, kind_of
from app.mail.models import LetterOptOut


def decline(person_id: int, kind: str) -> None:
    """No more letters of this kind for this person; a repeat changes nothing."""
    if kind_of(kind).is_service:
        raise NotFound
    db.session.execute(insert(LetterOptOut).values(person_id=person_id, kind=kind).on_conflict_do_nothing())


def accept(person_id: int, kind: str) -> None:
    """Letters of this kind again."""
    db.session.execute(
        delete(LetterOptOut).where(LetterOptOut.person_id == person_id, LetterOptOut.kind == kind)
    )


def list_declined(person_id: int) -> Set[str]:
    """Names of the kinds the person declined."""
    return set(db.session.scalars(select(LetterOptOut.kind).where(LetterOptOut.person_id == person_id)))


def list_declinable() -> list[LetterKind]:
    return [kind for kind in all_kinds() if not kind.is_service]


def has_declined(person_id: int, kind: str) -> bool:
    return db.session.get(LetterOptOut, (person_id, kind)) is not None


def stop_token(person_public_id: uuid.UUID, kind: str) -> str:
    """What a letter carries to be stopped without sign-in; it opens nothing else."""
    return str(_serializer().dumps([person_public_id.hex, kind]))


def read_stop_token(token: str) -> tuple[Person, LetterKind]:
    """The person and the kind of letters a link is about; raises `NotFound`."""
    try:
        public_id, name = _serializer().loads(token)
        kind = kind_of(name)
    except (BadSignature, LookupError):
        raise NotFound from None
    person = db.session.scalar(select(Person).where(Person.public_id == uuid.UUID(public_id)))
    if person is None or kind.is_service:
        raise NotFound
    return person, kind


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["LINK_KEY"], salt="letters.stop")
