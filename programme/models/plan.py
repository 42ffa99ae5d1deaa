"""The programme's plan: stages and plan items, with free-text numbers and periods beside real dates."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db import BigIdentity, Model, PublicId, text_enum


class PlanItemState(StrEnum):
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    MOVED = "moved"
    DROPPED = "dropped"


OPEN_STATES = (PlanItemState.PLANNED, PlanItemState.IN_PROGRESS)
"""States in which an item can become overdue."""

STATES_WITH_REASON = (PlanItemState.MOVED, PlanItemState.DROPPED)
"""States nobody understands later without a word why."""


class PlanItem(Model):
    """A row of the plan of joint activity; titles and numbers repeat in paper originals, so nothing is unique."""

    __tablename__ = "plan_item"
    __table_args__ = (
        CheckConstraint("state NOT IN ('moved', 'dropped') OR state_reason IS NOT NULL", name="reason"),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    number: Mapped[str | None]
    stage: Mapped[str | None]
    title: Mapped[str]
    period_text: Mapped[str | None]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    executor: Mapped[str | None]
    expected_result: Mapped[str | None]
    state: Mapped[PlanItemState] = mapped_column(
        text_enum(PlanItemState, "state"), default=PlanItemState.PLANNED, server_default="planned"
    )
    state_reason: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    def is_overdue(self, today: date) -> bool:
        """Whether the last day has passed and the item is neither done nor put off."""
        return self.state in OPEN_STATES and self.until_on is not None and self.until_on < today
