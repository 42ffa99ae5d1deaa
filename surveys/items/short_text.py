"""A short answer in the person's own words."""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from app.text import clean_text
from surveys.definition.model import Item
from surveys.items.base import UNREADABLE_ANSWER, Answer, Form, Issue, ItemType, Problem, field_name, missing
from surveys.items.fragments import Drawing, FieldFragment

DEFAULT_LENGTH = 500
LONGEST = 10_000


class ShortText(ItemType):
    """The value is the text without outer spaces; it is read by people and never scored."""

    name = "short_text"

    def check(self, item: Item) -> Iterator[Issue]:
        length = item.settings.get("max_length", DEFAULT_LENGTH)
        if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= LONGEST:
            yield Issue(
                ("max_length",), _("State the greatest length, from 1 to %(most)s characters.", most=LONGEST)
            )

    def read_form(self, item: Item, form: Form) -> Answer | Problem:
        return self.read_value(item, form.get(field_name(item), ""))

    def read_value(self, item: Item, value: object) -> Answer | Problem:
        if not isinstance(value, str):
            return Problem(UNREADABLE_ANSWER)
        text, has_forbidden = _readable(value)
        text = text.strip()
        if has_forbidden:
            message = _(
                "The text held characters that cannot be stored; they are taken out. Please look it over."
            )
            return Problem(message, given=text)
        if len(text) > max_length(item):
            message = _(
                "The text is too long: %(count)s of %(most)s characters.",
                count=len(text),
                most=max_length(item),
            )
            return Problem(message, given=text)
        return {"v": text} if text else missing("skipped")

    def value_coder(self, item: Item) -> Callable[[Any], int]:
        return lambda value: 0

    def summary(self, item: Item, value: Any, language: str) -> list[str]:
        return str(value).splitlines()

    def fragment(self, drawing: Drawing, item: Item) -> FieldFragment:
        head, tail = drawing.whole(item, most=max_length(item))
        return FieldFragment(head, tail, write=str)


def max_length(item: Item) -> int:
    """How many characters the answer may have."""
    return int(item.settings.get("max_length", DEFAULT_LENGTH))


def _readable(value: str) -> tuple[str, bool]:
    """The text with unified line ends, and whether something that cannot be stored was taken out."""
    unified = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        letter for letter in unified if letter in "\n\t" or unicodedata.category(letter) not in _FORBIDDEN
    )
    return clean_text(kept), len(kept) < len(unified)


_FORBIDDEN = frozenset({"Cc", "Cs"})
