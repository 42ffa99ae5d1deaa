"""An instrument definition as the rest of the system reads it: frozen, checked before it is built."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

WAVES = ("starting", "interim", "final")
CUT_TOLERANCE = 1e-9
"""Percents come from sums of fractions; noise of this size must not cost a person a level."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the languages it was written in; the primary one is always there."""

    by_language: Mapping[str, str]
    primary: str

    def in_language(self, language: str | None) -> str:
        """The text in `language`, else in the instrument's primary language."""
        return self.by_language.get(language or self.primary) or self.by_language[self.primary]

    def __str__(self) -> str:
        return self.by_language[self.primary]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an item; also one entry of an ordering or of a side of a matching."""

    code: str
    text: Text
    value: float | None = None
    points: float | None = None
    is_correct: bool = False


@dataclass(frozen=True, slots=True)
class AnswerScale:
    """Options shared by likert items."""

    code: str
    options: tuple[Option, ...]
    prompt: Text | None = None
    not_applicable: Text | None = None


@dataclass(frozen=True, slots=True)
class Competence:
    """What is diagnosed, with what is said about each level of it."""

    code: str
    name: Text
    group: str | None = None
    short_name: Text | None = None
    description: Text | None = None
    recommended_forms: tuple[str, ...] = ()
    feedback: Mapping[str, Text] = field(default_factory=dict)
    """By level code."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question. What only its type understands stands in `settings` as it was written."""

    code: str
    type: str
    text: Text
    competence: str | None = None
    topic: Text | None = None
    rationale: Text | None = None
    is_required: bool = False
    required_if: Mapping[str, Any] | None = None
    """Expression tree: answering is obligatory where it is true."""
    options: tuple[Option, ...] = ()
    """Own options, or for likert those of the answer scale."""
    left: tuple[Option, ...] = ()
    right: tuple[Option, ...] = ()
    prompt: Text | None = None
    """The answer scale's question, asked once above its items."""
    not_applicable: Text | None = None
    """Words of "does not apply"; None where it cannot be chosen."""
    unit: Text | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    """answer_scale, reverse, shuffle, points, correct_order, pairs, minimum, decimals, max_length..."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A number a person or a group gets. Which fields are set depends on `method`."""

    code: str
    method: str
    competence: str | None = None
    part: str | None = None
    title: Text | None = None
    items: tuple[str, ...] = ()
    min_answered: int | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    scales: tuple[str, ...] = ()
    min_scales: int | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Codes of the scales this one is computed from."""
        return self.scales or tuple(self.weights)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one screen."""

    code: str
    part: str
    items: tuple[str, ...]
    competence: str | None = None
    title: Text | None = None
    prompt: Text | None = None
    waves: tuple[str, ...] = WAVES
    show_if: Mapping[str, Any] | None = None
    """Expression tree: the page is left out where it is false."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the way through the instrument."""

    code: str
    title: Text
    minutes: float | None = None
    min_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A band of percents from `from_percent` up to the next level's, which it does not hold."""

    code: str
    title: Text
    from_percent: float
    is_deficit: bool = False
    advice: Text | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """Thresholds of the quality flags; None where a flag is not used."""

    straight_lining_part: str | None = None
    straight_lining_share: float | None = None
    not_applicable_part: str | None = None
    not_applicable_more_than: int | None = None
    incomplete_part: str | None = None
    incomplete_more_than: int | None = None
    self_tasks_gap: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two waves are compared."""

    reliable_change_min_n: int = 30
    fallback_change: float = 10.0
    has_same_items: bool = True


_Coded = TypeVar("_Coded", Item, Scale, Page, Part, Level, Competence, AnswerScale)


def _by_code(things: Sequence[_Coded]) -> dict[str, _Coded]:
    return {thing.code: thing for thing in things}


@dataclass(frozen=True)
class Definition:
    """The whole instrument. Lookups by code raise KeyError: a checked definition has no loose codes."""

    code: str
    version: str
    languages: tuple[str, ...]
    title: Text
    intro: Text | None
    closing: Text | None
    minutes: float | None
    parts: tuple[Part, ...]
    levels: tuple[Level, ...]
    alternative_levels: Mapping[str, tuple[Level, ...]]
    answer_scales: tuple[AnswerScale, ...]
    competences: tuple[Competence, ...]
    """In the order they are shown."""
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    pages: tuple[Page, ...]
    quality: Quality
    comparison: Comparison
    keys_open: str
    document: Mapping[str, Any] = field(repr=False, compare=False)
    """The plain data this was built from: what is stored, hashed and compared."""

    @property
    def primary_language(self) -> str:
        return self.languages[0]

    @cached_property
    def _items(self) -> dict[str, Item]:
        return _by_code(self.items)

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        return _by_code(self.scales)

    @cached_property
    def _pages(self) -> dict[str, Page]:
        return _by_code(self.pages)

    def item(self, code: str) -> Item:
        return self._items[code]

    def has_item(self, code: str) -> bool:
        return code in self._items

    def scale(self, code: str) -> Scale:
        return self._scales[code]

    def has_scale(self, code: str) -> bool:
        return code in self._scales

    def page(self, code: str) -> Page:
        return self._pages[code]

    def part(self, code: str) -> Part:
        return _by_code(self.parts)[code]

    def level(self, code: str) -> Level:
        return _by_code(self.levels)[code]

    def competence(self, code: str) -> Competence:
        return _by_code(self.competences)[code]

    def pages_for(self, wave: str) -> tuple[Page, ...]:
        """Pages of a wave kind in the order they are walked through, display rules aside."""
        return tuple(page for page in self.pages if wave in page.waves)

    def items_of(self, page: Page) -> tuple[Item, ...]:
        return tuple(self.item(code) for code in page.items)

    def items_for(self, wave: str) -> Iterator[Item]:
        """Items of a wave kind in the order they are asked."""
        for page in self.pages_for(wave):
            yield from self.items_of(page)

    def items_of_scale(self, scale: Scale) -> tuple[Item, ...]:
        return tuple(self.item(code) for code in scale.items)

    def scales_in_order(self) -> tuple[Scale, ...]:
        """Scales so that each stands after those it is computed from."""
        ordered: dict[str, Scale] = {}

        def place(scale: Scale) -> None:
            for code in scale.parts:
                place(self.scale(code))
            ordered.setdefault(scale.code, scale)

        for scale in self.scales:
            place(scale)
        return tuple(ordered.values())

    def level_for(self, percent: float | None) -> Level | None:
        """The level an unrounded percent falls into; None for no percent or no levels."""
        if percent is None or not self.levels:
            return None
        if not -CUT_TOLERANCE <= percent <= 100 + CUT_TOLERANCE:
            raise ValueError(f"a percent lies between 0 and 100, not {percent!r}")
        reached = [level for level in self.levels if level.from_percent <= percent + CUT_TOLERANCE]
        return reached[-1] if reached else self.levels[0]
