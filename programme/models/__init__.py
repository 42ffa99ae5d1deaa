"""Models of the cluster's programme."""

from programme.models.plan import PlanItem, PlanItemState

__all__ = ["PlanItem", "PlanItemState"]
