"""The plan, by the rule that guards one item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from app.db import db
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.text import sort_key
from programme.models import OPEN_STATES, PlanItem, PlanItemState


@dataclass(frozen=True)
class PlanFilter:
    """What the plan is narrowed by."""

    search: str = ""
    stage: str = ""
    state: PlanItemState | None = None
    only_overdue: bool = False


def list_plan(actor: Actor, cluster_id: int, wanted: PlanFilter, today: date) -> Sequence[PlanItem]:
    """The cluster's items the actor may see, in the plan's own order."""
    statement = _visible_to(actor).where(PlanItem.cluster_id == cluster_id)
    return db.session.scalars(_narrowed(statement, wanted, today)).all()


def _visible_to(actor: Actor) -> Select[PlanItem]:
    clusters = actor.clusters(Permission.PLAN_VIEW)
    return select(PlanItem).where(PlanItem.cluster_id.in_(clusters)).order_by(PlanItem.position, PlanItem.id)


def _narrowed(statement: Select[PlanItem], wanted: PlanFilter, today: date) -> Select[PlanItem]:
    words = func.replace(
        func.lower(func.concat_ws(" ", PlanItem.number, PlanItem.title, PlanItem.executor)), "ё", "е"
    )
    for word in sort_key(wanted.search).split():
        statement = statement.where(words.contains(word, autoescape=True))
    if wanted.stage:
        statement = statement.where(PlanItem.stage == wanted.stage)
    if wanted.state is not None:
        statement = statement.where(PlanItem.state == wanted.state)
    if wanted.only_overdue:
        statement = statement.where(is_overdue(today))
    return statement


def is_overdue(today: date) -> ColumnElement[bool]:
    """`PlanItem.is_overdue`, said to the database."""
    return PlanItem.state.in_(OPEN_STATES) & (PlanItem.until_on < today)


def list_stages(cluster_id: int) -> list[str]:
    """Stages in the order in which they first stand in the plan."""
    return [
        stage
        for stage in db.session.scalars(
            select(PlanItem.stage)
            .where(PlanItem.cluster_id == cluster_id, PlanItem.stage.is_not(None))
            .group_by(PlanItem.stage)
            .order_by(func.min(PlanItem.position))
        )
        if stage is not None
    ]


@dataclass(frozen=True)
class PlanCounts:
    """The plan in figures."""

    total: int
    done: int
    in_progress: int
    overdue: int


def count_plan(cluster_id: int, today: date) -> PlanCounts:
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(PlanItem.state == PlanItemState.DONE),
            func.count().filter(PlanItem.state == PlanItemState.IN_PROGRESS),
            func.count().filter(is_overdue(today)),
        ).where(PlanItem.cluster_id == cluster_id)
    ).one()
    return PlanCounts(*row)


def list_cluster_plan(cluster_id: int) -> Sequence[PlanItem]:
    """The whole plan of a cluster, for a comparison with a table."""
    return db.session.scalars(
        select(PlanItem).where(PlanItem.cluster_id == cluster_id).order_by(PlanItem.position, PlanItem.id)
    ).all()


def get_item(public_id: UUID, actor: Actor) -> PlanItem:
    """The item, if the actor may see it; else it is not there."""
    item = db.session.scalar(_visible_to(actor).where(PlanItem.public_id == public_id))
    if item is None:
        raise NotFound
    return item


def lock_item(item_id: int) -> PlanItem:
    """The item as it stands now, held until the end of the transaction."""
    item = db.session.scalar(
        select(PlanItem)
        .where(PlanItem.id == item_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if item is None:  # removed meanwhile
        raise NotFound
    return item


def last_position(cluster_id: int) -> int:
    """The place of the plan's last item, 0 for an empty plan."""
    return (
        db.session.scalar(select(func.max(PlanItem.position)).where(PlanItem.cluster_id == cluster_id)) or 0
    )
