"""Pages of people, organisations and one's own profile: allowed, denied, invalid."""

import io
import uuid

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import queries, services
from app.accounts.models import Account, AddressState, Organisation, Person
from app.clock import local_date, utcnow
from app.db import db, transaction
from app.mail.models import Letter
from app.permissions import Role
from tests.accounts.conftest import PASSWORD, Place, make_place
from tests.accounts.pages import post_form
from tests.factories.people import make_account, make_person, make_school, sign_in

pytestmark = pytest.mark.usefixtures("texts", "catalogues")

PAGES = [
    "/people",
    "/people/add",
    "/people/export.xlsx",
    "/organisations",
    "/organisations/add",
    "/organisations/cluster",
]


@pytest.mark.parametrize("page", PAGES)
def test_lists_open_to_the_coordinator_and_send_guests_to_sign_in(app: Flask, place: Place, page: str):
    assert sign_in(app.test_client(), place.coordinator).get(page).status_code == 200
    assert "/sign-in?next=" in app.test_client().get(page).location


@pytest.mark.parametrize("page", PAGES)
def test_lists_are_closed_to_teachers(client: FlaskClient, place: Place, page: str):
    sign_in(client, make_account(place.teacher, Role.TEACHER))

    assert client.get(page).status_code == 403


def test_another_cluster_is_not_there(as_coordinator: FlaskClient):
    other = make_place()
    card, school = f"/people/{other.teacher.public_id}", f"/organisations/{other.school.public_id}"

    for page in (card, f"{card}/edit", school, f"{school}/edit"):
        assert as_coordinator.get(page).status_code == 404
    for act in ("invite", "leave", "return", "roles", "second-factor"):
        assert post_form(as_coordinator, "/people/add", f"{card}/{act}").status_code == 404
    assert post_form(as_coordinator, "/people/add", f"{school}/core").status_code == 404
    assert other.teacher.surname not in as_coordinator.get("/people").text


def test_a_head_reads_the_own_school_and_changes_nothing(client: FlaskClient, place: Place):
    sign_in(
        client, make_account(make_person(place.cluster), Role.CENTRE_HEAD, organisation_id=place.school.id)
    )

    assert place.teacher.surname in client.get("/people").text
    assert client.get(f"/people/{place.teacher.public_id}").status_code == 200
    assert client.get(f"/people/{place.teacher.public_id}/edit").status_code == 403


def fields(**overrides: object) -> dict[str, object]:
    return {"surname": "Ёлкина", "name": "Мария", "patronymic": "Ивановна", **overrides}


def test_adding_a_person_takes_the_school_and_the_codes(as_coordinator: FlaskClient, place: Place):
    answer = post_form(
        as_coordinator,
        "/people/add",
        **fields(
            organisation=str(place.school.public_id),
            position="teacher",
            subjects=["physics", "labour"],
            category="highest",
            service_band="11_20",
            email="Elkina@Example.org",
        ),
    )

    person = db.session.scalars(select(Person).where(Person.surname == "Ёлкина")).one()
    assert answer.location.endswith(f"/people/{person.public_id}")
    assert (person.organisation_id, person.position, person.email) == (
        place.school.id,
        "teacher",
        "elkina@example.org",
    )
    assert set(person.subjects) == {"physics", "labour"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"surname": ""},
        {"surname": "Ёлкина1"},
        {"email": "not an address"},
        {"position": "cosmonaut"},
        {"subjects": ["technology"]},
        {"organisation": str(uuid.uuid4())},
        {"surname": "Ё" * 100},
        {"phone": "звоните вечером"},
    ],
)
def test_a_wrong_field_is_told_and_nothing_is_added(as_coordinator: FlaskClient, wrong: dict[str, object]):
    answer = post_form(as_coordinator, "/people/add", **fields(**wrong))

    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert db.session.scalars(select(Person).where(Person.name == "Мария")).all() == []


def test_a_nul_is_refused(as_coordinator: FlaskClient):
    assert post_form(as_coordinator, "/people/add", **fields(surname="Ёл\x00кина")).status_code == 422


def test_look_alikes_are_shown_and_added_only_when_said_to_be_another(
    as_coordinator: FlaskClient, place: Place
):
    make_person(place.cluster, surname="Елкина", name="М.", patronymic=None, email=None)

    answer = post_form(as_coordinator, "/people/add", **fields())
    assert answer.status_code == 409
    assert "Елкина" in answer.text

    assert post_form(as_coordinator, "/people/add", **fields(another="1")).status_code == 302


def test_a_role_of_one_school_asks_for_the_school(as_coordinator: FlaskClient, place: Place):
    card = f"/people/{place.teacher.public_id}"

    assert post_form(as_coordinator, card, f"{card}/roles", role="centre_head").status_code == 422
    school = str(place.school.public_id)
    assert (
        post_form(as_coordinator, card, f"{card}/roles", role="centre_head", organisation=school).status_code
        == 302
    )

    [(given, organisation)] = queries.list_grants(place.teacher.id)
    assert (given.role, organisation) == (Role.CENTRE_HEAD, place.school)
    post_form(as_coordinator, card, f"{card}/roles/{given.id}/end")
    [(ended, _)] = queries.list_grants(place.teacher.id)
    assert ended.until_on < local_date(utcnow(), place.cluster.time_zone)


def test_a_coordinator_makes_no_administrators(as_coordinator: FlaskClient, place: Place):
    card = f"/people/{place.teacher.public_id}"

    assert post_form(as_coordinator, card, f"{card}/roles", role="administrator").status_code == 422
    assert queries.list_grants(place.teacher.id) == []


def test_a_role_of_another_person_is_not_ended_through_this_card(as_coordinator: FlaskClient, place: Place):
    [(given, _)] = queries.list_grants(place.coordinator.person_id)
    card = f"/people/{place.teacher.public_id}"

    assert post_form(as_coordinator, card, f"{card}/roles/{given.id}/end").status_code == 404


def test_those_ticked_are_invited_and_the_rest_counted(as_coordinator: FlaskClient, place: Place):
    without = make_person(place.cluster, email=None)
    foreign = make_place().teacher
    ticked = [str(person.public_id) for person in (place.teacher, without, foreign)]

    answer = post_form(as_coordinator, "/people", "/people/invite", person=ticked)

    assert [letter.person_id for letter in db.session.scalars(select(Letter))] == [place.teacher.id]
    told = as_coordinator.get(answer.location).text
    assert "1 приглашение" in told
    assert "1 человек пропущен" in told


def test_slips_show_each_code_once_and_the_address(as_coordinator: FlaskClient, place: Place):
    person = make_person(place.cluster, surname="Щукина", email=None)

    page = post_form(as_coordinator, "/people", "/people/slips", person=[str(person.public_id)])

    assert "shchukina" in page.text
    assert "/first-sign-in" in page.text
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_export_has_real_cells_a_frozen_header_and_a_filter(as_coordinator: FlaskClient, place: Place):
    make_person(place.cluster, surname="=1+1", subjects=["physics"])

    answer = as_coordinator.get("/people/export.xlsx")

    assert answer.headers["Cache-Control"] == "no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None
    assert rows[0][:2] == ("№ п/п", "Фамилия")
    assert [row[0] for row in rows[1:]] == [1, 2, 3]
    strange = next(row for row in sheet.iter_rows(min_row=2) if row[1].value == "=1+1")
    assert strange[1].data_type == "s"
    assert strange[6].value == "физика"


def test_organisations_are_exported_as_filtered(as_coordinator: FlaskClient, place: Place):
    make_school(place.cluster, name="=СОШ № 77", pupils=612)

    answer = as_coordinator.get("/organisations/export.xlsx?q=77&kind=school")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    (row,) = sheet.iter_rows(min_row=2)
    assert (row[1].value, row[1].data_type, row[9].value) == ("=СОШ № 77", "s", 612)
    assert "Ничего не подходит" in as_coordinator.get("/organisations?q=нет такой").text


def test_people_are_found_by_what_is_known_of_their_address(as_coordinator: FlaskClient, place: Place):
    own = make_person(place.cluster, surname="Своя")
    for surname, email, state in (
        ("Безадресная", None, AddressState.USABLE),
        ("Общая", "school@example.org", AddressState.SHARED),
        ("Сбойная", "lost@example.org", AddressState.FAILING),
    ):
        make_person(place.cluster, surname=surname, email=email, email_state=state)
    make_account(make_person(place.cluster, surname="Входящая", email=None))

    def found(reach: str) -> set[str]:
        answer = as_coordinator.get(f"/people/export.xlsx?reach={reach}")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        return {row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}

    assert found("none") == {"Безадресная", "Входящая"}
    assert found("shared") == {"Общая"}
    assert found("failing") == {"Сбойная"}
    assert found("slip") == {"Безадресная", "Общая", "Сбойная"}
    assert own.surname in found("nonsense")
    assert "Безадресная" in as_coordinator.get("/people?reach=slip").text


def test_an_organisation_is_added_corrected_and_made_the_core(as_coordinator: FlaskClient, place: Place):
    typed = {"kind": "school", "name": "МБОУ «СОШ № 77»", "short_name": "СОШ № 77", "pupils": "612"}
    card = post_form(as_coordinator, "/organisations/add", **typed).location
    school = db.session.scalars(select(Organisation).where(Organisation.short_name == "СОШ № 77")).one()
    assert school.pupils == 612

    post_form(as_coordinator, f"{card}/edit", **{**typed, "pupils": "600"})
    post_form(as_coordinator, card, f"{card}/core")

    db.session.expire_all()
    assert db.session.get(Organisation, school.id).pupils == 600
    assert queries.get_cluster(place.cluster.id).core_organisation_id == school.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"kind": "shop"},
        {"kind": "centre"},
        {"pupils": "-1"},
        {"from_on": "2026-02-01", "until_on": "2026-01-01"},
    ],
)
def test_a_wrong_organisation_is_refused(as_coordinator: FlaskClient, wrong: dict[str, str]):
    typed = {"kind": "school", "name": "МБОУ «СОШ № 77»", "short_name": "СОШ № 77", **wrong}

    assert post_form(as_coordinator, "/organisations/add", **typed).status_code == 422


# My own pages


@pytest.fixture
def teacher(client: FlaskClient, place: Place) -> Account:
    account = make_account(place.teacher, Role.TEACHER)
    with transaction():
        services.set_password(queries.lock_account(account.id), PASSWORD, utcnow())
    sign_in(client, account)
    return account


@pytest.mark.parametrize("page", ["", "/consents", "/letters", "/security"])
def test_my_pages_open(client: FlaskClient, teacher: Account, page: str):
    assert client.get(f"/account{page}").status_code == 200


def test_i_correct_my_profile_but_not_my_address_there(client: FlaskClient, teacher: Account):
    former = teacher.person.email
    post_form(client, "/account", **fields(surname="Новая", category="first", email="other@example.org"))

    db.session.expire_all()
    person = queries.find_person(teacher.person_id)
    assert (person.surname, person.category, person.email) == ("Новая", "first", former)
    assert person.profile_checked_at is not None


def new_password(**overrides: str) -> dict[str, str]:
    new = "новая река за школой"
    return {"current": PASSWORD, "password": new, "password_again": new, **overrides}


def test_changing_the_password_ends_other_sessions_and_sends_a_letter(
    app: Flask, client: FlaskClient, teacher: Account
):
    other = sign_in(app.test_client(), teacher)

    assert post_form(client, "/account/security", "/account/password", **new_password()).status_code == 302

    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert [letter.kind for letter in db.session.scalars(select(Letter))] == ["password_changed"]


@pytest.mark.parametrize("wrong", [{"current": "не тот пароль"}, {"password_again": "другое"}])
def test_a_password_is_not_changed_on_a_wrong_word(
    client: FlaskClient, teacher: Account, wrong: dict[str, str]
):
    answer = post_form(client, "/account/security", "/account/password", **new_password(**wrong))

    assert answer.status_code == 422
    db.session.expire_all()
    assert services.is_password(queries.get_account(teacher.id), PASSWORD)


def test_signing_out_everywhere_keeps_this_browser(app: Flask, client: FlaskClient, teacher: Account):
    other = sign_in(app.test_client(), teacher)

    post_form(client, "/account/security", "/account/sign-out-everywhere")

    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def test_my_new_address_needs_my_password(client: FlaskClient, teacher: Account):
    change = {"address-email": "new@example.org"}
    page = "/account/security"

    wrong = post_form(client, page, "/account/address", **change, **{"address-current": "не тот"})
    assert wrong.status_code == 422
    post_form(client, page, "/account/address", **change, **{"address-current": PASSWORD})

    db.session.expire_all()
    account = queries.get_account(teacher.id)
    assert (account.email, account.person.email) == ("new@example.org", "new@example.org")


def test_a_post_without_a_token_is_refused(client: FlaskClient, teacher: Account):
    assert client.post("/account/sign-out-everywhere").status_code == 400
