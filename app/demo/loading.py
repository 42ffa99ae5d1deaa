"""Loads the demonstration: all of it in one transaction, once."""

from datetime import datetime

from sqlalchemy import select, text

from app.accounts.models import Cluster
from app.accounts.services import ensure_catalogues, ensure_consent_texts
from app.db import db, transaction
from app.demo.archive import make_archive
from app.demo.calendar import DemoCalendar
from app.demo.mailbox import invite_by_letter
from app.demo.open_wave import open_starting_wave
from app.demo.people import make_district
from app.demo.plan import make_current_plan
from app.demo.sessions import make_sessions
from surveys.models import Instrument, InstrumentVersion
from surveys.services.instruments import publish_built_in

INSTRUMENT = "cluster_competence"
TIME_ZONE = "Asia/Novokuznetsk"


class ForeignData(Exception):
    """The database already holds a real cluster."""


class NotLoaded(Exception):
    """There is no demonstration in this database."""


def ensure_demo(now: datetime) -> bool:
    """Load the demonstration unless it is there; whether it was loaded now."""
    with transaction():
        # Two commands at once: the second waits and finds the work done.
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('opora demo'))"))
        if find_demo() is not None:
            return False
        if db.session.scalar(select(Cluster.id).limit(1)) is not None:
            raise ForeignData
        _load(now)
    return True


def _load(now: datetime) -> None:
    calendar = DemoCalendar.of(now, TIME_ZONE)
    began_at = calendar.at(calendar.archive_day(0, "9-1"), "09:00")
    ensure_catalogues()
    ensure_consent_texts(began_at)
    publish_built_in(now=began_at)
    version_id = db.session.scalars(
        select(InstrumentVersion.id).join(Instrument).where(Instrument.code == INSTRUMENT)
    ).one()
    district = make_district(began_at)
    make_archive(district, version_id, calendar)
    wave = open_starting_wave(district, version_id, calendar, now)
    invite_by_letter(wave, [person.id for person in district.shown.values()])
    make_sessions(district, calendar, now)
    make_current_plan(district.cluster.id, calendar)


def find_demo() -> Cluster | None:
    """The demonstration's cluster, if it is loaded."""
    return db.session.scalars(select(Cluster).where(Cluster.is_demo)).one_or_none()
