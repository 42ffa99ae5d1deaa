"""What every item type provides, and the words they share.

An answer is the JSON object that is stored: ``{"v": value}``, or ``{"m": code}`` with one of `MISSING_CODES`.
It is the same in the response row, in an autosave request and in `readAnswers` of ``items.js``.

A stored answer may be a *draft*: what the person has given so far, kept although it cannot be submitted yet.
Only ordering has such a state, a dict ``{option code: position}`` in place of the list of all codes. Autosave
takes it as an answer, the form gives it as `Problem.draft`; `ItemType.problem_at_submit` judges it when the
response is closed, scoring takes it for skipped.

In the numeric matrix an answer is one small integer: its code from 0, or a negative one of `MISSING_CODES`.
Every scored type has few enough distinct results for its points to be a table by code, so scoring any number
of responses is a lookup.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from surveys.definition.model import Item

if TYPE_CHECKING:
    from surveys.items.fragments import Drawing, Fragment

Answer: TypeAlias = dict[str, Any]
Form: TypeAlias = MultiDict[str, str]

MISSING_CODES = {"skipped": -1, "na": -2, "not_shown": -3, "not_reached": -4}
NA_VALUE = "__na"
"""What the form sends for "not applicable"; option codes cannot begin with an underscore."""
LARGEST_CODE = 127
"""The matrix holds int8."""

UNKNOWN_OPTION = _("This answer is not among the options of the question. Please choose again.")
UNREADABLE_ANSWER = _("The answer could not be read. Please give it again.")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why what came is not an answer, and what of it to show again.

    The message never quotes what was typed: templates do not escape lazy strings.
    """

    message: LazyString
    given: Any = None
    """In the shape of the type's value, for a number the text typed; None shows the stored answer."""
    draft: Answer | None = None
    """What may be stored all the same, so that nothing given is lost."""


class Issue(NamedTuple):
    """A mistake in a definition: where in the item, and what is wrong."""

    path: tuple[str | int, ...]
    message: LazyString


class ScoreRange(NamedTuple):
    """Least and greatest score an answer can earn."""

    minimum: float
    maximum: float


def missing(code: str) -> Answer:
    """The answer that says why there is none."""
    return {"m": code}


def field_name(item: Item, part: str | None = None) -> str:
    """Name of the item's form field, or of one of its fields."""
    return f"i.{item.code}" if part is None else f"i.{item.code}.{part}"


class ItemType(ABC):
    """One kind of question: reading, coding, scoring, summary and drawing of its answers."""

    name: ClassVar[str]

    @abstractmethod
    def check(self, item: Item) -> Iterator[Issue]:
        """Problems of this type in a definition."""

    @abstractmethod
    def read_form(self, item: Item, form: Form) -> Answer | Problem:
        """The answer in a posted page; no field or only blank ones mean skipped."""

    def read_json(self, item: Item, value: object) -> Answer | Problem:
        """The answer in an autosave request: `value` has the shape of a stored one but is not trusted."""
        match value:
            case {"v": given, **rest} if not rest:
                return self.read_value(item, given)
            case {"m": "skipped", **rest} if not rest:
                return missing("skipped")
            case {"m": "na", **rest} if not rest:
                return self.read_not_applicable(item)
        return Problem(UNREADABLE_ANSWER)

    @abstractmethod
    def read_value(self, item: Item, value: object) -> Answer | Problem:
        """The answer with this JSON value."""

    def read_not_applicable(self, item: Item) -> Answer | Problem:
        """The answer "not applicable", where the item offers it."""
        return Problem(UNKNOWN_OPTION)

    def problem_at_submit(self, item: Item, answer: Answer) -> Problem | None:
        """Why a stored answer cannot be submitted as it is; None when it can."""
        return None

    @abstractmethod
    def value_coder(self, item: Item) -> Callable[[Any], int]:
        """Function from a stored value to its code; made once for many answers."""

    def points(self, item: Item) -> Sequence[float]:
        """Score of each code; for a type that is not scored NaN for its only code."""
        return (nan,)

    def score_range(self, item: Item) -> ScoreRange | None:
        """Range of the item's scores; None when the item is not scored."""
        return None

    def skipped_points(self, item: Item) -> float:
        """A task shown and skipped earns nothing; what is not scored has no points."""
        return nan if self.score_range(item) is None else 0.0

    @abstractmethod
    def summary(self, item: Item, value: Any, language: str) -> list[str]:
        """A stored value in words, by lines, for its owner."""

    @abstractmethod
    def fragment(self, drawing: "Drawing", item: Item) -> "Fragment":
        """The item's HTML, cut where answers are put in."""


_types: dict[str, ItemType] = {}


def register(item_type: ItemType) -> None:
    """Make an item type known by its name."""
    _types[item_type.name] = item_type


def get_type(item: Item) -> ItemType:
    """The type of `item`; definitions are checked, so an unknown one is a programming error."""
    return _types[item.type]


def type_names() -> frozenset[str]:
    """Names a definition may use."""
    return frozenset(_types)
