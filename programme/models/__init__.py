"""Models of the cluster's programme."""

from programme.models.plan import OPEN_STATES, STATES_WITH_REASON, PlanItem, PlanItemState

__all__ = ["OPEN_STATES", "STATES_WITH_REASON", "PlanItem", "PlanItemState"]
