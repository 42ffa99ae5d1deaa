"""Reads YAML event by event into dicts and lists: no tags, no anchors, no recursion.

A hostile document costs no more than its size. Words that YAML 1.1 turns into something else
(`no`, `12:30`, `2021-09-01`) stay words.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from flask_babel import lazy_gettext as _

from surveys.definition.problems import Path
from surveys.definition.tree import INTEGER, Tree

_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
_DECIMAL = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_ALIAS = _("Anchors (&) and aliases (*) are not used here: write the text out.")
_NOT_YAML = _("This cannot be read as YAML: %(reason)s.")
_WORDS = {"": None, "~": None, "null": None, "true": True, "True": True, "false": False, "False": False}


def read_yaml(text: str, tree: Tree) -> Any:
    """The one document of a YAML text as dicts with text keys, lists and scalars."""
    tab = _TAB_INDENT.search(text)
    if tab:
        line = text.count("\n", 0, tab.start()) + 1
        tree.stop((), "tab", _("The line is indented with a tab. Use spaces."), line)
    try:
        return _Builder(tree).build(text)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        reason = failure.problem or failure.context or ""
        tree.stop((), "syntax", _NOT_YAML, mark.line + 1 if mark else 1, reason=reason)
    except yaml.YAMLError as failure:
        tree.stop((), "syntax", _NOT_YAML, 1, reason=failure)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    holder: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    key_line: int = 0


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.root: Any = None
        self.documents = 0
        self.stack: list[_Open] = []

    def build(self, text: str) -> Any:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            self._take(event, event.start_mark.line + 1 if event.start_mark else 1)
        return self.root

    def _take(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.tree.stop((), "two_documents", _("A file holds one definition only."), line)
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.tree.stop((), "alias", _ALIAS, line)
        elif isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
            self.tree.stop((), "tag", _("Tags (!) are not used here."), line)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open({}, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.holder, dict) and top.key is None:
            key = self.tree.text(event.value, top.path, line)
            if key in top.holder:
                self.tree.duplicate(key, (*top.path, key), line)
            top.key, top.key_line = key, line
            return
        path, line = self._next_place(line)
        if not event.style:
            value = self._plain(event.value, path, line)
        else:
            value = self.tree.text(event.value, path, line)
        self._put(value)

    def _plain(self, written: str, path: Path, line: int) -> Any:
        if written in _WORDS:
            return _WORDS[written]
        if _NOT_FINITE.fullmatch(written):
            self.tree.not_finite(written, path, line)
            return 0
        if _DECIMAL.fullmatch(written) and (INTEGER.fullmatch(written) or not written.isdigit()):
            return self.tree.number(written, path, line)
        return self.tree.text(written, path, line)

    def _open(self, holder: dict[str, Any] | list[Any], line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.holder, dict) and top.key is None:
            self.tree.stop(top.path, "bad_key", _("A name was expected before the colon."), line)
        path, line = self._next_place(line)
        self._put(holder)
        self.stack.append(_Open(holder, path))

    def _next_place(self, line: int) -> tuple[Path, int]:
        """Path of the value that comes now, and the line an author would look at."""
        path: Path = ()
        if self.stack:
            top = self.stack[-1]
            if isinstance(top.holder, list):
                path = (*top.path, len(top.holder))
            else:
                path, line = (*top.path, str(top.key)), top.key_line
        self.tree.place(path, line)
        return path, line

    def _put(self, value: Any) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top.holder, list):
            top.holder.append(value)
        else:
            top.holder[str(top.key)] = value
            top.key = None
