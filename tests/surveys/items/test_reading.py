"""Reading never fails whatever comes, and an answer survives storing, drawing and posting."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from surveys.items import Problem, get_type
from surveys.items.coding import code_of
from surveys.items.rendering import render_item
from tests.surveys.items.browser_form import posted
from tests.surveys.items.samples import make_number, make_text, one_of_each

ITEMS = {item.code: item for item in one_of_each()}
FIELDS = ["i.S-1", "i.K-1", "i.K-2", "i.K-5", "i.K-3.a", "i.K-3.b", "i.K-4.1", "i.K-4.3", "i.N-1", "i.T-1"]
WORDS = ["", "a", "b", "1", "2", "F", "M", "__na", "7,5", "1\u202f000", "\x00", "\ud800"]

any_text = st.sampled_from(WORDS) | st.text(max_size=60)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(any_text, inner, max_size=5),
    max_leaves=12,
)
codes = st.sampled_from("abcde")
likely_value = (
    any_json
    | st.lists(codes, max_size=6)
    | st.permutations(["a", "b", "c", "d"])
    | st.dictionaries(codes, st.integers(0, 5), max_size=5)
    | st.dictionaries(st.sampled_from("1234"), st.sampled_from("FRSMZ"), max_size=4)
)
likely_answer = (
    any_json | likely_value.map(lambda value: {"v": value}) | any_text.map(lambda code: {"m": code})
)


def is_storable(answer: object) -> bool:
    """UTF-8, finite, equal to itself after a trip through JSON."""
    text = json.dumps(answer, allow_nan=False, ensure_ascii=False)
    return json.loads(text.encode()) == answer


def check_outcome(item, outcome):
    if isinstance(outcome, Problem):
        assert str(outcome.message)
        assert outcome.draft is None or is_storable(outcome.draft)
    else:
        assert is_storable(outcome)
        assert -4 <= code_of(item, outcome) <= 127
        value = outcome.get("v")
        assert value is None or get_type(item).summary(item, value, "ru")


@given(st.sampled_from(sorted(ITEMS)), likely_answer)
def test_any_json_is_an_answer_or_a_problem(code, value):
    item = ITEMS[code]
    check_outcome(item, get_type(item).read_json(item, value))


@given(st.lists(st.tuples(st.sampled_from(FIELDS), any_text), max_size=20))
def test_any_form_is_an_answer_or_a_problem(fields):
    for item in ITEMS.values():
        check_outcome(item, get_type(item).read_form(item, MultiDict(fields)))


@given(st.sampled_from(sorted(ITEMS)), likely_answer)
def test_what_is_read_is_read_again_as_the_same(code, value):
    item = ITEMS[code]
    answer = get_type(item).read_json(item, value)
    if not isinstance(answer, Problem):
        assert get_type(item).read_json(item, answer) == answer


@settings(deadline=None)
@given(likely=likely_answer, code=st.sampled_from(sorted(ITEMS)), seed=st.integers(-(2**63), 2**63 - 1))
def test_an_answer_comes_back_from_the_page_as_it_was(items_app, likely, code, seed):
    item = ITEMS[code]
    answer = get_type(item).read_json(item, likely)
    if isinstance(answer, Problem):
        answer = answer.draft or {"m": "skipped"}
    with items_app.app_context():
        page = render_item("round-trip", item, "ru", answer, seed)
    again = get_type(item).read_form(item, posted(page))
    assert (again.draft if isinstance(again, Problem) else again) == answer


@settings(deadline=None)
@given(value=st.decimals(-1000, 1000, places=3, allow_nan=False), language=st.sampled_from(["ru", "en"]))
def test_a_number_comes_back_in_either_language(items_app, value, language):
    item = make_number(minimum=-1000, maximum=1000, decimals=3)
    answer = get_type(item).read_json(item, {"v": str(value)})
    with items_app.app_context():
        page = render_item("numbers", item, language, answer, 0)
    assert get_type(item).read_form(item, posted(page)) == answer


@settings(deadline=None)
@given(value=st.text(max_size=60))
def test_a_text_comes_back_letter_for_letter(items_app, value):
    item = make_text(max_length=200)
    answer = get_type(item).read_json(item, {"v": value})
    if isinstance(answer, Problem):
        answer = get_type(item).read_json(item, {"v": answer.given})
    with items_app.app_context():
        page = render_item("texts", item, "ru", answer, 0)
    assert get_type(item).read_form(item, posted(page)) == answer


@settings(deadline=None)
@given(typed=any_text, code=st.sampled_from(["N-1", "T-1"]))
def test_what_was_typed_stands_in_the_field_beside_its_problem(items_app, typed, code):
    item = ITEMS[code]
    outcome = get_type(item).read_json(item, {"v": typed})
    if isinstance(outcome, Problem):
        with items_app.app_context():
            page = render_item("problems", item, "ru", None, 0, problem=outcome)
        assert f'id="item-{code}-problem"' in page
        assert f"item-{code}-problem" in page.split("aria-describedby=")[1]
        page.encode()
