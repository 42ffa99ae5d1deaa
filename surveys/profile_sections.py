"""What other features add to a person's profile: suggested sessions, a wish for one. Filled by `app.factory`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class Topic(NamedTuple):
    """A competence as it is named to the person."""

    code: str
    name: str


@dataclass(frozen=True)
class ProfileReader:
    """Whose profile is drawn; the reader is the person herself."""

    person_id: int
    cluster_id: int
    diagnostic_id: int
    subjects: tuple[str, ...]
    growth_zones: tuple[Topic, ...]
    """Weakest first, at most three."""
    now: datetime


@dataclass(frozen=True)
class Section:
    """A template, included with `section` bound to `values`, that draws a panel of its own."""

    template: str
    values: Mapping[str, Any]


Maker = Callable[[ProfileReader], Section | None]
_makers: dict[str, Maker] = {}


def register(name: str, make: Maker) -> None:
    """Add a section to every profile, after those registered before; None leaves it out."""
    _makers[name] = make


def sections_for(reader: ProfileReader) -> Sequence[Section]:
    """The sections that have something to say."""
    made = (make(reader) for make in _makers.values())
    return [section for section in made if section is not None]
