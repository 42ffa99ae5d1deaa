"""Lists of the seminar to work with in a spreadsheet."""

import io
from collections.abc import Mapping, Sequence
from math import ceil

from flask_babel import gettext as _

from app.accounts.queries import catalogue_name
from app.clock import utcnow
from app.formats import full_name, local
from app.spreadsheets import Cell, in_table, table
from seminars.material_forms import ACCESS_LABELS
from seminars.models import AttendanceMark, MaterialVersion, Outcome, Registration, SeminarSession
from seminars.words import MARKS, PLACES, state_words


def sessions_table(sessions: Sequence[SeminarSession], time_zone: str) -> io.BytesIO:
    """The quarter's sessions: one a row, day and hours in the cluster's time."""
    columns = (
        (_("Day"), 12),
        (_("Begins at"), 10),
        (_("Ends at"), 12),
        (_("Form"), 20),
        (_("Topic"), 48),
        (_("Where"), 26),
        (_("Room"), 16),
        (_("Subjects"), 30),
        (_("State"), 16),
        (_("Places"), 8),
        (_("Places taken"), 8),
    )
    rows = []
    for session in sessions:
        starts_at, ends_at = local(session.starts_at, time_zone), local(session.ends_at, time_zone)
        rows.append(
            (
                starts_at.date(),
                starts_at.time(),
                ends_at.time(),
                catalogue_name("event_form", session.form),
                session.title,
                session.organisation.short_name if session.organisation else "",
                session.room,
                ", ".join(catalogue_name("subject", code) for code in session.subjects),
                str(state_words(session, utcnow())),
                session.capacity,
                session.seats_taken,
            )
        )
    return table(_("Sessions"), columns, rows)


def participants_table(
    registrations: Sequence[Registration], marks: Mapping[int, AttendanceMark], time_zone: str
) -> io.BytesIO:
    """Who has a place or waits for one, in the order given, and who was marked."""
    columns = (
        (_("Surname, first name, patronymic"), 36),
        (_("School"), 26),
        (_("Place"), 18),
        (_("Registered at"), 18),
        (_("Attendance"), 16),
    )
    rows = []
    for registration in registrations:
        mark = _fixed_mark(registration) or marks.get(registration.person_id)
        rows.append(
            (
                full_name(registration.person),
                registration.person.organisation.short_name if registration.person.organisation else "",
                str(PLACES[registration.place]),
                in_table(registration.queued_at, time_zone),
                str(MARKS[mark]) if mark else "",
            )
        )
    return table(_("Participants"), columns, rows)


def _fixed_mark(registration: Registration) -> AttendanceMark | None:
    """What closing has fixed: whoever was not marked counts as absent."""
    if registration.outcome is None:
        return None
    return AttendanceMark.PRESENT if registration.outcome is Outcome.ATTENDED else AttendanceMark.ABSENT


def materials_table(versions: Sequence[MaterialVersion], time_zone: str) -> io.BytesIO:
    """The library: one material a row, its newest version."""
    columns = (
        (_("Title"), 40),
        (_("Session"), 40),
        (_("Day"), 12),
        (_("File or link"), 40),
        (_("Size, KB"), 11),
        (_("Version"), 9),
        (_("Added on"), 12),
        (_("Who may take it"), 24),
        (_("Taken, times"), 12),
    )
    rows: list[list[Cell]] = []
    for version in versions:
        material = version.material
        session = material.session
        rows.append(
            [
                material.title,
                session.title if session else material.series.title,
                local(session.starts_at, time_zone).date() if session else None,
                version.file_name or version.url,
                ceil(version.file.size / 1024) if version.file else None,
                version.number,
                local(version.created_at, time_zone).date(),
                str(ACCESS_LABELS[material.access]),
                version.downloads,
            ]
        )
    return table(_("Materials"), columns, rows)
