"""A table's way in: uploaded, its columns corrected, its questions answered, applied once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from app.accounts.queries import lock_cluster
from app.db import db
from app.imports.columns import Sheet, as_table
from app.imports.errors import ColumnsMissing, RunClosed
from app.imports.models import ImportRun, RunState
from app.imports.queries import LOADING_JOB, lock_run
from app.imports.reading import Row
from app.imports.registry import get_spec
from app.imports.spec import Act, Checked, Context, Spec, Table
from app.jobs import queue
from app.permissions import Actor

KEPT_FOR = timedelta(days=30)
MOST_AT_ONCE = 300
"""Longer tables take seconds to load: a worker does it and shows how far it has come."""
_ROWS_BETWEEN_REPORTS = 50
Progress = Callable[[int, int], None]
_CARRIED_OUT = (Act.ADD, Act.UPDATE)


def start_run(
    spec: Spec, cluster_id: int, sheet: Sheet, *, file_name: str, author_id: int | None
) -> ImportRun:
    """Keep an uploaded table."""
    run = ImportRun(
        cluster_id=cluster_id,
        author_id=author_id,
        kind=spec.kind,
        file_name=file_name,
        headings=list(sheet.headings),
        rows=[[row.line, list(row.cells)] for row in sheet.rows],
        mapping=dict(sheet.mapping),
    )
    db.session.add(run)
    db.session.flush()
    return run


def table_of(run: ImportRun) -> Table:
    """The kept rows by column."""
    return as_table(tuple(Row(line, tuple(cells)) for line, cells in run.rows), run.mapping)


def check_run(run: ImportRun, now: datetime) -> list[Checked]:
    """The verdict on every row as the cluster stands now; nothing is changed."""
    spec, table = get_spec(run.kind), table_of(run)
    if spec.missing(table.columns):
        return []
    return spec.check(table, _context(run, now))


def _context(run: ImportRun, now: datetime) -> Context:
    answers = {int(line): answer for line, answer in run.answers.items()}
    return Context(cluster=run.cluster, now=now, answers=answers)


def choose_columns(run_id: int, mapping: Mapping[str, int]) -> None:
    """Say which column is which."""
    run = lock_run(run_id)
    if run.state is not RunState.UPLOADED:
        raise RunClosed
    known = {column.key for column in get_spec(run.kind).columns}
    run.mapping = {
        key: index for key, index in mapping.items() if key in known and 0 <= index < len(run.headings)
    }


def load_run(
    run_id: int, answers: Mapping[int, str], *, actor: Actor | None, account_id: int | None, now: datetime
) -> ImportRun:
    """Load a table now, or hand a long one to a worker; a repeat changes nothing."""
    run = lock_run(run_id)
    if run.state is not RunState.UPLOADED:
        return run
    spec = get_spec(run.kind)
    if lacking := spec.missing(frozenset(run.mapping)):
        raise ColumnsMissing(titles=", ".join(str(column.title) for column in lacking))
    run.answers = run.answers | {str(line): answer for line, answer in answers.items()}
    if len(run.rows) > MOST_AT_ONCE:
        run.state = RunState.LOADING
        queue.add(LOADING_JOB, key=str(run.id), payload={"run_id": run.id, "account_id": account_id})
    else:
        apply_run(run, actor=actor, now=now)
    return run


def apply_run(
    run: ImportRun, *, actor: Actor | None, now: datetime, report: Progress = lambda _done, _total: None
) -> None:
    """Load every row of a locked table that may be loaded, in the open transaction.

    Rows are checked anew under the cluster's lock: two tables applied at once do not double a person.
    """
    lock_cluster(run.cluster_id)
    checked = check_run(run, now)
    ready = [row for row in checked if row.act in _CARRIED_OUT]
    get_spec(run.kind).apply(_reported(ready, report), _context(run, now), actor)
    run.outcome = count_acts(checked)
    run.state, run.applied_at = RunState.APPLIED, now
    db.session.flush()


def _reported(rows: Sequence[Checked], report: Progress) -> Iterator[Checked]:
    for done, row in enumerate(rows):
        if done % _ROWS_BETWEEN_REPORTS == 0:
            report(done, len(rows))
        yield row


def count_acts(checked: Sequence[Checked]) -> dict[str, int]:
    """Rows by what applying them does."""
    counts = Counter(row.act.value for row in checked)
    return {act.value: counts[act.value] for act in Act}


def discard_run(run_id: int) -> None:
    """Forget a table that was not loaded, or the rows of one that was."""
    db.session.delete(lock_run(run_id))


def forget_old_runs(now: datetime) -> int:
    """Delete tables of a month ago and before: the rows hold names and addresses. Returns how many."""
    old = delete(ImportRun).where(ImportRun.created_at < now - KEPT_FOR).returning(ImportRun.id)
    return len(db.session.scalars(old).all())
