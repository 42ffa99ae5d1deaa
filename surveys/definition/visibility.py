"""Which pages a person walks through, and what must be answered on them."""

from collections.abc import Mapping
from typing import Any

from surveys.definition.expressions import evaluate
from surveys.definition.expressions.evaluation import Answers
from surveys.definition.model import Definition, Item, Page


def answers_visible_pages(definition: Definition, wave: str, answers: Answers) -> tuple[Page, ...]:
    """Pages of a wave shown to a person with these answers, in order.

    A page is left out only where its rule is false. Answers kept from a page that is no longer
    shown count as absent for the rules of later pages.
    """
    shown: list[Page] = []
    counted: dict[str, Mapping[str, Any]] = {}
    for page in definition.pages_for(wave):
        if page.show_if is not None and evaluate(page.show_if, counted, definition) is False:
            continue
        shown.append(page)
        counted.update((code, answers[code]) for code in page.items if code in answers)
    return tuple(shown)


def visible_items(definition: Definition, wave: str, answers: Answers) -> tuple[Item, ...]:
    """Items on the visible pages, in order."""
    pages = answers_visible_pages(definition, wave, answers)
    return tuple(item for page in pages for item in definition.items_of(page))


def is_obligatory(item: Item, answers: Answers, definition: Definition) -> bool:
    """Whether the item must be answered: always, or because its rule is true."""
    if item.is_required:
        return True
    return item.required_if is not None and evaluate(item.required_if, answers, definition) is True
