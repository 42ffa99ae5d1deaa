"""An item's HTML drawn once by its template and cut where answers are put in."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from flask_babel import LazyString
from jinja2 import Environment
from markupsafe import Markup, escape

from surveys.definition.model import Item, Text
from surveys.items.order import shuffled

CUT = Markup(f"<!--{token_hex(16)}-->")  # noqa: S704  # no author's text can hold it


class Fragment(ABC):
    """The cut HTML of one item."""

    @abstractmethod
    def join(self, value: Any, is_na: bool, seed: int) -> str:
        """HTML with this answer put in; `value` None = no value; `seed` orders what is shuffled."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How an item is drawn; everything but the answer and the order."""

    environment: Environment
    language: str
    is_required: bool = False
    problem: LazyString | None = None

    def macro(self, item: Item, macro: str, **arguments: Any) -> str:
        """What a macro of the type's template gives."""
        template = self.environment.get_template(f"surveys/items/{item.type}.html")
        return str(getattr(template.module, macro)(item, **arguments))

    def whole(self, item: Item, **arguments: Any) -> list[str]:
        """The item without its options, cut at each `CUT`."""
        problem = None if self.problem is None else str(self.problem)
        drawn = self.macro(
            item,
            "whole",
            text=self.text(item.text),
            is_required=self.is_required,
            problem=problem,
            cut=CUT,
            **arguments,
        )
        return drawn.split(CUT)

    def text(self, text: Text) -> str:
        """An author's text in the language of the page, else in the instrument's first."""
        return text.in_language(self.language)


@dataclass(frozen=True, slots=True)
class ChoiceFragment(Fragment):
    """Radio buttons or checkboxes, each drawn with and without its mark."""

    head: str
    plain: tuple[str, ...]
    checked: tuple[str, ...]
    positions: dict[str, int]
    tail: str
    tail_na: str
    salt: int | None
    """None keeps the definition's order."""

    def join(self, value: Any, is_na: bool, seed: int) -> str:
        pieces = list(self.plain)
        if value is not None:
            for code in (value,) if isinstance(value, str) else value:
                position = self.positions[code]
                pieces[position] = self.checked[position]
        if self.salt is not None:
            pieces = [pieces[position] for position in shuffled(len(pieces), seed, self.salt)]
        return "".join((self.head, *pieces, self.tail_na if is_na else self.tail))


@dataclass(frozen=True, slots=True)
class Row:
    """A line with a select, cut where the select's options go."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OrderingFragment(Fragment):
    """Shuffled steps, each with the select of its place."""

    head: str
    rows: tuple[Row, ...]
    places: tuple[str, ...]
    """Options of the select with this place chosen; 0 = none."""
    tail: str
    salt: int

    def join(self, value: Any, is_na: bool, seed: int) -> str:
        places = value or {}
        if isinstance(places, list):
            places = {code: place for place, code in enumerate(places, start=1)}
        pieces = [self.head]
        for position in shuffled(len(self.rows), seed, self.salt):
            row = self.rows[position]
            pieces += (row.before, self.places[places.get(row.code, 0)], row.after)
        pieces.append(self.tail)
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class MatchingFragment(Fragment):
    """Lines in the author's order, each with a select of the shuffled right side."""

    head: str
    rows: tuple[Row, ...]
    blank: str
    plain: tuple[str, ...]
    selected: tuple[str, ...]
    codes: tuple[str, ...]
    tail: str
    salt: int | None
    """None keeps the definition's order."""

    def join(self, value: Any, is_na: bool, seed: int) -> str:
        pairs = value or {}
        count = len(self.codes)
        order = range(count) if self.salt is None else shuffled(count, seed, self.salt)
        unselected = "".join(self.plain[position] for position in order)
        pieces = [self.head]
        for row in self.rows:
            chosen = pairs.get(row.code)
            options = unselected if chosen is None else self._options(order, chosen)
            pieces += (row.before, self.blank, options, row.after)
        pieces.append(self.tail)
        return "".join(pieces)

    def _options(self, order: Sequence[int], chosen: str) -> str:
        return "".join(
            self.selected[position] if self.codes[position] == chosen else self.plain[position]
            for position in order
        )


@dataclass(frozen=True, slots=True)
class FieldFragment(Fragment):
    """One field to type in."""

    head: str
    tail: str
    write: Callable[[Any], str]
    """A value, or what was typed for one, as it stands in the field."""

    def join(self, value: Any, is_na: bool, seed: int) -> str:
        return f"{self.head}{'' if value is None else escape(self.write(value))}{self.tail}"
