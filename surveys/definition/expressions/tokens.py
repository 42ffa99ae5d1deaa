"""Cuts the text of an expression into words."""

import re
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _

from surveys.definition.problems import Message, brief

LONGEST_EXPRESSION = 1000
KEYWORDS = frozenset(["and", "or", "not", "in", "true", "false"])
SCALE_CODE_IN_CALL = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"

_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<call>(?!(?:and|or|not|in|true|false)\b)[A-Za-z_]+)\s*\(\s*(?P<code>{SCALE_CODE_IN_CALL})\s*\)
      | (?P<word>[A-Za-z_]+)
      | (?P<number>[0-9]{{1,15}}(?:\.[0-9]{{1,15}})?)(?![0-9A-Za-z_.])
      | "(?P<text>[^"]*)"
      | (?P<sign><=|>=|!=|<>|==|[=<>()+\-*/,])
    )""",
    re.VERBOSE | re.ASCII,
)


class ExpressionError(Exception):
    """The text is not an expression; `message` says so to its author."""

    def __init__(self, template: Any, **values: object) -> None:
        super().__init__()
        if isinstance(template, Message):
            self.message = template
        else:
            self.message = Message(template, {name: brief(value) for name, value in values.items()})

    def __str__(self) -> str:
        return str(self.message)


class Token(NamedTuple):
    """One word: its kind (call, word, number, text, sign, end), how it is written, the code of a call."""

    kind: str
    value: str
    code: str = ""


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, the last of kind `end`."""
    if len(text) > LONGEST_EXPRESSION:
        raise ExpressionError(
            _("The expression is longer than %(most)s characters."), most=LONGEST_EXPRESSION
        )
    tokens: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(_("“%(rest)s” cannot be understood."), rest=text[at:].strip()[:30])
        tokens.append(_token(match))
        at = match.end()
    tokens.append(Token("end", ""))
    return tokens


def _token(match: re.Match[str]) -> Token:
    kind = next(name for name in ("call", "word", "number", "text", "sign") if match[name] is not None)
    value = match[kind]
    if kind == "word" and value not in KEYWORDS:
        sentence = _("“%(word)s” stands for nothing here. Texts are put in quotes, codes in brackets.")
        raise ExpressionError(sentence, word=value)
    return Token(kind, {"==": "=", "<>": "!="}.get(value, value), match["code"] or "")
