"""Item types: how each kind of question is checked, read, scored, told in words and drawn."""

from surveys.items.base import (
    Answer,
    Issue,
    ItemType,
    Problem,
    ScoreRange,
    get_type,
    missing,
    register,
    type_names,
)
from surveys.items.likert import Likert
from surveys.items.matching import Matching
from surveys.items.multiple import Multiple
from surveys.items.number import Number
from surveys.items.ordering import Ordering
from surveys.items.short_text import ShortText
from surveys.items.single import Single
from surveys.items.situation import Situation

__all__ = [
    "Answer",
    "Issue",
    "ItemType",
    "Problem",
    "ScoreRange",
    "get_type",
    "missing",
    "register",
    "type_names",
]

register(Likert())
register(Single())
register(Multiple())
register(Situation())
register(Ordering())
register(Matching())
register(Number())
register(ShortText())
