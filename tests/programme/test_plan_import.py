"""The plan from a table."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Cluster
from app.db import db, transaction
from app.imports.columns import as_table, find_table
from app.imports.reading import read_grids
from app.imports.spec import Act, Checked, Context
from programme.imports import PLAN
from programme.models import PlanItem, PlanItemState
from tests.factories.people import make_cluster
from tests.imports.tables import workbook

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
HEADER = (
    "№",
    "Содержание деятельности",
    "Сроки",
    "Ответственные",
    "Ожидаемый результат",
    "Статус",
    "Примечание",
)
PAPER = (
    HEADER,
    ("Этап I. Организационный",),
    ("1.1.", "Анализ условий", "сентябрь 2026", "руководители центров", "справка", "выполнено"),
    ("1.2", "План работы совета", "октябрь 2026", "совет", "план", "перенесено", "решение совета"),
    ("Этап II. Практический",),
    ("2.1", "Семинар", "ежеквартально", "педагоги центров", "мастер-классы"),
    ("2.1", "Семинар", "IV квартал 2026", "школа № 9", ""),
)


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    return make_cluster()


def check(cluster: Cluster, *rows: tuple[object, ...]) -> list[Checked]:
    sheet = find_table(read_grids(workbook(rows)), PLAN)
    return PLAN.check(as_table(sheet.rows, sheet.mapping), Context(cluster=cluster, now=NOW))


def load(cluster: Cluster, *rows: tuple[object, ...]) -> list[Act]:
    with transaction():
        checked = check(cluster, *rows)
        ready = [row for row in checked if row.act in (Act.ADD, Act.UPDATE)]
        PLAN.apply(ready, Context(cluster=cluster, now=NOW), None)
    return [row.act for row in checked]


def plan(cluster: Cluster) -> list[PlanItem]:
    return list(db.session.scalars(select(PlanItem).order_by(PlanItem.position)))


def test_a_paper_plan_becomes_items_under_their_stages(cluster):
    assert load(cluster, *PAPER) == [Act.ADD] * 4
    analysis, council, seminar, _again = plan(cluster)
    assert (analysis.stage, analysis.number, analysis.state) == (
        "Этап I. Организационный",
        "1.1",
        PlanItemState.DONE,
    )
    assert (analysis.from_on, analysis.until_on) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (council.state, council.state_reason) == (PlanItemState.MOVED, "решение совета")
    assert (seminar.stage, seminar.period_text, seminar.until_on) == (
        "Этап II. Практический",
        "ежеквартально",
        None,
    )


def test_the_same_plan_twice_doubles_nothing_although_titles_repeat(cluster):
    load(cluster, *PAPER)
    assert load(cluster, *PAPER) == [Act.NOTHING] * 4
    assert len(plan(cluster)) == 4


def test_a_changed_row_corrects_its_item(cluster):
    load(cluster, *PAPER)
    changed = ("1.1", "Анализ условий", "декабрь 2026", "", "", "")
    assert load(cluster, HEADER, changed) == [Act.UPDATE]
    item = plan(cluster)[0]
    assert (item.until_on, item.executor, item.state) == (
        date(2026, 12, 31),
        "руководители центров",
        PlanItemState.DONE,
    )


def test_dropping_without_a_reason_and_a_row_without_words_are_errors(cluster):
    rows = check(cluster, HEADER, ("1", "Смотр", "", "", "", "снято"), ("2", "", "май 2027"))
    assert [row.act for row in rows] == [Act.LEAVE, Act.LEAVE]


def test_an_odd_period_is_a_remark_only(cluster):
    header = ("№", "Мероприятие", "Дата начала", "Дата окончания")
    [row] = check(cluster, header, ("1", "Смотр", datetime(2026, 9, 1), datetime(2026, 8, 1)))  # noqa: DTZ001
    assert row.act is Act.ADD
    assert len(row.findings) == 1
