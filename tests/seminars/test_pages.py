"""The seminar's pages: what each reader sees and may do."""

import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from seminars.models import (
    Place,
    SeminarSession,
    SessionSlot,
    SessionState,
)
from seminars.services import registrations
from tests.factories.people import make_cluster, make_person, make_school
from tests.factories.seminars import make_registration, make_session
from tests.seminars.pages import address, places, post, soon


def test_three_clicks_register(cluster, enter):
    session = make_session(cluster, starts_at=utcnow() + timedelta(hours=1))
    teacher = enter()
    listed = teacher.get("/seminar")
    assert session.title in listed.text
    answer = post(teacher, "/seminar", address(session, "/register"), next="/seminar")
    assert (answer.status_code, answer.location) == (303, "/seminar")
    assert places(session) == [Place.CONFIRMED]
    assert "Вы записаны" in teacher.get("/seminar").text


def test_a_full_session_is_joined_at_the_end_of_its_queue(cluster, enter):
    session = make_session(cluster, capacity=1, starts_at=soon())
    make_registration(session, now=utcnow())
    waiting = make_registration(session, now=utcnow())
    teacher = enter()
    assert "Встать в очередь" in teacher.get(address(session)).text
    post(teacher, address(session), address(session, "/register"))
    page = teacher.get(address(session)).text
    assert "Вы в очереди под номером 2" in page
    assert waiting.person.surname not in page  # who else waits is nobody's business
    post(teacher, address(session), address(session, "/leave"))
    assert places(session) == [Place.CONFIRMED, Place.QUEUED, Place.LEFT]


def test_an_offer_is_answered_on_the_page(cluster, enter):
    session = make_session(cluster, capacity=1, starts_at=soon(hours=30))
    first = make_registration(session, now=utcnow())
    teacher = enter()
    post(teacher, address(session), address(session, "/register"))
    with transaction():
        registrations.cancel(
            session.id,
            first.person_id,
            by=registrations.By(registrations.Mover.PERSON, first.person_id),
            now=utcnow(),
        )
    assert "Принять место" in teacher.get(address(session)).text
    assert post(teacher, address(session), address(session, "/accept")).status_code == 303
    assert places(session) == [Place.LEFT, Place.CONFIRMED]


def test_the_online_link_is_for_those_who_have_a_place(cluster, enter):
    session = make_session(cluster, capacity=1, starts_at=soon(), online_url="https://video.example.org/room")
    teacher, late = enter(), enter()
    assert "video.example.org" not in teacher.get(address(session)).text
    assert "video.example.org" not in teacher.get(address(session, ".ics")).text
    for client in (teacher, late):
        post(client, address(session), address(session, "/register"))
    assert "video.example.org" in teacher.get(address(session)).text
    assert "video.example.org" in teacher.get(address(session, ".ics")).text
    assert "video.example.org" not in late.get(address(session)).text


def test_a_session_of_another_cluster_is_not_there(app, enter):
    foreign = make_session(make_cluster(), starts_at=soon())
    for role in (Role.TEACHER, Role.COORDINATOR, Role.HOST, Role.CENTRE_HEAD):
        client = enter(role)
        assert foreign.title not in client.get("/seminar").text
        for tail in ("", ".ics", "/people", "/attendance", "/sign-sheet"):
            assert client.get(address(foreign, tail)).status_code == 404
        token = re.search(r'csrf_token" value="([^"]+)"', client.get("/seminar/calendar").text)
        answer = client.post(address(foreign, "/register"), data={"csrf_token": token.group(1)})
        assert answer.status_code == 404
    assert places(foreign) == []


def test_a_draft_is_seen_by_planners_and_hosts_alone(cluster, enter):
    host = make_person(cluster)
    draft = make_session(cluster, state=SessionState.DRAFT, starts_at=soon(), hosts=(host,))
    assert enter().get(address(draft)).status_code == 404
    assert enter(Role.HOST).get(address(draft)).status_code == 404
    assert enter(Role.TEACHER, person=host).get(address(draft)).status_code == 200
    assert enter(Role.COORDINATOR).get(address(draft)).status_code == 200


def test_a_coordinator_plans_describes_publishes_moves_and_cancels(cluster, enter):
    school, host = make_school(cluster), make_person(cluster)
    coordinator = enter(Role.COORDINATOR)
    day = (utcnow() + timedelta(days=20)).date()
    created = post(
        coordinator,
        "/seminar/sessions/new?topic=Датчики",
        title="Датчики pH",
        form="masterclass",
        day=day.isoformat(),
        starts="14:30",
        ends="16:00",
        organisation=str(school.public_id),
        capacity="20",
        host=str(host.public_id),
        level="municipal",
    )
    assert created.status_code == 303, created.text
    session = db.session.scalars(select(SeminarSession)).one()
    assert session.state is SessionState.DRAFT
    assert [entry.person_id for entry in session.hosts] == [host.id]
    post(coordinator, address(session), address(session, "/publish"))
    edited = post(
        coordinator,
        address(session, "/edit"),
        title="Датчики pH и температуры",
        form="practicum",
        capacity="1",
        level="regional",
    )
    assert edited.status_code == 303, edited.text
    make_registration(session, now=utcnow())
    assert "1 участнику" in coordinator.get(address(session, "/move")).text
    moved = post(
        coordinator,
        address(session, "/move"),
        day=(day + timedelta(days=1)).isoformat(),
        starts="15:00",
        ends="16:30",
    )
    assert moved.status_code == 303, moved.text
    db.session.expire_all()
    assert (session.title, session.calendar_sequence) == ("Датчики pH и температуры", 1)
    post(coordinator, address(session, "/call-off"), reason="Болезнь ведущей")
    db.session.expire_all()
    assert session.state is SessionState.CANCELLED
    assert places(session) == [Place.LEFT]
    assert "Болезнь ведущей" in enter().get(address(session)).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Введите тему"),
        ({"ends": "14:00"}, "Окончание должно быть позже начала"),
        ({"day": "2020-01-01"}, "Этот день уже прошёл"),
        ({"day": "2199-12-31"}, "слишком далеко"),
        ({"day": "31.12"}, "day"),
        ({"capacity": "-1"}, "От 1 до 2000 мест"),
        ({"capacity": "99999999999"}, "От 1 до 2000 мест"),
        ({"form": "no such form"}, "form"),
        ({"online_url": "javascript:alert(1)"}, "https://"),
        ({"sign_up_opens_on": "2030-02-02", "sign_up_closes_on": "2030-02-01"}, "раньше"),
        ({"title": "a" * 300}, "title"),
    ],
)
def test_a_wrong_field_is_told_and_nothing_is_lost(cluster, enter, wrong, words):
    day = (utcnow() + timedelta(days=20)).date().isoformat()
    fields = {
        "title": "Датчики pH",
        "form": "masterclass",
        "day": day,
        "starts": "14:30",
        "ends": "16:00",
        "capacity": "20",
        "summary": "Что увидим",
        "level": "municipal",
        **wrong,
    }
    answer = post(enter(Role.COORDINATOR), "/seminar/sessions/new", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Что увидим" in answer.text
    assert db.session.scalars(select(SeminarSession)).all() == []


def test_nul_in_a_text_is_refused(cluster, enter):
    coordinator = enter(Role.COORDINATOR)
    assert post(coordinator, "/seminar/sessions/new", title="a\x00b").status_code == 422
    assert coordinator.get("/seminar?q=a%00b").status_code == 422


def test_planning_is_prefilled_from_elsewhere(cluster, enter):
    page = enter(Role.COORDINATOR).get(
        "/seminar/sessions/new?topic=Датчики&subject=chemistry&competence=DLAB"
    )
    assert 'value="Датчики"' in page.text
    assert re.search(r"<input checked[^>]* value=\"chemistry\"", page.text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("position=teacher", "Прежде всего для кого: должность — учитель."),
        ("category=first", "Прежде всего для кого: квалификационная категория — первая."),
        ("service_band=under_3", "Прежде всего для кого: педагогический стаж — до 3 лет."),
    ],
)
def test_whom_a_session_is_planned_for_stands_in_its_description(cluster, enter, asked, said):
    assert said in enter(Role.COORDINATOR).get(f"/seminar/sessions/new?{asked}").text


def test_a_session_for_a_school_is_planned_at_that_school(cluster, enter):
    school = make_school(cluster, name="СОШ № 3 «Лесная»")
    page = enter(Role.COORDINATOR).get("/seminar/sessions/new", query_string={"school": "СОШ № 3 «Лесная»"})

    assert re.search(rf'<option selected value="{school.public_id}"', page.text)


def test_a_topic_of_spaces_is_no_topic(cluster, enter):
    assert "Введите тему." in post(enter(Role.COORDINATOR), "/seminar/sessions/new", title="   ").text


def test_the_programme_is_edited_line_by_line(cluster, enter):
    session, speaker = make_session(cluster, starts_at=soon()), make_person(cluster)
    coordinator = enter(Role.COORDINATOR)
    page = address(session, "/programme")
    line = {"starts": "14:30", "ends": "15:00", "title": "Калибровка", "form": "masterclass"}
    added = post(coordinator, page, **line, speaker=str(speaker.public_id), guests="И. И. Гость, П. П. Гость")
    assert added.status_code == 303
    slot = db.session.scalars(select(SessionSlot)).one()
    assert [s.person_id or s.guest_name for s in slot.speakers] == [speaker.id, "И. И. Гость", "П. П. Гость"]
    kept = slot.speakers[0].id
    changed = {**line, "title": "Датчики", "speaker": str(speaker.public_id), "guests": ""}
    post(coordinator, f"{page}/{slot.public_id}", **changed)
    db.session.expire_all()
    assert (slot.title, [s.id for s in slot.speakers]) == ("Датчики", [kept])
    assert post(coordinator, page, **{**line, "ends": "14:00"}).status_code == 422
    for other in (session.public_id, slot.id):
        assert coordinator.get(f"{page}/{other}").status_code == 404
    post(coordinator, page, f"{page}/{slot.public_id}/remove")
    assert db.session.scalars(select(SessionSlot)).all() == []


def test_the_list_is_narrowed_by_every_condition(cluster, enter):
    at = {"starts_at": utcnow() + timedelta(hours=1)}
    sensors = make_session(
        cluster, title="Датчики pH: щёлочи", competences=["DLAB"], subjects=["chemistry"], **at
    )
    full = make_session(cluster, title="Проекты", form="seminar", capacity=1, subjects=["physics"], **at)
    make_registration(full, now=utcnow())
    teacher = enter()
    post(teacher, address(sensors), address(sensors, "/register"))

    def titles(query):
        page = teacher.get(f"/seminar?{query}").text
        return [session.title for session in (sensors, full) if f">{session.title}<" in page]

    assert titles("") == [sensors.title, full.title]
    assert titles("q=щелочи") == [sensors.title]
    assert titles("subject=physics") == [full.title]
    assert titles("form=seminar") == [full.title]
    assert titles("competence=DLAB") == [sensors.title]
    assert titles("show=free") == [sensors.title]
    assert titles("show=mine") == [sensors.title]
    assert titles("show=hosted") == []
    assert titles("quarter=2031-1") == []
    assert titles("quarter=nonsense") == [sensors.title, full.title]


def test_the_list_is_taken_away_as_a_table(cluster, enter):
    session = make_session(cluster, title="=1+1", starts_at=utcnow() + timedelta(hours=1))
    make_session(cluster, title="Черновик", state=SessionState.DRAFT)
    answer = enter().get("/seminar/sessions.xlsx?q=1%2B1")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet.freeze_panes == "A2"
    assert sheet["F2"].value == "=1+1"
    assert sheet["F2"].data_type == "s"
    assert (sheet["K2"].value, sheet["L2"].value) == (session.capacity, 0)
    assert sheet["B2"].is_date
    assert sheet["C2"].is_date
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.print_title_rows == "$1:$1"


def test_participants_are_taken_away_with_the_queue_by_who_runs_the_session(cluster, enter):
    host = make_person(cluster)
    session = make_session(cluster, capacity=1, hosts=(host,), starts_at=soon())
    for surname in ("@SUM(1)", "Яковлева"):
        make_registration(session, make_person(cluster, surname=surname), now=utcnow())

    def rows(client):
        sheet = openpyxl.load_workbook(
            BytesIO(client.get(address(session, "/participants.xlsx")).data)
        ).active
        assert sheet["B2"].data_type == "s"
        return [(row[1].split()[0], row[3]) for row in sheet.iter_rows(min_row=2, values_only=True)]

    registrar = enter(Role.REGISTRAR)
    assert enter().get(address(session, "/participants.xlsx")).status_code == 404
    assert rows(registrar) == [("@SUM(1)", "место есть")]
    assert rows(enter(Role.HOST, person=host)) == [("@SUM(1)", "место есть"), ("Яковлева", "в очереди")]


def test_sign_up_over_and_not_yet_are_said(cluster, enter):
    teacher = enter()
    over = make_session(cluster, starts_at=soon(), sign_up_closes_at=utcnow() - timedelta(minutes=1))
    later = make_session(cluster, starts_at=soon(), sign_up_opens_at=soon(days=2))
    assert "Запись закончилась" in teacher.get(address(over)).text
    assert "Запись ещё не открыта" in teacher.get(address(later)).text
    assert post(teacher, "/seminar/calendar", address(over, "/register")).status_code == 409
