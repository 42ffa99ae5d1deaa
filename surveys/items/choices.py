"""What the types with radio buttons share: likert, single, situation."""

from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.model import Item, Option
from surveys.items.base import (
    LARGEST_CODE,
    NA_VALUE,
    UNKNOWN_OPTION,
    UNREADABLE_ANSWER,
    Answer,
    Form,
    Issue,
    ItemType,
    Problem,
    field_name,
    missing,
)
from surveys.items.fragments import ChoiceFragment, Drawing
from surveys.items.order import salt_of
from surveys.items.settings import flag


def check_options(options: tuple[Option, ...], name: str = "options") -> Iterator[Issue]:
    """What every list of options owes: at least two, codes of their own."""
    if len(options) < 2:
        yield Issue((name,), _("A question needs at least two options."))
    if len(options) > LARGEST_CODE:
        yield Issue((name,), _("A question can have at most %(limit)s options.", limit=LARGEST_CODE))
    seen = set()
    for position, option in enumerate(options):
        if option.code in seen:
            yield Issue((name, position, "code"), _("Another option of this question has the same code."))
        if option.code.startswith("_") or "." in option.code:
            yield Issue(
                (name, position, "code"), _("An option code cannot hold a dot or begin with an underscore.")
            )
        seen.add(option.code)


def draw_options(
    drawing: Drawing, item: Item, options: tuple[Option, ...], is_checked: bool
) -> tuple[str, ...]:
    """The options, each drawn alone, all marked or none."""
    return tuple(
        drawing.macro(item, "option", code=option.code, text=drawing.text(option.text), is_checked=is_checked)
        for option in options
    )


class RadioType(ItemType):
    """One option of several; its code is the value."""

    def is_shuffled(self, item: Item) -> bool:
        """Whether each response has an order of its own."""
        return flag(item, "shuffle")

    def check(self, item: Item) -> Iterator[Issue]:
        yield from check_options(item.options)

    def read_form(self, item: Item, form: Form) -> Answer | Problem:
        values = [value for value in form.getlist(field_name(item)) if value]
        if not values:
            return missing("skipped")
        if len(values) > 1:
            return Problem(_("Please choose one answer."))
        if values[0] == NA_VALUE:
            return self.read_not_applicable(item)
        return self.read_value(item, values[0])

    def read_value(self, item: Item, value: object) -> Answer | Problem:
        if not isinstance(value, str):
            return Problem(UNREADABLE_ANSWER)
        if all(value != option.code for option in item.options):
            return Problem(UNKNOWN_OPTION)
        return {"v": value}

    def read_not_applicable(self, item: Item) -> Answer | Problem:
        return Problem(UNKNOWN_OPTION) if item.not_applicable is None else missing("na")

    def value_coder(self, item: Item) -> Callable[[Any], int]:
        return {option.code: position for position, option in enumerate(item.options)}.__getitem__

    def summary(self, item: Item, value: Any, language: str) -> list[str]:
        return [option.text.in_language(language) for option in item.options if option.code == value]

    def fragment(self, drawing: Drawing, item: Item) -> ChoiceFragment:
        head, before_na, tail = drawing.whole(item, count=len(item.options))
        na = na_checked = ""
        if item.not_applicable is not None:
            text = drawing.text(item.not_applicable)
            na = drawing.macro(item, "not_applicable", text=text, is_checked=False)
            na_checked = drawing.macro(item, "not_applicable", text=text, is_checked=True)
        return ChoiceFragment(
            head=head,
            plain=draw_options(drawing, item, item.options, is_checked=False),
            checked=draw_options(drawing, item, item.options, is_checked=True),
            positions={option.code: position for position, option in enumerate(item.options)},
            tail=before_na + na + tail,
            tail_na=before_na + na_checked + tail,
            salt=salt_of(item.code) if self.is_shuffled(item) else None,
        )
