"""Whom a row of a list stands for: certain, likely, alike or nobody; without a database."""

from itertools import count
from typing import Any

import pytest

from app.accounts.imports.known import KnownPeople, Match
from app.accounts.models import Person

SCHOOL, OTHER_SCHOOL = 10, 20
_ids = count(1)


def person(**overrides: Any) -> Person:
    return Person(
        **{
            "id": next(_ids),
            "surname": "Ёлкина",
            "name": "Анна",
            "patronymic": "Петровна",
            "organisation_id": SCHOOL,
            "email": "elkina@example.org",
            **overrides,
        }
    )


def row(**overrides: Any) -> dict[str, Any]:
    given = {
        "surname": "Елкина",
        "name": "Анна",
        "patronymic": "Петровна",
        "organisation_id": SCHOOL,
        "email": "elkina@example.org",
        **overrides,
    }
    return {key: value for key, value in given.items() if value is not None}


def test_the_same_name_and_address_are_the_same_person_in_whatever_school():
    known = person()

    assert KnownPeople([known]).match(row(organisation_id=OTHER_SCHOOL)) == Match(sure=known)


@pytest.mark.parametrize("given", [{"email": None}, {"email": None, "organisation_id": None}])
def test_the_same_name_in_the_same_school_is_likely(given: dict[str, Any]):
    known = person()

    assert KnownPeople([known]).match(row(**given)) == Match(likely=known)


@pytest.mark.parametrize(
    "given",
    [
        {"email": "another@example.org"},
        {"email": None, "organisation_id": OTHER_SCHOOL},
    ],
)
def test_a_namesake_with_another_address_or_school_may_be_anybody(given: dict[str, Any]):
    known = person()

    assert KnownPeople([known]).match(row(**given)) == Match(alike=(known,))


def test_of_two_namesakes_neither_is_taken_for_the_row():
    first, second = person(email=None), person(email=None, organisation_id=OTHER_SCHOOL)

    assert KnownPeople([first, second]).match(row(email=None)) == Match(alike=(first, second))


def test_of_two_namesakes_the_address_tells():
    first, second = person(), person(email="second@example.org")

    assert KnownPeople([first, second]).match(row()) == Match(sure=first)


def test_two_namesakes_with_one_address_are_not_told_apart_by_it():
    first, second = person(), person(organisation_id=OTHER_SCHOOL)

    assert KnownPeople([first, second]).match(row()) == Match(alike=(first, second))


def test_the_same_address_and_first_names_under_another_surname_are_worth_asking():
    known = person(surname="Сосновская", organisation_id=OTHER_SCHOOL)

    assert KnownPeople([known]).match(row()) == Match(alike=(known,))


def test_an_address_alone_means_nobody():
    """Colleagues share an address; another first name is another person."""
    known = person(surname="Сосновская", name="Ольга")

    assert KnownPeople([known]).match(row()) == Match()


def test_a_slip_in_the_surname_is_noticed_in_the_same_school_only():
    here, there = person(email=None), person(email=None, organisation_id=OTHER_SCHOOL)

    assert KnownPeople([here, there]).match(row(surname="Елкнна", email=None)) == Match(alike=(here,))


def test_a_stranger_is_nobody():
    assert KnownPeople([person()]).match(row(surname="Ветрова", email=None)) == Match()
    assert KnownPeople([]).match(row()) == Match()
