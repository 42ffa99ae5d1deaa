"""The plan's items: added, corrected, moved on, taken out; each with an entry in the audit log."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from app.accounts.queries import lock_cluster
from app.accounts.services import record
from app.db import db
from app.permissions import Actor
from programme import queries
from programme.errors import ReasonNeeded
from programme.models import STATES_WITH_REASON, PlanItem, PlanItemState


@dataclass(frozen=True, kw_only=True)
class PlanItemData:
    """What a row of the plan says; only its title is needed."""

    title: str
    number: str | None = None
    stage: str | None = None
    period_text: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    executor: str | None = None
    expected_result: str | None = None

    @classmethod
    def of(cls, item: PlanItem) -> "PlanItemData":
        """What is stored of `item` now, to be changed with `dataclasses.replace`."""
        return cls(**{field.name: getattr(item, field.name) for field in fields(cls)})


def add_item(cluster_id: int, data: PlanItemData, *, actor: Actor | None, now: datetime) -> PlanItem:
    """A new row at the end of the plan."""
    lock_cluster(cluster_id)  # two rows added at once must not take the same place
    item = PlanItem(cluster_id=cluster_id, position=queries.last_position(cluster_id) + 1, updated_at=now)
    _describe(item, data)
    db.session.add(item)
    db.session.flush()
    _record("plan_item_added", item, actor)
    return item


def update_item(item: PlanItem, data: PlanItemData, *, actor: Actor | None, now: datetime) -> None:
    """Correct a row; odd periods are let pass, `periods.find_oddity` names them."""
    _describe(item, data)
    item.updated_at = now
    db.session.flush()
    _record("plan_item_changed", item, actor)


def change_state(
    item: PlanItem, state: PlanItemState, *, reason: str | None, actor: Actor | None, now: datetime
) -> None:
    """Move a row on, or back: a slip of the hand is undone the same way. Moving and dropping need a reason."""
    if state in STATES_WITH_REASON and not reason:
        raise ReasonNeeded
    item.state, item.state_reason = state, reason if state in STATES_WITH_REASON else None
    item.updated_at = now
    db.session.flush()
    _record("plan_item_moved_on", item, actor, state=state.value)


def remove_item(item: PlanItem, *, actor: Actor | None) -> None:
    """Take a row out that never belonged there; work given up is dropped with a reason instead."""
    _record("plan_item_removed", item, actor)
    db.session.delete(item)
    db.session.flush()


def _describe(item: PlanItem, data: PlanItemData) -> None:
    for field in fields(data):
        setattr(item, field.name, getattr(data, field.name))


def _record(action: str, item: PlanItem, actor: Actor | None, **details: object) -> None:
    record(
        action,
        actor=actor,
        cluster_id=item.cluster_id,
        object_kind="plan_item",
        object_id=item.id,
        **details,
    )
