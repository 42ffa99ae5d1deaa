"""Recursive descent from text to tree, within stated limits."""

from collections.abc import Callable, Collection
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.expressions.tokens import ExpressionError, Token, tokenize
from surveys.definition.expressions.tree import COMPARISONS, Scalar, Tree
from surveys.definition.problems import nearest

FUNCTIONS = ("answer", "answered", "count_na", "count_answered")
MOST_NODES = 100
DEEPEST = 20
NUMBERS_BELOW = 10**12

__all__ = ["FUNCTIONS", "ExpressionError", "parse"]


def parse(text: str) -> Tree:
    """The tree of an expression; raises `ExpressionError` with a sentence for its author."""
    return _Parser(tokenize(text)).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at, self.nodes, self.depth = tokens, 0, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, kind: str, values: Collection[str]) -> str | None:
        """The next token if it is one of these, else None."""
        if self.next.kind != kind or self.next.value not in values:
            return None
        self.at += 1
        return self.tokens[self.at - 1].value

    def expect(self, sign: str) -> None:
        if not self.take("sign", [sign]):
            raise self.failure()

    def failure(self) -> ExpressionError:
        """What is wrong with the token that comes."""
        if self.next.kind == "end":
            return ExpressionError(_("The expression ends too early."))
        return ExpressionError(_("“%(word)s” is not expected here."), word=self.next.value)

    def node(self, **parts: Any) -> Tree:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ExpressionError(_("The expression has too many parts."))
        return parts

    def deeper(self, rule: Callable[[], Tree]) -> Tree:
        """Apply a rule one level down: every recursion passes here."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(_("The expression is nested too deeply."))
        tree = rule()
        self.depth -= 1
        return tree

    def whole(self) -> Tree:
        tree = self.any_of()
        if self.next.kind != "end":
            raise self.failure()
        return tree

    def any_of(self) -> Tree:
        return self.joined("or", self.all_of)

    def all_of(self) -> Tree:
        return self.joined("and", self.negation)

    def joined(self, word: str, rule: Callable[[], Tree]) -> Tree:
        parts = [rule()]
        while self.take("word", [word]):
            parts.append(rule())
        return self.node(op=word, args=parts) if len(parts) > 1 else parts[0]

    def negation(self) -> Tree:
        if self.take("word", ["not"]):
            return self.node(op="not", args=[self.deeper(self.negation)])
        return self.comparison()

    def comparison(self) -> Tree:
        left = self.sum()
        sign = self.take("sign", COMPARISONS)
        if sign:
            return self.node(op=sign, args=[left, self.sum()])
        if self.take("word", ["in"]):
            return self.node(op="in", args=[left, self.collection()])
        if self.take("word", ["not"]):
            if not self.take("word", ["in"]):
                raise self.failure()
            return self.node(op="not", args=[self.node(op="in", args=[left, self.collection()])])
        return left

    def collection(self) -> Tree:
        """What may stand after `in`: a list, or the answer to a question with several answers."""
        if self.next.kind == "call":
            return self.operand()
        self.expect("(")
        entries = [self.scalar()]
        while self.take("sign", [","]):
            entries.append(self.scalar())
        self.expect(")")
        return self.node(list=entries)

    def sum(self) -> Tree:
        return self.chained(["+", "-"], self.product)

    def product(self) -> Tree:
        return self.chained(["*", "/"], self.signed)

    def chained(self, signs: list[str], rule: Callable[[], Tree]) -> Tree:
        tree = rule()
        length = 0
        while sign := self.take("sign", signs):
            length += 1
            if self.depth + length > DEEPEST:
                raise ExpressionError(_("The expression is nested too deeply."))
            tree = self.node(op=sign, args=[tree, rule()])
        return tree

    def signed(self) -> Tree:
        if self.take("sign", ["-"]):
            return self.node(op="neg", args=[self.deeper(self.signed)])
        return self.operand()

    def operand(self) -> Tree:
        if self.take("sign", ["("]):
            tree = self.deeper(self.any_of)
            self.expect(")")
            return tree
        if self.next.kind == "call":
            return self.call()
        return self.node(value=self.scalar())

    def call(self) -> Tree:
        token = self.next
        if token.value not in FUNCTIONS:
            sentence = _("There is no function “%(name)s”; the nearest is “%(meant)s”.")
            raise ExpressionError(
                sentence, name=token.value, meant=nearest(token.value, FUNCTIONS) or FUNCTIONS[0]
            )
        self.at += 1
        return self.node(call=token.value, code=token.code)

    def scalar(self) -> Scalar:
        token = self.next
        if token.kind not in ("number", "text") and token.value not in ("true", "false"):
            raise self.failure()
        self.at += 1
        if token.kind == "number":
            return _number(token.value)
        return token.value if token.kind == "text" else token.value == "true"


def _number(written: str) -> int | float:
    value = float(written) if "." in written else int(written)
    if value >= NUMBERS_BELOW:
        raise ExpressionError(_("“%(number)s” is too large a number."), number=written)
    return value
