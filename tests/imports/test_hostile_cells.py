"""Whatever stands in the cells, every row gets a verdict, and what may be loaded is loaded."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import Cluster
from app.accounts.services import ensure_catalogues
from app.db import db, transaction
from app.imports.registry import get_spec
from app.imports.spec import Act, Context, Table, TableRow
from tests.factories.people import make_cluster, make_person, make_school

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
KINDS = ("schools", "people", "plan", "sessions")
HOSTILE = (
    "", "-", "…", "😀", "я" * 2000, "=1+1", "<b>Ветрова</b>", "%s %(text)s", "№", "«»", ",;/", "0", "-1", "1e309",
    "9" * 40, "31.02.2026", "0000-00-00", "январь 0000",
    "01.2026–12.9999", "24:61", "\u202eавортеВ", "I", "а б в г д", "http://", "²", "٣", "Ы-",
    "Ветрова Анна", "01.01.0001", "квартал 2026", "МБОУ", "сош", "да",
)  # fmt: skip


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    with transaction():
        ensure_catalogues()
    cluster = make_cluster()
    school = make_school(cluster, name="СОШ № 21")
    make_person(cluster, organisation_id=school.id)
    return cluster


def load(kind: str, cluster: Cluster, rows: list[dict[str, str]]) -> None:
    spec, context = get_spec(kind), Context(cluster=cluster, now=NOW)
    keys = frozenset(column.key for column in spec.columns)
    table = Table(keys, tuple(TableRow(line, cells) for line, cells in enumerate(rows, start=2)))
    with transaction():
        checked = spec.check(table, context)
        assert {row.line for row in checked} <= set(range(2, len(rows) + 2))
        assert all(str(finding.text) for row in checked for finding in row.findings)
        spec.apply([row for row in checked if row.act in (Act.ADD, Act.UPDATE)], context, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_in_every_column(cluster, kind, text):
    load(kind, cluster, [{column.key: text for column in get_spec(kind).columns}] * 2)


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_any_mixture_of_cells(cluster, kind, data):
    keys = [column.key for column in get_spec(kind).columns]
    good = st.sampled_from(
        ("СОШ № 21", "учитель", "01.12.2026", "14:30", "мастер-класс", "Ветрова Анна", *HOSTILE)
    )
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(keys, good)), max_size=4))
    load(kind, cluster, rows)
    db.session.rollback()
