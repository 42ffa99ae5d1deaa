"""`items.js` in Chromium: what it reads is what the server reads, whichever way the person works."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route
from werkzeug.datastructures import MultiDict

import surveys
from surveys.items import get_type
from surveys.items.rendering import render_page
from tests.surveys.items.samples import make_ordering, one_of_each

FOLDER = Path(surveys.__file__).parent / "static" / "surveys"
ITEMS = one_of_each()
READ = "import('/items.js').then(({ readAnswers }) => readAnswers(document.forms[0]))"
POSTED = "Array.from(new FormData(document.forms[0]))"
LISTEN = (
    "document.forms[0].addEventListener('change', (event) => (window.changed ??= []).push(event.target.name))"
)

Opener = Callable[..., Page]


@pytest.fixture
def open_items(browser: Browser, drawing_context: None) -> Iterator[Opener]:
    """Opens a page with these items and answers; any error of the script fails the test."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def opened(answers: dict[str, Any], items: Any = ITEMS, required: Any = None) -> Page:
        body = render_page("script", items, "en", answers, 7, required=required)
        head = "<style>[hidden] { display: none !important }</style><link rel=stylesheet href=/items.css>"
        script = "<script type=module src=/items.js></script>"
        html = f"<!doctype html><title>Items</title>{head}<form>{body}</form>{script}"

        def serve(route: Route) -> None:
            name = route.request.url.rpartition("/")[2]
            if name:
                kind = "text/javascript" if name.endswith(".js") else "text/css"
                route.fulfill(body=(FOLDER / name).read_text(), content_type=kind)
            else:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")

        page.route("http://items.test/**", serve)
        page.goto("http://items.test/")
        page.evaluate(LISTEN)
        return page

    yield opened
    page.close()
    assert errors == []


ANSWERS = {
    "S-1": {"v": "4"},
    "K-1": {"v": "b"},
    "K-2": {"v": ["a", "d"]},
    "K-5": {"v": "c"},
    "K-3": {"v": ["c", "a", "b", "d"]},
    "K-4": {"v": {"2": "M"}},
    "N-1": {"v": 7.5},
    "T-1": {"v": "первая\nвторая"},
}


@pytest.mark.parametrize(
    "answers",
    [
        ANSWERS,
        {},
        {"S-1": {"m": "na"}, "K-3": {"v": {"a": 2, "c": 1}}},
        {"K-3": {"v": {"a": 2, "b": 2, "c": 1, "d": 3}}},
    ],
)
def test_script_and_form_read_the_same_answers(open_items, answers):
    page = open_items(answers)
    values = page.evaluate(READ)
    form = MultiDict([tuple(field) for field in page.evaluate(POSTED)])
    for item in ITEMS:
        expected = answers.get(item.code, {"m": "skipped"})
        by_form = get_type(item).read_form(item, form)
        assert get_type(item).read_json(item, values[item.code]) == expected
        assert getattr(by_form, "draft", by_form) == expected


def test_a_choice_can_be_taken_back_by_keyboard(open_items):
    page = open_items(ANSWERS)
    page.locator("#item-K-1 [data-clear]").press("Enter")
    assert page.evaluate(READ)["K-1"] == {"m": "skipped"}
    assert page.evaluate("changed") == ["i.K-1"]
    assert page.locator("#item-K-1 [data-clear]").is_hidden()
    assert page.evaluate("document.activeElement.name") == "i.K-1"


def test_the_button_comes_with_the_first_choice(open_items):
    page = open_items({})
    assert page.locator("#item-S-1 [data-clear]").is_hidden()
    page.locator("#item-S-1 input").first.check()
    assert page.locator("#item-S-1 [data-clear]").is_visible()


def test_an_untouched_order_is_skipped_and_can_be_confirmed_as_shown(open_items):
    page = open_items({})
    shown = page.locator("#item-K-3 [data-step]").evaluate_all(
        "steps => steps.map((step) => step.dataset.step)"
    )
    assert page.evaluate(READ)["K-3"] == {"m": "skipped"}
    page.locator("#item-K-3 [data-accept]").click()
    assert page.evaluate(READ)["K-3"] == {"v": shown}
    assert len(page.evaluate("changed")) == 1
    assert page.locator("#item-K-3 [data-accept]").is_hidden()


def test_steps_move_by_keyboard_and_say_where_they_are(open_items):
    page = open_items(ANSWERS)
    page.locator("[data-step=d] [data-move='-1']").press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate(READ)["K-3"] == {"v": ["c", "d", "a", "b"]}
    assert page.locator("#item-K-3 [role=status]").inner_text() == "Place 2 of 4: вариант d"
    page.keyboard.press("Enter")
    assert page.evaluate(READ)["K-3"] == {"v": ["d", "c", "a", "b"]}
    assert page.evaluate("document.activeElement.dataset.move") == "1"
    assert len(page.evaluate("changed")) == 3


def drag(page: Page, step: str, target: str, dx: int = 0) -> None:
    start = page.locator(f"[data-step={step}] [data-grip]").bounding_box()
    end = page.locator(f"[data-step={target}]").bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5 + dx, end["y"] + end["height"] / 2 + 5, steps=25)
    page.mouse.up()


def test_steps_move_by_dragging(open_items):
    page = open_items(ANSWERS, items=[make_ordering()])
    drag(page, "c", "b")
    assert page.evaluate(READ)["K-3"] == {"v": ["a", "b", "c", "d"]}
    assert len(page.evaluate("changed")) == 1


def test_a_grip_let_go_where_it_was_changes_nothing(open_items):
    page = open_items({}, items=[make_ordering()])
    drag(page, "c", "c")
    assert page.evaluate(READ)["K-3"] == {"m": "skipped"}
    assert page.evaluate("window.changed") is None


def test_an_order_can_be_cleared(open_items):
    page = open_items(ANSWERS)
    page.locator("#item-K-3 [data-clear]").click()
    assert page.evaluate(READ)["K-3"] == {"m": "skipped"}
    assert page.locator("#item-K-3 [data-accept]").is_visible()
    assert len(page.evaluate("changed")) == 1


def test_a_draft_shows_its_places_first(open_items):
    page = open_items({"K-3": {"v": {"a": 2, "c": 1}}})
    steps = page.locator("#item-K-3 [data-step]").evaluate_all(
        "steps => steps.map((step) => step.dataset.step)"
    )
    assert steps[:2] == ["c", "a"]
    assert page.locator("#item-K-3 [data-place]").all_inner_texts() == ["1", "2", "–", "–"]


def test_a_required_order_works_without_a_button_to_clear(open_items):
    page = open_items(ANSWERS, required=["K-3", "K-1"])
    assert page.locator("#item-K-3 [data-clear]").count() == 0
    page.locator("[data-step=d] [data-move='-1']").click()
    assert page.evaluate(READ)["K-3"] == {"v": ["c", "a", "d", "b"]}


def test_the_counter_counts_as_the_server_does(open_items):
    page = open_items({})
    page.locator("#item-T-1 textarea").fill(" и\u0306👩 ")
    counter = page.locator("#item-T-1 [data-count]")
    assert counter.inner_text() == "2 of 50 characters"
    page.locator("#item-T-1 textarea").fill("я" * 51)
    assert counter.inner_text() == "Too long: 51 of 50 characters"
    assert len(page.evaluate(READ)["T-1"]["v"]) == 51
