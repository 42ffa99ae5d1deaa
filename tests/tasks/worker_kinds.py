"""Jobs and letters for the tests' worker, which is started with `--include` of this module."""

import os
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader

from app.accounts.models import CatalogueEntry
from app.db import db
from app.jobs.handlers import ClaimedJob, handles
from app.mail import letters
from app.mail.letters import LetterKind
from tasks.celery_app import celery_app


@handles("test_keep", queue="score", batch=10, time_limit=30)
def keep(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Leave a row for each job."""
    _keep(claimed)


@handles("test_stall", queue="score", time_limit=30)
def stall(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Leave a row, tell the process's id, and stay there the first time."""
    _keep(claimed)
    db.session.flush()
    told = Path(claimed[0].payload["pid_file"])
    if not told.exists():
        told.with_suffix(".new").write_text(str(os.getpid()))
        told.with_suffix(".new").rename(told)
        time.sleep(25)


def _keep(claimed: Sequence[ClaimedJob]) -> None:
    for job in claimed:
        db.session.add(
            CatalogueEntry(kind="result", code=job.key, name_ru="итог", name_en="result", position=1)
        )


letters.register(
    LetterKind(
        "test_hello",
        "greetings/hello",
        lambda letter: {"code": "42"},
        title="приветствия",
        is_service=True,
    )
)


def _add_templates() -> None:
    environment = celery_app.flask_app.jinja_env
    folder = FileSystemLoader(Path(__file__).parents[1] / "mail" / "templates")
    environment.loader = ChoiceLoader([folder, environment.loader])


# Imported by a test process as well, where the application may not be there yet.
if hasattr(celery_app, "flask_app"):
    _add_templates()
