"""Display rules and rules of obligation: they parse, and speak only of what was asked before."""

from collections.abc import Mapping
from typing import Any

from surveys.definition.checking.pages import waves_of
from surveys.definition.expressions import ExpressionError, check_expression, parse
from surveys.definition.expressions.checker import Surroundings
from surveys.definition.model import WAVES
from surveys.definition.problems import Path, Report


def check_expressions(document: dict[str, Any], report: Report) -> None:
    """Report each rule that cannot be understood or looks ahead."""
    items = {item["code"]: item for item in document["items"]}
    places = {item["code"]: place for place, item in enumerate(document["items"])}
    types = {code: item["type"] for code, item in items.items()}
    scales = {scale["code"]: scale.get("items", []) for scale in document.get("scales", [])}
    asked: dict[str, set[str]] = {wave: set() for wave in WAVES}
    for place, page in enumerate(document["pages"]):
        before = set.intersection(*(asked[wave] for wave in waves_of(page)))
        around = Surroundings(item_types=types, scale_items=scales, asked_before=before)
        _check(page, "show_if", ("pages", place), around, report)
        for code in page["items"]:
            if code in items:
                _check(items[code], "required_if", ("items", places[code]), around, report)
        for wave in waves_of(page):
            asked[wave].update(page["items"])


def _check(holder: Mapping[str, Any], key: str, path: Path, around: Surroundings, report: Report) -> None:
    if key not in holder:
        return
    try:
        check_expression(parse(holder[key]), around)
    except ExpressionError as failure:
        report.error((*path, key), "expression", failure.message)
