"""The coordinator's pages: from a title to an open wave, counts only, and nothing of a foreign cluster."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.accounts.models import AuditEntry, Grant
from app.clock import local_date, utcnow
from app.db import db, transaction
from app.mail.models import Letter
from app.permissions import Role
from surveys.models import Assignment, Diagnostic, RosterEntry, Wave, WaveState
from surveys.school_calendar import BusyTime, busy_times
from surveys.services import waves
from surveys.views import diagnostics as views
from tests.accounts.pages import token_of
from tests.factories.people import (
    add,
    make_account,
    make_cluster,
    make_person,
    make_school,
    sign_in,
)
from tests.factories.surveys import (
    make_assignment,
    make_diagnostic,
    make_response,
    make_version,
    make_wave,
)

YESTERDAY = utcnow() - timedelta(days=1)


def post(client: FlaskClient, path: str, data: dict[str, Any] | None = None) -> Any:
    """Post with the token a page of the same session carries."""
    token = token_of(client.get("/diagnostics"))
    return client.post(path, data={"csrf_token": token, **(data or {})})


def make_teacher(cluster: Any, **overrides: Any) -> Any:
    person = make_person(cluster, **overrides)
    add(Grant(person_id=person.id, role=Role.TEACHER, cluster_id=cluster.id))
    return person


def last_day(cluster: Any, days: int = 14) -> str:
    return (local_date(utcnow(), cluster.time_zone) + timedelta(days=days)).isoformat()


def test_from_a_title_to_an_open_wave(coordinator: FlaskClient, cluster: Any) -> None:
    version = make_version()
    for _ in range(3):
        make_teacher(cluster)
    answer = post(
        coordinator,
        "/diagnostics/new",
        data={
            "title": "Осень",
            "version": str(version.public_id),
            "last_day": last_day(cluster),
            "sends_reminders": "y",
        },
    )
    assert answer.status_code == 303
    choose = answer.location
    assert "3 педагога" in coordinator.get(choose).text
    review = post(coordinator, choose).location
    assert "Будет приглашено 3 человека" in coordinator.get(review).text
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
    opened = post(coordinator, f"{review}/open")
    assert opened.status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 3
    page = coordinator.get(opened.location).text
    assert "Приглашены" in page
    assert "Приглашено меньше десяти человек" in page


def test_a_day_in_the_past_is_told_beside_the_field(coordinator: FlaskClient, cluster: Any) -> None:
    version = make_version()
    answer = post(
        coordinator,
        "/diagnostics/new",
        data={"title": "Осень", "version": str(version.public_id), "last_day": last_day(cluster, -1)},
    )
    assert answer.status_code == 422
    assert "Последний день — от сегодняшнего" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Diagnostic)) == 0


def test_the_filter_narrows_by_school_and_subject(coordinator: FlaskClient, cluster: Any) -> None:
    school, other = make_school(cluster), make_school(cluster)
    wanted = make_teacher(cluster, organisation_id=school.id, subjects=["physics", "chemistry"])
    make_teacher(cluster, organisation_id=school.id, subjects=["history"])
    make_teacher(cluster, organisation_id=other.id, subjects=["physics"])
    make_teacher(make_cluster(), subjects=["physics"])
    diagnostic = make_diagnostic(cluster)
    answer = post(
        coordinator,
        f"/diagnostics/{diagnostic.public_id}/people/choose",
        data={"school": str(school.public_id), "subject": "physics"},
    )
    assert answer.status_code == 303
    assert db.session.scalars(select(RosterEntry.person_id)).all() == [wanted.id]


@pytest.mark.parametrize("field", ["school", "position", "subject"])
def test_a_filter_nobody_can_choose_is_no_failure(coordinator: FlaskClient, cluster: Any, field: str) -> None:
    path = f"/diagnostics/{make_diagnostic(cluster).public_id}/people/choose"
    assert coordinator.get(path, query_string={field: "\0"}).status_code in (404, 422)


def test_a_pasted_list_gets_a_verdict_a_line_and_adds_who_was_found(
    coordinator: FlaskClient, cluster: Any
) -> None:
    by_name = make_teacher(cluster, surname="Берёзова", name="Ольга", patronymic="Ивановна")
    by_address = make_teacher(cluster, email="unique@example.org")
    for name in ("Анна", "Алла"):
        make_teacher(cluster, surname="Двойная", name=name, patronymic=None)
    make_teacher(make_cluster(), surname="Чужая", name="Вера")
    diagnostic = make_diagnostic(cluster)
    path = f"/diagnostics/{diagnostic.public_id}/people/paste"
    text = "Березова О. И.\nunique@example.org\nДвойная А.\nЧужая Вера\nБерёзова Ольга"
    page = post(coordinator, path, data={"text": text}).text
    assert "Будет добавлено 2 человека" in page
    assert "Не распознаны 2 строки" in page
    assert db.session.scalar(select(func.count()).select_from(RosterEntry)) == 0
    post(coordinator, path, data={"text": text, "act": "add"})
    assert set(db.session.scalars(select(RosterEntry.person_id))) == {by_name.id, by_address.id}


def test_a_table_of_names_is_read_as_well(coordinator: FlaskClient, cluster: Any) -> None:
    person = make_teacher(cluster, surname="Лаптева", name="Инна", patronymic="Юрьевна")
    diagnostic = make_diagnostic(cluster)
    file = io.BytesIO("№;Фамилия;Имя;Отчество\n1;Лаптева;Инна;Юрьевна\n".encode("cp1251"))
    page = post(
        coordinator,
        f"/diagnostics/{diagnostic.public_id}/people/paste",
        data={"file": (file, "list.csv"), "text": ""},
    ).text
    assert f"{person.surname} {person.name} {person.patronymic}" in page
    assert "Будет добавлен 1 человек" in page


def test_a_broken_file_is_refused_in_words(coordinator: FlaskClient, cluster: Any) -> None:
    diagnostic = make_diagnostic(cluster)
    answer = post(
        coordinator,
        f"/diagnostics/{diagnostic.public_id}/people/paste",
        data={"file": (io.BytesIO(b"PK\x03\x04 not a workbook"), "list.xlsx"), "text": ""},
    )
    assert answer.status_code == 422


def test_the_pages_tell_counts_and_never_who_has_answered(coordinator: FlaskClient, cluster: Any) -> None:
    school = make_school(cluster, name="Школа у реки")
    diagnostic = make_diagnostic(cluster)
    wave = make_wave(diagnostic)
    answered = make_teacher(cluster, surname="Ответившая", organisation_id=school.id)
    refused = make_teacher(cluster, surname="Отказавшаяся", organisation_id=school.id)
    silent = make_teacher(cluster, surname="Молчащая", organisation_id=school.id)
    make_response(make_assignment(wave, answered), submitted_at=YESTERDAY)
    make_assignment(wave, refused, refused_at=utcnow())
    make_assignment(wave, silent)
    page = coordinator.get(f"/diagnostics/waves/{wave.public_id}").text
    assert "Приглашено меньше десяти человек" in page
    assert "Ответили не меньше" not in page
    for _number in range(9):
        make_assignment(wave, make_teacher(cluster, organisation_id=school.id))
    page = coordinator.get(f"/diagnostics/waves/{wave.public_id}").text
    assert "Пока ответили меньше пяти человек из 12" in page
    assert "пока мало" in page
    for name in ("Ответившая", "Отказавшаяся", "Молчащая"):
        assert name not in page
    roster = coordinator.get(f"/diagnostics/{diagnostic.public_id}/people").text
    rows = {line for line in roster.split("<li>") if "Новая ссылка" in line}
    assert len(rows) == 12
    without_names = {
        row.replace("Ответившая", "").replace("Отказавшаяся", "").replace("Молчащая", "").count("tag")
        for row in rows
    }
    assert without_names == {0}


PATHS = [
    "/diagnostics/{diagnostic}",
    "/diagnostics/{diagnostic}/people",
    "/diagnostics/{diagnostic}/people/choose",
    "/diagnostics/{diagnostic}/people/paste",
    "/diagnostics/{diagnostic}/waves/final/new",
    "/diagnostics/waves/{wave}",
    "/diagnostics/waves/{wave}/settings",
    "/diagnostics/waves/{wave}/extend",
]
ACTS = [
    "/diagnostics/waves/{wave}/open",
    "/diagnostics/waves/{wave}/close",
    "/diagnostics/waves/{wave}/invite",
    "/diagnostics/{diagnostic}/people/{person}/remove",
    "/diagnostics/{diagnostic}/people/links/{assignment}",
]


def addresses_of(assignment: Assignment) -> dict[str, Any]:
    wave = assignment.wave
    return {
        "wave": wave.public_id,
        "diagnostic": wave.diagnostic.public_id,
        "assignment": assignment.public_id,
        "person": assignment.person.public_id,
    }


@pytest.mark.parametrize("path", PATHS)
def test_diagnostics_of_a_foreign_cluster_are_not_there(coordinator: FlaskClient, path: str) -> None:
    foreign = make_assignment()
    assert coordinator.get(path.format(**addresses_of(foreign))).status_code == 404


@pytest.mark.parametrize("path", ACTS)
def test_nothing_can_be_done_to_a_foreign_cluster(coordinator: FlaskClient, path: str) -> None:
    foreign = make_assignment()
    assert post(coordinator, path.format(**addresses_of(foreign))).status_code == 404
    db.session.expire_all()
    assert db.session.scalar(select(Wave.state)) == "open"
    assert db.session.scalar(select(Assignment.generation)) == 1


@pytest.mark.parametrize("path", ACTS)
def test_a_council_member_sees_counts_and_changes_nothing(
    client: FlaskClient, cluster: Any, path: str
) -> None:
    wave = make_wave(make_diagnostic(cluster))
    assignment = make_assignment(wave)
    sign_in(client, make_account(make_person(cluster), Role.COUNCIL_MEMBER))
    assert client.get(f"/diagnostics/waves/{wave.public_id}").status_code == 200
    assert post(client, path.format(**addresses_of(assignment))).status_code == 403


@pytest.mark.parametrize("role", [Role.TEACHER, Role.CENTRE_HEAD, Role.DIRECTOR, Role.ADMINISTRATOR])
def test_other_roles_have_no_such_pages(client: FlaskClient, cluster: Any, role: Role) -> None:
    wave = make_wave(make_diagnostic(cluster))
    sign_in(client, make_account(make_person(cluster), role))
    assert client.get(f"/diagnostics/waves/{wave.public_id}").status_code == 403


def test_a_wave_is_extended_and_closed_by_hand(coordinator: FlaskClient, cluster: Any) -> None:
    wave = make_wave(make_diagnostic(cluster))
    former = wave.closes_at
    path = f"/diagnostics/waves/{wave.public_id}"
    assert post(coordinator, f"{path}/extend", data={"last_day": last_day(cluster, 2)}).status_code == 422
    assert post(coordinator, f"{path}/extend", data={"last_day": last_day(cluster, 30)}).status_code == 303
    db.session.expire_all()
    assert wave.closes_at > former
    assert post(coordinator, f"{path}/close").status_code == 303
    db.session.expire_all()
    assert wave.state is WaveState.CLOSED
    assert coordinator.get(path).status_code == 200


def test_who_was_invited_stays_in_the_list(coordinator: FlaskClient, cluster: Any) -> None:
    diagnostic = make_diagnostic(cluster)
    assignment = make_assignment(make_wave(diagnostic), make_person(cluster))
    waiting = make_person(cluster)
    add(RosterEntry(diagnostic_id=diagnostic.id, person_id=waiting.id))
    for person in (assignment.person, waiting):
        post(coordinator, f"/diagnostics/{diagnostic.public_id}/people/{person.public_id}/remove")
    assert db.session.scalars(select(RosterEntry.person_id)).all() == [assignment.person_id]


def test_the_final_wave_is_prepared_on_its_page(coordinator: FlaskClient, cluster: Any) -> None:
    diagnostic = make_diagnostic(cluster)
    wave = make_wave(diagnostic)
    make_assignment(wave, make_person(cluster))
    with transaction():
        waves.close_wave(wave.id, now=utcnow())
    path = f"/diagnostics/{diagnostic.public_id}/waves/final/new"
    form = {
        "version": str(wave.version.public_id),
        "last_day": last_day(cluster),
        "sends_reminders": "y",
    }
    answer = post(coordinator, path, data=form)
    assert answer.status_code == 303
    assert "Будет приглашён 1 человек" in coordinator.get(answer.location).text
    assert post(coordinator, path, data=form).status_code == 409


def test_a_diagnostic_nobody_was_invited_to_can_be_deleted(coordinator: FlaskClient, cluster: Any) -> None:
    diagnostic = make_diagnostic(cluster)
    make_wave(diagnostic, state=WaveState.PREPARATION, opened_at=None)
    add(RosterEntry(diagnostic_id=diagnostic.id, person_id=make_person(cluster).id))
    kept = make_diagnostic(cluster)
    make_wave(kept)
    assert post(coordinator, f"/diagnostics/{diagnostic.public_id}/discard").status_code == 303
    assert post(coordinator, f"/diagnostics/{kept.public_id}/discard").status_code == 409
    assert db.session.scalars(select(Diagnostic.id)).all() == [kept.id]


def test_a_deadline_in_the_exams_is_remarked(
    coordinator: FlaskClient, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = make_wave(make_diagnostic(cluster), state=WaveState.PREPARATION, opened_at=None)
    add(RosterEntry(diagnostic_id=wave.diagnostic_id, person_id=make_person(cluster).id))
    monkeypatch.setattr(
        views, "busy_times", lambda first, last: busy_times(date(2027, 5, 10), date(2027, 6, 2))
    )
    page = coordinator.get(f"/diagnostics/waves/{wave.public_id}").text
    assert "недели экзаменов" in page
    assert "июнь–август" in page


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2026, 9, 1), date(2026, 9, 20), []),
        (date(2026, 12, 20), date(2027, 1, 10), [BusyTime.NEW_YEAR]),
        (date(2027, 5, 19), date(2027, 5, 20), [BusyTime.EXAMS]),
        (date(2027, 5, 1), date(2027, 6, 1), [BusyTime.EXAMS, BusyTime.SUMMER]),
        (date(2027, 8, 31), date(2027, 9, 10), [BusyTime.SUMMER]),
    ],
)
def test_busy_times_of_the_school_year(first: date, last: date, found: list[BusyTime]) -> None:
    assert busy_times(first, last) == found


def test_acts_on_a_wave_leave_a_trace(coordinator: FlaskClient, cluster: Any) -> None:
    wave = make_wave(make_diagnostic(cluster))
    post(coordinator, f"/diagnostics/waves/{wave.public_id}/close")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "wave")).one()
    assert (entry.action, entry.object_id, entry.cluster_id) == ("wave_closed", wave.id, cluster.id)
    assert entry.actor_person_id is not None


def test_the_list_is_searched_and_exported(coordinator: FlaskClient, cluster: Any) -> None:
    diagnostic = make_diagnostic(cluster)
    for surname in ("Ёлкина", "Сосновская"):
        person = make_person(cluster, surname=surname)
        add(RosterEntry(diagnostic_id=diagnostic.id, person_id=person.id))
    path = f"/diagnostics/{diagnostic.public_id}/people"
    page = coordinator.get(f"{path}?q=елкина").text
    assert "Ёлкина" in page
    assert "Сосновская" not in page
    book = load_workbook(io.BytesIO(coordinator.get(f"{path}/export.xlsx").data), read_only=True)
    surnames = [row[1] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert surnames[1:] == ["Ёлкина", "Сосновская"]
