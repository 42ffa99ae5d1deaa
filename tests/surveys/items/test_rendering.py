"""Items as HTML: escaped, ordered, marked, cached."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask_babel import lazy_gettext as _

from surveys.definition.model import Option
from surveys.items import Problem
from surveys.items.rendering import SheetCache, render_item, render_page
from tests.surveys.items.browser_form import posted
from tests.surveys.items.samples import (
    make_likert,
    make_matching,
    make_multiple,
    make_ordering,
    make_single,
    one_of_each,
    text,
)

pytestmark = pytest.mark.usefixtures("drawing_context")

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}<!--]]>&lt;"


class Parsed(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment came through: {data}")


def hostile(options: tuple[Option, ...]) -> tuple[Option, ...]:
    return tuple(replace(option, text=text(HOSTILE)) for option in options)


@pytest.mark.parametrize("item", one_of_each(), ids=lambda item: item.type)
def test_nothing_an_author_or_a_person_writes_becomes_a_tag(item):
    item = replace(
        item,
        text=text(HOSTILE),
        options=hostile(item.options),
        left=hostile(item.left),
        right=hostile(item.right),
        not_applicable=text(HOSTILE),
        unit=text(HOSTILE),
    )
    given = HOSTILE if item.type in ("number", "short_text") else None
    problem = Problem(_("%(words)s", words=HOSTILE), given=given)
    page = Parsed(render_item("hostile", item, "ru", None, 1, problem=problem, is_required=False))
    assert not {"script", "img"} & {tag for tag, _attributes in page.tags}
    assert not any(name.startswith("on") for _tag, attributes in page.tags for name in attributes)
    assert HOSTILE in "".join(page.words)


def test_the_stored_answer_is_marked():
    items = one_of_each()
    answers = {
        "S-1": {"m": "na"},
        "K-1": {"v": "b"},
        "K-2": {"v": ["a", "d"]},
        "K-5": {"m": "skipped"},
        "K-3": {"v": ["c", "a", "b", "d"]},
        "K-4": {"v": {"2": "M"}},
        "N-1": {"v": 7.5},
        "T-1": {"v": "практика"},
    }
    fields = posted(render_page("answers", items, "ru", answers, 3))
    assert fields["i.S-1"] == "__na"
    assert fields["i.K-1"] == "b"
    assert sorted(fields.getlist("i.K-2")) == ["a", "d"]
    assert "i.K-5" not in fields
    assert [fields[f"i.K-3.{code}"] for code in "abcd"] == ["2", "3", "1", "4"]
    assert [fields[f"i.K-4.{code}"] for code in "123"] == ["", "M", ""]
    assert (fields["i.N-1"], fields["i.T-1"]) == ("7,5", "практика")


def test_one_response_does_not_show_in_another():
    item = make_single()
    before = render_item("apart", item, "ru", None, 1)
    render_item("apart", item, "ru", {"v": "b"}, 1)
    assert render_item("apart", item, "ru", None, 1) == before


def shown_values(item, seed):
    page = Parsed(render_item(repr(item), item, "ru", None, seed))
    return [
        attributes["value"]
        for tag, attributes in page.tags
        if attributes.get("type") in ("radio", "checkbox")
    ]


def test_the_order_of_options_belongs_to_the_response():
    orders = {tuple(shown_values(make_single(), seed)) for seed in range(200)}
    assert len(orders) == 24
    assert shown_values(make_single(), 5) == shown_values(make_single(), 5)


def test_options_that_are_not_shuffled_keep_their_order():
    assert all(shown_values(make_single(settings={}), seed) == list("abcd") for seed in range(20))
    assert all(
        shown_values(make_multiple(settings={"points": 3}), seed) == list("abcde") for seed in range(20)
    )
    assert all(shown_values(make_likert(), seed) == ["1", "2", "3", "4", "5", "__na"] for seed in range(20))


def test_not_applicable_stands_last_among_shuffled_options():
    item = make_single(not_applicable=text("не относится"))
    assert all(shown_values(item, seed)[-1] == "__na" for seed in range(50))


def test_the_author_s_order_of_partners_does_not_tell_the_pairs():
    def partners(seed):
        page = Parsed(render_item("partners", make_matching(), "ru", None, seed))
        return tuple(attributes["value"] for tag, attributes in page.tags if tag == "option")[:5]

    assert len({partners(seed) for seed in range(200)}) == 24
    assert all(partners(seed)[0] == "" for seed in range(20))


def test_steps_start_shuffled_with_no_place_chosen():
    page = render_item("steps", make_ordering(), "ru", None, 4)
    assert set(posted(page).values()) == {""}
    steps = [attributes["data-step"] for _tag, attributes in Parsed(page).tags if "data-step" in attributes]
    assert sorted(steps) == list("abcd")


def test_a_problem_is_told_beside_the_item_and_tied_to_it():
    problem = Problem(_("Please choose one answer."))
    page = Parsed(render_item("problem", make_single(), "en", {"v": "b"}, 1, problem=problem))
    attributes = next(attributes for tag, attributes in page.tags if tag == "fieldset")
    assert "item-K-1-problem" in attributes["aria-describedby"]
    assert "Please choose one answer." in page.words


def test_a_required_item_says_so_in_words_and_cannot_be_cleared():
    required = render_item("required", make_single(), "en", None, 1, is_required=True)
    free = render_item("required", make_single(), "en", None, 1)
    assert "(an answer is required)" in required
    assert "data-clear" not in required
    assert "(an answer is required)" not in free
    assert "data-clear" in free


def test_ids_and_label_targets_on_a_page_are_unique_and_there():
    tags = Parsed(render_page("ids", one_of_each(), "ru", {}, 1)).tags
    ids = [attributes["id"] for _tag, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["for"] for _tag, attributes in tags if "for" in attributes} <= set(ids)
    described = [
        attributes["aria-describedby"] for _tag, attributes in tags if "aria-describedby" in attributes
    ]
    assert {word for words in described for word in words.split()} <= set(ids)


def test_a_text_without_translation_is_shown_in_the_first_language():
    item = make_likert(options=(Option("1", text("да", "yes"), 1), Option("2", text("нет"), 2)))
    page = render_item("languages", item, "en", None, 1)
    assert "yes" in page
    assert "нет" in page


def test_languages_and_versions_do_not_mix():
    russian, english = make_single(text=text("Вопрос", "Question")), make_single(text=text("Иной вопрос"))
    assert "Вопрос" in render_item("v1", russian, "ru", None, 1)
    assert "Question" in render_item("v1", russian, "en", None, 1)
    assert "Иной вопрос" in render_item("v2", english, "ru", None, 1)


def test_the_cache_keeps_the_versions_used_last():
    cache = SheetCache(limit=2)
    first = cache.sheet("a", "ru")
    cache.sheet("b", "ru")
    assert cache.sheet("a", "ru") is first
    cache.sheet("c", "ru")
    assert len(cache) == 2
    assert cache.sheet("a", "ru") is first
    assert cache.sheet("b", "ru") == {}
