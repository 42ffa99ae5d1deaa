"""Setting diagnostics up: a title, a starting wave, a list of people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.accounts.names import is_same_name
from app.db import db
from app.text import sort_key
from surveys.models import Assignment, Diagnostic, RosterEntry, Wave, WaveKind, WaveState
from surveys.services import waves

MOST_LINES = 5_000


def create_diagnostic(
    cluster_id: int, *, title: str, version_id: int, last_day: date, sends_reminders: bool, now: datetime
) -> Wave:
    """A diagnostic with its starting wave in preparation; nobody is invited yet."""
    diagnostic = Diagnostic(cluster_id=cluster_id, title=title)
    db.session.add(diagnostic)
    db.session.flush()
    return waves.prepare_wave(
        diagnostic.id,
        WaveKind.STARTING,
        version_id=version_id,
        last_day=last_day,
        sends_reminders=sends_reminders,
        now=now,
    )


def discard(diagnostic_id: int) -> None:
    """Delete a diagnostic nobody was invited to, with its list."""
    states = db.session.scalars(
        select(Wave.state).where(Wave.diagnostic_id == diagnostic_id).with_for_update()
    ).all()
    if any(state is not WaveState.PREPARATION for state in states):
        raise waves.WrongWaveState
    for statement in (
        delete(RosterEntry).where(RosterEntry.diagnostic_id == diagnostic_id),
        delete(Wave).where(Wave.diagnostic_id == diagnostic_id),
        delete(Diagnostic).where(Diagnostic.id == diagnostic_id),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})


def add_to_roster(diagnostic_id: int, person_ids: Collection[int]) -> int:
    """Put people into the list; those in it stay once. Returns how many are new."""
    if not person_ids:
        return 0
    added = db.session.scalars(
        insert(RosterEntry)
        .values([{"diagnostic_id": diagnostic_id, "person_id": number} for number in sorted(set(person_ids))])
        .on_conflict_do_nothing()
        .returning(RosterEntry.person_id)
    )
    return len(added.all())


def remove_from_roster(diagnostic_id: int, person_id: int) -> bool:
    """Take a person out; False for one who was invited already: the pair of waves needs them."""
    invited = select(Assignment.id).join(Assignment.wave)
    invited = invited.where(Wave.diagnostic_id == diagnostic_id, Assignment.person_id == person_id)
    if db.session.scalar(select(invited.exists())):
        return False
    db.session.execute(
        delete(RosterEntry).where(
            RosterEntry.diagnostic_id == diagnostic_id, RosterEntry.person_id == person_id
        )
    )
    return True


class Verdict(StrEnum):
    """What a line of a pasted list came to."""

    FOUND = "found"
    LISTED = "listed"
    SEVERAL = "several"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Line:
    """One line of a pasted list, or one row of a file, and whom it means."""

    number: int
    text: str
    verdict: Verdict
    person: Person | None = None


def match_lines(lines: Sequence[str], people: Sequence[Person], *, listed: Collection[int]) -> list[Line]:
    """Find each line's person by address or by name; a person named twice is found once."""
    matcher = _Matcher(people)
    seen = set(listed)
    matched = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        found = matcher.find(line)
        if len(found) != 1:
            verdict = Verdict.SEVERAL if found else Verdict.UNKNOWN
            matched.append(Line(number, line.strip(), verdict))
            continue
        (person,) = found
        verdict = Verdict.LISTED if person.id in seen else Verdict.FOUND
        seen.add(person.id)
        matched.append(Line(number, line.strip(), verdict, person))
    return matched


class _Matcher:
    """People of a cluster by address and by surname."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._by_email: dict[str, list[Person]] = {}
        self._by_surname: dict[str, list[Person]] = {}
        for person in people:
            if person.email:
                self._by_email.setdefault(person.email, []).append(person)
            self._by_surname.setdefault(sort_key(person.surname), []).append(person)

    def find(self, line: str) -> list[Person]:
        words = line.replace(",", " ").replace(";", " ").replace("\t", " ").split()
        by_address = [p for word in words for p in self._by_email.get(word.strip("<>").casefold(), ())]
        names = [word for word in words if "@" not in word and not word.strip(".№").isdigit()]
        by_name = self._named(names)
        if by_address:
            both = [person for person in by_address if person in by_name]
            return both or by_address
        return by_name

    def _named(self, words: Sequence[str]) -> list[Person]:
        """«Ветрова Анна Петровна», «Ветрова А. П.»; a surname alone is enough while it is the only one."""
        if not words:
            return []
        surname, *rest = words
        given = [part for word in rest for part in word.replace(".", ". ").split()]
        name, patronymic = (*given, None, None)[:2]
        return [
            person
            for person in self._by_surname.get(sort_key(surname), ())
            if is_same_name(person.name, name) and is_same_name(person.patronymic, patronymic)
        ]
