"""Number and short text."""

import json
import math

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from surveys.items import Problem, get_type
from surveys.items.coding import score
from tests.surveys.items.samples import make_number, make_text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7", 7),
        ("7,5", 7.5),
        ("7.5", 7.5),
        (" 7,50 ", 7.5),
        ("+7", 7),
        ("1 000", 1000),
        ("1\u202f000,5", 1000.5),
        ("1\u2009000", 1000),
        ("1\u00a0234\u00a0567", 1_234_567),
        ("-3", -3),
        ("\u22123,1", -3.1),
        ("-0", 0),
        ("007", 7),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    item = make_number(minimum=-10, maximum=10_000_000)
    assert get_type(item).read_form(item, MultiDict({"i.N-1": typed})) == {"v": number}
    assert get_type(item).read_json(item, {"v": typed}) == {"v": number}
    assert get_type(item).read_json(item, {"v": number}) == {"v": number}


@pytest.mark.parametrize(
    "typed",
    [
        "семь",
        "7,5,1",
        "1,234.5",
        "7 5",
        "1 00",
        "1e3",
        "0x10",
        "NaN",
        "Infinity",
        ",5",
        "5,",
        "٧",
        "7\x00",
        "\ud800",
        "1_000",
        "9" * 1_000_000,
    ],
)
def test_what_is_no_number_is_refused(typed):
    item = make_number()
    assert isinstance(get_type(item).read_form(item, MultiDict({"i.N-1": typed})), Problem)


@pytest.mark.parametrize(
    "value",
    [True, False, None, [], {}, math.nan, math.inf, -math.inf, 10**400, 1e308, -1, 100.1, 7.25, 5e-324],
)
def test_json_values_that_are_not_allowed_numbers_are_refused(value):
    item = make_number()
    assert isinstance(get_type(item).read_json(item, {"v": value}), Problem)


def test_a_blank_field_is_skipped():
    item = make_number()
    assert get_type(item).read_form(item, MultiDict()) == {"m": "skipped"}
    assert get_type(item).read_form(item, MultiDict({"i.N-1": " \u00a0 "})) == {"m": "skipped"}


def test_what_was_typed_is_shown_again():
    item = make_number()
    assert get_type(item).read_form(item, MultiDict({"i.N-1": "около 7"})).given == "около 7"


@pytest.mark.parametrize(
    ("item", "typed", "words"),
    [
        (make_number(), "101", "from 0 to 100"),
        (make_number(maximum=None), "-0,5", "not below 0"),
        (make_number(minimum=None, maximum=1.5), "2", "not above 1.5"),
        (make_number(decimals=0), "1,5", "whole number"),
        (make_number(), "1,55", "1 digit"),
    ],
)
def test_the_message_names_the_rule(item, typed, words, drawing_context):
    assert words in str(get_type(item).read_json(item, {"v": typed}).message)


def test_bounds_are_written_as_the_language_does(items_app):
    item = make_number(minimum=0.5, maximum=1.5)
    problem = get_type(item).read_json(item, {"v": "2"})
    with items_app.app_context(), force_locale("ru"):
        assert "0,5" in str(problem.message)


def test_trailing_digits_far_behind_the_mark_are_seen():
    item = make_number(decimals=6)
    assert isinstance(get_type(item).read_json(item, {"v": "1." + "0" * 33 + "1"}), Problem)


def test_the_tolerance_is_exact():
    # 7.2 - 7.0 is above 0.2 in binary fractions
    item = make_number(points=3, correct=7.0, tolerance=0.2)
    assert [score(item, {"v": value}) for value in (6.8, 7, 7.2, 7.3)] == [3, 3, 3, 0]
    assert score(item, {"m": "skipped"}) == 0


def test_a_number_without_a_key_has_no_score():
    assert score(make_number(), {"v": 7}) is None
    assert score(make_number(), {"m": "skipped"}) is None
    assert get_type(make_number()).score_range(make_number()) is None


def test_a_summary_of_a_number_has_its_unit():
    item = make_number()
    assert get_type(item).summary(item, 7.5, "ru") == ["7,5\u00a0°C"]
    assert get_type(item).summary(item, 7.5, "en") == ["7.5\u00a0°C"]


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"minimum": "0"}, "minimum"),
        ({"maximum": True}, "maximum"),
        ({"maximum": math.nan}, "maximum"),
        ({"minimum": 5, "maximum": 4}, "maximum"),
        ({"maximum": 10**20}, "maximum"),
        ({"decimals": -1}, "decimals"),
        ({"decimals": 1.5}, "decimals"),
        ({"decimals": 7}, "decimals"),
        ({"points": 3}, "correct"),
        ({"tolerance": 1}, "correct"),
        ({"correct": 5}, "points"),
        ({"correct": 101, "points": 1}, "correct"),
        ({"correct": 5, "points": 1, "tolerance": -1}, "tolerance"),
    ],
)
def test_mistakes_in_a_number_are_found(settings, path):
    item = make_number(**settings)
    assert [issue.path for issue in get_type(item).check(item)] == [(path,)]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Кейс", "Кейс"),
        ("  да \n", "да"),
        ("раз\r\nдва\rтри", "раз\nдва\nтри"),
        ("и\u0306", "й"),
        ("👩\u200d🏫", "👩\u200d🏫"),
        ("<script>", "<script>"),
    ],
)
def test_texts_are_stored_as_written(typed, stored):
    item = make_text()
    assert get_type(item).read_form(item, MultiDict({"i.T-1": typed})) == {"v": stored}
    assert get_type(item).read_json(item, {"v": typed}) == {"v": stored}


@pytest.mark.parametrize("typed", ["", " \r\n \t"])
def test_a_blank_text_is_skipped(typed):
    item = make_text()
    assert get_type(item).read_form(item, MultiDict({"i.T-1": typed})) == {"m": "skipped"}


def test_a_megabyte_is_refused_with_both_lengths_and_kept():
    item = make_text()
    problem = get_type(item).read_json(item, {"v": "я" * 1_000_000})
    assert "1000000" in str(problem.message)
    assert "50" in str(problem.message)
    assert len(problem.given) == 1_000_000


def test_line_ends_count_once():
    item = make_text(max_length=3)
    assert get_type(item).read_json(item, {"v": "а\r\nб"}) == {"v": "а\nб"}


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b", "a\x1bb", "a\x85b"])
def test_what_cannot_be_stored_is_refused_and_the_rest_kept(typed):
    item = make_text()
    problem = get_type(item).read_json(item, {"v": typed})
    assert isinstance(problem, Problem)
    assert problem.given == "ab"


@pytest.mark.parametrize("value", [1, True, None, ["text"], {"text": 1}])
def test_a_text_is_a_string(value):
    item = make_text()
    assert isinstance(get_type(item).read_json(item, {"v": value}), Problem)


@pytest.mark.parametrize("length", [0, -1, 10_001, True, "500", None])
def test_the_greatest_length_is_checked(length):
    item = make_text(max_length=length)
    assert [issue.path for issue in get_type(item).check(item)] == [("max_length",)]


def test_a_text_is_never_scored():
    assert score(make_text(), {"v": "да"}) is None
    assert score(make_text(), {"m": "skipped"}) is None


def test_values_survive_json():
    item = make_number()
    answer = get_type(item).read_json(item, {"v": "7,5"})
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
