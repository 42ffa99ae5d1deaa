"""Whom the lines of a pasted list mean, and what is asked where a line names another school."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Organisation, Person
from app.db import db
from app.permissions import Role
from surveys.models import RosterEntry
from surveys.services.diagnostics import Verdict, match_lines
from tests.accounts.pages import token_of
from tests.factories.people import make_account, make_cluster, make_person, make_school, sign_in
from tests.factories.surveys import make_diagnostic


def of_school(person: Person, school: Organisation) -> Person:
    person.organisation, person.organisation_id = school, school.id
    return person


def school(number: int, short_name: str) -> Organisation:
    return Organisation(id=number, name=f"МБОУ «{short_name}»", short_name=short_name)


FIFTH, SEVENTH, RURAL = school(5, "СОШ № 5"), school(7, "СОШ № 7"), school(9, "Берёзовская ООШ")
ANNA = of_school(Person(id=1, surname="Ветрова", name="Анна", patronymic="Петровна"), FIFTH)
VERA = of_school(Person(id=2, surname="Ёлкина", name="Вера"), RURAL)


@pytest.mark.parametrize(
    ("line", "verdict", "says"),
    [
        ("Ветрова Анна Петровна", Verdict.FOUND, ""),
        ("Ветрова Анна Петровна, МБОУ СОШ №5", Verdict.FOUND, ""),
        ("1; Ветрова А. П.; СОШ № 7; физика", Verdict.NAMED_ELSEWHERE, "СОШ № 7"),
        ("Ветрова Анна Петровна Березовская ООШ", Verdict.NAMED_ELSEWHERE, "Берёзовская ООШ"),
        ("Ветрова Анна, СОШ № 51", Verdict.NAMED_ELSEWHERE, "№ 51"),
        ("Елкина Вера, Березовская ООШ", Verdict.FOUND, ""),
        ("Ёлкина Вера; СОШ № 5", Verdict.NAMED_ELSEWHERE, "СОШ № 5"),
        ("Ёлкина Ольга; СОШ № 5", Verdict.UNKNOWN, ""),
    ],
)
def test_a_line_that_names_another_school_is_told(line: str, verdict: Verdict, says: str) -> None:
    [found] = match_lines([line], [ANNA, VERA], schools=[FIFTH, SEVENTH, RURAL], listed=())
    assert (found.verdict, found.school) == (verdict, says)


def test_whoever_is_in_the_list_already_is_not_asked_about() -> None:
    [found] = match_lines(["Ветрова Анна, СОШ № 7"], [ANNA], schools=[FIFTH, SEVENTH], listed=[1])
    assert found.verdict is Verdict.LISTED


def test_a_centre_is_a_unit_of_its_school() -> None:
    centre = Organisation(id=50, name="Точка роста", short_name="Точка роста", parent_id=FIFTH.id)
    person = of_school(Person(id=3, surname="Громова", name="Инна"), centre)
    [found] = match_lines(["Громова Инна, СОШ № 5"], [person], schools=[FIFTH, SEVENTH], listed=())
    assert found.verdict is Verdict.FOUND


def listed(diagnostic: Any) -> set[int]:
    entries = select(RosterEntry.person_id).where(RosterEntry.diagnostic_id == diagnostic.id)
    return set(db.session.scalars(entries))


def test_the_coordinator_decides_about_such_lines(app: Flask, client: FlaskClient) -> None:
    cluster = make_cluster()
    here = make_school(cluster, name="МБОУ СОШ № 5", short_name="СОШ № 5")
    make_school(cluster, name="МБОУ СОШ № 7", short_name="СОШ № 7")
    sure = make_person(cluster, surname="Ветрова", name="Анна", organisation_id=here.id)
    doubtful = make_person(cluster, surname="Громова", name="Инна", organisation_id=here.id)
    diagnostic = make_diagnostic(cluster)
    sign_in(client, make_account(make_person(cluster), Role.COORDINATOR))
    path = f"/diagnostics/{diagnostic.public_id}/people/paste"
    form = {"text": "Ветрова Анна, СОШ № 5\nГромова Инна, СОШ № 7", "csrf_token": token_of(client.get(path))}
    page = client.post(path, data=form).text
    assert "В 1 строке указана не та школа" in page
    client.post(path, data={**form, "act": "add"})
    assert listed(diagnostic) == {sure.id}
    client.post(path, data={**form, "act": "add", "also": str(doubtful.public_id)})
    assert listed(diagnostic) == {sure.id, doubtful.id}
