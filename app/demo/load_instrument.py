"""The instrument that load is made with: forty required statements on one page, or spread over several."""

from collections.abc import Mapping, Sequence
from typing import Any

N_ITEMS = 40
N_COMPETENCES = 8
N_OPTIONS = 5
_LEVELS = (
    ("low", 0, "низкий"),
    ("basic", 40, "базовый"),
    ("elevated", 60, "повышенный"),
    ("high", 80, "высокий"),
)
_SUFFICIENT_FROM = 60


def load_document(n_pages: int) -> dict[str, Any]:
    """The definition with its statements on `n_pages` pages of equal length."""
    codes = [f"Q-{number}" for number in range(1, N_ITEMS + 1)]
    per_competence = N_ITEMS // N_COMPETENCES
    groups = {
        f"C{number}": codes[start : start + per_competence]
        for number, start in enumerate(range(0, N_ITEMS, per_competence), start=1)
    }
    return {
        "format": "opora-instrument/1",
        "code": f"load_{n_pages}_pages",
        "version": "1.0",
        "languages": ["ru"],
        "title": "Анкета для измерений",
        "minutes": 5,
        "parts": [{"code": "self", "title": "Самооценка"}],
        "levels": [
            {"code": code, "from": start, "title": title, "is_deficit": start < _SUFFICIENT_FROM}
            for code, start, title in _LEVELS
        ],
        "answer_scales": {"closeness": _answer_scale()},
        "competences": [
            {"code": code, "name": f"Тема {number}", "short_name": f"Тема {number}"}
            for number, code in enumerate(groups, start=1)
        ],
        "items": [_item(code, competence) for competence, own in groups.items() for code in own],
        "scales": _scales(groups),
        "pages": _pages(codes, n_pages),
    }


def _answer_scale() -> dict[str, Any]:
    return {
        "prompt": "Насколько это похоже на Вашу работу?",
        "options": [
            {"code": str(value), "value": value, "text": f"похоже на {value} из {N_OPTIONS}"}
            for value in range(1, N_OPTIONS + 1)
        ],
    }


def _item(code: str, competence: str) -> dict[str, Any]:
    return {
        "code": code,
        "type": "likert",
        "competence": competence,
        "answer_scale": "closeness",
        "required": True,
        "text": f"Утверждение {code.removeprefix('Q-')} об обычном дне на работе, средней длины.",
    }


def _scales(groups: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    own: list[dict[str, Any]] = [
        {
            "code": competence,
            "competence": competence,
            "part": "self",
            "method": "mean_percent",
            "min_answered": 4,
            "items": items,
        }
        for competence, items in groups.items()
    ]
    overall = {
        "code": "overall",
        "title": "Общий показатель",
        "method": "mean_of_scales",
        "scales": list(groups),
        "min_scales": 6,
    }
    return [*own, overall]


def _pages(codes: Sequence[str], n_pages: int) -> list[dict[str, Any]]:
    per_page = -(-len(codes) // n_pages)
    return [
        {
            "code": f"p{number}",
            "part": "self",
            "title": f"Страница {number}",
            "items": codes[start : start + per_page],
        }
        for number, start in enumerate(range(0, len(codes), per_page), start=1)
    ]
