"""Letters in the tests: sending what is due, by the code a worker runs."""

import time

from flask import current_app
from sqlalchemy import select, text

from app.db import db, transaction
from app.mail import sender
from app.mail.models import Letter


def send_letters(seconds: float = 60) -> None:
    """Send all due letters; objects the test holds are read anew afterwards."""
    with current_app.app_context():
        sender.drain(time.monotonic() + seconds)
    db.session.rollback()
    db.session.expire_all()


def only_letter() -> Letter:
    return db.session.scalars(select(Letter)).one()


def wait_is_over() -> None:
    """Let every waiting letter and every lease on one be due now."""
    with transaction():
        db.session.execute(text("UPDATE letter SET next_try_at = now()"))
