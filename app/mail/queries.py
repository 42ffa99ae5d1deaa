"""What the pages about letters read: rows of ordinary letters, nothing but counts of diagnostic ones."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.db import db
from app.errors import NotFound
from app.mail import outbox
from app.mail.letters import all_kinds
from app.mail.models import Letter, LetterState
from app.mail.smtp import Away
from app.text import sort_key

PER_PAGE = 50
MOST_IN_TABLE = 10_000


@dataclass(frozen=True)
class StateCounts:
    """How many letters of some kinds are in each state."""

    title: object
    is_diagnostic: bool
    counts: dict[LetterState, int]

    def of(self, state: str) -> int:
        return self.counts.get(LetterState(state), 0)


def count_letters(cluster_ids: Collection[int]) -> list[StateCounts]:
    """Counts by state: a line for each ordinary kind, one for all diagnostic kinds together.

    Apart, the kinds of diagnostic letters would tell how many still get reminders.
    """
    rows = db.session.execute(
        select(Letter.kind, Letter.state, func.count())
        .where(Letter.cluster_id.in_(cluster_ids))
        .group_by(Letter.kind, Letter.state)
    ).all()
    shown = {kind.name: kind for kind in all_kinds() if not kind.is_diagnostic}
    diagnostic: dict[LetterState, int] = {}
    ordinary: dict[str, dict[LetterState, int]] = {}
    for name, state, n in rows:
        counts = ordinary.setdefault(name, {}) if name in shown else diagnostic
        counts[state] = counts.get(state, 0) + n
    lines = [StateCounts(shown[name].title, False, counts) for name, counts in ordinary.items()]
    lines.sort(key=lambda line: str(line.title))
    return lines + ([StateCounts(None, True, diagnostic)] if diagnostic else [])


@dataclass(frozen=True)
class LetterFilter:
    """Ordinary letters by the beginning of the recipient's name and by state."""

    words: str = ""
    state: LetterState | None = None


def page_letters(cluster_ids: Collection[int], wanted: LetterFilter, page: int) -> Pagination:
    """A page of ordinary letters, the newest first."""
    return db.paginate(_found(cluster_ids, wanted), page=page, per_page=PER_PAGE, error_out=False)


def list_letters(cluster_ids: Collection[int], wanted: LetterFilter) -> Sequence[Letter]:
    """Ordinary letters, the newest first, as many as a spreadsheet is of use for."""
    return db.session.scalars(_found(cluster_ids, wanted).limit(MOST_IN_TABLE)).all()


def _found(cluster_ids: Collection[int], wanted: LetterFilter) -> Select[Letter]:
    found = _ordinary(cluster_ids).order_by(Letter.id.desc())
    if wanted.words:
        found = found.where(Person.sort_key.startswith(sort_key(wanted.words), autoescape=True))
    return found if wanted.state is None else found.where(Letter.state == wanted.state)


def get_letter(public_id: uuid.UUID, cluster_ids: Collection[int]) -> Letter:
    """An ordinary letter of these clusters; diagnostic ones are not there for anybody."""
    letter = db.session.scalar(_ordinary(cluster_ids).where(Letter.public_id == public_id))
    if letter is None:
        raise NotFound
    return letter


def find_server_trouble(cluster_ids: Collection[int]) -> str | None:
    """Why no letter leaves (a value of `Away`), if that is what the latest try of any letter came to."""
    mine = Letter.cluster_id.in_(cluster_ids)
    tried = db.session.execute(
        select(Letter.last_error, Letter.next_try_at, Letter.attempts)
        .where(mine, text("letter.state = 'queued'"), Letter.last_error.in_(list(Away)))
        .order_by(Letter.next_try_at.desc())
        .limit(PER_PAGE)
    ).all()
    if not tried:
        return None
    when, why = max((outbox.last_try_at(next_at, attempts), str(why)) for why, next_at, attempts in tried)
    last_sent = db.session.scalar(select(func.max(Letter.sent_at)).where(mine))
    return why if last_sent is None or last_sent < when else None


def list_stuck_diagnostic_ids(cluster_ids: Collection[int]) -> Sequence[int]:
    """Ids of the diagnostic letters that have failed; they are sent again together, unseen."""
    failed = select(Letter.id).where(Letter.cluster_id.in_(cluster_ids), Letter.state == LetterState.FAILED)
    return db.session.scalars(failed.where(~_is_ordinary())).all()


def _ordinary(cluster_ids: Collection[int]) -> Select[Letter]:
    letters = select(Letter).join(Letter.person).options(contains_eager(Letter.person))
    return letters.where(Letter.cluster_id.in_(cluster_ids), _is_ordinary())


def _is_ordinary() -> ColumnElement[bool]:
    # A kind nobody registers any more may have been diagnostic.
    return Letter.kind.in_([kind.name for kind in all_kinds() if not kind.is_diagnostic])
