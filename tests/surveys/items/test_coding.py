"""Scores of many answers against the rules written out slowly, one answer at a time."""

import math
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest

from surveys.definition.model import Item
from surveys.items import get_type
from surveys.items.coding import Coding, points_table, score, score_many
from tests.surveys.items.samples import make_likert, one_of_each


def slow_score(item: Item, answer: dict[str, Any]) -> float:
    """The rules of the definition format, as a methodologist would read them aloud."""
    is_scored_task = item.type not in ("likert", "short_text")
    if "m" in answer:
        return 0.0 if answer["m"] == "skipped" and is_scored_task else math.nan
    return float(_RULES[item.type](item, answer["v"]))


def _bubble_sort_swaps(ranks: list[int]) -> int:
    swaps = 0
    while any(first > second for first, second in pairwise(ranks)):
        for place in range(len(ranks) - 1):
            if ranks[place] > ranks[place + 1]:
                ranks[place], ranks[place + 1] = ranks[place + 1], ranks[place]
                swaps += 1
    return swaps


def _likert(item: Item, value: str) -> float:
    values = {option.code: option.value for option in item.options}
    plain = values[value]
    return min(values.values()) + max(values.values()) - plain if item.settings.get("reverse") else plain


def _chosen_points(item: Item, value: str) -> float:
    return next(option.points for option in item.options if option.code == value)


def _multiple(item: Item, value: list[str]) -> Fraction:
    keys = [option.code for option in item.options if option.is_correct]
    others = [option.code for option in item.options if not option.is_correct]
    share = Fraction(sum(code in value for code in keys), len(keys))
    penalty = Fraction(sum(code in value for code in others), len(others))
    return item.settings["points"] * max(Fraction(0), share - penalty)


def _ordering(item: Item, value: list[str]) -> Fraction:
    if isinstance(value, dict):
        return Fraction(0)
    swaps = _bubble_sort_swaps([item.settings["correct_order"].index(code) for code in value])
    most = len(value) * (len(value) - 1) // 2
    return round(item.settings["points"] * Fraction(most - swaps, most), 2)


def _matching(item: Item, value: dict[str, str]) -> Fraction:
    pairs = item.settings["pairs"]
    return Fraction(
        item.settings["points"] * sum(value.get(left) == pairs[left] for left in pairs), len(pairs)
    )


def _number(item: Item, value: float) -> float:
    tenths = round(value * 10) - round(item.settings["correct"] * 10)
    return item.settings["points"] if abs(tenths) <= round(item.settings["tolerance"] * 10) else 0


_RULES: dict[str, Any] = {
    "likert": _likert,
    "single": _chosen_points,
    "situation": _chosen_points,
    "multiple": _multiple,
    "ordering": _ordering,
    "matching": _matching,
    "number": _number,
    "short_text": lambda item, value: math.nan,
}


def random_answer(item: Item, random: Random) -> dict[str, Any]:
    """An answer as a person could give it, drafts and missing ones among them."""
    if random.random() < 0.25:
        return {"m": random.choice(["skipped", "not_shown", "not_reached"])}
    codes = [option.code for option in item.options]
    match item.type:
        case "multiple":
            return {"v": [code for code in codes if random.random() < 0.5] or codes[:1]}
        case "ordering":
            places = dict.fromkeys(random.sample(codes, 2), 1)
            return {"v": random.sample(codes, len(codes)) if random.random() < 0.8 else places}
        case "matching":
            left, right = [line.code for line in item.left], [line.code for line in item.right]
            return {
                "v": {
                    code: random.choice(right) for code in random.sample(left, random.randint(1, len(left)))
                }
            }
        case "number":
            return {"v": random.randint(66, 74) / 10}
        case "short_text":
            return {"v": "текст"}
    return {"v": random.choice(codes)}


def test_many_scores_follow_the_written_rules():
    random = Random(20261123)
    items = (*one_of_each(), make_likert(settings={"reverse": True}))
    responses = [{item.code: random_answer(item, random) for item in items} for _response in range(2_000)]
    expected = [[slow_score(item, answers[item.code]) for item in items] for answers in responses]
    np.testing.assert_array_equal(score_many(items, responses), np.array(expected))


def test_one_score_equals_the_score_among_many():
    random = Random(7)
    items = one_of_each()
    responses = [{item.code: random_answer(item, random) for item in items} for _response in range(200)]
    many = score_many(items, responses)
    for row, answers in enumerate(responses):
        for column, item in enumerate(items):
            one = score(item, answers[item.code])
            assert (math.nan if one is None else one) == pytest.approx(
                many[row, column], abs=0, rel=0, nan_ok=True
            )


def test_codes_are_small_integers_stored_by_column():
    items = one_of_each()
    codes = Coding(items).codes([{"S-1": {"v": "5"}, "K-1": {"m": "skipped"}}, {"S-1": {"m": "na"}}])
    assert codes.dtype == np.int8
    assert codes.flags.f_contiguous
    assert codes[:, 0].tolist() == [4, -2]
    assert codes[:, 1].tolist() == [-1, -4]
    assert set(codes[:, 2:].ravel().tolist()) == {-4}


def test_no_responses_give_an_empty_matrix():
    assert score_many(one_of_each(), []).shape == (0, 8)


def test_a_table_ends_with_the_points_of_missing_answers():
    likert = points_table(make_likert())
    assert likert[:5].tolist() == [1, 2, 3, 4, 5]
    assert np.isnan(likert[5:]).all()
    task = points_table(one_of_each()[1])
    assert task[-1] == 0
    assert np.isnan(task[-4:-1]).all()


def test_every_score_lies_in_the_range_that_is_stated():
    for item in one_of_each():
        score_range = get_type(item).score_range(item)
        points = np.array(get_type(item).points(item))
        if score_range is None:
            assert np.isnan(points).all()
        else:
            assert (points.min(), points.max()) == score_range
