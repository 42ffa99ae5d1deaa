"""A snapshot's content as tables of ready values; the page and the spreadsheet are drawn from the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.slices import SCHOOL, find_slice

MOST_NEEDS = 2
SHORT = 5
VOWELS = "аеёиоуыэюяaeiouy"


@dataclass(frozen=True)
class Need:
    """A topic in which a group stands lowest, below the level that is enough."""

    code: str
    name: str
    percent: float


@dataclass(frozen=True)
class GroupRow:
    """One group of a slice."""

    code: str
    name: str
    n: int | None
    starting: float | None
    final: float | None
    delta: float | None
    is_coarse: bool
    needs: Sequence[Need]
    cells: Sequence[float | None]
    """The last wave of the snapshot, by topics in the order of `SliceTable.topics`."""


@dataclass(frozen=True)
class SliceTable:
    """A slice with its planning question."""

    code: str
    title: str
    question: str
    topics: Sequence[str]
    groups: Sequence[GroupRow]
    hidden: int
    has_counts: bool

    @property
    def is_of_schools(self) -> bool:
        return self.code == SCHOOL


def slice_tables(content: Mapping[str, Any], language: str) -> list[SliceTable]:
    """Slices in the order they were built; one whose feature is gone is left out."""
    topics = [scale for scale in content["scales"] if not scale["is_overall"]]
    enough = _enough(content["levels"])
    tables = []
    for one in content["slices"]:
        known = find_slice(one["code"])
        if known is None:
            continue
        tables.append(
            SliceTable(
                one["code"],
                str(known.title),
                str(known.question),
                [topic["short_name"][language] for topic in topics],
                [
                    _row(group, group["name"] or known.name_of(group["code"]), topics, enough, language)
                    for group in one["groups"]
                ],
                one["hidden"],
                has_counts=not known.hides_counts,
            )
        )
    return tables


def level_names(content: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Each level's title and what of it fits a narrow column: «повышенный», «повыш.»."""
    titles = [level["title"][language] for level in content["levels"]]
    return [
        (title, title if len(title) <= SHORT + 1 else f"{title[:SHORT].rstrip(VOWELS)}.") for title in titles
    ]


def _row(
    group: Mapping[str, Any], name: str, topics: Sequence[Mapping[str, Any]], enough: float, language: str
) -> GroupRow:
    cells = [_last(group["cells"].get(topic["code"], {})) for topic in topics]
    known = sorted(
        (value, place) for place, value in enumerate(cells) if value is not None and value < enough
    )
    return GroupRow(
        group["code"],
        name,
        group["n"],
        group.get("starting"),
        group.get("final"),
        group.get("delta"),
        group["is_coarse"],
        [
            Need(topics[place]["code"], topics[place]["name"][language], value)
            for value, place in known[:MOST_NEEDS]
        ],
        cells,
    )


def _last(cell: Mapping[str, float | None]) -> float | None:
    return cell.get("final", cell.get("starting"))


def _enough(levels: Sequence[Mapping[str, Any]]) -> float:
    """From which percent a topic is no deficit; without levels every topic may be planned for."""
    return next((float(level["from"]) for level in levels if not level["is_deficit"]), 101.0)
