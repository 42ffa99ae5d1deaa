"""Reads JSON with the line of every part, which the standard reader does not tell."""

import json
import re
from bisect import bisect_right
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _

from surveys.definition.problems import Path
from surveys.definition.tree import Tree

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"-?(NaN|Infinity)")
_WORDS = {"true": True, "false": False, "null": None}


def read_json(text: str, tree: Tree) -> Any:
    """The value of a JSON text; raises `Unreadable` once the report says what is wrong."""
    reader = _Reader(text, tree)
    value = reader.value(())
    reader.skip()
    if reader.at < len(text):
        reader.fail()
    return value


class _Reader:
    def __init__(self, text: str, tree: Tree) -> None:
        self.text, self.tree, self.at = text, tree, 0
        self.line_starts = [match.end() for match in re.finditer("\n", text)]
        self.decoder = json.JSONDecoder()

    @property
    def line(self) -> int:
        return bisect_right(self.line_starts, self.at) + 1

    def fail(self) -> NoReturn:
        self.tree.stop((), "syntax", _("This cannot be read as JSON."), self.line)

    def skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def comes(self, mark: str) -> bool:
        self.skip()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def value(self, path: Path) -> Any:
        self.skip()
        line = self.line
        self.tree.place(path, line)
        if self.comes("{"):
            return self._object(path)
        if self.comes("["):
            return self._array(path)
        if self.text.startswith('"', self.at):
            return self._string(path)
        for word, value in _WORDS.items():
            if self.comes(word):
                return value
        endless = _NOT_FINITE.match(self.text, self.at)
        if endless:
            self.tree.not_finite(endless.group(), path, line)
            self.at = endless.end()
            return 0
        number = _NUMBER.match(self.text, self.at)
        if number is None:
            self.fail()
        self.at = number.end()
        return self.tree.number(number.group(), path, line)

    def _object(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.comes("}"):
            return found
        while True:
            self.skip()
            line = self.line
            key = self._string(path)
            if key in found:
                self.tree.duplicate(key, (*path, key), line)
            if not self.comes(":"):
                self.fail()
            found[key] = self.value((*path, key))
            if self.comes("}"):
                return found
            if not self.comes(","):
                self.fail()

    def _array(self, path: Path) -> list[Any]:
        found: list[Any] = []
        if self.comes("]"):
            return found
        while True:
            found.append(self.value((*path, len(found))))
            if self.comes("]"):
                return found
            if not self.comes(","):
                self.fail()

    def _string(self, path: Path) -> str:
        if not self.text.startswith('"', self.at):
            self.fail()
        line = self.line
        try:
            value, self.at = self.decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as failure:
            self.at = failure.pos
            self.fail()
        return self.tree.text(value, path, line)
