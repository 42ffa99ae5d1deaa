"""The sessions of a quarter from a table."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Cluster
from app.accounts.services import ensure_catalogues
from app.db import db, transaction
from app.imports.columns import as_table, find_table
from app.imports.reading import read_grids
from app.imports.spec import Act, Checked, Context
from seminars.imports import SESSIONS
from seminars.models import SeminarSession, SessionState
from tests.factories.people import make_cluster, make_person, make_school
from tests.imports.tables import workbook

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
HEADER = ("Дата", "Время", "Форма", "Тема", "Место проведения", "Ведущий", "Кол-во мест", "Предметы")
ROW = (
    "01.12.2026",
    "14:30–16:00",
    "Мастер-класс",
    "Датчики pH",
    "МБОУ СОШ №21, каб. 12",
    "Ветрова А. П.",
    15,
    "химия, биология",
)


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    with transaction():
        ensure_catalogues()
    cluster = make_cluster(time_zone="Asia/Novokuznetsk")
    make_school(cluster, name="СОШ № 21")
    make_person(cluster, surname="Ветрова", name="Анна", patronymic="Петровна")
    return cluster


def check(cluster: Cluster, *rows: tuple[object, ...]) -> list[Checked]:
    sheet = find_table(read_grids(workbook([HEADER, *rows])), SESSIONS)
    return SESSIONS.check(as_table(sheet.rows, sheet.mapping), Context(cluster=cluster, now=NOW))


def load(cluster: Cluster, *rows: tuple[object, ...]) -> list[Act]:
    with transaction():
        checked = check(cluster, *rows)
        ready = [row for row in checked if row.act in (Act.ADD, Act.UPDATE)]
        SESSIONS.apply(ready, Context(cluster=cluster, now=NOW), None)
    return [row.act for row in checked]


def stored() -> SeminarSession:
    return db.session.scalars(select(SeminarSession)).one()


def test_a_row_becomes_a_draft_by_the_clusters_clock(cluster):
    assert load(cluster, ROW) == [Act.ADD]
    session = stored()
    assert session.state is SessionState.DRAFT
    assert session.starts_at == datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    assert session.ends_at == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert (session.form, session.capacity, session.room) == ("masterclass", 15, "каб. 12")
    assert session.organisation is not None
    assert session.organisation.short_name == "СОШ № 21"
    assert session.subjects == ["chemistry", "biology"]
    assert [host.person.surname for host in session.hosts] == ["Ветрова"]


def test_the_same_table_twice_plans_nothing_new(cluster):
    load(cluster, ROW)
    assert load(cluster, ROW) == [Act.NOTHING]


def test_a_draft_is_corrected_and_keeps_what_the_table_does_not_say(cluster):
    load(cluster, ROW)
    with transaction():
        stored().what_to_bring = "ноутбук"
    assert load(cluster, (*ROW[:4], "", "", 30, "")) == [Act.UPDATE]
    session = stored()
    assert (session.capacity, session.what_to_bring, session.room) == (30, "ноутбук", "каб. 12")
    assert len(session.hosts) == 1


def test_a_published_session_is_left_to_its_page(cluster):
    load(cluster, ROW)
    with transaction():
        stored().state = SessionState.PUBLISHED
    assert load(cluster, (*ROW[:6], 30, "")) == [Act.LEAVE]
    assert stored().capacity == 15


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (0, "скоро", "дата «скоро» не распознана"),
        (1, "после обеда", "время «после обеда» не распознано"),
        (1, "16:00–14:30", "занятие заканчивается раньше, чем начинается"),
        (2, "мастр-класс", "неизвестная форма «мастр-класс»; возможно, «мастер-класс»"),
        (3, "", "не указана тема"),
    ],
)
def test_an_error_says_what_is_wrong(cluster, place, value, said):
    row = list(ROW)
    row[place] = value
    [checked] = check(cluster, tuple(row))
    assert checked.act is Act.LEAVE
    assert said in [str(finding.text) for finding in checked.findings]


def test_what_is_missing_is_taken_as_usual_and_said(cluster):
    [checked] = check(
        cluster, ("01.12.2026", "14:30", "семинар", "Проекты", "клуб", "Громов Илья", "", "ОДНКНР")
    )
    assert checked.act is Act.ADD
    assert len(checked.findings) == 5  # the end, the place, the places, the subject, the host


def test_a_session_online_needs_a_link_before_publication(cluster):
    [checked] = check(cluster, (*ROW[:4], "онлайн", *ROW[5:]))
    assert [str(finding.text) for finding in checked.findings] == [
        "нет ни места, ни ссылки: укажите до публикации"
    ]
