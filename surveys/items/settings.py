"""What an item's author set: read as written once checked, and checked without trusting it."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import TypeGuard

from flask_babel import lazy_gettext as _

from surveys.definition.model import Item
from surveys.items.base import Issue


def is_number(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a number; true and false are not."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def decimal(number: float) -> Decimal:
    """The number as it was written: 0.1 is one tenth, not the nearest binary fraction."""
    return Decimal(number if isinstance(number, int) else repr(number))


def flag(item: Item, name: str) -> bool:
    """A setting that is on or off; off when not written."""
    return item.settings.get(name) is True


def number(item: Item, name: str) -> Decimal | None:
    """A numeric setting, None when not written."""
    value = item.settings.get(name)
    return None if value is None else decimal(value)


def most_points(item: Item) -> Fraction:
    """What the full solution of a task earns."""
    return Fraction(decimal(item.settings["points"]))


def check_flag(item: Item, name: str) -> Iterator[Issue]:
    if not isinstance(item.settings.get(name, False), bool):
        yield Issue((name,), _("Write true or false here."))


def check_number(item: Item, name: str) -> Iterator[Issue]:
    """A setting that may be left out but, if written, is a number."""
    value = item.settings.get(name)
    if value is not None and not is_number(value):
        yield Issue((name,), _("Write a number here."))


def check_points(item: Item) -> Iterator[Issue]:
    """A task states how many points its full solution earns."""
    points = item.settings.get("points")
    if not is_number(points) or points <= 0:
        yield Issue(("points",), _("State the points of a full solution, a number above zero."))
