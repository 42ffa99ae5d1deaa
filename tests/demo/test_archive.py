"""The finished programme gives the published figures, out of the services every comparison goes through."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.accounts.models import (
    Account,
    Consent,
    ConsentKind,
    ConsentText,
    Grant,
    Organisation,
    OrganisationKind,
    Person,
)
from app.db import db
from app.demo.source import read
from app.permissions import Role
from programme.models import PlanItem, PlanItemState
from seminars.models import Outcome, Registration, SeminarSession, SessionState
from seminars.services.audit import audit
from surveys.models import Diagnostic, Response, ScaleChange, Snapshot, Wave
from tests.demo.conftest import LOADED_AT

pytestmark = pytest.mark.usefixtures("demo")

STARTING = {
    "DLAB": 41.8,
    "PROJ": 48.9,
    "FGOS": 55.2,
    "FLIT": 50.4,
    "DIGI": 52.7,
    "SAFE": 63.5,
    "PSYC": 66.1,
    "NETW": 44.0,
}
FINAL = {
    "DLAB": 61.5,
    "PROJ": 60.7,
    "FGOS": 64.9,
    "FLIT": 61.2,
    "DIGI": 63.0,
    "SAFE": 71.8,
    "PSYC": 70.2,
    "NETW": 62.4,
}
GAINS = {
    "DLAB": 19.7,
    "PROJ": 11.8,
    "FGOS": 9.7,
    "FLIT": 10.8,
    "DIGI": 10.3,
    "SAFE": 8.3,
    "PSYC": 4.1,
    "NETW": 18.4,
}


def comparison() -> Snapshot:
    return db.session.scalars(
        select(Snapshot).where(Snapshot.kind == "comparison", Snapshot.published_at.is_not(None))
    ).one()


def scales() -> dict[str, dict]:
    return {scale["code"]: scale for scale in comparison().content["scales"]}


def test_numbers_of_people_behind_the_comparison():
    counts = comparison().content["counts"]
    assert counts == {
        "invited": 112,
        "starting": 98,
        "final": 91,
        "paired": 86,
        "excluded": 0,
        "starting_only": 12,
        "final_only": 5,
    }
    consented = select(func.count()).select_from(Consent).join(ConsentText)
    assert db.session.scalar(consented.where(ConsentText.kind == ConsentKind.DIAGNOSTICS)) == 106


@pytest.mark.parametrize("code", list(STARTING))
def test_published_means_of_a_competence(code):
    scale = scales()[code]
    assert (scale["starting"], scale["final"], scale["delta"]) == (STARTING[code], FINAL[code], GAINS[code])
    assert scale["low"] < scale["delta"] < scale["high"]


def test_published_means_overall():
    overall = scales()["overall"]
    assert (overall["starting"], overall["final"], overall["delta"]) == (52.8, 64.5, 11.6)


def test_published_levels_and_transitions():
    overall = scales()["overall"]
    assert overall["starting_levels"] == [14, 47, 23, 2]
    assert overall["final_levels"] == [3, 27, 47, 9]
    assert overall["transitions"] == [[3, 9, 2, 0], [0, 16, 29, 2], [0, 2, 16, 5], [0, 0, 0, 2]]
    assert overall["moved"] == [47, 37, 2]


def test_people_differ_as_people_do():
    spread = dict(
        db.session.execute(
            select(ScaleChange.scale, func.stddev(ScaleChange.starting_percent))
            .where(ScaleChange.scale.in_(STARTING))
            .group_by(ScaleChange.scale)
        ).all()
    )
    assert all(12 < sd < 18 for sd in spread.values()), spread
    fell = select(func.count()).where(
        ScaleChange.scale == "overall", ScaleChange.final_percent < ScaleChange.starting_percent
    )
    assert 3 <= db.session.scalar(fell) <= 15


def test_a_few_skip_and_somebody_has_nothing_to_do_with_a_topic():
    marks = Counter(
        answer["m"]
        for answers in db.session.scalars(select(Response.answers).where(Response.submitted_at < LOADED_AT))
        for answer in answers.values()
        if "m" in answer
    )
    assert marks["skipped"] > 20
    assert marks["na"] == 2 * 2 * 6
    assert marks["not_shown"] == 2 * 2 * 2


def test_a_school_with_fewer_than_five_pairs_is_not_shown():
    schools = next(cut for cut in comparison().content["slices"] if cut["code"] == "school")
    shown = {group["name"] for group in schools["groups"]}
    assert "Кедровская ООШ" not in shown
    assert schools["hidden"] >= 2
    assert len(shown) >= 5


def test_attendance_bands_are_a_slice_with_three_groups():
    bands = next(cut for cut in comparison().content["slices"] if cut["code"] == "attendance_band")
    assert len(bands["groups"]) == 3


def test_41_sessions_with_694_attendances_of_105_people():
    source = read("archive_sessions")
    assert [len(quarter["sessions"]) for quarter in source] == [6, 9, 8, 4, 11, 3]
    forms = Counter(session[0] for quarter in source for session in quarter["sessions"])
    assert forms == {
        "masterclass": 12,
        "open_lesson": 9,
        "seminar": 6,
        "intensive": 5,
        "pedagogical_workshop": 3,
        "network_pedcouncil": 2,
        "educational_expedition": 2,
        "simulation_game": 1,
        "public_presentation": 1,
    }
    final_closed = db.session.scalars(select(Wave.closes_at).order_by(Wave.id).offset(1).limit(1)).one()
    held = select(SeminarSession.id).where(
        SeminarSession.state == SessionState.CLOSED, SeminarSession.starts_at < final_closed
    )
    assert len(db.session.scalars(held).all()) == 41
    came, people = db.session.execute(
        select(func.count(), func.count(Registration.person_id.distinct())).where(
            Registration.session_id.in_(held), Registration.outcome == Outcome.ATTENDED
        )
    ).one()
    assert (came, people) == (694, 105)


def test_schools_centres_and_accounts():
    counts = dict(
        db.session.execute(select(Organisation.kind, func.count()).group_by(Organisation.kind)).all()
    )
    assert (counts[OrganisationKind.SCHOOL], counts[OrganisationKind.CENTRE]) == (18, 9)
    pupils = select(func.sum(Organisation.pupils)).where(Organisation.kind == OrganisationKind.SCHOOL)
    assert db.session.scalar(pupils) == 5592
    roles = dict(db.session.execute(select(Grant.role, func.count()).group_by(Grant.role)).all())
    assert roles[Role.TEACHER] == 134
    assert roles[Role.COORDINATOR] == 1
    assert roles[Role.COUNCIL_MEMBER] == 12
    assert roles[Role.CENTRE_HEAD] == 9
    assert set(roles) == set(Role)
    assert db.session.scalar(select(func.count(Account.password.distinct()))) == 1


def test_attributes_of_the_112_are_the_published_ones():
    invited = select(Person).join(Organisation, Organisation.id == Person.organisation_id)
    centres = select(Organisation.parent_id).where(Organisation.kind == OrganisationKind.CENTRE)
    teachers = [
        person
        for person in db.session.scalars(invited.where(Organisation.id.in_(centres)))
        if person.service_band is not None
    ]
    assert len(teachers) == 112
    assert Counter(p.position for p in teachers) == {
        "teacher": 84,
        "deputy_uvr": 7,
        "deputy_vr": 4,
        "additional_teacher": 8,
        "organiser": 5,
        "psychologist": 3,
        "methodist": 1,
    }
    assert Counter(p.category for p in teachers) == {"highest": 40, "first": 41, "compliance": 19, "none": 12}
    assert Counter(p.service_band for p in teachers) == {"over_20": 55, "11_20": 27, "3_10": 21, "under_3": 9}
    assert Counter(p.extra_category for p in teachers if p.extra_category) == {
        "methodologist": 1,
        "mentor": 1,
    }
    main = Counter(p.subjects[0] for p in teachers if p.position == "teacher")
    assert main == read("district")["subjects"]


def test_the_archive_s_plan_is_done():
    rows = db.session.scalars(
        select(PlanItem).where(PlanItem.stage.like("%этап")).order_by(PlanItem.position)
    ).all()
    assert [row.number for row in rows][:2] == ["1.1", "1.2"]
    assert rows[-1].number == "3.4"
    assert "1.5" not in {row.number for row in rows}
    assert {row.state for row in rows} == {PlanItemState.DONE}


def test_the_archive_ended_before_this_school_year():
    ended = db.session.scalars(
        select(Wave.closes_at).join(Diagnostic).order_by(Diagnostic.id, Wave.id.desc()).limit(1)
    ).one()
    assert (ended.year, ended.month) == (2026, 5)


def test_places_are_counted_right():
    assert audit(None, now=LOADED_AT) == []
