"""A statement rated on an answer scale."""

from collections.abc import Iterator, Sequence
from math import nan

from flask_babel import lazy_gettext as _

from surveys.definition.model import Item
from surveys.items.base import Issue, ScoreRange
from surveys.items.choices import RadioType
from surveys.items.settings import check_flag, flag


class Likert(RadioType):
    """Options and "not applicable" come from the answer scale; a reverse item is turned when scored."""

    name = "likert"

    def is_shuffled(self, item: Item) -> bool:
        return False

    def check(self, item: Item) -> Iterator[Issue]:
        yield from super().check(item)
        yield from check_flag(item, "reverse")
        values = [option.value for option in item.options]
        if None in values:
            yield Issue(("answer_scale",), _("Each option of an answer scale needs its value."))
        elif len(set(values)) < len(values):
            yield Issue(("answer_scale",), _("Two options of the answer scale have the same value."))

    def points(self, item: Item) -> Sequence[float]:
        values = [float(option.value or 0) for option in item.options]
        if flag(item, "reverse"):
            turned = min(values) + max(values)
            return [turned - value for value in values]
        return values

    def score_range(self, item: Item) -> ScoreRange:
        values = self.points(item)
        return ScoreRange(min(values), max(values))

    def skipped_points(self, item: Item) -> float:
        return nan
