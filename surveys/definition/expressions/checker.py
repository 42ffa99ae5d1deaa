"""Whether an expression makes sense for a definition: codes, what is asked before, kinds of values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from flask_babel import lazy_gettext as _

from surveys.definition.expressions.tokens import ExpressionError
from surveys.definition.expressions.tree import COMPARISONS, Tree, children
from surveys.definition.problems import unknown

Kind = Literal["truth", "number", "text", "codes", "nothing"]

ANSWER_KINDS: Mapping[str, Kind] = {
    "likert": "number",
    "number": "number",
    "single": "text",
    "situation": "text",
    "short_text": "text",
    "multiple": "codes",
    "ordering": "codes",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an expression may speak of: item types by code, items of each scale, items asked earlier."""

    item_types: Mapping[str, str]
    scale_items: Mapping[str, Collection[str]]
    asked_before: Collection[str]


def check_expression(tree: Tree, around: Surroundings) -> None:
    """Raise `ExpressionError` unless `tree` is a truth about what has been asked before."""
    if _kind(tree, around) != "truth":
        raise ExpressionError(_("The expression must be either true or false, for example a comparison."))


def _kind(tree: Tree, around: Surroundings) -> Kind:
    if "value" in tree:
        return _kind_of_scalar(tree["value"])
    if "list" in tree:
        return "codes"
    if "call" in tree:
        return _kind_of_call(tree["call"], tree["code"], around)
    name = tree["op"]
    kinds = [_kind(child, around) for child in children(tree)]
    if name in ("and", "or", "not"):
        _demand(kinds, "truth", name)
        return "truth"
    if name == "in":
        return _kind_of_membership(tree, kinds)
    if name in COMPARISONS:
        if kinds[0] != kinds[1] or kinds[0] == "codes":
            raise ExpressionError(_("“%(sign)s” compares things of different kinds."), sign=name)
        if name not in ("=", "!="):
            _demand(kinds, "number", name)
        return "truth"
    _demand(kinds, "number", "-" if name == "neg" else name)
    return "number"


def _kind_of_scalar(value: object) -> Kind:
    if isinstance(value, bool):
        return "truth"
    return "text" if isinstance(value, str) else "number"


def _kind_of_membership(tree: Tree, kinds: list[Kind]) -> Kind:
    collection = children(tree)[1]
    if kinds[1] != "codes":
        raise ExpressionError(_("After “in” stands a list in brackets, or an answer of several options."))
    expected = {_kind_of_scalar(value) for value in collection.get("list", [""])}
    if expected != {kinds[0]}:
        raise ExpressionError(_("“%(sign)s” compares things of different kinds."), sign="in")
    return "truth"


def _kind_of_call(function: str, code: str, around: Surroundings) -> Kind:
    if function in ("count_na", "count_answered"):
        items = around.scale_items.get(code)
        if items is None:
            raise ExpressionError(unknown(code, around.scale_items))
        if not items:
            raise ExpressionError(_("The scale “%(code)s” has no questions of its own to count."), code=code)
        for item in items:
            _demand_earlier(item, around)
        return "number"
    if code not in around.item_types:
        raise ExpressionError(unknown(code, around.item_types))
    _demand_earlier(code, around)
    if function == "answered":
        return "truth"
    kind = ANSWER_KINDS.get(around.item_types[code])
    if kind is None:
        raise ExpressionError(_("The answer to “%(code)s” cannot be compared; use answered()."), code=code)
    return kind


def _demand_earlier(item: str, around: Surroundings) -> None:
    if item not in around.asked_before:
        sentence = _("“%(code)s” is not asked on an earlier page in every wave of this one.")
        raise ExpressionError(sentence, code=item)


def _demand(kinds: list[Kind], wanted: Kind, sign: str) -> None:
    if any(kind != wanted for kind in kinds):
        if wanted == "truth":
            raise ExpressionError(
                _("On both sides of “%(sign)s” something true or false must stand."), sign=sign
            )
        raise ExpressionError(_("“%(sign)s” works with numbers only."), sign=sign)
