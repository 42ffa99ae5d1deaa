"""The shortest valid rows of a plan; each call commits."""

from typing import Any

from app.accounts.models import Cluster
from programme.models import PlanItem
from tests.factories.people import add


def make_plan_item(cluster: Cluster, **overrides: Any) -> PlanItem:
    item = PlanItem(**{"cluster_id": cluster.id, "position": 1, "title": "Анализ условий", **overrides})
    add(item)
    return item
