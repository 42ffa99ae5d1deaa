"""Ordering and matching."""

import pytest
from werkzeug.datastructures import MultiDict

from surveys.items import Problem, get_type
from surveys.items.coding import score
from tests.surveys.items.samples import make_matching, make_ordering, options


def place(**places: object) -> MultiDict[str, str]:
    return MultiDict({f"i.K-3.{code}": str(number) for code, number in places.items()})


def test_an_order_is_the_list_of_codes_first_to_last():
    item = make_ordering()
    assert get_type(item).read_form(item, place(a=2, b=1, c=4, d=3)) == {"v": ["b", "a", "d", "c"]}
    assert get_type(item).read_json(item, {"v": ["b", "a", "d", "c"]}) == {"v": ["b", "a", "d", "c"]}
    assert get_type(item).read_json(item, {"v": {"a": 2, "b": 1, "c": 4, "d": 3}}) == {
        "v": ["b", "a", "d", "c"]
    }


@pytest.mark.parametrize("form", [MultiDict(), place(a="", b="", c="", d="")])
def test_an_untouched_order_is_skipped(form):
    item = make_ordering()
    assert get_type(item).read_form(item, form) == {"m": "skipped"}
    assert score(item, {"m": "skipped"}) == 0


@pytest.mark.parametrize("form", [place(a=1, b=2), place(a=1, b=1, c=2, d=3)])
def test_a_form_placed_in_part_is_a_problem_that_keeps_what_was_given(form):
    item = make_ordering()
    problem = get_type(item).read_form(item, form)
    expected = {key.removeprefix("i.K-3."): int(value) for key, value in form.items()}
    assert isinstance(problem, Problem)
    assert problem.given == expected
    assert problem.draft == {"v": expected}


def test_autosave_keeps_a_part_as_a_draft_that_submitting_refuses():
    item = make_ordering()
    draft = get_type(item).read_json(item, {"v": {"a": 1, "c": 3}})
    assert draft == {"v": {"a": 1, "c": 3}}
    assert isinstance(get_type(item).problem_at_submit(item, draft), Problem)
    assert get_type(item).problem_at_submit(item, {"v": ["a", "b", "c", "d"]}) is None
    assert get_type(item).problem_at_submit(item, {"m": "skipped"}) is None
    assert score(item, draft) == 0


@pytest.mark.parametrize("number", ["0", "5", "-1", "1.0", "x", "१", "9" * 5000, "\ud800"])
def test_a_place_that_is_no_place_is_refused_and_the_others_are_kept(number):
    item = make_ordering()
    problem = get_type(item).read_form(item, place(a=1, b=number))
    assert isinstance(problem, Problem)
    assert problem.given == {"a": 1}


@pytest.mark.parametrize(
    "value",
    [
        "abcd",
        ["a", "b"],
        ["a", "b", "c", "c"],
        ["a", "b", "c", "z"],
        [1, 2, 3, 4],
        {"a": True},
        {"a": 1.0},
        {"z": 1},
        {"a": 5},
        {"a": "1"},
        1,
        None,
        True,
        [["a"]] * 4,
    ],
)
def test_values_that_are_no_order_are_refused(value):
    item = make_ordering()
    assert isinstance(get_type(item).read_json(item, {"v": value}), Problem)


@pytest.mark.parametrize(
    ("order", "points"),
    # 3 * (1 - inversions / 6)
    [("abcd", 3.0), ("bacd", 2.5), ("badc", 2.0), ("dabc", 1.5), ("dcba", 0.0)],
)
def test_each_pair_the_wrong_way_round_costs_its_share(order, points):
    assert score(make_ordering(), {"v": list(order)}) == points


def test_points_of_an_order_are_rounded_to_two_digits():
    # one inversion of three: 1 * (1 - 1/3)
    item = make_ordering(
        options=options("a", "b", "c"), settings={"points": 1, "correct_order": ["a", "b", "c"]}
    )
    assert score(item, {"v": ["b", "a", "c"]}) == 0.67


def test_a_summary_of_an_order_is_numbered():
    item = make_ordering()
    lines = ["1. вариант b", "2. вариант a", "3. вариант d", "4. вариант c"]
    assert get_type(item).summary(item, ["b", "a", "d", "c"], "ru") == lines
    assert get_type(item).summary(item, {"c": 3, "a": 1}, "ru") == ["1. вариант a", "3. вариант c"]


def test_pairs_may_be_left_out():
    item = make_matching()
    form = MultiDict({"i.K-4.1": "F", "i.K-4.2": "", "i.K-4.3": "M"})
    assert get_type(item).read_form(item, form) == {"v": {"1": "F", "3": "M"}}
    assert get_type(item).read_form(item, MultiDict()) == {"m": "skipped"}
    assert get_type(item).read_json(item, {"v": {}}) == {"m": "skipped"}


@pytest.mark.parametrize(
    "value", [{"9": "F"}, {"1": "Z"}, {"1": 1}, {"1": None}, {"1": ["F"]}, [["1", "F"]], "F", True]
)
def test_unknown_lines_are_refused(value):
    item = make_matching()
    assert isinstance(get_type(item).read_json(item, {"v": value}), Problem)


def test_known_pairs_are_kept_beside_an_unknown_one():
    item = make_matching()
    assert get_type(item).read_json(item, {"v": {"1": "F", "2": "Z"}}).given == {"1": "F"}


@pytest.mark.parametrize(
    ("pairs", "points"),
    [
        ({"1": "F", "2": "R", "3": "S"}, 3.0),
        ({"1": "F"}, 1.0),
        ({"1": "R", "2": "R", "3": "M"}, 1.0),
        ({"1": "S"}, 0.0),
    ],
)
def test_each_right_pair_earns_its_share(pairs, points):
    assert score(make_matching(), {"v": pairs}) == points


def test_a_summary_of_pairs_names_both_sides():
    item = make_matching()
    assert get_type(item).summary(item, {"3": "M", "1": "F"}, "ru") == [
        "вариант 1 — вариант F",
        "вариант 3 — вариант M",
    ]


def test_orders_and_pairs_of_the_samples_have_no_mistakes():
    for item in (make_ordering(), make_matching()):
        assert list(get_type(item).check(item)) == []


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (make_ordering(settings={"points": 3}), ("correct_order",)),
        (make_ordering(settings={"points": 3, "correct_order": "abcd"}), ("correct_order",)),
        (make_ordering(settings={"points": 3, "correct_order": ["a", "b", "c"]}), ("correct_order",)),
        (make_ordering(settings={"points": 3, "correct_order": ["a", "b", "c", "c"]}), ("correct_order",)),
        (make_ordering(settings={"points": 3, "correct_order": ["a", "b", "c", {}]}), ("correct_order",)),
        (make_ordering(settings={"correct_order": ["a", "b", "c", "d"]}), ("points",)),
        (make_matching(settings={"points": 3}), ("pairs",)),
        (make_matching(settings={"points": 3, "pairs": {"1": "F"}}), ("pairs",)),
        (make_matching(settings={"points": 3, "pairs": {"1": "F", "2": "R", "3": "Z"}}), ("pairs", "3")),
        (make_matching(settings={"points": 3, "pairs": {"1": "F", "2": "R", "3": ["S"]}}), ("pairs", "3")),
        (make_matching(right=options("F")), ("right",)),
    ],
)
def test_mistakes_of_an_author_are_found(item, path):
    assert path in [issue.path for issue in get_type(item).check(item)]


def test_more_steps_than_a_matrix_cell_can_tell_apart_are_refused():
    codes = [f"s{number}" for number in range(17)]
    item = make_ordering(options=options(*codes), settings={"points": 3, "correct_order": codes})
    assert [issue.path for issue in get_type(item).check(item)] == [("options",)]
