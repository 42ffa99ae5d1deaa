"""What an instrument is: its document, its checks, its expressions and what publication freezes."""

from surveys.definition.building import build
from surveys.definition.loading import load_definition
from surveys.definition.model import Definition
from surveys.definition.problems import Message, Problem
from surveys.definition.publication import Frozen, VersionChange, compare, freeze, reused_codes
from surveys.definition.visibility import answers_visible_pages, is_obligatory, visible_items

__all__ = [
    "Definition",
    "Frozen",
    "Message",
    "Problem",
    "VersionChange",
    "answers_visible_pages",
    "build",
    "compare",
    "freeze",
    "is_obligatory",
    "load_definition",
    "reused_codes",
    "visible_items",
]
