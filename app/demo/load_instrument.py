"""The instrument that load is made with: forty required statements on one page, or spread over several."""

from typing import Any

N_ITEMS = 40
N_COMPETENCES = 8
N_OPTIONS = 5


def load_document(n_pages: int) -> dict[str, Any]:
    """The definition with its statements on `n_pages` pages of equal length."""
    codes = [f"Q-{number}" for number in range(1, N_ITEMS + 1)]
    per_competence, per_page = N_ITEMS // N_COMPETENCES, -(-N_ITEMS // n_pages)
    competences = [f"C{number}" for number in range(1, N_COMPETENCES + 1)]
    groups = {
        competence: codes[start : start + per_competence]
        for competence, start in zip(competences, range(0, N_ITEMS, per_competence), strict=True)
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
            {"code": "low", "from": 0, "title": "низкий", "is_deficit": True},
            {"code": "basic", "from": 40, "title": "базовый", "is_deficit": True},
            {"code": "elevated", "from": 60, "title": "повышенный", "is_deficit": False},
            {"code": "high", "from": 80, "title": "высокий", "is_deficit": False},
        ],
        "answer_scales": {
            "closeness": {
                "prompt": "Насколько это похоже на вашу работу?",
                "options": [
                    {"code": str(value), "value": value, "text": f"похоже на {value} из {N_OPTIONS}"}
                    for value in range(1, N_OPTIONS + 1)
                ],
            }
        },
        "competences": [
            {"code": code, "name": f"Тема {number}", "short_name": f"Тема {number}"}
            for number, code in enumerate(competences, start=1)
        ],
        "items": [
            {
                "code": code,
                "type": "likert",
                "competence": competence,
                "answer_scale": "closeness",
                "required": True,
                "text": f"Утверждение {code.removeprefix('Q-')} об обычном дне на работе, средней длины.",
            }
            for competence, own in groups.items()
            for code in own
        ],
        "scales": [
            *(
                {
                    "code": competence,
                    "competence": competence,
                    "part": "self",
                    "method": "mean_percent",
                    "min_answered": 4,
                    "items": own,
                }
                for competence, own in groups.items()
            ),
            {
                "code": "overall",
                "title": "Общий показатель",
                "method": "mean_of_scales",
                "scales": competences,
                "min_scales": 6,
            },
        ],
        "pages": [
            {
                "code": f"p{number}",
                "part": "self",
                "title": f"Страница {number}",
                "items": codes[start : start + per_page],
            }
            for number, start in enumerate(range(0, N_ITEMS, per_page), start=1)
        ],
    }
