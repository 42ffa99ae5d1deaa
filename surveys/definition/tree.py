"""Plain data of a definition while it is read, whatever the format: counts, places, what cannot be stored."""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _

from surveys.definition.problems import Path, Report

MOST_NODES = 100_000
DEEPEST = 20
LONGEST_NUMBER = 15

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")


class Unreadable(Exception):
    """Reading cannot go on; the report already says why."""


@dataclass(slots=True)
class Tree:
    """Plain data under construction: counts nodes, watches depth, keeps lines."""

    report: Report
    nodes: int = 0

    def place(self, path: Path, line: int) -> None:
        """Note that a value stands at `path`."""
        self.report.lines.setdefault(path, line)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.stop(path, "too_large", _("The definition has too many parts."), line)
        if len(path) > DEEPEST:
            self.stop((), "too_deep", _("The definition is nested too deeply."), line)

    def text(self, value: str, path: Path, line: int) -> str:
        """`value` in NFC; characters no keyboard types are refused."""
        if FORBIDDEN.search(value):
            sentence = _("The text holds characters that cannot be stored. Please type it anew.")
            self.report.error(path, "bad_character", sentence, line=line)
            return "\ufffd"
        return unicodedata.normalize("NFC", value)

    def number(self, written: str, path: Path, line: int) -> int | float:
        """The number as written; an endless or absurdly long one is refused."""
        if INTEGER.fullmatch(written) and len(written) <= LONGEST_NUMBER:
            return int(written)
        value = float(written)
        if not math.isfinite(value) or len(written) > 2 * LONGEST_NUMBER or abs(value) >= 10**LONGEST_NUMBER:
            self.not_finite(written, path, line)
            return 0
        return value

    def not_finite(self, written: str, path: Path, line: int) -> None:
        sentence = _("“%(word)s” is not a number that can be used here.")
        self.report.error(path, "bad_number", sentence, line=line, word=written)

    def duplicate(self, key: str, path: Path, line: int) -> None:
        first = self.report.line_of(path)
        sentence = _("“%(word)s” is written twice; the first is on line %(first)s.")
        self.report.error(path, "duplicate_key", sentence, line=line, word=key, first=first)

    def stop(self, path: Path, code: str, sentence: Any, line: int, **values: object) -> NoReturn:
        """Report what makes reading on pointless, and end it."""
        self.report.error(path, code, sentence, line=line, **values)
        raise Unreadable
