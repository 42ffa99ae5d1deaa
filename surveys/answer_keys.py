"""What the right answer to a task is: opened to people only when nobody answers any more."""

from typing import Any

from surveys.definition.model import Item
from surveys.items.base import Answer, get_type

AFTER_FINAL_WAVE = "after_final_wave_closed"


def key_of(item: Item) -> Any:
    """The value of a faultless answer; None for an item without one."""
    if item.type in ("single", "situation"):
        best = max(item.options, key=lambda option: option.points or 0)
        return best.code if best.points else None
    if item.type == "multiple":
        return [option.code for option in item.options if option.is_correct]
    settings = item.settings
    return settings.get(
        {"ordering": "correct_order", "matching": "pairs", "number": "correct"}.get(item.type, "")
    )


def key_in_words(item: Item, language: str) -> list[str]:
    """The key by lines, as an answer is told to its owner."""
    key = key_of(item)
    return [] if key is None else get_type(item).summary(item, key, language)


def answer_in_words(item: Item, answer: Answer | None, language: str) -> list[str]:
    """What the person answered, by lines; empty where she did not."""
    if not answer or "v" not in answer:
        return []
    return get_type(item).summary(item, answer["v"], language)
