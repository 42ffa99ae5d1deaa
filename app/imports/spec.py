"""What a kind of table is: its columns, how rows are checked, how the good ones are applied."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from app.accounts.models import Cluster
from app.clock import local_date
from app.permissions import Actor, Permission


class Level(StrEnum):
    """How serious a finding is, and so a row: an error keeps it out, a warning does not."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Act(StrEnum):
    """What applying a row does."""

    ADD = "add"
    UPDATE = "update"
    NOTHING = "nothing"  # all of it is known already
    LEAVE = "leave"  # an error, or a question without an answer


@dataclass(frozen=True)
class Column:
    """A column of the table; `words` are other headings people give it."""

    key: str
    title: Any
    words: tuple[str, ...] = ()
    is_required: bool = False
    note: Any = ""
    examples: tuple[str, ...] = ()
    is_listed: bool = False  # the template offers the values the spec allows
    width: int = 22


@dataclass(frozen=True)
class Finding:
    """What is to be said about a row."""

    level: Level
    text: Any


@dataclass(frozen=True)
class Option:
    """A way to answer a row's question."""

    value: str
    text: Any


NEW, SKIP = "new", "skip"
"""Answers every question knows; the third is the public id of what the row is to correct."""


@dataclass
class Checked:
    """A row with its verdict. `data` is what `apply` needs, made by the same spec."""

    line: int
    title: str
    act: Act = Act.ADD
    findings: list[Finding] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)  # of the question, where there is one
    answer: str = ""
    data: Any = None

    @property
    def level(self) -> Level:
        """The worst of the findings."""
        levels = {finding.level for finding in self.findings}
        return next((level for level in (Level.ERROR, Level.WARNING) if level in levels), Level.OK)

    @property
    def waits(self) -> bool:
        """Whether only its question keeps the row out."""
        return self.level is not Level.ERROR and self.act is Act.LEAVE

    def error(self, text: Any) -> None:
        self.findings.append(Finding(Level.ERROR, text))
        self.act = Act.LEAVE

    def warn(self, text: Any) -> None:
        self.findings.append(Finding(Level.WARNING, text))


@dataclass(frozen=True)
class Table:
    """The rows under a header, each cell by its column's key; columns nobody asked for are left out."""

    columns: frozenset[str]
    rows: tuple["TableRow", ...]


@dataclass(frozen=True)
class TableRow:
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        """The cell's text, "" where the column or the value is missing."""
        return self.cells.get(key, "")


@dataclass(frozen=True)
class Context:
    """Whose table it is, when it is read, and the answers to questions by line."""

    cluster: Cluster
    now: datetime
    answers: Mapping[int, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return local_date(self.now, self.cluster.time_zone)


class Spec(ABC):
    """A kind of table that can be loaded. Checking and applying run on the same rows, applying under a lock."""

    kind: ClassVar[str]
    permission: ClassVar[Permission]
    title: ClassVar[Any]
    row_title: ClassVar[Any]  # what a row names: a person, a school
    lead: ClassVar[Any]
    file_name: ClassVar[Any]  # of the template, without its ending
    list_endpoint: ClassVar[str]  # the page that lists what the table fills
    columns: ClassVar[tuple[Column, ...]]
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of required columns of which one whole group is enough, by keys (full name, or its parts)."""

    @abstractmethod
    def check(self, table: Table, context: Context) -> list[Checked]:
        """The verdict on every row; nothing is changed."""

    @abstractmethod
    def apply(self, rows: Iterable[Checked], context: Context, actor: Actor | None) -> None:
        """Carry out rows that `check` let pass, in the open transaction."""

    def allowed_values(self, cluster: Cluster, today: date) -> Mapping[str, Sequence[str]]:
        """Values for the template's second sheet and drop-down lists, by column."""
        return {}

    def needs(self, column: Column) -> bool:
        """Whether the column is required, alone or as the first of the alternatives."""
        return column.is_required or any(column.key in group for group in self.alternatives[:1])

    def missing(self, found: frozenset[str]) -> list[Column]:
        """Required columns without which no row makes sense."""
        lacking = [column for column in self.columns if column.is_required and column.key not in found]
        if self.alternatives and not any(found.issuperset(group) for group in self.alternatives):
            first = self.alternatives[0]
            lacking = [column for column in self.columns if column.key in first] + lacking
        return lacking
