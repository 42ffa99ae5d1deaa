"""From the text of a definition to the definition itself, or to the list of what is wrong with it."""

from typing import Any

from surveys.definition.building import build
from surveys.definition.checking import check_document, check_score_ranges
from surveys.definition.cues import find_cues
from surveys.definition.item_types import ItemTypes, installed_types
from surveys.definition.model import Definition
from surveys.definition.problems import Path, Problem, Report
from surveys.definition.schema import document as document_shape
from surveys.definition.shape import Inspection
from surveys.definition.source import read_source
from surveys.definition.tree import Unreadable


def load_definition(
    source: bytes | str, name: str, types: ItemTypes | None = None
) -> tuple[Definition | None, list[Problem]]:
    """The definition in a file called `name`, with all remarks; None when any of them is an error.

    `types` are the item types known, those of `surveys.items` unless told. Never raises for bad input.
    """
    types = types or installed_types()
    report = Report()
    try:
        data = read_source(source, name, report)
    except Unreadable:
        return None, report.problems()
    inspection = Inspection(report)
    document_shape(types.names())(data, (), inspection)
    if report.has_errors():
        return None, report.problems()
    _write_by_language(data, inspection.texts)
    check_document(data, inspection.texts, report)
    if report.has_errors():
        return None, report.problems()
    definition = build(data)
    _check_items(definition, types, report)
    if not report.has_errors():
        check_score_ranges(definition, types, report)
    if report.has_errors():
        return None, report.problems()
    find_cues(definition, report)
    return definition, report.problems()


def _write_by_language(data: Any, texts: list[Path]) -> None:
    """Replace each plain text by the same text under the primary language."""
    primary = data["languages"][0]
    for path in texts:
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        written = holder[path[-1]]
        if isinstance(written, str):
            holder[path[-1]] = {primary: written}


def _check_items(definition: Definition, types: ItemTypes, report: Report) -> None:
    for place, item in enumerate(definition.items):
        for path, sentence in types.check(item):
            report.error(("items", place, *path), "item", sentence)
