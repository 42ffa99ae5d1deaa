"""Each line on the left gets its partner from the right; credit for each right pair."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.model import Item
from surveys.items.base import (
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
from surveys.items.fragments import CUT, Drawing, MatchingFragment, Row
from surveys.items.order import salt_of
from surveys.items.settings import check_flag, check_points, most_points


class Matching(ItemType):
    """The value maps left codes to right ones, perhaps not all; the right side is shuffled unless told not to."""

    name = "matching"

    def check(self, item: Item) -> Iterator[Issue]:
        yield from check_options(item.left, "left")
        yield from check_options(item.right, "right")
        yield from check_points(item)
        yield from check_flag(item, "shuffle")
        pairs = item.settings.get("pairs")
        if not isinstance(pairs, Mapping):
            yield Issue(("pairs",), _("State the partner of every line on the left."))
            return
        left, right = _codes(item.left), _codes(item.right)
        if set(pairs) != left:
            yield Issue(("pairs",), _("State the partner of every line on the left."))
        for code, partner in pairs.items():
            if not isinstance(partner, str) or partner not in right:
                yield Issue(("pairs", code), _("There is no such line on the right."))

    def read_form(self, item: Item, form: Form) -> Answer | Problem:
        given = {line.code: form.get(field_name(item, line.code), "") for line in item.left}
        return self.read_value(item, {code: partner for code, partner in given.items() if partner})

    def read_value(self, item: Item, value: object) -> Answer | Problem:
        if not isinstance(value, dict):
            return Problem(UNREADABLE_ANSWER)
        right = _codes(item.right)
        pairs = {
            line.code: value[line.code]
            for line in item.left
            if isinstance(value.get(line.code), str) and value[line.code] in right
        }
        if len(pairs) < len(value):
            return Problem(UNKNOWN_OPTION, given=pairs)
        return {"v": pairs} if pairs else missing("skipped")

    def value_coder(self, item: Item) -> Callable[[Any], int]:
        right_pairs = frozenset(item.settings["pairs"].items())
        return lambda value: len(right_pairs & value.items())

    def points(self, item: Item) -> Sequence[float]:
        points, count = most_points(item), len(item.left)
        return [float(points * right / count) for right in range(count + 1)]

    def score_range(self, item: Item) -> ScoreRange:
        return ScoreRange(0.0, float(most_points(item)))

    def summary(self, item: Item, value: Any, language: str) -> list[str]:
        partners = {line.code: line.text.in_language(language) for line in item.right}
        return [
            f"{line.text.in_language(language)} — {partners[value[line.code]]}"
            for line in item.left
            if line.code in value
        ]

    def fragment(self, drawing: Drawing, item: Item) -> MatchingFragment:
        head, tail = drawing.whole(item)
        return MatchingFragment(
            head=head,
            rows=tuple(_row(drawing, item, line.code, drawing.text(line.text)) for line in item.left),
            blank=drawing.macro(item, "blank"),
            plain=draw_options(drawing, item, item.right, is_checked=False),
            selected=draw_options(drawing, item, item.right, is_checked=True),
            codes=tuple(line.code for line in item.right),
            tail=tail,
            salt=None if item.settings.get("shuffle") is False else salt_of(item.code),
        )


def _codes(lines: Sequence[Any]) -> frozenset[str]:
    return frozenset(line.code for line in lines)


def _row(drawing: Drawing, item: Item, code: str, text: str) -> Row:
    before, after = drawing.macro(item, "row", code=code, text=text, cut=CUT).split(CUT)
    return Row(code, before, after)
