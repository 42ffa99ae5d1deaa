"""Codes: each stands for one thing, and each that is used exists. Levels ascend."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.problems import Path, Report, unknown

VERSION = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")
_LISTS = ("parts", "levels", "competences", "items", "scales", "pages")


def codes_of(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    return [entry["code"] for entry in entries]


def check_codes(document: dict[str, Any], report: Report) -> None:
    """Unique codes, known competences, parts and answer scales, ascending levels."""
    if not VERSION.fullmatch(document["version"]):
        report.error(
            ("version",), "bad_version", _('A version is two numbers with a point, in quotes: "1.0".')
        )
    for name in _LISTS:
        _check_unique(document.get(name, []), (name,), report)
    for code, scale in document.get("answer_scales", {}).items():
        _check_unique(scale["options"], ("answer_scales", code, "options"), report)
    for place, item in enumerate(document["items"]):
        for side in ("options", "left", "right"):
            _check_unique(item.get(side, []), ("items", place, side), report)
    _check_uses(document, report)
    _check_levels(document.get("levels", []), ("levels",), report)
    for code, levels in document.get("alternative_levels", {}).items():
        _check_unique(levels, ("alternative_levels", code), report)
        _check_levels(levels, ("alternative_levels", code), report)


def check_known(word: str | None, known: Collection[str], path: Path, report: Report) -> bool:
    """Whether `word` is absent or known; reports it otherwise."""
    if word is None or word in known:
        return True
    report.error(path, "unknown_code", unknown(word, known))
    return False


def _check_unique(entries: list[Any], path: Path, report: Report) -> None:
    first: dict[str, int] = {}
    for place, code in enumerate(codes_of(entries)):
        if code in first:
            line = report.line_of((*path, first[code], "code"))
            sentence = _("The code “%(code)s” is taken: line %(first)s.")
            report.error((*path, place, "code"), "duplicate_code", sentence, code=code, first=line)
        first.setdefault(code, place)


def _check_uses(document: dict[str, Any], report: Report) -> None:
    competences = codes_of(document.get("competences", []))
    parts = codes_of(document["parts"])
    for name in ("items", "scales", "pages"):
        for place, entry in enumerate(document.get(name, [])):
            check_known(entry.get("competence"), competences, (name, place, "competence"), report)
            check_known(entry.get("part"), parts, (name, place, "part"), report)
    for place, item in enumerate(document["items"]):
        path = ("items", place, "answer_scale")
        check_known(item.get("answer_scale"), document.get("answer_scales", {}), path, report)
    for name, rule in document.get("quality", {}).items():
        if isinstance(rule, dict):
            check_known(rule.get("part"), parts, ("quality", name, "part"), report)


def _check_levels(levels: list[Any], path: Path, report: Report) -> None:
    if levels and levels[0]["from"] != 0:
        report.error((*path, 0, "from"), "levels_start", _("The first level starts from 0."))
    for place in range(1, len(levels)):
        if levels[place]["from"] <= levels[place - 1]["from"]:
            sentence = _("Each level starts above the one before it.")
            report.error((*path, place, "from"), "levels_order", sentence)
