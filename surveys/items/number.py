"""A number, as people write it: comma or point, digits in groups."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import nan
from typing import Any

from flask_babel import LazyString, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _

from app.errors import InvalidInput
from app.text import clean_text
from surveys.definition.model import Item
from surveys.items.base import (
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
from surveys.items.fragments import Drawing, FieldFragment
from surveys.items.settings import check_number, check_points, decimal, is_number, most_points, number

MOST_DECIMALS = 6
LONGEST = 40
_LIMIT = Decimal(10) ** 15
"""Below it a double keeps every whole number."""
_SPACES = re.compile("(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
NOT_A_NUMBER = _("Please write a number in digits, for example 7.5.")


class Number(ItemType):
    """The value is a JSON number; scored when the item states the correct one and its tolerance."""

    name = "number"

    def check(self, item: Item) -> Iterator[Issue]:
        names = ("minimum", "maximum", "correct", "tolerance")
        issues = [issue for name in names for issue in check_number(item, name)]
        yield from issues
        decimals = item.settings.get("decimals", 0)
        if not isinstance(decimals, int) or isinstance(decimals, bool) or not 0 <= decimals <= MOST_DECIMALS:
            yield Issue(("decimals",), _("State from 0 to %(most)s decimal places.", most=MOST_DECIMALS))
        if issues:
            return
        least, most = _bounds(item)
        if max(abs(least), abs(most)) > _LIMIT:
            yield Issue(("maximum",), _("A number here must have at most 15 digits."))
        elif least > most:
            yield Issue(("maximum",), _("The greatest number must not be below the least one."))
        yield from self._check_key(item, least, most)

    def _check_key(self, item: Item, least: Decimal, most: Decimal) -> Iterator[Issue]:
        correct, tolerance = number(item, "correct"), number(item, "tolerance")
        if correct is None:
            if tolerance is not None or "points" in item.settings:
                yield Issue(
                    ("correct",), _("State the correct number, or leave out the points and the tolerance.")
                )
            return
        yield from check_points(item)
        if not least <= correct <= most:
            yield Issue(("correct",), _("The correct number lies outside the allowed range."))
        if tolerance is not None and tolerance < 0:
            yield Issue(("tolerance",), _("The tolerance cannot be negative."))

    def read_form(self, item: Item, form: Form) -> Answer | Problem:
        return self.read_value(item, form.get(field_name(item), ""))

    def read_value(self, item: Item, value: object) -> Answer | Problem:
        """A JSON number, or the text of the field, so that a client need not know how numbers are written."""
        if isinstance(value, str):
            return self._read_text(item, value)
        if not isinstance(value, (int, float)) or not is_number(value):
            return Problem(UNREADABLE_ANSWER)
        return self._judge(item, decimal(value), typed=None)

    def _read_text(self, item: Item, text: str) -> Answer | Problem:
        try:
            text = clean_text(text).strip()
        except InvalidInput:
            return Problem(UNREADABLE_ANSWER)
        if not text:
            return missing("skipped")
        plain = _SPACES.sub("", text[:LONGEST]).replace("\u2212", "-")
        if len(text) > LONGEST or not _NUMBER.fullmatch(plain):
            return Problem(NOT_A_NUMBER, given=text[:LONGEST])
        return self._judge(item, Decimal(plain.replace(",", ".")), typed=text)

    def _judge(self, item: Item, given: Decimal, typed: str | None) -> Answer | Problem:
        message = _objection(item, given)
        if message is not None:
            return Problem(message, given=typed)
        return {"v": int(given) if given == given.to_integral_value() else float(given)}

    def value_coder(self, item: Item) -> Callable[[Any], int]:
        """1 for a right number, else 0."""
        correct = number(item, "correct")
        if correct is None:
            return lambda value: 0
        tolerance = number(item, "tolerance") or Decimal(0)
        return lambda value: int(abs(decimal(value) - correct) <= tolerance)

    def points(self, item: Item) -> Sequence[float]:
        return (nan,) if item.settings.get("correct") is None else (0.0, float(most_points(item)))

    def score_range(self, item: Item) -> ScoreRange | None:
        return None if item.settings.get("correct") is None else ScoreRange(0.0, float(most_points(item)))

    def summary(self, item: Item, value: Any, language: str) -> list[str]:
        unit = "" if item.unit is None else f"\u00a0{item.unit.in_language(language)}"
        return [written(value, language) + unit]

    def fragment(self, drawing: Drawing, item: Item) -> FieldFragment:
        head, tail = drawing.whole(item, unit=None if item.unit is None else drawing.text(item.unit))
        return FieldFragment(head, tail, write=lambda value: written(value, drawing.language))


def written(value: float | str, language: str) -> str:
    """A number as people of this language write it; what was typed stays as it is."""
    if isinstance(value, str):
        return value
    digits = format(decimal(value), "f")
    return digits.replace(".", ",") if language == "ru" else digits


def _bounds(item: Item) -> tuple[Decimal, Decimal]:
    least, most = number(item, "minimum"), number(item, "maximum")
    return -_LIMIT if least is None else least, _LIMIT if most is None else most


def _objection(item: Item, given: Decimal) -> LazyString | None:
    """What is wrong with a number that could be read."""
    least, most = _bounds(item)
    if given < least and most == _LIMIT:
        return LazyString(_at_least, float(least))
    if given > most and least == -_LIMIT:
        return LazyString(_at_most, float(most))
    if not least <= given <= most:
        return LazyString(_between, float(least), float(most))
    decimals = item.settings.get("decimals", 0)
    if (Fraction(given) * 10**decimals).denominator != 1:
        if decimals == 0:
            return _("Please write a whole number.")
        return LazyString(_at_most_digits, decimals)
    return None


def _local(value: float) -> str:
    """A bound in the language of the page that shows the message."""
    return written(int(value) if value.is_integer() else value, str(get_locale() or "en"))


def _at_least(least: float) -> str:
    return str(gettext("Please write a number not below %(least)s.", least=_local(least)))


def _at_most(most: float) -> str:
    return str(gettext("Please write a number not above %(most)s.", most=_local(most)))


def _between(least: float, most: float) -> str:
    return str(
        gettext("Please write a number from %(least)s to %(most)s.", least=_local(least), most=_local(most))
    )


def _at_most_digits(decimals: int) -> str:
    return str(
        ngettext(
            "At most %(num)s digit after the decimal mark.",
            "At most %(num)s digits after the decimal mark.",
            decimals,
        )
    )
