"""Loads the demonstration: all of it in one transaction, once."""

from datetime import datetime

from sqlalchemy import select, text

from app.accounts.models import Cluster
from app.accounts.services import ensure_catalogues, ensure_consent_texts
from app.db import db, transaction
from app.demo.people import make_district


class ForeignData(Exception):
    """The database already holds a real cluster."""


def ensure_demo(now: datetime) -> bool:
    """Load the demonstration unless it is there; whether it was loaded now."""
    with transaction():
        # Two commands at once: the second waits and finds the work done.
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('opora demo'))"))
        if find_demo() is not None:
            return False
        if db.session.scalar(select(Cluster.id).limit(1)) is not None:
            raise ForeignData
        ensure_catalogues()
        ensure_consent_texts(now)
        make_district(now)
    return True


def find_demo() -> Cluster | None:
    """The demonstration's cluster, if it is loaded."""
    return db.session.scalars(select(Cluster).where(Cluster.is_demo)).one_or_none()
