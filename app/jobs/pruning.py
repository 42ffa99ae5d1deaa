"""What the job table forgets: jobs done a month ago, workers gone for a day."""

from datetime import timedelta

from sqlalchemy import delete, func, text

from app.db import db
from app.jobs.models import Heartbeat, Job

DONE_KEPT = timedelta(days=30)
HEARTBEAT_KEPT = timedelta(days=1)


def prune() -> int:
    """Delete old rows; dead jobs stay until somebody has looked at them. Returns how many jobs went."""
    old = delete(Job).where(text("job.state = 'done'"), Job.finished_at < func.now() - DONE_KEPT)
    gone = db.session.execute(old, execution_options={"synchronize_session": False})
    db.session.execute(delete(Heartbeat).where(Heartbeat.seen_at < func.now() - HEARTBEAT_KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]
