"""The plan as a table to print and to work with."""

import io
from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from app.spreadsheets import Cell, table
from programme.models import PlanItem
from programme.state_names import STATE_NAMES


def plan_table(items: Sequence[PlanItem], today: date) -> io.BytesIO:
    """Rows of the plan; loaded back the table corrects the same rows."""
    columns = (
        (_("Stage"), 28),
        (_("Number"), 10),
        (_("What is done"), 50),
        (_("Period in words"), 24),
        (_("Begins on"), 12),
        (_("Ends on"), 12),
        (_("Executor"), 28),
        (_("Expected result"), 40),
        (_("State"), 16),
        (_("Reason"), 30),
        (_("Overdue"), 12),
    )
    return table(_("Plan"), columns, (_cells(item, today) for item in items))


def _cells(item: PlanItem, today: date) -> list[Cell]:
    return [
        item.stage,
        item.number,
        item.title,
        item.period_text,
        item.from_on,
        item.until_on,
        item.executor,
        item.expected_result,
        str(STATE_NAMES[item.state]),
        item.state_reason,
        _("yes") if item.is_overdue(today) else "",
    ]
