"""The finished programme's plan, all rows done."""

from sqlalchemy import insert

from app.db import db
from app.demo.calendar import DemoCalendar
from app.demo.source import read
from programme.models import PlanItem, PlanItemState


def make_plan(cluster_id: int, calendar: DemoCalendar) -> None:
    """Rows 1.1 to 3.4 with their periods moved to the archive's years."""
    rows = [
        {
            "cluster_id": cluster_id,
            "position": position,
            "stage": stage,
            "number": number,
            "title": title,
            "period_text": period,
            "from_on": calendar.archive_day(*begins) if begins else None,
            "until_on": calendar.archive_day(*ends) if ends else None,
            "executor": executor,
            "expected_result": result,
            "state": PlanItemState.DONE,
        }
        for position, (stage, number, title, period, begins, ends, executor, result) in enumerate(
            read("plan"), start=1
        )
    ]
    db.session.execute(insert(PlanItem), rows)
