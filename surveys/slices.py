"""Ways to cut the people of a comparison into groups; features above add theirs. Filled by `app.factory`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.accounts.queries.catalogues import catalogue, catalogue_name


@dataclass(frozen=True)
class People:
    """Whom a slice groups, and the time between the waves."""

    cluster_id: int
    person_ids: Sequence[int]
    attributes: Sequence[Mapping[str, Any]]
    """Of the starting response, in the order of `person_ids`."""
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Slice:
    """One way to cut, with the planning question it answers."""

    code: str
    title: Any  # lazy text
    question: Any  # lazy text
    groups_of: Callable[[People], Sequence[Collection[str]]]
    """Codes of the groups of each person, in the order of the people; none where unknown."""
    name_of: Callable[[str], str]
    """A group's name in the reader's language; not asked of schools, whose names a snapshot keeps."""
    order: Callable[[], Sequence[str]]
    """Group codes in the order they are shown; codes beyond follow."""
    is_overlapping: bool = False  # a person may stand in several groups
    hides_counts: bool = False  # no n is shown, only that the data suffice


_slices: dict[str, Slice] = {}


def register(slice_: Slice) -> None:
    """Add a slice to every comparison built from now on."""
    _slices[slice_.code] = slice_


def all_slices() -> Sequence[Slice]:
    return tuple(_slices.values())


def find_slice(code: str) -> Slice | None:
    return _slices.get(code)


def _by_attribute(name: str) -> Callable[[People], Sequence[Collection[str]]]:
    def groups_of(people: People) -> Sequence[Collection[str]]:
        values = (attributes.get(name) for attributes in people.attributes)
        return [() if value is None else (str(value),) for value in values]

    return groups_of


def _subjects(people: People) -> Sequence[Collection[str]]:
    return [tuple(attributes.get("subjects") or ()) for attributes in people.attributes]


def _catalogue_slice(kind: str, title: Any, question: Any) -> Slice:
    return Slice(
        kind,
        title,
        question,
        _subjects if kind == "subject" else _by_attribute(kind),
        name_of=lambda code: catalogue_name(kind, code),
        order=lambda: [entry.code for entry in catalogue(kind)],
        is_overlapping=kind == "subject",
    )


SCHOOL = "school"

register(
    Slice(
        SCHOOL,
        _("By school"),
        _("Which session should be held at which school next quarter?"),
        _by_attribute("organisation_id"),
        name_of=str,
        order=list,
        hides_counts=True,
    )
)
for _kind, _title, _question in (
    ("subject", _("By subject"), _("Teachers of which subject need which session next quarter?")),
    ("position", _("By position"), _("For which positions should a session be planned, and on what?")),
    ("category", _("By category"), _("On what should sessions go deeper for experienced colleagues?")),
    (
        "service_band",
        _("By length of service"),
        _("What do beginners need, and what do the experienced need?"),
    ),
):
    register(_catalogue_slice(_kind, _title, _question))
