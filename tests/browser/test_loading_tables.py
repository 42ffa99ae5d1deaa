"""A coordinator's own Excel in a real browser: checked, corrected, loaded; with script and without."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Account, Cluster
from app.accounts.queries import count_people
from app.accounts.services import ensure_catalogues
from app.db import db, transaction
from app.permissions import Role
from tests.browser.conftest import PHONE
from tests.factories.people import make_account, make_cluster, make_person, make_school
from tests.imports.tables import HEADER, workbook
from tests.imports.test_people import invent


@pytest.fixture
def cluster(app) -> Cluster:
    with transaction():
        ensure_catalogues()
    cluster = make_cluster()
    for name in ("СОШ № 21", "ООШ № 9", "Берёзовская ООШ"):
        make_school(cluster, name=name)
    return cluster


@pytest.fixture
def coordinator(cluster) -> Account:
    return make_account(make_person(cluster, surname="Орлова"), Role.COORDINATOR)


def teachers(school_in_line_17: str = "СОШ № 99") -> list[tuple[object, ...]]:
    """134 rows, one of them with a school nobody knows."""
    rows = [invent(number) for number in range(134)]
    rows[15] = (15, "Ёлкина Вера Ильинична", school_in_line_17, "учитель", "химия", "первая", 7, "", "")
    return rows


def save(path: Path, rows: list[tuple[object, ...]]) -> Path:
    path.write_bytes(workbook([HEADER, *rows]))
    return path


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_from_the_first_step_to_a_loaded_list_and_its_correction(
    signed_in: Callable[..., Page], coordinator, cluster, tmp_path, with_script
):
    page = signed_in(coordinator, viewport=PHONE, java_script_enabled=with_script)
    page.goto("/start")
    page.locator("[aria-current=step]").get_by_role("link", name="Загрузить таблицу").click()
    page.set_input_files("input[type=file]", save(tmp_path / "Список.xlsx", teachers()))
    page.get_by_role("button", name="Проверить таблицу").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Педагоги: проверка таблицы")
    expect(page.locator("main")).to_contain_text("неизвестная школа «СОШ № 99»")
    if with_script:
        assert has_no_sideways_scroll(page)
    page.get_by_role("button", name="Загрузить 133 строки").click()
    expect(page.locator("main")).to_contain_text("1 строка не вошла")

    page.get_by_role("link", name="Выбрать другой файл").click()
    page.set_input_files("input[type=file]", save(tmp_path / "Исправленный.xlsx", teachers("СОШ № 21")))
    page.get_by_role("button", name="Проверить таблицу").click()
    page.get_by_role("button", name="Загрузить 1 строку").click()
    expect(page.locator("main")).to_contain_text("Таблица загружена")
    db.session.rollback()
    assert count_people(cluster.id)["all"] == 135  # the coordinator too


def test_a_table_left_half_way_is_found_again(signed_in: Callable[..., Page], coordinator, tmp_path):
    page = signed_in(coordinator)
    page.goto("/imports/people")
    page.set_input_files("input[type=file]", save(tmp_path / "Список.xlsx", teachers()[:3]))
    page.get_by_role("button", name="Проверить таблицу").click()
    page.goto("/start")
    expect(page.locator("[aria-current=step]")).to_contain_text("начато")
    page.get_by_role("link", name="Продолжить с выбранной ранее таблицей").click()
    page.get_by_role("link", name="Список.xlsx").click()
    expect(page.get_by_role("button", name="Загрузить 3 строки")).to_be_visible()
