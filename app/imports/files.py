"""A file loaded without a page: for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import force_locale, gettext, ngettext

from app.accounts.models import Cluster
from app.accounts.queries import lock_cluster
from app.db import transaction
from app.imports.columns import as_table, find_table
from app.imports.errors import ColumnsMissing, FileTooLarge
from app.imports.reading import MOST_BYTES, read_grids
from app.imports.services import count_acts
from app.imports.spec import Act, Checked, Context, Level, Spec

_LANGUAGE = "ru"  # of the operator's console; there is no request to ask


@dataclass(frozen=True)
class Report:
    """The verdict on a file; texts are ready to print."""

    file: str
    is_applied: bool
    counts: dict[str, int]
    remarks: tuple[dict[str, Any], ...]  # line, title, level, texts; errors first

    @property
    def is_clean(self) -> bool:
        """Whether every row could be loaded."""
        return self.counts[Act.LEAVE] == 0

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "file": self.file,
            "applied": self.is_applied,
            "counts": self.counts,
            "remarks": list(self.remarks),
        }

    def lines(self) -> list[str]:
        """For people: remarks, then the counts."""
        with force_locale(_LANGUAGE):
            remarks = [
                gettext(
                    "row %(line)s, %(title)s: %(texts)s",
                    line=r["line"],
                    title=r["title"],
                    texts="; ".join(r["texts"]),
                )
                for r in self.remarks
            ]
            return [*remarks, *self._counts_in_words()]

    def _counts_in_words(self) -> list[str]:
        total = sum(self.counts.values())
        return [
            ngettext("%(num)d row", "%(num)d rows", total),
            gettext("new: %(num)d", num=self.counts[Act.ADD]),
            gettext("corrected: %(num)d", num=self.counts[Act.UPDATE]),
            gettext("without changes: %(num)d", num=self.counts[Act.NOTHING]),
            gettext("left out: %(num)d", num=self.counts[Act.LEAVE]),
            gettext("Loaded.") if self.is_applied else gettext("Checked only, nothing is changed."),
        ]


def load_file(spec: Spec, path: Path, cluster: Cluster, *, apply: bool, now: datetime) -> Report:
    """Check a file and, with `apply`, carry out its good rows in one transaction; questions stay open."""
    with force_locale(_LANGUAGE):
        if path.stat().st_size > MOST_BYTES:
            raise FileTooLarge(megabytes=MOST_BYTES // (1024 * 1024))
        sheet = find_table(read_grids(path.read_bytes()), spec)
        table = as_table(sheet.rows, sheet.mapping)
        if lacking := spec.missing(table.columns):
            raise ColumnsMissing(titles=", ".join(str(column.title) for column in lacking))
        context = Context(cluster=cluster, now=now)
        if not apply:
            return _report(path, spec.check(table, context), is_applied=False)
        with transaction():
            lock_cluster(cluster.id)
            checked = spec.check(table, context)
            spec.apply([row for row in checked if row.act in (Act.ADD, Act.UPDATE)], context, None)
        return _report(path, checked, is_applied=True)


def _report(path: Path, checked: Sequence[Checked], *, is_applied: bool) -> Report:
    remarks = [
        {
            "line": row.line,
            "title": row.title,
            "level": row.level.value,
            "texts": [str(finding.text) for finding in row.findings],
        }
        for level in (Level.ERROR, Level.WARNING)
        for row in checked
        if row.level is level
    ]
    return Report(path.name, is_applied, count_acts(checked), tuple(remarks))
