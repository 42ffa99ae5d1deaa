"""Attendance: the latest mark of each person counts; bands of attendance over a period."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.db import db
from seminars.models import AttendanceMark, AttendanceScan, Outcome, Registration, SeminarSession


class AttendanceBand(StrEnum):
    """How many sessions somebody attended: 0, 1 to 3, 4 or more."""

    NONE = "0"
    FEW = "1-3"
    MANY = "4+"


def band_of(attended: int) -> AttendanceBand:
    if attended == 0:
        return AttendanceBand.NONE
    return AttendanceBand.FEW if attended <= 3 else AttendanceBand.MANY


def attendance_marks(session_id: int) -> dict[int, AttendanceMark]:
    """The mark that counts for each person marked."""
    rows = db.session.execute(
        select(AttendanceScan.person_id, AttendanceScan.mark)
        .where(AttendanceScan.session_id == session_id)
        .ext(distinct_on(AttendanceScan.person_id))
        .order_by(AttendanceScan.person_id, AttendanceScan.id.desc())
    )
    return dict(rows.all())


def count_attended(
    person_ids: Collection[int], starts_from: datetime, starts_before: datetime
) -> dict[int, int]:
    """Closed sessions of the period each of these people attended; zero where none."""
    counts = dict.fromkeys(person_ids, 0)
    rows = db.session.execute(
        select(Registration.person_id, func.count(Registration.session_id.distinct()))
        .join(SeminarSession, SeminarSession.id == Registration.session_id)
        .where(
            Registration.outcome == Outcome.ATTENDED,
            Registration.person_id == any_(literal(list(person_ids), ARRAY(BigInteger))),
            SeminarSession.starts_at >= starts_from,
            SeminarSession.starts_at < starts_before,
        )
        .group_by(Registration.person_id)
    )
    counts.update(rows.all())
    return counts


def attendance_bands(
    person_ids: Collection[int], starts_from: datetime, starts_before: datetime
) -> dict[int, AttendanceBand]:
    """The band of each of these people for sessions that began within the period."""
    return {
        person_id: band_of(count)
        for person_id, count in count_attended(person_ids, starts_from, starts_before).items()
    }
