"""The format `opora-instrument/1` as shapes: which keys stand where and what they hold."""

import re
from collections.abc import Collection
from typing import Any

from surveys.definition.model import WAVES
from surveys.definition.problems import Path, unknown
from surveys.definition.shape import (
    Inspection,
    Shape,
    code,
    code_like,
    flag,
    list_of,
    mapping_of,
    number,
    one_of,
    record,
    scale_code,
    text,
    words,
)

FORMAT = "opora-instrument/1"
KEYS_OPEN = ("after_final_wave_closed", "after_wave_closed", "after_submit", "never")
METHODS = ("mean_percent", "points_percent", "weighted", "mean_of_scales")

_percent = number(0, 100)
_count = number(0, whole=True)
_share = number(0, 1)

_option = record({"code": code, "text": text}, {"value": number(), "points": number(), "is_correct": flag})
_entry = record({"code": code, "text": text})
_level = record({"code": code, "from": _percent, "title": text}, {"is_deficit": flag, "advice": text})

_SETTINGS: dict[str, Shape] = {
    "answer_scale": code,
    "reverse": flag,
    "shuffle": flag,
    "options": list_of(_option, 2),
    "points": number(0),
    "correct_order": list_of(code),
    "left": list_of(_entry, 2),
    "right": list_of(_entry, 2),
    "pairs": mapping_of(code, code),
    "minimum": number(),
    "maximum": number(),
    "decimals": number(0, 6, whole=True),
    "unit": text,
    "correct": number(),
    "tolerance": number(0),
    "max_length": number(1, 10_000, whole=True),
}
_SETTINGS_OF = {
    "likert": ({"answer_scale"}, {"reverse"}),
    "single": ({"options"}, {"shuffle"}),
    "multiple": ({"options"}, {"shuffle", "points"}),
    "situation": ({"options"}, {"shuffle"}),
    "ordering": ({"options", "correct_order", "points"}, set[str]()),
    "matching": ({"left", "right", "pairs", "points"}, {"shuffle"}),
    "number": (set[str](), {"minimum", "maximum", "decimals", "unit", "points", "correct", "tolerance"}),
    "short_text": (set[str](), {"max_length"}),
}
BUILT_IN_TYPES = frozenset(_SETTINGS_OF)


def _item_shape(type_name: str) -> Shape:
    required, optional = _SETTINGS_OF.get(type_name, (set(), set(_SETTINGS)))
    return record(
        {"code": code, "type": words, "text": text} | {name: _SETTINGS[name] for name in required},
        {"competence": code, "topic": text, "rationale": text, "required": flag, "required_if": words}
        | {name: _SETTINGS[name] for name in optional},
    )


def item(type_names: Collection[str]) -> Shape:
    """An item: what may stand in it depends on its type."""
    shapes = {name: _item_shape(name) for name in type_names}

    def check(value: Any, path: Path, seen: Inspection) -> None:
        type_name = value.get("type") if isinstance(value, dict) else None
        if isinstance(type_name, str) and type_name not in shapes:
            seen.report.error((*path, "type"), "unknown_type", unknown(type_name, shapes))
        else:
            shapes.get(str(type_name), _untyped)(value, path, seen)

    return check


_untyped = record({"code": code, "type": words, "text": text}, dict.fromkeys(_SETTINGS, lambda *_: None))

_scale = record(
    {"code": scale_code, "method": one_of(METHODS)},
    {
        "competence": code,
        "part": code,
        "title": text,
        "items": list_of(code, 1),
        "min_answered": number(1, whole=True),
        "weights": mapping_of(scale_code, number(0, 1)),
        "scales": list_of(scale_code, 1),
        "min_scales": number(1, whole=True),
    },
)
_page = record(
    {"code": code, "part": code, "items": list_of(code, 1)},
    {
        "competence": code,
        "title": text,
        "prompt": text,
        "waves": list_of(one_of(WAVES), 1),
        "show_if": words,
    },
)
_quality = record(
    {},
    {
        "straight_lining": record({"part": code, "share": _share}),
        "many_not_applicable": record({"part": code, "more_than": _count}),
        "incomplete_tasks": record({"part": code, "more_than": _count}),
        "self_tasks_gap": _percent,
    },
)


def document(type_names: Collection[str]) -> Shape:
    """A whole definition whose items are of these types."""
    return record(
        {
            "format": one_of([FORMAT]),
            "code": code_like(re.compile(r"[a-z][a-z0-9_]{0,63}")),
            "version": words,
            "languages": list_of(words, 1),
            "title": text,
            "parts": list_of(
                record({"code": code, "title": text}, {"minutes": number(0), "min_seconds": number(0)}), 1
            ),
            "items": list_of(item(type_names), 1),
            "pages": list_of(_page, 1),
        },
        {
            "intro": text,
            "closing": text,
            "minutes": number(0),
            "levels": list_of(_level, 1),
            "alternative_levels": mapping_of(code, list_of(_level, 1)),
            "answer_scales": mapping_of(
                code,
                record({"options": list_of(_option, 2)}, {"prompt": text, "not_applicable": text}),
            ),
            "competences": list_of(
                record(
                    {"code": code, "name": text},
                    {
                        "group": code,
                        "short_name": text,
                        "description": text,
                        "recommended_forms": list_of(code),
                        "feedback": mapping_of(code, text),
                    },
                )
            ),
            "scales": list_of(_scale),
            "quality": _quality,
            "comparison": record(
                {},
                {
                    "reliable_change_min_n": _count,
                    "fallback_change": _percent,
                    "same_items_in_both_waves": flag,
                },
            ),
            "keys_open": one_of(KEYS_OPEN),
        },
    )
