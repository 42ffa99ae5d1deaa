"""The value of an expression for the answers given so far: true, false or unknown."""

from collections.abc import Callable, Mapping
from math import isfinite
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any, TypeAlias

from surveys.definition.expressions.tree import Tree, children
from surveys.definition.model import Definition

Answers: TypeAlias = Mapping[str, Mapping[str, Any]]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": truediv}


def evaluate(tree: Tree, answers: Answers, definition: Definition) -> bool | None:
    """True, False, or None where what the expression rests on is not known.

    Never raises for answers, however strange: what cannot be used is not known.
    """
    value = _value(tree, answers, definition)
    return value if isinstance(value, bool) else None


def _value(tree: Tree, answers: Answers, definition: Definition) -> Any:
    if "value" in tree:
        return tree["value"]
    if "list" in tree:
        return tree["list"]
    if "call" in tree:
        return _call(tree["call"], tree["code"], answers, definition)
    name = tree["op"]
    values = [_value(child, answers, definition) for child in children(tree)]
    if name in ("and", "or"):
        return _junction(values, decisive=name == "or")
    if name == "not":
        return not values[0] if isinstance(values[0], bool) else None
    if any(value is None for value in values):
        return None
    if name == "in":
        return _is_among(*values)
    if name in _ORDER:
        return _compared(name, *values)
    return _computed(name, values)


def _junction(values: list[Any], *, decisive: bool) -> bool | None:
    """Kleene's `or` (True decides) and `and` (False decides)."""
    known = [value for value in values if isinstance(value, bool)]
    if decisive in known:
        return decisive
    return (not decisive) if len(known) == len(values) else None


def _is_among(entry: Any, collection: Any) -> bool | None:
    if not isinstance(collection, list):
        return None
    return any(_is_same_kind(entry, one) and entry == one for one in collection)


def _compared(name: str, left: Any, right: Any) -> bool | None:
    if not _is_same_kind(left, right):
        return None
    if name not in ("=", "!=") and not _is_number(left):
        return None
    return bool(_ORDER[name](left, right))


def _computed(name: str, values: list[Any]) -> float | None:
    if not all(_is_number(value) for value in values):
        return None
    if name == "neg":
        return float(-values[0])
    try:
        result = _ARITHMETIC[name](float(values[0]), float(values[1]))
    except (ZeroDivisionError, OverflowError):
        return None
    return float(result) if isfinite(result) else None


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) if isinstance(value, float) else abs(value) < 10**300


def _is_same_kind(left: Any, right: Any) -> bool:
    if _is_number(left) and _is_number(right):
        return True
    return type(left) is type(right) and isinstance(left, str | bool)


def _call(function: str, code: str, answers: Answers, definition: Definition) -> Any:
    if function == "answered":
        return _has_value(answers, code)
    if function == "answer":
        return _given(code, answers, definition)
    items = definition.scale(code).items if definition.has_scale(code) else ()
    if function == "count_na":
        return sum(_missing_code(answers, item) == "na" for item in items)
    return sum(_has_value(answers, item) for item in items)


def _answer(answers: Answers, code: str) -> Mapping[str, Any]:
    answer = answers.get(code)
    return answer if isinstance(answer, Mapping) else {}


def _has_value(answers: Answers, code: str) -> bool:
    return _answer(answers, code).get("v") is not None


def _missing_code(answers: Answers, code: str) -> Any:
    return _answer(answers, code).get("m")


def _given(code: str, answers: Answers, definition: Definition) -> Any:
    """The value of an answer; that of a likert item is the number behind the option chosen."""
    value = _answer(answers, code).get("v")
    if value is None or not definition.has_item(code):
        return None
    item = definition.item(code)
    if item.type == "likert":
        return next((option.value for option in item.options if option.code == value), None)
    return value
