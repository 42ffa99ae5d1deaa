"""Likert, single, situation, multiple."""

import math

import pytest
from werkzeug.datastructures import MultiDict

from surveys.items import Problem, get_type
from surveys.items.coding import code_of, score
from tests.surveys.items.samples import make_likert, make_multiple, make_single, options


def test_a_likert_answer_is_the_code_of_its_option():
    item = make_likert()
    assert get_type(item).read_form(item, MultiDict({"i.S-1": "4"})) == {"v": "4"}
    assert score(item, {"v": "4"}) == 4


def test_a_reverse_item_is_turned_over():
    item = make_likert(settings={"reverse": True})
    assert [score(item, {"v": code}) for code in "12345"] == [5, 4, 3, 2, 1]
    assert get_type(item).score_range(item) == (1, 5)


def test_turning_over_keeps_the_ends_of_a_scale_that_does_not_begin_with_one():
    values = {"no": 0, "rather": 1, "yes": 3}
    item = make_likert(options=options(*values, value=values), settings={"reverse": True})
    assert [score(item, {"v": code}) for code in values] == [3, 2, 0]


def test_not_applicable_is_an_answer_only_where_it_is_offered():
    offering, silent = make_likert(), make_likert(not_applicable=None)
    form = MultiDict({"i.S-1": "__na"})
    assert get_type(offering).read_form(offering, form) == {"m": "na"}
    assert isinstance(get_type(silent).read_form(silent, form), Problem)
    assert isinstance(get_type(silent).read_json(silent, {"m": "na"}), Problem)


@pytest.mark.parametrize("missing", ["skipped", "na", "not_shown", "not_reached"])
def test_a_likert_item_without_an_answer_has_no_score(missing):
    assert score(make_likert(), {"m": missing}) is None


def test_missing_answers_keep_their_reason_as_a_negative_code():
    codes = {
        reason: code_of(make_likert(), {"m": reason})
        for reason in ("skipped", "na", "not_shown", "not_reached")
    }
    assert codes == {"skipped": -1, "na": -2, "not_shown": -3, "not_reached": -4}


@pytest.mark.parametrize("kind", ["single", "situation"])
def test_points_stand_at_the_options(kind):
    item = make_single(kind)
    assert [score(item, {"v": code}) for code in "abcd"] == [0, 1, 3, 0]
    assert get_type(item).score_range(item) == (0, 3)


def test_a_task_shown_and_skipped_earns_nothing_and_one_not_shown_has_no_score():
    assert score(make_single(), {"m": "skipped"}) == 0
    assert score(make_single(), {"m": "not_shown"}) is None
    assert score(make_single(), {"m": "not_reached"}) is None


def test_two_radio_values_are_refused():
    item = make_single()
    form = MultiDict([("i.K-1", "a"), ("i.K-1", "b")])
    assert isinstance(get_type(item).read_form(item, form), Problem)


@pytest.mark.parametrize(
    "value", ["z", "", " a", "A", 1, 1.0, True, None, ["a"], {"a": 1}, "a\x00", "\ud800"]
)
def test_what_is_no_option_is_refused(value):
    item = make_single()
    assert isinstance(get_type(item).read_json(item, {"v": value}), Problem)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "a",
        [],
        {},
        {"v": "a", "m": "skipped"},
        {"v": "a", "x": 1},
        {"m": "not_shown"},
        {"m": "other"},
        {"m": ["na"]},
    ],
)
def test_what_is_not_shaped_like_an_answer_is_refused(value):
    item = make_single()
    assert isinstance(get_type(item).read_json(item, value), Problem)


def test_ticked_codes_come_in_the_order_of_the_definition():
    item = make_multiple()
    form = MultiDict([("i.K-2.present", "1"), ("i.K-2", "d"), ("i.K-2", "a")])
    assert get_type(item).read_form(item, form) == {"v": ["a", "d"]}
    assert get_type(item).read_json(item, {"v": ["d", "a"]}) == {"v": ["a", "d"]}


def test_nothing_ticked_is_skipped():
    item = make_multiple()
    assert get_type(item).read_form(item, MultiDict({"i.K-2.present": "1"})) == {"m": "skipped"}
    assert get_type(item).read_json(item, {"v": []}) == {"m": "skipped"}


@pytest.mark.parametrize(
    "value", [["a", "z"], ["a", "a"], "a", [1], [["a"]], {"a": True}, [None], ["a"] * 100_000]
)
def test_codes_that_are_unknown_or_repeated_are_refused(value):
    item = make_multiple()
    assert isinstance(get_type(item).read_json(item, {"v": value}), Problem)


def test_what_was_known_is_kept_beside_an_unknown_code():
    item = make_multiple()
    problem = get_type(item).read_json(item, {"v": ["d", "z"]})
    assert problem.given == ["d"]


@pytest.mark.parametrize(
    ("ticked", "points"),
    [
        # 3 * (right / 3 - wrong / 2)
        ("abd", 3.0),
        ("ab", 2.0),
        ("abc", 0.5),
        ("abdc", 1.5),
        ("abdce", 0.0),
        ("a", 1.0),
        ("ac", 0.0),
        ("e", 0.0),
    ],
)
def test_partial_credit_by_hand(ticked, points):
    assert score(make_multiple(), {"v": list(ticked)}) == points


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (make_single(options=options("a", points={"a": 1})), ("options",)),
        (make_single(options=options("a", "a", points={"a": 1})), ("options", 1, "code")),
        (make_single(options=options("a", "_b", points={"a": 1, "_b": 0})), ("options", 1, "code")),
        (make_single(options=options("a", "b.c", points={"a": 1, "b.c": 0})), ("options", 1, "code")),
        (make_single(options=options("a", "b", points={"a": 1, "b": None})), ("options", 1, "points")),
        (make_single(options=options("a", "b", points={"a": 1, "b": -1})), ("options", 1, "points")),
        (make_single(options=options("a", "b", points={"a": 0, "b": 0})), ("options",)),
        (make_single(settings={"shuffle": "yes"}), ("shuffle",)),
        (make_likert(options=options("a", "b")), ("answer_scale",)),
        (make_likert(options=options("a", "b", value={"a": 1, "b": 1})), ("answer_scale",)),
        (make_likert(settings={"reverse": 1}), ("reverse",)),
        (make_multiple(options=options("a", "b", is_correct={"a": True, "b": True})), ("options",)),
        (make_multiple(options=options("a", "b", is_correct={"a": False, "b": False})), ("options",)),
        (make_multiple(settings={}), ("points",)),
        (make_multiple(settings={"points": True}), ("points",)),
        (make_multiple(settings={"points": math.nan}), ("points",)),
        (make_multiple(settings={"points": 0}), ("points",)),
    ],
)
def test_mistakes_of_an_author_are_found_where_they_are(item, path):
    assert [issue.path for issue in get_type(item).check(item)] == [path]


def test_more_options_than_a_matrix_cell_can_tell_apart_are_refused():
    codes = [f"o{number}" for number in range(22)]
    item = make_multiple(options=options(*codes, is_correct={code: code < "o2" for code in codes}))
    assert [issue.path for issue in get_type(item).check(item)] == [("options",)]


def test_a_summary_says_the_answer_in_words():
    assert get_type(make_likert()).summary(make_likert(), "2", "en") == ["вариант 2"]
    assert get_type(make_multiple()).summary(make_multiple(), ["a", "d"], "ru") == ["вариант a", "вариант d"]
