"""Shapes: small checks of plain data that together say what a document may look like."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.problems import Path, Report, unknown

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SCALE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
LONGEST_TEXT = 20_000


@dataclass(slots=True)
class Inspection:
    """One walk over a document: where problems go and which paths turned out to be texts."""

    report: Report
    texts: list[Path] = field(default_factory=list)


Shape = Callable[[Any, Path, Inspection], None]


def words(value: Any, path: Path, seen: Inspection) -> None:
    """A plain string that people do not read in several languages."""
    if not isinstance(value, str):
        seen.report.error(path, "wrong_type", _("A text is expected here. Put it in quotes."))
    elif not value.strip() or len(value) > LONGEST_TEXT:
        seen.report.error(path, "bad_text", _("The text is empty or too long."))


def text(value: Any, path: Path, seen: Inspection) -> None:
    """A text for people: a string in the primary language, or one per language."""
    seen.texts.append(path)
    if not isinstance(value, dict):
        words(value, path, seen)
        return
    if not value:
        seen.report.error(path, "bad_text", _("The text is empty or too long."))
    for language, written in value.items():
        words(written, (*path, language), seen)


def code_like(pattern: re.Pattern[str]) -> Shape:
    def check(value: Any, path: Path, seen: Inspection) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seen.report.error(path, "wrong_type", _("A code is a text: put the number in quotes."))
        elif not isinstance(value, str) or not pattern.fullmatch(value):
            sentence = _("“%(word)s” cannot be a code: use Latin letters, digits, “-” and “_”.")
            seen.report.error(path, "bad_code", sentence, word=value)

    return check


code = code_like(CODE)
scale_code = code_like(SCALE_CODE)


def flag(value: Any, path: Path, seen: Inspection) -> None:
    if not isinstance(value, bool):
        seen.report.error(path, "wrong_type", _("Only true or false can stand here."))


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Shape:
    def check(value: Any, path: Path, seen: Inspection) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            sentence = _("A number is expected here; decimals are written with a point.")
            seen.report.error(path, "wrong_type", sentence)
        elif whole and not isinstance(value, int):
            seen.report.error(path, "wrong_type", _("A whole number is expected here."))
        elif least is not None and value < least:
            sentence = _("The number must not be less than %(least)s.")
            seen.report.error(path, "out_of_range", sentence, least=least)
        elif most is not None and value > most:
            sentence = _("The number must not be greater than %(most)s.")
            seen.report.error(path, "out_of_range", sentence, most=most)

    return check


def one_of(known: Iterable[str]) -> Shape:
    allowed = tuple(known)

    def check(value: Any, path: Path, seen: Inspection) -> None:
        if not isinstance(value, str) or value not in allowed:
            seen.report.error(path, "unknown_value", unknown(str(value), allowed))

    return check


def list_of(part: Shape, least: int = 0) -> Shape:
    def check(value: Any, path: Path, seen: Inspection) -> None:
        if not isinstance(value, list):
            seen.report.error(path, "wrong_type", _("A list is expected here."))
            return
        if len(value) < least:
            sentence = _("The list needs at least %(least)s entries.")
            seen.report.error(path, "too_few", sentence, least=least)
        for place, entry in enumerate(value):
            part(entry, (*path, place), seen)

    return check


def mapping_of(key: Shape, part: Shape) -> Shape:
    def check(value: Any, path: Path, seen: Inspection) -> None:
        if not isinstance(value, dict):
            seen.report.error(path, "wrong_type", _("Names with values are expected here."))
            return
        for name, entry in value.items():
            key(name, (*path, name), seen)
            part(entry, (*path, name), seen)

    return check


def record(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """A mapping with these keys and no others."""
    shapes = {**required, **(optional or {})}

    def check(value: Any, path: Path, seen: Inspection) -> None:
        if not isinstance(value, dict):
            seen.report.error(path, "wrong_type", _("Names with values are expected here."))
            return
        for name in required:
            if name not in value:
                seen.report.error(path, "missing_key", _("“%(name)s” is missing here."), name=name)
        for name, entry in value.items():
            if name in shapes:
                shapes[name](entry, (*path, name), seen)
            else:
                seen.report.error((*path, name), "unknown_key", unknown(name, shapes))

    return check
