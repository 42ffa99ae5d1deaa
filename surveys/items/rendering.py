"""Pages of items: fragments drawn once per version and language, joined with each response's answers."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from typing import TypeAlias

from flask import current_app
from flask_babel import force_locale
from markupsafe import Markup

from surveys.definition.model import Item
from surveys.items.base import Answer, Problem, get_type
from surveys.items.fragments import Drawing, Fragment

Sheet: TypeAlias = dict[tuple[str, bool], Fragment]
"""Fragments of one version in one language, by item code and whether an answer is required."""

MOST_SHEETS = 64


class SheetCache:
    """Sheets of the versions used last. A sheet holds at most two fragments for each item of its version."""

    def __init__(self, limit: int = MOST_SHEETS) -> None:
        self._limit = limit
        self._sheets: OrderedDict[tuple[str, str], Sheet] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._sheets)

    def sheet(self, version_key: str, language: str) -> Sheet:
        key = (version_key, language)
        with self._lock:
            sheet = self._sheets.setdefault(key, {})
            self._sheets.move_to_end(key)
            if len(self._sheets) > self._limit:
                self._sheets.popitem(last=False)
        return sheet


_cache = SheetCache()


def render_page(
    version_key: str,
    items: Sequence[Item],
    language: str,
    answers: Mapping[str, Answer],
    order_seed: int,
    *,
    problems: Mapping[str, Problem] | None = None,
    required: Collection[str] | None = None,
) -> Markup:
    """The items one below the other.

    `version_key` is the hash of the version's content; an unpublished draft needs a key of its own for each
    change. `required` names the items that must be answered now; None takes it from the definition.
    """
    sheet = _cache.sheet(version_key, language)
    parts = []
    for item in items:
        code = item.code
        is_required = item.is_required if required is None else code in required
        problem = problems.get(code) if problems else None
        if problem is None:
            fragment = sheet.get((code, is_required))
            if fragment is None:
                fragment = sheet[code, is_required] = _draw(item, language, is_required)
        else:
            fragment = _draw(item, language, is_required, problem)
        answer = answers.get(code)
        value = answer.get("v") if answer else None
        if problem is not None and problem.given is not None:
            value = problem.given
        parts.append(fragment.join(value, answer is not None and answer.get("m") == "na", order_seed))
    return Markup("\n".join(parts))  # noqa: S704  # fragments are escaped by their templates


def render_item(
    version_key: str,
    item: Item,
    language: str,
    answer: Answer | None,
    order_seed: int,
    *,
    problem: Problem | None = None,
    is_required: bool | None = None,
) -> Markup:
    """One item; see `render_page`."""
    return render_page(
        version_key,
        [item],
        language,
        {} if answer is None else {item.code: answer},
        order_seed,
        problems=None if problem is None else {item.code: problem},
        required=None if is_required is None else [item.code] * is_required,
    )


def _draw(item: Item, language: str, is_required: bool, problem: Problem | None = None) -> Fragment:
    with force_locale(language):
        drawing = Drawing(
            current_app.jinja_env, language, is_required, None if problem is None else problem.message
        )
        return get_type(item).fragment(drawing, item)
