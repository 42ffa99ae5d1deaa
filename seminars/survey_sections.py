"""What the seminar adds to the surveys' pages: sessions for growth zones, and attendance as a slice."""

from collections.abc import Collection, Sequence

from flask_babel import lazy_gettext as _

from app.accounts.queries import get_cluster
from app.clock import local_date
from seminars import queries
from seminars.queries import AttendanceBand
from surveys import profile_sections, slices
from surveys.profile_sections import ProfileReader, Section
from surveys.slices import People, Slice

BAND_NAMES = {
    AttendanceBand.NONE: _("no session"),
    AttendanceBand.FEW: _("1 to 3 sessions"),
    AttendanceBand.MANY: _("4 sessions and more"),
}


def register() -> None:
    """Fill the registries of `surveys`; a second call changes nothing."""
    profile_sections.register("suggested_sessions", _suggested_sessions)
    slices.register(
        Slice(
            "attendance_band",
            _("By attendance of the seminar"),
            _("Whom should we invite to the seminar next quarter, and to what?"),
            _bands,
            name_of=lambda code: str(BAND_NAMES[AttendanceBand(code)]),
            order=lambda: list(AttendanceBand),
        )
    )


def _suggested_sessions(reader: ProfileReader) -> Section | None:
    """Sessions for the reader's growth zones; where none fits, the wish for one."""
    if not reader.growth_zones:
        return None
    names = {zone.code: zone.name for zone in reader.growth_zones}
    suggestions = queries.suggest_sessions(
        person_id=reader.person_id,
        cluster_id=reader.cluster_id,
        subjects=reader.subjects,
        competences=list(names),
        now=reader.now,
    )
    covered = {code for suggestion in suggestions for code in suggestion.session.competences}
    covered |= queries.competences_ahead(reader.person_id, reader.now)
    zone = get_cluster(reader.cluster_id).time_zone
    today = local_date(reader.now, zone)
    return Section(
        "seminars/_suggested.html",
        {
            "suggestions": [
                {
                    "session": suggestion.session,
                    "zone": names[suggestion.competence],
                    "days": (local_date(suggestion.session.starts_at, zone) - today).days,
                }
                for suggestion in suggestions
            ],
            "uncovered": [zone for zone in reader.growth_zones if zone.code not in covered],
            "wished": queries.list_open_wishes(reader.person_id, names),
        },
    )


def _bands(people: People) -> Sequence[Collection[str]]:
    bands = queries.attendance_bands(people.person_ids, people.since, people.until)
    return [(bands[person_id],) for person_id in people.person_ids]
