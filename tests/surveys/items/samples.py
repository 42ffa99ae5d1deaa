"""The shortest valid item of each type."""

from typing import Any

from surveys.definition.model import Item, Option, Text


def text(russian: str, english: str | None = None) -> Text:
    return Text({"ru": russian} | ({"en": english} if english else {}), "ru")


def options(*codes: str, **more: dict[str, Any]) -> tuple[Option, ...]:
    """Options with these codes; `more` gives each keyword's values by code."""
    return tuple(
        Option(code, text(f"вариант {code}"), **{name: values[code] for name, values in more.items()})
        for code in codes
    )


def make_likert(**overrides: Any) -> Item:
    values = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
    fields: dict[str, Any] = {
        "options": options(*values, value=values),
        "not_applicable": text("не относится к моей работе"),
        "settings": {},
    }
    return Item("S-1", "likert", text("Я планирую результат занятия."), **fields | overrides)


def make_single(type_: str = "single", **overrides: Any) -> Item:
    points = {"a": 0, "b": 1, "c": 3, "d": 0}
    fields: dict[str, Any] = {"options": options(*points, points=points), "settings": {"shuffle": True}}
    return Item("K-1", type_, **{"text": text("Какая частота опроса разумнее?")} | fields | overrides)


def make_multiple(**overrides: Any) -> Item:
    right = {"a": True, "b": True, "c": False, "d": True, "e": False}
    fields: dict[str, Any] = {
        "options": options(*right, is_correct=right),
        "settings": {"shuffle": True, "points": 3},
    }
    return Item("K-2", "multiple", text("Отметьте уместные действия."), **fields | overrides)


def make_ordering(**overrides: Any) -> Item:
    fields: dict[str, Any] = {
        "options": options("d", "b", "a", "c"),
        "settings": {"points": 3, "correct_order": ["a", "b", "c", "d"]},
    }
    return Item("K-3", "ordering", **{"text": text("Расположите шаги по порядку.")} | fields | overrides)


def make_matching(**overrides: Any) -> Item:
    fields: dict[str, Any] = {
        "left": options("1", "2", "3"),
        "right": options("F", "R", "S", "M"),
        "settings": {"points": 3, "pairs": {"1": "F", "2": "R", "3": "S"}},
    }
    return Item("K-4", "matching", text("Соотнесите задание и вид грамотности."), **fields | overrides)


def make_number(**settings: Any) -> Item:
    fields = {"minimum": 0, "maximum": 100, "decimals": 1} | settings
    return Item("N-1", "number", text("Сколько градусов?"), unit=text("°C"), settings=fields)


def make_text(**settings: Any) -> Item:
    return Item("T-1", "short_text", text("Что помогло?"), settings={"max_length": 50} | settings)


def one_of_each() -> tuple[Item, ...]:
    scored = make_number(points=3, correct=7.0, tolerance=0.2)
    situation = make_single("situation", options=make_single().options)
    return (
        make_likert(),
        make_single(),
        make_multiple(),
        Item("K-5", "situation", situation.text, options=situation.options, settings=situation.settings),
        make_ordering(),
        make_matching(),
        scored,
        make_text(),
    )
