"""Stored charts: every level told apart without colour, nothing beyond the drawing."""

import re
from itertools import pairwise

import pytest

from surveys import charts

LEVELS = ("низкий", "базовый", "повышенный", "высокий")


def content(**scale) -> dict:
    topic = {"short_name": {"ru": "Проекты", "en": "Projects"}, **scale}
    return {"levels": [{"title": {"ru": title, "en": title}} for title in LEVELS], "scales": [topic]}


@pytest.mark.parametrize("n", [2, 3, 4, 5, 7])
def test_each_level_is_darker_than_the_one_below_it(n):
    luminances = [charts._luminance(shade) for shade in charts._shades(n)]
    assert len(luminances) == n
    assert all(low - high > 12 for low, high in pairwise(luminances))


def test_every_size_and_language_is_drawn_with_its_figures():
    drawn = charts.draw(content(starting_levels=[14, 47, 23, 2], final_levels=[3, 27, 47, 9]))
    assert set(drawn) == {
        f"levels.{language}.{size}" for language in ("ru", "en") for size in ("wide", "narrow")
    }
    for name, svg in drawn.items():
        words = re.findall(r">([^<>]+)</text>", svg)
        assert {"14", "47", "23", "27", "9", *LEVELS} <= set(words), name
        # 2 of 86 have no room for a figure; the table beside the chart has it
        assert words.count("2") == 0
        assert "aria-" not in svg


def test_without_level_counts_nothing_is_drawn():
    assert charts.draw(content()) == {}
