"""What is wrong with a definition, where, and in words its author understands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from flask_babel import lazy_gettext as _

Path = tuple[str | int, ...]
Severity = Literal["error", "warning"]

MOST_PROBLEMS = 300
MOST_QUOTED = 120


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence translated when it is turned into a string.

    Not a lazy string itself: templates print those unescaped, and `values` quote the author's words.
    """

    template: Any
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        sentence = str(self.template)
        return sentence % self.values if self.values else sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark to the author of a definition."""

    severity: Severity
    line: int
    """From 1; 0 where only the definition was at hand, not its text."""
    path: str
    code: str
    message: Message

    def __str__(self) -> str:
        return f"{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class Report:
    """Collects problems and finds the line of each by its path in the document."""

    def __init__(self, lines: Mapping[Path, int] | None = None) -> None:
        self.lines: dict[Path, int] = dict(lines or {})
        self._problems: list[Problem] = []

    def error(
        self, path: Path, code: str, sentence: Any, /, *, line: int | None = None, **values: object
    ) -> None:
        """Add a mistake; `sentence` is a lazy msgid, `values` what stands in it, or a whole `Message`."""
        self._add("error", path, code, sentence, line, values)

    def warning(
        self, path: Path, code: str, sentence: Any, /, *, line: int | None = None, **values: object
    ) -> None:
        """Add a remark that does not stop publication."""
        self._add("warning", path, code, sentence, line, values)

    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self._problems)

    def problems(self) -> list[Problem]:
        """All problems in the order of the document."""
        return sorted(self._problems, key=lambda problem: problem.line)

    def line_of(self, path: Path) -> int:
        """The line of `path`, or of the nearest part of the document around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1

    def _add(
        self,
        severity: Severity,
        path: Path,
        code: str,
        sentence: Any,
        line: int | None,
        values: Mapping[str, object],
    ) -> None:
        if len(self._problems) > MOST_PROBLEMS:
            return
        if len(self._problems) == MOST_PROBLEMS:
            severity, code, values = "error", "too_many_problems", {}
            sentence = _("There are more problems than can be listed; correct these first.")
        if not isinstance(sentence, Message):
            sentence = Message(sentence, {name: brief(value) for name, value in values.items()})
        where = self.line_of(path) if line is None else line
        self._problems.append(Problem(severity, where, dotted(path), code, sentence))


def dotted(path: Path) -> str:
    """`("items", 3, "text")` as `items[3].text`."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{brief(step)}" for step in path)
    return "".join(parts).removeprefix(".")


def brief(value: object) -> str:
    """`value` short enough to be quoted in a message."""
    text = str(value)
    return text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word the author probably meant."""
    if len(word) > 64:
        return None
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def unknown(word: str, known: Iterable[str]) -> Message:
    """The sentence for a name that leads nowhere, with the likely spelling if there is one."""
    meant = nearest(word, known)
    if meant is None:
        return Message(_("“%(word)s” is not known here."), {"word": brief(word)})
    sentence = _("“%(word)s” is not known here. Did you mean “%(meant)s”?")
    return Message(sentence, {"word": brief(word), "meant": meant})
