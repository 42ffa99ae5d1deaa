"""One option of several, each with its points."""

from collections.abc import Iterator, Sequence

from flask_babel import lazy_gettext as _

from surveys.definition.model import Item
from surveys.items.base import Issue, ScoreRange
from surveys.items.choices import RadioType
from surveys.items.settings import check_flag


class Single(RadioType):
    """A task with one answer to choose; the points stand at the options."""

    name = "single"

    def check(self, item: Item) -> Iterator[Issue]:
        yield from super().check(item)
        yield from check_flag(item, "shuffle")
        for position, option in enumerate(item.options):
            if option.points is None:
                yield Issue(
                    ("options", position, "points"), _("Each option of this question needs its points.")
                )
            elif option.points < 0:
                yield Issue(("options", position, "points"), _("Points cannot be negative."))
        if not any(option.points for option in item.options):
            yield Issue(("options",), _("At least one option must earn points."))

    def points(self, item: Item) -> Sequence[float]:
        return [float(option.points or 0) for option in item.options]

    def score_range(self, item: Item) -> ScoreRange:
        return ScoreRange(0.0, max(self.points(item)))
