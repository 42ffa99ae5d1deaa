"""Answering in a real browser: with script, without it, by keyboard, offline, in two tabs, on another device."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from surveys.models import Assignment, Response, Wave
from tests.factories.jobs import run_jobs
from tests.factories.people import make_account
from tests.factories.surveys import consent_to_diagnostics, link_path, make_assignment


@pytest.fixture
def path(app) -> str:
    """The link of a person who has consented."""
    assignment = make_assignment()
    consent_to_diagnostics(assignment.person)
    return link_path(assignment)


def stored() -> Response:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Response)).one()


def choose(page: Page, code: str, option: str) -> None:
    page.locator(f'[data-item="{code}"] label', has_text=option).first.click()


def is_saved(page: Page) -> None:
    expect(page.locator("[data-survey-state]")).to_contain_text("Сохранено в")


def test_each_answer_is_saved_as_it_is_given(path, page: Page):
    page.goto(path)
    choose(page, "S-DLAB-1", "скорее про меня")
    is_saved(page)
    assert stored().answers == {"S-DLAB-1": {"v": "4"}}

    choose(page, "S-DLAB-2", "не относится")
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Проекты учеников")
    assert stored().answers == {"S-DLAB-1": {"v": "4"}, "S-DLAB-2": {"m": "na"}}


def test_without_script_pages_save(path, new_context: Callable[..., BrowserContext]):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(path)
    page.locator('[name="i.S-DLAB-1"][value="2"]').check()
    page.get_by_role("button", name="Далее").click()
    page.get_by_role("button", name="Назад").click()
    expect(page.locator('[name="i.S-DLAB-1"][value="2"]')).to_be_checked()
    for _screen in range(5):
        page.get_by_role("button", name="Далее").click()
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    assert stored().submitted_at is not None


def test_nothing_is_lost_without_a_connection(path, page: Page):
    page.goto(path)
    page.context.set_offline(True)
    choose(page, "S-DLAB-1", "полностью про меня")
    choose(page, "S-DLAB-2", "отчасти про меня")
    expect(page.locator("[data-survey-state]")).to_contain_text("Нет связи")
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Далее").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Цифровые лаборатории")

    page.context.set_offline(False)
    is_saved(page)
    assert stored().answers == {"S-DLAB-1": {"v": "5"}, "S-DLAB-2": {"v": "3"}}


def test_answers_kept_on_the_device_are_sent_when_the_page_is_opened_again(path, page: Page, site: str):
    page.goto(path)
    page.route("**/answers", lambda route: route.abort())
    choose(page, "S-DLAB-1", "скорее про меня")
    expect(page.locator("[data-survey-state]")).to_contain_text("Нет связи")
    page.close()

    again = page.context.new_page()
    again.goto(path)
    expect(again.locator('[name="i.S-DLAB-1"][value="4"]')).to_be_checked()
    assert stored().answers == {"S-DLAB-1": {"v": "4"}}


def test_two_tabs_keep_each_others_answers(path, page: Page):
    page.goto(path)
    other = page.context.new_page()
    other.goto(path)
    choose(page, "S-DLAB-1", "скорее про меня")
    is_saved(page)
    choose(other, "S-DLAB-2", "отчасти про меня")
    expect(other.locator("[data-survey-state]")).to_contain_text("меняли и на другом устройстве")

    other.get_by_role("button", name="Далее").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Проекты учеников")
    assert stored().answers == {"S-DLAB-1": {"v": "4"}, "S-DLAB-2": {"v": "3"}}


def test_another_device_goes_on_where_this_one_stopped(path, page: Page, new_context):
    page.goto(path)
    choose(page, "S-DLAB-1", "скорее про меня")
    is_saved(page)

    other = new_context().new_page()
    other.goto(path)
    expect(other.locator("[data-item]")).to_have_count(1)
    expect(other.locator('[data-item="S-DLAB-2"]')).to_be_visible()
    expect(other.get_by_text("1 из 11")).to_be_visible()
    choose(other, "S-DLAB-2", "отчасти про меня")
    other.get_by_role("button", name="Далее").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Проекты учеников")
    assert stored().answers == {"S-DLAB-1": {"v": "4"}, "S-DLAB-2": {"v": "3"}}


def test_by_keyboard_alone(path, page: Page):
    page.goto(path)
    page.locator('[name="i.S-DLAB-1"]').first.focus()
    for _step in range(3):
        page.keyboard.press("ArrowDown")
    for _step in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Далее":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Проекты учеников")
    assert stored().answers["S-DLAB-1"] == {"v": "4"}


def test_the_receipt_becomes_the_profile(app, path, signed_in):
    assignment = db.session.scalars(select(Assignment)).one()
    page = signed_in(make_account(assignment.person, Role.TEACHER))
    page.goto("/diagnostics/mine")
    page.get_by_role("link", name="Начать").click()
    choose(page, "S-DLAB-1", "скорее про меня")
    for _screen in range(5):
        with page.expect_navigation():
            page.get_by_role("button", name="Далее").click()
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    run_jobs("score")
    page.wait_for_url("**/profile/*")


def test_closing_is_told_and_the_page_stays(path, page: Page):
    page.goto(path)
    with transaction():
        db.session.scalars(select(Wave)).one().closes_at = utcnow()
    choose(page, "S-DLAB-1", "скорее про меня")
    expect(page.locator("[data-survey-state]")).to_contain_text("Диагностика закрыта")
    expect(page.locator('[name="i.S-DLAB-1"][value="4"]')).to_be_checked()


def test_declining_is_one_tap_and_can_be_thought_over(app, page: Page):
    assignment = make_assignment()
    consent_to_diagnostics(assignment.person)
    page.goto(link_path(assignment) + "/about")
    page.get_by_role("button", name="не участвовать").click()
    expect(page.get_by_role("heading", name="Вы решили не участвовать")).to_be_visible()
    expect(page.get_by_role("button", name="Не участвовать")).to_have_count(0)
    page.get_by_role("button", name="Участвовать").click()
    choose(page, "S-DLAB-1", "скорее про меня")
    is_saved(page)
    assert stored().answers == {"S-DLAB-1": {"v": "4"}}


def test_what_is_wrong_with_a_number_is_said_and_taken_back(path, page: Page):
    page.goto(path)
    choose(page, "S-DLAB-1", "скорее про меня")
    for _screen in range(2):
        with page.expect_navigation():
            page.get_by_role("button", name="Далее").click()
    item, summary = page.locator('[data-item="K-DLAB-3"]'), page.locator("[data-error-summary]")
    item.get_by_role("textbox").fill("семь")
    with page.expect_navigation():
        page.get_by_role("button", name="Далее").click()
    expect(summary).to_contain_text("Каков pH")
    item.get_by_role("textbox").fill("99")
    item.get_by_role("textbox").blur()
    expect(item.locator(".field-error")).to_have_text("Пожалуйста, введите число от 0 до 14.")
    choose(page, "K-DLAB-1", "раз в десять секунд")
    is_saved(page)
    expect(item.locator(".field-error")).to_be_visible()  # another answer does not put this one right
    item.get_by_role("textbox").fill("7,0")
    item.get_by_role("textbox").blur()
    expect(item.locator(".field-error")).to_have_count(0)
    expect(summary).to_have_count(0)
    assert stored().answers["K-DLAB-3"] == {"v": 7.0}


def test_steps_are_ordered_and_pairs_matched_by_keyboard_alone(path, page: Page):
    page.goto(f"{path}")
    choose(page, "S-DLAB-1", "скорее про меня")
    is_saved(page)
    page.goto(f"{path}/p/tasks-proj")
    steps = page.locator('[data-item="K-PROJ-1"] [data-step]')
    expected = [steps.nth(place).get_attribute("data-step") for place in (1, 0, 2)]
    steps.first.get_by_role("button", name="Ниже").focus()
    page.keyboard.press("Enter")
    page.locator('[data-item="K-PROJ-3"] select').first.focus()
    page.keyboard.press("ArrowDown")
    is_saved(page)
    page.get_by_role("button", name="Далее").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Напоследок")
    assert stored().answers["K-PROJ-1"] == {"v": expected}
    assert list(stored().answers["K-PROJ-3"]["v"]) == ["1"]


def test_steps_are_ordered_by_numbers_without_script(path, new_context: Callable[..., BrowserContext]):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(path)
    page.locator('[name="i.S-DLAB-1"][value="2"]').check()
    page.get_by_role("button", name="Далее").click()
    page.goto(f"{path}/p/tasks-proj")
    numbers = {"a": "3", "b": "3", "c": "1"}
    for step, number in numbers.items():
        page.locator(f'[name="i.K-PROJ-1.{step}"]').select_option(number)
    page.get_by_role("button", name="Далее").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Расположите шаги")
    page.locator('[name="i.K-PROJ-1.a"]').select_option("2")
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Напоследок")
    assert stored().answers["K-PROJ-1"] == {"v": ["c", "a", "b"]}


def test_an_expired_sign_in_loses_no_answer(app, signed_in):
    assignment = make_assignment()
    consent_to_diagnostics(assignment.person)
    page = signed_in(make_account(assignment.person, Role.TEACHER))
    page.goto("/diagnostics/mine")
    page.get_by_role("link", name="Начать").click()
    choose(page, "S-DLAB-1", "скорее про меня")
    is_saved(page)
    page.context.clear_cookies(name=app.config["SESSION_COOKIE_NAME"])
    choose(page, "S-DLAB-2", "отчасти про меня")
    page.get_by_role("button", name="Далее").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Проекты учеников")
    assert stored().answers == {"S-DLAB-1": {"v": "4"}, "S-DLAB-2": {"v": "3"}}


def test_two_quick_taps_send_once_and_a_late_tab_is_told(path, page: Page):
    page.goto(path)
    choose(page, "S-DLAB-1", "скорее про меня")
    is_saved(page)
    late = page.context.new_page()
    late.goto(f"{path}/finish")
    page.goto(f"{path}/finish")
    page.get_by_role("button", name="Отправить").dblclick()
    expect(page.locator("[data-receipt]")).to_be_visible()
    late.get_by_role("button", name="Отправить").click()
    expect(late.get_by_role("heading", level=1)).to_have_text("Ответы уже отправлены")
    late.get_by_role("link", name="Показать подтверждение").click()
    expect(late.locator("[data-receipt]")).to_be_visible()
