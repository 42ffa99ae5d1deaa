"""Whom a row of a list may already stand for: certain, alike, or nobody."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.accounts.models import Person
from app.accounts.names import is_near, is_same_name
from app.text import sort_key


@dataclass(frozen=True)
class Match:
    """`sure` is the same person; `likely` bears the same name in the same school; `alike` may be anybody."""

    sure: Person | None = None
    likely: Person | None = None
    alike: tuple[Person, ...] = ()


class KnownPeople:
    """The cluster's people, found by name and address without a query a row."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_surname: dict[str, list[Person]] = defaultdict(list)
        self._by_email: dict[str, list[Person]] = defaultdict(list)
        self._by_place: dict[int, list[Person]] = defaultdict(list)
        for person in people:
            self._by_surname[sort_key(person.surname)].append(person)
            if person.email:
                self._by_email[person.email].append(person)
            if person.organisation_id is not None:
                self._by_place[person.organisation_id].append(person)

    def match(self, given: dict[str, Any]) -> Match:
        """Compare by the name, the school and the address, as far as the row gives them."""
        namesakes = [
            person
            for person in self._by_surname[sort_key(given["surname"])]
            if _same_first_names(person, given)
        ]
        same_address = self._by_email.get(given.get("email") or "", [])
        sure = [person for person in namesakes if person in same_address]
        if len(sure) == 1:
            return Match(sure=sure[0])
        likely = [
            person for person in namesakes if _same_place(person, given) and not _other_address(person, given)
        ]
        if len(likely) == 1 and len(namesakes) == 1:
            return Match(likely=likely[0])
        renamed = [person for person in same_address if _same_first_names(person, given)]
        near = [
            person
            for person in self._by_place.get(given.get("organisation_id") or 0, [])
            if is_near(person.surname, given["surname"]) and _same_first_names(person, given)
        ]
        return Match(alike=tuple(dict.fromkeys([*namesakes, *renamed, *near])))


def _same_first_names(person: Person, given: dict[str, Any]) -> bool:
    return is_same_name(person.name, given["name"]) and is_same_name(
        person.patronymic, given.get("patronymic")
    )


def _same_place(person: Person, given: dict[str, Any]) -> bool:
    return given.get("organisation_id") in (None, person.organisation_id)


def _other_address(person: Person, given: dict[str, Any]) -> bool:
    return bool(person.email and given.get("email") and person.email != given["email"])
