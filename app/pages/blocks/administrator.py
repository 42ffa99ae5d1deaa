"""An administrator: what failed by itself, and who can sign in."""

from typing import Any

from flask import current_app

from app.accounts.queries import count_people
from app.jobs.queries import count_jobs
from app.mail.queries import count_letters
from app.pages.reading import Reading
from app.permissions import Permission


def block(reading: Reading) -> dict[str, Any]:
    """Counts of jobs, letters and people; each leads to its page."""
    jobs = count_jobs()
    letters = count_letters(reading.actor.whole_clusters(Permission.JOBS_MANAGE))
    return {
        "dead": sum(kind.of("dead") for kind in jobs),
        "waiting": sum(kind.of("waiting") + kind.of("running") for kind in jobs),
        "failed": sum(line.of("failed") + line.of("unknown") for line in letters),
        "queued": sum(line.of("queued") + line.of("sending") for line in letters),
        "people": count_people(reading.cluster.id),
        "has_mailbox": bool(current_app.config["OPORA_DEMO"]),
    }
