"""Setting diagnostics up: a title, a starting wave, a list of people."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Organisation, Person
from app.accounts.names import is_same_name, school_key
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
    NAMED_ELSEWHERE = "named_elsewhere"  # the line names another school: somebody has to decide
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
    school: str = ""
    """Of `NAMED_ELSEWHERE`: what the line says."""


def match_lines(
    lines: Sequence[str],
    people: Sequence[Person],
    *,
    schools: Sequence[Organisation],
    listed: Collection[int],
) -> list[Line]:
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
        elsewhere = _other_school(line, person, schools)
        verdict = Verdict.NAMED_ELSEWHERE if elsewhere else Verdict.FOUND
        if person.id in seen:
            verdict = Verdict.LISTED
        seen.add(person.id)
        matched.append(Line(number, line.strip(), verdict, person, elsewhere))
    return matched


def _other_school(line: str, person: Person, schools: Sequence[Organisation]) -> str:
    """The school a line names, where the person works in another; "" where it names none or hers."""
    words = set(school_key(line))
    keys = {
        school.id: max(
            (key for key in map(school_key, (school.short_name, school.name)) if words.issuperset(key)),
            key=len,
            default=(),
        )
        for school in schools
    }
    length = max(map(len, keys.values()), default=0)
    named = [school for school in schools if length and len(keys[school.id]) == length]
    own = person.organisation
    own_ids = (own.id, own.parent_id) if own else ()  # a centre is a unit of its school
    if named:
        return "" if any(school.id in own_ids for school in named) else named[0].short_name
    numbers = _NUMBERED.findall(line)
    own_words = {word for school in schools if school.id in own_ids for word in school_key(school.short_name)}
    return f"№ {numbers[0]}" if numbers and numbers[0] not in own_words else ""


_SEPARATOR = re.compile(r"[,;\t]")
_NUMBERED = re.compile(r"№\s*(\d+)")


def _name_words(text: str) -> list[str]:
    words = _SEPARATOR.sub(" ", text).split()
    return [word for word in words if "@" not in word and not word.strip(".№").isdigit()]


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
        words = _SEPARATOR.sub(" ", line).split()
        by_address = [p for word in words for p in self._by_email.get(word.strip("<>").casefold(), ())]
        # «Ветрова Анна, СОШ № 5»: without a patronymic the next word is not one.
        by_name = self._named(_name_words(line)) or next(
            (found for part in _SEPARATOR.split(line) if (found := self._named(_name_words(part)))), []
        )
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
