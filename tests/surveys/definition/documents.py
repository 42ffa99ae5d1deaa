"""The small definition, whole, as text and as data to spoil."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from surveys.definition import Definition, Problem, load_definition

SMALL = Path(__file__).with_name("small.yaml")


def small_text() -> str:
    return SMALL.read_text(encoding="utf-8")


def small_document() -> dict[str, Any]:
    return copy.deepcopy(_document())


@cache
def _document() -> dict[str, Any]:
    return yaml.safe_load(small_text())


def small_definition() -> Definition:
    return definition_of(small_document())


def definition_of(document: Any) -> Definition:
    definition, problems = load_definition(json.dumps(document), "small.json")
    assert definition is not None, [str(problem) for problem in problems]
    return definition


def problems_of(document: Any) -> list[Problem]:
    return load_definition(json.dumps(document), "small.json")[1]


def codes_of(document: Any) -> set[str]:
    """Codes of the errors of a document."""
    return {problem.code for problem in problems_of(document) if problem.severity == "error"}


def warnings_of(document: Any) -> set[str]:
    return {problem.code for problem in problems_of(document) if problem.severity == "warning"}


def entry(document: dict[str, Any], section: str, code: str) -> dict[str, Any]:
    """The entry with this code in a section of the document."""
    return next(one for one in document[section] if one["code"] == code)
