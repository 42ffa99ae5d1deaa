"""Lists of schools and their centres."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.imports import SCHOOLS
from app.accounts.imports.schools import short_name_of
from app.accounts.models import Cluster, Organisation, OrganisationKind
from app.accounts.services import ensure_catalogues
from app.db import db, transaction
from app.imports.columns import as_table, find_table
from app.imports.reading import read_grids
from app.imports.spec import Act, Checked, Context
from tests.factories.people import make_cluster, make_school
from tests.imports.tables import workbook

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
HEADER = ("№", "Наименование ОО", "Адрес", "Количество обучающихся", "Центр «Точка роста»", "Год открытия")
ROWS = (
    HEADER,
    (
        1,
        'Муниципальное бюджетное общеобразовательное учреждение "Средняя общеобразовательная школа № 21"',
        "ул. Мира, 8",
        548.0,
        "естественно-научный",
        2021,
    ),
    (2, "МБОУ «Берёзовская ООШ»", "", "", "нет", ""),
)


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    with transaction():
        ensure_catalogues()
    return make_cluster()


def check(cluster: Cluster, *rows: tuple[object, ...]) -> list[Checked]:
    sheet = find_table(read_grids(workbook(rows)), SCHOOLS)
    return SCHOOLS.check(as_table(sheet.rows, sheet.mapping), Context(cluster=cluster, now=NOW))


def load(cluster: Cluster, *rows: tuple[object, ...]) -> list[Act]:
    with transaction():
        checked = check(cluster, *rows)
        ready = [row for row in checked if row.act in (Act.ADD, Act.UPDATE)]
        SCHOOLS.apply(ready, Context(cluster=cluster, now=NOW), None)
    return [row.act for row in checked]


def organisations(kind: OrganisationKind) -> list[Organisation]:
    return list(
        db.session.scalars(select(Organisation).where(Organisation.kind == kind).order_by(Organisation.id))
    )


def test_a_row_becomes_a_school_and_its_centre(cluster):
    assert load(cluster, *ROWS) == [Act.ADD, Act.ADD]
    first, second = organisations(OrganisationKind.SCHOOL)
    assert (first.short_name, first.pupils, first.address) == ("СОШ № 21", 548, "ул. Мира, 8")
    assert second.short_name == "Берёзовская ООШ"
    [centre] = organisations(OrganisationKind.CENTRE)
    assert (centre.parent_id, centre.profile, centre.opened_year) == (first.id, "science_technology", 2021)


def test_the_same_list_twice_doubles_nothing_and_an_empty_cell_erases_nothing(cluster):
    load(cluster, *ROWS)
    assert load(cluster, *ROWS) == [Act.NOTHING, Act.NOTHING]
    assert load(cluster, HEADER, (1, "СОШ №21", "", 550, "", "")) == [Act.UPDATE]
    school = organisations(OrganisationKind.SCHOOL)[0]
    assert (school.pupils, school.address) == (550, "ул. Мира, 8")
    assert len(organisations(OrganisationKind.CENTRE)) == 1


def test_a_school_with_a_number_of_its_own_is_another_school(cluster):
    make_school(cluster, name="СОШ № 2")
    assert load(cluster, HEADER, (1, "СОШ № 22", "", "", "", "")) == [Act.ADD]


def test_a_school_of_another_cluster_is_not_touched(cluster):
    make_school(make_cluster(), name="СОШ № 21")
    assert load(cluster, *ROWS)[0] is Act.ADD


def test_a_repeated_or_nameless_row_is_an_error(cluster):
    rows = check(cluster, *ROWS, (3, "СОШ № 21", "", "", "", ""), (4, "", "ул. Мира", "", "", ""))
    assert [row.act for row in rows] == [Act.ADD, Act.ADD, Act.LEAVE, Act.LEAVE]
    assert [str(finding.text) for finding in rows[2].findings] == ["повторяет строку 2"]


def test_what_is_no_number_is_left_out_and_said(cluster):
    [row] = check(cluster, HEADER, (1, "СОШ № 21", "", "много", "художественный", "давно"))
    assert row.act is Act.ADD
    assert len(row.findings) == 2


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("МБОУ «СОШ № 21»", "СОШ № 21"),
        ("МБОУ «Школа-интернат „Радуга“»", "Школа-интернат „Радуга“"),
        ("МБОУ Лицей № 5", "Лицей № 5"),
        ("Основная школа № 3", "ООШ № 3"),
    ],
)
def test_short_names_come_from_full_ones(name, short):
    assert short_name_of(name) == short
