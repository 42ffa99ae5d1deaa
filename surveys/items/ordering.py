"""Steps to be put in order; credit falls with each pair that stands the wrong way round."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.model import Item
from surveys.items.base import (
    LARGEST_CODE,
    MISSING_CODES,
    UNKNOWN_OPTION,
    UNREADABLE_ANSWER,
    Answer,
    Form,
    Issue,
    ItemType,
    Problem,
    ScoreRange,
    field_name,
    missing,
)
from surveys.items.choices import check_options
from surveys.items.fragments import CUT, Drawing, OrderingFragment, Row
from surveys.items.order import salt_of
from surveys.items.settings import check_points, most_points

INCOMPLETE = _("Please give every step a number of its own, or clear them all to skip the task.")


class Ordering(ItemType):
    """The value lists all codes in order; a dict of places while some steps lack one or share it."""

    name = "ordering"

    def check(self, item: Item) -> Iterator[Issue]:
        yield from check_options(item.options)
        yield from check_points(item)
        if _most_inversions(item) > LARGEST_CODE:
            yield Issue(("options",), _("There are too many steps to score the task."))
        order = item.settings.get("correct_order")
        codes = [option.code for option in item.options]
        if not isinstance(order, list) or sorted(map(repr, order)) != sorted(map(repr, codes)):
            yield Issue(("correct_order",), _("The correct order must name every step exactly once."))

    def read_form(self, item: Item, form: Form) -> Answer | Problem:
        places: dict[str, object] = {}
        for option in item.options:
            given = form.get(field_name(item, option.code), "")
            if given:
                places[option.code] = _PLACES.get(given)
        answer = self.read_value(item, places)
        if isinstance(answer, Problem):
            return answer
        return self.problem_at_submit(item, answer) or answer

    def read_value(self, item: Item, value: object) -> Answer | Problem:
        codes = [option.code for option in item.options]
        if isinstance(value, dict):
            places = {
                code: value[code] for code in codes if code in value and _is_place(value[code], len(codes))
            }
            if len(places) < len(value):
                return Problem(UNKNOWN_OPTION, given=places)
            if not places:
                return missing("skipped")
            if len(set(places.values())) < len(codes):
                return {"v": places}
            return {"v": sorted(codes, key=places.__getitem__)}
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            return Problem(UNREADABLE_ANSWER)
        if sorted(value) != sorted(codes):
            return Problem(UNREADABLE_ANSWER)
        return {"v": list(value)}

    def problem_at_submit(self, item: Item, answer: Answer) -> Problem | None:
        value = answer.get("v")
        return Problem(INCOMPLETE, given=value, draft=answer) if isinstance(value, dict) else None

    def value_coder(self, item: Item) -> Callable[[Any], int]:
        ranks = {code: rank for rank, code in enumerate(item.settings["correct_order"])}
        skipped = MISSING_CODES["skipped"]

        def inversions(value: list[str] | dict[str, int]) -> int:
            if isinstance(value, dict):
                return skipped
            return sum([first > second for first, second in combinations([ranks[code] for code in value], 2)])

        return inversions

    def points(self, item: Item) -> Sequence[float]:
        points, most = most_points(item), _most_inversions(item)
        return [float(round(points * (1 - Fraction(inversions, most)), 2)) for inversions in range(most + 1)]

    def score_range(self, item: Item) -> ScoreRange:
        return ScoreRange(0.0, float(most_points(item)))

    def summary(self, item: Item, value: Any, language: str) -> list[str]:
        texts = {option.code: option.text.in_language(language) for option in item.options}
        if isinstance(value, dict):
            placed = sorted((place, code) for code, place in value.items())
        else:
            placed = list(enumerate(value, start=1))
        return [f"{place}. {texts[code]}" for place, code in placed]

    def fragment(self, drawing: Drawing, item: Item) -> OrderingFragment:
        head, tail = drawing.whole(item)
        count = len(item.options)
        return OrderingFragment(
            head=head,
            rows=tuple(
                _row(drawing, item, option.code, drawing.text(option.text)) for option in item.options
            ),
            places=tuple(
                drawing.macro(item, "places", count=count, chosen=place) for place in range(count + 1)
            ),
            tail=tail,
            salt=salt_of(item.code),
        )


_PLACES: Mapping[str, int] = {str(place): place for place in range(1, LARGEST_CODE)}


def _is_place(value: object, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= count


def _most_inversions(item: Item) -> int:
    return len(item.options) * (len(item.options) - 1) // 2


def _row(drawing: Drawing, item: Item, code: str, text: str) -> Row:
    before, after = drawing.macro(item, "row", code=code, text=text, cut=CUT).split(CUT)
    return Row(code, before, after)
