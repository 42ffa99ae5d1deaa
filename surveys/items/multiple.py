"""Several right options to tick, with credit for a part of them."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.model import Item
from surveys.items.base import (
    LARGEST_CODE,
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
from surveys.items.choices import check_options, draw_options
from surveys.items.fragments import ChoiceFragment, Drawing
from surveys.items.order import salt_of
from surveys.items.settings import check_flag, check_points, flag, most_points


class Multiple(ItemType):
    """The value lists the ticked codes in the definition's order; ticking everything earns nothing."""

    name = "multiple"

    def check(self, item: Item) -> Iterator[Issue]:
        yield from check_options(item.options)
        yield from check_points(item)
        yield from check_flag(item, "shuffle")
        right, wrong = _count(item)
        if right == 0 or wrong == 0:
            yield Issue(
                ("options",), _("A question with several answers needs a right option and a wrong one.")
            )
        if (right + 1) * (wrong + 1) > LARGEST_CODE + 1:
            yield Issue(("options",), _("There are too many options to score the question."))

    def read_form(self, item: Item, form: Form) -> Answer | Problem:
        return self.read_value(item, [value for value in form.getlist(field_name(item)) if value])

    def read_value(self, item: Item, value: object) -> Answer | Problem:
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            return Problem(UNREADABLE_ANSWER)
        chosen = set(value)
        known = [option.code for option in item.options if option.code in chosen]
        if len(known) < len(chosen):
            return Problem(UNKNOWN_OPTION, given=known)
        if len(chosen) < len(value):
            return Problem(UNREADABLE_ANSWER, given=known)
        return {"v": known} if known else missing("skipped")

    def value_coder(self, item: Item) -> Callable[[Any], int]:
        # right * (n_wrong + 1) + wrong, as a sum over the ticked options
        _right, n_wrong = _count(item)
        weights = {option.code: n_wrong + 1 if option.is_correct else 1 for option in item.options}
        return lambda value: sum([weights[code] for code in value])

    def points(self, item: Item) -> Sequence[float]:
        n_right, n_wrong = _count(item)
        points = most_points(item)
        return [
            float(points * max(Fraction(0), Fraction(right, n_right) - Fraction(wrong, n_wrong)))
            for right in range(n_right + 1)
            for wrong in range(n_wrong + 1)
        ]

    def score_range(self, item: Item) -> ScoreRange:
        return ScoreRange(0.0, float(most_points(item)))

    def summary(self, item: Item, value: Any, language: str) -> list[str]:
        return [option.text.in_language(language) for option in item.options if option.code in value]

    def fragment(self, drawing: Drawing, item: Item) -> ChoiceFragment:
        head, tail = drawing.whole(item)
        return ChoiceFragment(
            head=head,
            plain=draw_options(drawing, item, item.options, is_checked=False),
            checked=draw_options(drawing, item, item.options, is_checked=True),
            positions={option.code: position for position, option in enumerate(item.options)},
            tail=tail,
            tail_na=tail,
            salt=salt_of(item.code) if flag(item, "shuffle") else None,
        )


def _count(item: Item) -> tuple[int, int]:
    """How many options are right, and how many wrong."""
    right = sum(option.is_correct for option in item.options)
    return right, len(item.options) - right
