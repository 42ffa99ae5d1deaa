"""Uploaded tables: seen by whoever may change in the whole cluster what the table changes."""

from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from app.db import db
from app.errors import NotFound
from app.imports.models import ImportRun, RunState
from app.imports.registry import all_specs
from app.jobs.models import Job
from app.permissions import Actor

LOADING_JOB = "load_table"


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    own = [
        and_(ImportRun.kind == spec.kind, ImportRun.cluster_id.in_(actor.whole_clusters(spec.permission)))
        for spec in all_specs()
    ]
    return or_(false(), *own)


def get_run(public_id: UUID, actor: Actor) -> ImportRun:
    """The table, if it is the actor's to load; else it is not there."""
    run = db.session.scalar(
        select(ImportRun)
        .options(joinedload(ImportRun.cluster))
        .where(ImportRun.public_id == public_id, _visible_to(actor))
    )
    if run is None:
        raise NotFound
    return run


def lock_run(run_id: int) -> ImportRun:
    """The table as it stands now, held until the end of the transaction."""
    return db.session.execute(
        select(ImportRun)
        .where(ImportRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def find_run_under_lock(run_id: int) -> ImportRun | None:
    """The table, unless it was deleted meanwhile."""
    return db.session.scalar(
        select(ImportRun)
        .where(ImportRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_runs(cluster_id: int, kind: str, limit: int = 5) -> list[ImportRun]:
    """The latest tables of a kind, without their rows."""
    return list(
        db.session.scalars(
            select(ImportRun)
            .options(defer(ImportRun.rows))
            .where(ImportRun.cluster_id == cluster_id, ImportRun.kind == kind)
            .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
            .limit(limit)
        )
    )


def loading_progress(run_id: int) -> tuple[int, int]:
    """Rows loaded so far and rows to load, by the worker's own report; zeros before it begins."""
    row = db.session.execute(
        select(Job.progress_done, Job.progress_total)
        .where(Job.kind == LOADING_JOB, Job.key == str(run_id))
        .order_by(Job.id.desc())
        .limit(1)
    ).first()
    return (row[0] or 0, row[1] or 0) if row else (0, 0)


def kinds_waiting(cluster_id: int, *states: RunState) -> ScalarSelect[list[str]]:
    """Kinds with a table in one of these states and none loaded later; a value to read beside other counts."""
    later = aliased(ImportRun)
    is_overtaken = exists().where(
        later.cluster_id == cluster_id,
        later.kind == ImportRun.kind,
        later.state == RunState.APPLIED,
        later.created_at > ImportRun.created_at,
    )
    return (
        select(func.array_agg(ImportRun.kind.distinct()))
        .where(ImportRun.cluster_id == cluster_id, ImportRun.state.in_(states), ~is_overtaken)
        .scalar_subquery()
    )
