"""Letters waiting to leave: the kinds there are, and how a service queues one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.accounts.models import Cluster, Person
from app.clock import utcnow
from app.db import UTCDateTime, db, ensure_transaction
from app.jobs import ringing
from app.mail import addresses
from app.mail.models import Letter
from app.mail.quiet_hours import after_quiet_hours

QUEUE = "mail"


def _always(_letter: Letter, _now: datetime) -> bool:
    return True


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter, registered by the feature it belongs to in that feature's `letters.py`.

    The row keeps ids; `context` reads names and makes links when the letter leaves, inside a transaction it may
    write in (a one-time link). `template` is a path without suffix: `.txt` has the blocks `subject`, `why`
    (a clause after «Почему пришло это письмо:») and `body`, `.html` the block `body`.
    """

    name: str
    template: str
    context: Callable[[Letter], Mapping[str, Any]]
    title: Any = field(kw_only=True)  # lazy text, in the plural: what a person may stop, what a list shows
    is_service: bool = False  # cannot be declined, knows no quiet hours
    is_personal_link: bool = False  # opens something of the person's: never to an address several people read
    is_to_given_address: bool = False  # goes to `payload["address"]`, the person's own having changed
    is_diagnostic: bool = False  # administrators see counts of it, no rows
    is_current: Callable[[Letter, datetime], bool] = _always  # False: the occasion has passed


class UnknownLetterKind(LookupError):
    """No letter of this kind is registered."""


_kinds: dict[str, LetterKind] = {}


def register(kind: LetterKind) -> LetterKind:
    """Make `kind` known under its name."""
    known = _kinds.get(kind.name)
    if known is not None and known.template != kind.template:
        raise ValueError(f"two kinds of letters are named {kind.name!r}")
    _kinds[kind.name] = kind
    return kind


def kind_of(name: str) -> LetterKind:
    """The kind registered as `name`; raises `UnknownLetterKind`."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownLetterKind(name) from None


def address_of(letter: Letter, kind: LetterKind, person: Person) -> str | None:
    """Where the letter goes: to the person's address of now, or to the one it was queued for."""
    return letter.payload.get("address") if kind.is_to_given_address else person.email


def forget_given_addresses(person_id: int) -> None:
    """Drop the addresses letters were queued for; what has not left stays here."""
    db.session.execute(
        update(Letter)
        .where(Letter.person_id == person_id, Letter.payload.has_key("address"))
        .values(payload=Letter.payload.op("-")("address"))
        .execution_options(synchronize_session=False)
    )


def all_kinds() -> list[LetterKind]:
    return list(_kinds.values())


_ADD = (
    insert(Letter.__table__)  # type: ignore[arg-type]
    .values(
        public_id=bindparam("public_id"),
        cluster_id=bindparam("cluster_id"),
        kind=bindparam("kind"),
        person_id=bindparam("person_id"),
        subject_key=bindparam("subject_key"),
        period=bindparam("period"),
        payload=bindparam("payload", type_=JSONB),
        message_id=bindparam("message_id"),
        next_try_at=bindparam("next_try_at", type_=UTCDateTime()),
    )
    .on_conflict_do_nothing(index_elements=["kind", "person_id", "subject_key", "period"])
)


def queue(
    kind: str,
    *,
    person_id: int,
    cluster_id: int,
    subject_key: str,
    period: str = "",
    payload: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> None:
    """Queue a letter in the open transaction; one for the same person, subject and period is never queued twice.

    `subject_key` says what it is about ("assignment:17"), `period` which of several for that subject ("day+5").
    `payload` keeps ids and frozen figures, never names or links; an address only for a kind that goes to it.
    """
    queue_many(
        kind,
        [Addressed(person_id, subject_key, payload or {})],
        cluster_id=cluster_id,
        period=period,
        not_before=not_before,
    )


@dataclass(frozen=True)
class Addressed:
    """One of many letters of a kind: to whom, and about what."""

    person_id: int
    subject_key: str
    payload: Mapping[str, Any] = field(default_factory=dict)


def queue_many(
    kind: str,
    letters: Iterable[Addressed],
    *,
    cluster_id: int,
    period: str = "",
    not_before: datetime | None = None,
) -> None:
    """Queue letters of one kind to people of one cluster in one statement, as `queue` does one."""
    # In order of people: two transactions that queue the same letters then wait for each other one way only.
    rows = sorted(letters, key=lambda letter: letter.person_id)
    if not rows:
        return
    ensure_transaction()
    known = kind_of(kind)
    now = utcnow()
    earliest = max(not_before or now, now)
    cluster = db.session.get_one(Cluster, cluster_id)
    if not (known.is_service or cluster.is_demo):  # no letter of the demonstration wakes anybody
        earliest = after_quiet_hours(earliest, cluster.time_zone)
    if earliest <= now:
        ringing.ring_on_commit(QUEUE)
    domain = addresses.sender_domain(current_app.config["MAIL_FROM"])
    public_ids = [uuid4() for _row in rows]
    db.session.connection().execute(
        _ADD,
        [
            {
                "public_id": public_id,
                "cluster_id": cluster_id,
                "kind": kind,
                "person_id": row.person_id,
                "subject_key": row.subject_key,
                "period": period,
                "payload": dict(row.payload),
                "message_id": f"<{public_id}@{domain}>",
                "next_try_at": earliest,
            }
            for public_id, row in zip(public_ids, rows, strict=True)
        ],
    )
