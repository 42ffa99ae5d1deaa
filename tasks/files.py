"""Jobs about stored files."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.jobs import queue
from app.jobs.handlers import ClaimedJob, handles
from app.jobs.timed import Period
from app.storage import storage
from seminars.services import materials

UNNAMED_FOR = timedelta(days=1)
"""An upload is stored before the row that names it; a day is more than any request takes."""


@handles("sweep_files", queue="import", time_limit=300)
def sweep_files(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Delete contents that nothing names."""
    materials.sweep(storage(), older_than=now - UNNAMED_FOR)


def plan_sweep(period: Period) -> None:
    queue.add("sweep_files", key=period.name)
