"""The tree of an expression: plain JSON, printed back as text.

Nodes: `{"value": scalar}`, `{"list": [scalar, ...]}`, `{"call": name, "code": code}`,
`{"op": name, "args": [node, ...]}` with the operators of `STRENGTH`.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

Tree: TypeAlias = Mapping[str, Any]
Scalar: TypeAlias = bool | int | float | str

COMPARISONS = frozenset(["=", "!=", "<", "<=", ">", ">="])
STRENGTH = (
    {"or": 1, "and": 2, "not": 3}
    | dict.fromkeys([*COMPARISONS, "in"], 4)
    | {"+": 5, "-": 5, "*": 6, "/": 6, "neg": 7}
)
_OPERAND = 8


def children(tree: Tree) -> list[Tree]:
    return list(tree.get("args", []))


def nodes(tree: Tree) -> Iterator[Tree]:
    """The node and all below it."""
    yield tree
    for child in children(tree):
        yield from nodes(child)


def references(tree: Tree) -> list[tuple[str, str]]:
    """(function, code) of every call, in the order of the text."""
    return [(node["call"], node["code"]) for node in nodes(tree) if "call" in node]


def to_text(tree: Tree) -> str:
    """The expression as text; parsing it gives the same tree."""
    if "op" not in tree:
        return _operand(tree)
    name, arguments = tree["op"], children(tree)
    strength = STRENGTH[name]
    if name == "neg":
        return f"-{_inside(arguments[0], strength)}"
    if name == "not":
        return f"not {_inside(arguments[0], strength)}"
    if strength < STRENGTH["not"]:
        return f" {name} ".join(_inside(argument, strength + 1) for argument in arguments)
    left = strength if name in ("+", "-", "*", "/") else strength + 1
    return f"{_inside(arguments[0], left)} {name} {_inside(arguments[1], strength + 1)}"


def _inside(tree: Tree, strength: int) -> str:
    """The text of a part, bracketed where it binds less than `strength`."""
    own = STRENGTH[tree["op"]] if "op" in tree else _OPERAND
    return to_text(tree) if own >= strength else f"({to_text(tree)})"


def _operand(tree: Tree) -> str:
    if "call" in tree:
        return f"{tree['call']}({tree['code']})"
    if "list" in tree:
        return f"({', '.join(_scalar(entry) for entry in tree['list'])})"
    return _scalar(tree["value"])


def _scalar(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return format(Decimal(repr(value)), "f")
