"""Reads the text of a definition, YAML or JSON, into plain data, remembering the line of every part."""

from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.json_source import read_json
from surveys.definition.problems import Report
from surveys.definition.tree import FORBIDDEN, Tree
from surveys.definition.yaml_source import read_yaml

MOST_BYTES = 2 * 1024 * 1024


def read_source(source: bytes | str, name: str, report: Report) -> Any:
    """The plain data of `source`; raises `Unreadable` once `report` says what is wrong."""
    text = _decoded(source, report)
    looks_json = text.lstrip().startswith("{") and not name.lower().endswith((".yaml", ".yml"))
    if name.lower().endswith(".json") or looks_json:
        return read_json(text, Tree(report))
    return read_yaml(text, Tree(report))


def _decoded(source: bytes | str, report: Report) -> str:
    tree = Tree(report)
    if len(source) > MOST_BYTES:
        tree.stop((), "too_large", _("The file is larger than 2 MB."), 1)
    try:
        text = source if isinstance(source, str) else source.decode("utf-8")
    except UnicodeDecodeError as failure:
        line = failure.object[: failure.start].count(b"\n") + 1
        tree.stop((), "not_utf8", _("The file is not in UTF-8. Save it in this encoding."), line)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    bad = FORBIDDEN.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        tree.stop((), "bad_character", _("The file holds characters that cannot be stored."), line)
    return text
