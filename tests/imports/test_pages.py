"""Loading a table by its pages: upload, check, questions, application, report."""

import io
import threading
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.models import Cluster, Person
from app.accounts.services import ensure_catalogues
from app.clock import utcnow
from app.db import db, transaction
from app.imports import queries, services
from app.imports.models import ImportRun, RunState
from app.jobs.timed import Period
from app.permissions import Role
from tasks import imports
from tests.accounts.pages import token_of
from tests.factories.jobs import run_jobs
from tests.factories.people import make_account, make_cluster, make_person, make_school, sign_in
from tests.imports.tables import HEADER, text_table, workbook

ANNA = (1, "Ветрова Анна Петровна", "СОШ № 21", "учитель", "физика", "первая", 12, "vetrova@example.org", "")
LOST = (2, "Громов Илья Олегович", "СОШ № 99", "", "", "", "", "", "")


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    with transaction():
        ensure_catalogues()
    cluster = make_cluster()
    make_school(cluster, name="СОШ № 21")
    return cluster


@pytest.fixture
def coordinator(client: FlaskClient, cluster: Cluster) -> FlaskClient:
    return sign_in(client, make_account(make_person(cluster, surname="Орлова"), Role.COORDINATOR))


def upload(
    client: FlaskClient, content: bytes, *, kind: str = "people", name: str = "Список.xlsx"
) -> TestResponse:
    page = client.get(f"/imports/{kind}")
    data = {"csrf_token": token_of(page), "file": (io.BytesIO(content), name)}
    return client.post(f"/imports/{kind}", data=data)


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token_of(client.get("/account")), **fields})


def run() -> ImportRun:
    db.session.expire_all()
    return db.session.scalars(select(ImportRun)).one()


def count_people(cluster: Cluster) -> int:
    return db.session.scalar(select(func.count()).where(Person.cluster_id == cluster.id)) or 0


def test_a_table_is_checked_shown_errors_first_and_loaded_as_a_whole(coordinator, cluster):
    answer = upload(coordinator, workbook([HEADER, ANNA, LOST]))
    assert answer.status_code == 302
    page = coordinator.get(answer.location).text
    assert page.index("неизвестная школа «СОШ № 99»") < page.index("Ветрова Анна Петровна")
    assert "Загрузить 1 строку" in page
    assert count_people(cluster) == 1

    post(coordinator, f"{answer.location}/apply")
    assert count_people(cluster) == 2
    assert (run().state, run().outcome) == (
        RunState.APPLIED,
        {"add": 1, "update": 0, "nothing": 0, "leave": 1},
    )
    assert "Таблица загружена" in coordinator.get(answer.location).text


def test_a_table_is_applied_once_however_often_it_is_sent(coordinator, cluster):
    location = upload(coordinator, workbook([HEADER, ANNA])).location
    assert [post(coordinator, f"{location}/apply").status_code for _time in range(2)] == [302, 302]
    assert count_people(cluster) == 2


def test_two_applications_at_once_load_it_once(coordinator, cluster, app):
    upload(coordinator, workbook([HEADER, ANNA]))
    run_id, barrier, failures = run().id, threading.Barrier(2), []

    def apply() -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    services.load_run(run_id, {}, actor=None, account_id=None, now=utcnow())
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=apply) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count_people(cluster) == 2


def test_two_tables_with_the_same_person_at_once_do_not_double_them(coordinator, cluster, app):
    for _time in range(2):
        upload(coordinator, workbook([HEADER, ANNA]))
    ids, barrier = db.session.scalars(select(ImportRun.id)).all(), threading.Barrier(2)

    def apply(run_id: int) -> None:
        with app.app_context():
            barrier.wait()
            with transaction():
                services.load_run(run_id, {}, actor=None, account_id=None, now=utcnow())
            db.session.remove()

    threads = [threading.Thread(target=apply, args=(run_id,)) for run_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count_people(cluster) == 2


def test_columns_that_were_not_recognised_are_asked_for_and_remembered(coordinator):
    location = upload(coordinator, text_table([("Кто", "Где"), ("Ветрова Анна", "СОШ № 21")])).location
    page = coordinator.get(location).text
    assert "Сначала укажите, что в каком столбце" in page
    assert post(coordinator, f"{location}/apply").status_code == 409
    post(coordinator, f"{location}/columns", **{"column-full_name": "0", "column-school": "1"})
    assert run().mapping == {"full_name": 0, "school": 1}
    assert "Загрузить 1 строку" in coordinator.get(location).text


def test_a_look_alike_is_asked_about_and_the_answer_is_obeyed(coordinator, cluster):
    other = make_school(cluster, name="ООШ № 9")
    make_person(
        cluster, surname="Ветрова", name="Анна", patronymic="Петровна", organisation_id=other.id, email=None
    )
    location = upload(coordinator, workbook([HEADER, ANNA])).location
    assert 'name="answer-2"' in coordinator.get(location).text
    post(coordinator, f"{location}/apply", **{"answer-2": "new"})
    assert count_people(cluster) == 3


@pytest.mark.parametrize("answer", ["", "burn", "0" * 500, "0b2e7a51-7c0e-4a4e-9d6b-2f3f0c9d1e77"])
def test_an_answer_nobody_offered_leaves_the_row_out(coordinator, cluster, answer):
    other = make_school(cluster, name="ООШ № 9")
    make_person(
        cluster, surname="Ветрова", name="Анна", patronymic="Петровна", organisation_id=other.id, email=None
    )
    location = upload(coordinator, workbook([HEADER, ANNA])).location
    assert post(coordinator, f"{location}/apply", **{"answer-2": answer}).status_code == 302
    assert count_people(cluster) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Файл не удалось прочитать"),
        (b"PK\x03\x04broken", "Файл не удалось прочитать"),
        (b"", "В файле нет ни одной заполненной строки"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "старом формате XLS"),
        ("ФИО;Школа\nВетр\x01ова;21".encode(), "Файл не удалось прочитать"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_beside_the_field(coordinator, content, said):
    answer = upload(coordinator, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(select(ImportRun)) is None


def test_the_report_holds_the_rows_with_their_remarks_and_can_be_loaded_again(coordinator):
    location = upload(coordinator, workbook([HEADER, ANNA, LOST])).location
    content = coordinator.get(f"{location}/report.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]][:3] == [
        3,
        "ошибка",
        "неизвестная школа «СОШ № 99»",
    ]
    again = upload(coordinator, content)
    assert "Загрузить 1 строку" in coordinator.get(again.location).text


@pytest.mark.parametrize("kind", ["schools", "people", "plan", "sessions"])
def test_a_template_says_how_to_fill_it_in_and_its_example_is_not_loaded(coordinator, kind):
    content = coordinator.get(f"/templates/{kind}.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(content))
    table, guide = book.worksheets
    assert table.freeze_panes == "A2"
    assert guide["A2"].value in ("обязательно", "можно не заполнять")
    assert table.data_validations.dataValidation
    answer = upload(coordinator, content, kind=kind)
    assert answer.status_code == 422
    assert "нет ни одной заполненной строки" in answer.text


@pytest.mark.parametrize("row", [2, 3], ids=["over the example", "below it"])
def test_a_filled_in_template_is_understood(coordinator, cluster, row):
    book = openpyxl.load_workbook(io.BytesIO(coordinator.get("/templates/people.xlsx").data))
    sheet = book.worksheets[0]
    values = {"Фамилия, имя, отчество *": "Ветрова Анна", "Школа *": "СОШ № 21", "Должность": "учитель"}
    for cell in sheet[1]:
        if cell.value in values:
            sheet.cell(row=row, column=cell.column, value=values.pop(cell.value))
    assert values == {}
    buffer = io.BytesIO()
    book.save(buffer)
    assert "Загрузить 1 строку" in coordinator.get(upload(coordinator, buffer.getvalue()).location).text


def test_an_uploaded_table_can_be_forgotten(coordinator, cluster):
    location = upload(coordinator, workbook([HEADER, ANNA])).location
    post(coordinator, f"{location}/discard")
    assert db.session.scalar(select(ImportRun)) is None
    assert coordinator.get(location).status_code == 404


def test_a_long_table_is_loaded_by_a_worker_once(coordinator, cluster):
    rows = [(n, f"Ветрова Анна{'абвгдежзик'[n % 10] * (n // 10 + 1)}", "СОШ № 21") for n in range(301)]
    location = upload(coordinator, text_table([HEADER, *rows])).location
    for _time in range(2):
        assert post(coordinator, f"{location}/apply").status_code == 302
    assert run().state is RunState.LOADING
    assert "Длинная таблица загружается" in coordinator.get(location).text
    assert count_people(cluster) == 1
    assert run_jobs() == 1
    assert count_people(cluster) == 302
    assert run().state is RunState.APPLIED
    assert queries.loading_progress(run().id) == (300, 301)
    assert "итог загрузки" in coordinator.get(location).text


def test_a_long_table_deleted_before_its_turn_loads_nothing(coordinator, cluster):
    rows = [(n, f"Ветрова Анна{'а' * (n + 1)}"[:90], "СОШ № 99") for n in range(301)]
    location = upload(coordinator, text_table([HEADER, *rows])).location
    post(coordinator, f"{location}/apply")
    assert post(coordinator, f"{location}/columns", **{"column-school": "2"}).status_code == 409
    post(coordinator, f"{location}/discard")
    assert run_jobs() == 1
    assert count_people(cluster) == 1


def test_tables_older_than_a_month_are_forgotten(coordinator):
    upload(coordinator, workbook([HEADER, ANNA]))
    for day, left in ((utcnow(), 1), (utcnow() + services.KEPT_FOR + timedelta(minutes=1), 0), (utcnow(), 0)):
        with transaction():
            imports.plan_forgetting(Period(day, day + timedelta(days=1)))
        run_jobs()
        assert db.session.scalar(select(func.count()).select_from(ImportRun)) == left


def test_the_table_of_another_cluster_is_not_there(coordinator, cluster, app):
    location = upload(coordinator, workbook([HEADER, ANNA])).location
    stranger = sign_in(app.test_client(), make_account(make_person(), Role.COORDINATOR))
    assert stranger.get(location).status_code == 404
    assert stranger.get(f"{location}/report.xlsx").status_code == 404
    for act in ("apply", "columns", "discard"):
        assert post(stranger, f"{location}/{act}").status_code == 404
    assert count_people(cluster) == 1


@pytest.mark.parametrize("role", [Role.TEACHER, Role.CENTRE_HEAD, Role.AUTHORITY])
def test_only_managers_load_tables(client, cluster, role):
    sign_in(client, make_account(make_person(cluster), role))
    assert client.get("/imports/people").status_code == 403
    assert client.get("/templates/people.xlsx").status_code == 403


def test_an_administrator_loads_people_but_no_plan(client, cluster):
    sign_in(client, make_account(make_person(cluster), Role.ADMINISTRATOR))
    assert client.get("/imports/people").status_code == 200
    assert client.get("/imports/plan").status_code == 403


def test_an_unknown_kind_of_table_is_not_there(coordinator):
    assert coordinator.get("/imports/pupils").status_code == 404
    assert coordinator.get("/templates/pupils.xlsx").status_code == 404
