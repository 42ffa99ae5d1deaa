"""The plan of the finished programme, all rows done, and this year's with one row late."""

from datetime import timedelta

from sqlalchemy import insert

from app.db import db
from app.demo.calendar import DemoCalendar
from app.demo.source import read
from programme.models import PlanItem, PlanItemState


def make_current_plan(cluster_id: int, calendar: DemoCalendar) -> None:
    """What this school year has in hand, above the archive."""
    rows = [
        {
            "cluster_id": cluster_id,
            "position": position,
            "stage": f"{calendar.school_year}/{(calendar.school_year + 1) % 100:02} учебный год",
            "number": number,
            "title": title,
            "period_text": period,
            "from_on": calendar.today + timedelta(days=begins) if begins is not None else None,
            "until_on": calendar.today + timedelta(days=ends) if ends is not None else None,
            "executor": executor,
            "expected_result": result,
            "state": PlanItemState(state),
        }
        for position, (number, title, period, begins, ends, executor, result, state) in enumerate(
            read("plan_now"), start=1
        )
    ]
    db.session.execute(insert(PlanItem), rows)


def make_archive_plan(cluster_id: int, calendar: DemoCalendar) -> None:
    """Rows 1.1 to 3.4 with their periods moved to the archive's years."""
    programme = f"Программа {calendar.school_year - 2}–{calendar.school_year}"
    rows = [
        {
            "cluster_id": cluster_id,
            "position": position,
            "stage": f"{programme}. {stage}",
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
            read("plan"), start=1 + len(read("plan_now"))
        )
    ]
    db.session.execute(insert(PlanItem), rows)
