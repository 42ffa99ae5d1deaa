"""A document as one fixed string, and as leaves sorted by what a change of each would mean."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from enum import IntEnum
from math import isfinite
from typing import Any, TypeAlias

Place: TypeAlias = tuple[str, ...]
"""Where a leaf stands, with codes for positions: `("items", "K-1", "options", "a", "points")`."""

ORDER = "#order"
"""The step under which the order of coded entries is kept."""
OFFERED = "#offered"
"""The step under which it is kept that "does not apply" can be chosen, whatever its words."""

_TEXT_KEYS = frozenset(
    [
        "title",
        "intro",
        "closing",
        "advice",
        "prompt",
        "text",
        "not_applicable",
        "name",
        "short_name",
        "description",
        "topic",
        "rationale",
        "unit",
    ]
)
_ITEM_SCORING = frozenset(["points", "correct_order", "pairs", "reverse", "correct", "tolerance"])
_OPTION_SCORING = frozenset(["points", "is_correct", "value"])
_SCALE_SCORING = frozenset(["weights", "min_answered", "min_scales"])
_LEVEL_SCORING = frozenset(["from", "is_deficit", ORDER])
_MINOR = frozenset(["minutes", "languages", "competences", "keys_open"])


class Aspect(IntEnum):
    """What a leaf is about, from the least to the most consequential."""

    LABEL = 0
    TEXTS = 1
    SCORING = 2
    STRUCTURE = 3


def canonical_json(value: Any) -> str:
    """The one JSON text of `value`: sorted keys, NFC, no spaces, 1.0 written as 1.

    Raises ValueError for NaN and Infinity.
    """
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def sha256(value: Any) -> str:
    """Hexadecimal hash of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def leaves(document: Mapping[str, Any]) -> dict[Place, Any]:
    """Every scalar and plain list of a document by its place."""
    return dict(_walk(document, ()))


def aspect_of(place: Place, languages: tuple[str, ...]) -> Aspect:
    """What changes when the leaf at `place` changes."""
    section, key = place[0], place[-1]
    if section in ("format", "version"):
        return Aspect.LABEL
    if _is_text(place, languages) or section in _MINOR:
        return Aspect.TEXTS
    if _is_scoring(section, place, key):
        return Aspect.SCORING
    return Aspect.TEXTS if section == "parts" and key == "minutes" else Aspect.STRUCTURE


def _is_text(place: Place, languages: tuple[str, ...]) -> bool:
    return (
        len(place) > 1 and place[-1] in languages and (place[-2] in _TEXT_KEYS or "feedback" in place[-3:-1])
    )


def _is_scoring(section: str, place: Place, key: str) -> bool:
    if section in ("quality", "comparison"):
        return True
    if section == "parts":
        return key == "min_seconds"
    if section in ("levels", "alternative_levels"):
        return key in _LEVEL_SCORING
    if section == "scales":
        return len(place) > 2 and place[2] in _SCALE_SCORING
    if section in ("items", "answer_scales") and place[2:3] == ("options",):
        return len(place) == 5 and key in _OPTION_SCORING
    return section == "items" and len(place) > 2 and place[2] in _ITEM_SCORING


def _walk(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, Mapping):
        if place[-1:] == ("not_applicable",):
            yield (*place, OFFERED), True
        for key, entry in value.items():
            yield from _walk(entry, (*place, key))
    elif isinstance(value, list | tuple) and value and all(isinstance(entry, Mapping) for entry in value):
        yield (*place, ORDER), [entry["code"] for entry in value]
        for entry in value:
            yield from _walk(
                {key: part for key, part in entry.items() if key != "code"}, (*place, entry["code"])
            )
    else:
        yield place, _plain(value)


def _plain(value: Any) -> Any:
    """`value` with texts in NFC and numbers in one spelling."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError(f"{value} has no place in a definition")
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {_plain(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
