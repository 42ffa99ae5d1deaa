"""Texts: written in the primary language, and whether the others are complete."""

import re
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.checking.codes import check_known, codes_of
from surveys.definition.problems import Path, Report, unknown

LANGUAGE = re.compile(r"[a-z]{2,3}")


def check_texts(document: dict[str, Any], texts: list[Path], report: Report) -> None:
    """Every text has its primary language (an error) and all others (a warning: the primary is shown)."""
    languages = document["languages"]
    if len(set(languages)) < len(languages) or not all(LANGUAGE.fullmatch(name) for name in languages):
        report.error(("languages",), "bad_languages", _("Languages are two-letter codes, each named once."))
        return
    if "ru" not in languages:
        report.error(("languages",), "no_russian", _("Russian (ru) must be among the languages."))
    for path in texts:
        _check_text(_at(document, path), path, languages, report)


def check_feedback(document: dict[str, Any], report: Report) -> None:
    """Each competence has something to say about each level."""
    levels = codes_of(document.get("levels", []))
    others = document.get("alternative_levels", {}).values()
    known = {*levels, *(level["code"] for alternative in others for level in alternative)}
    for place, competence in enumerate(document.get("competences", [])):
        path: Path = ("competences", place, "feedback")
        feedback = competence.get("feedback", {})
        for level in feedback:
            check_known(level, known, (*path, level), report)
        absent = ", ".join(level for level in levels if level not in feedback)
        if absent and feedback:
            report.error(path, "missing_feedback", _("There is no feedback for: %(levels)s."), levels=absent)
        elif absent:
            report.warning(path, "no_feedback", _("The competence has no feedback for its levels."))


def _check_text(written: dict[str, str], path: Path, languages: list[str], report: Report) -> None:
    primary, *others = languages
    if primary not in written:
        sentence = _("The text in the primary language (%(language)s) is missing.")
        report.error(path, "missing_primary", sentence, language=primary)
    for language in written:
        if language not in languages:
            report.error((*path, language), "unknown_language", unknown(language, languages))
    absent = ", ".join(language for language in others if language not in written)
    if absent:
        sentence = _("The text is not translated (%(languages)s); the primary language is shown.")
        report.warning(path, "missing_translation", sentence, languages=absent)


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document
