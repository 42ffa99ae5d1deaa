"""What the checks need to know of item types, so that they can be tried without the real ones."""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from surveys.definition.model import Item
from surveys.definition.problems import Path


class ItemTypes(Protocol):
    """The item types a definition may use."""

    def names(self) -> Collection[str]:
        """Names that may stand behind `type:`."""

    def check(self, item: Item) -> Iterable[tuple[Path, Any]]:
        """Mistakes of one item that only its type can see: (path inside the item, sentence)."""

    def score_range(self, item: Item) -> tuple[float, float] | None:
        """Least and greatest score an answer to the item can earn; None when it is not scored."""


class InstalledTypes:
    """The registry of `surveys.items`, imported late: the items themselves read the model."""

    def names(self) -> Collection[str]:
        from surveys.items import type_names

        return type_names()

    def check(self, item: Item) -> Iterable[tuple[Path, Any]]:
        from surveys.items import get_type

        return get_type(item).check(item)

    def score_range(self, item: Item) -> tuple[float, float] | None:
        from surveys.items import get_type

        return get_type(item).score_range(item)


def installed_types() -> ItemTypes:
    return InstalledTypes()
