"""The school year that runs on the day of loading, and the second loading."""

import zipfile
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.clock import local_date
from app.db import db
from app.demo.loading import ensure_demo, find_demo
from app.mail.models import Letter
from app.storage import storage
from programme.models import PlanItem, PlanItemState
from seminars.models import (
    MaterialVersion,
    Place,
    Registration,
    SeminarSession,
    SessionState,
    SessionWish,
    StoredFile,
)
from surveys.models import Assignment, Response, Score, Wave, WaveState
from tests.demo.conftest import LOADED_AT

pytestmark = pytest.mark.usefixtures("demo")


def open_wave() -> Wave:
    return db.session.scalars(select(Wave).where(Wave.state == WaveState.OPEN)).one()


def sessions_to_come() -> list[SeminarSession]:
    return list(
        db.session.scalars(
            select(SeminarSession)
            .where(SeminarSession.state == SessionState.PUBLISHED, SeminarSession.starts_at > LOADED_AT)
            .order_by(SeminarSession.starts_at)
        )
    )


def queued(session: SeminarSession) -> int:
    return db.session.scalar(
        select(func.count()).where(Registration.session_id == session.id, Registration.place == Place.QUEUED)
    )


def test_112_are_invited_8_have_submitted_4_have_begun():
    rows = db.session.execute(
        select(func.count(), func.count(Response.submitted_at), func.count(Response.id))
        .select_from(Assignment)
        .outerjoin(Response, Response.assignment_id == Assignment.id)
        .where(Assignment.wave_id == open_wave().id)
    ).one()
    assert tuple(rows) == (112, 8, 12)
    assert (
        db.session.scalar(
            select(func.count(Score.response_id.distinct()))
            .join(Response, Response.id == Score.response_id)
            .join(Assignment, Assignment.id == Response.assignment_id)
            .where(Assignment.wave_id == open_wave().id)
        )
        == 8
    )


def test_the_wave_closes_in_twelve_days():
    last_moment = open_wave().closes_at - timedelta(seconds=1)
    zone = "Asia/Novokuznetsk"
    assert local_date(last_moment, zone) - local_date(LOADED_AT, zone) == timedelta(days=12)


def test_one_session_is_full_with_a_queue_one_has_six_places_one_is_online():
    coming = sessions_to_come()
    assert [queued(s) for s in coming if s.seats_free == 0] == [4]
    assert [s.title for s in coming if s.seats_free == 6] == ["Проверяемый результат: карта урока по ФГОС"]
    assert len([s for s in coming if s.online_url]) == 1


def test_sessions_stand_in_this_and_the_next_quarter_two_of_them_in_the_next_fortnight():
    starts = [session.starts_at for session in sessions_to_come()]
    assert len([moment for moment in starts if moment < LOADED_AT + timedelta(days=14)]) == 2
    assert {(m.year, (m.month - 1) // 3 + 1) for m in starts} == {(2026, 4), (2027, 1)}


def test_nobody_teaches_on_a_holiday():
    for session in sessions_to_come():
        day = local_date(session.starts_at, "Asia/Novokuznetsk")
        assert day.weekday() < 5
        assert (day.month, day.day) not in {(12, 31), (1, 7), (2, 23)}


def test_materials_are_real_files_of_their_kinds():
    files = db.session.execute(
        select(MaterialVersion.file_name, StoredFile.sha256, StoredFile.media_type).join(StoredFile)
    ).all()
    kinds = {name.rpartition(".")[2]: media_type for name, _sha256, media_type in files}
    assert set(kinds) == {"pdf", "docx", "txt"}
    assert kinds["pdf"] == "application/pdf"
    for name, sha256, _media_type in files:
        content = storage().path(sha256).read_bytes()
        if name.endswith(".docx"):
            with zipfile.ZipFile(BytesIO(content)) as archive:
                assert "word/document.xml" in archive.namelist()


def test_wishes_wait_for_the_coordinator():
    assert db.session.scalar(select(func.count()).select_from(SessionWish)) == 28


def test_a_few_letters_wait_for_the_worker():
    kinds = dict(db.session.execute(select(Letter.kind, func.count()).group_by(Letter.kind)).all())
    assert 1 <= kinds["diagnostic_invitation"] <= 10
    assert sum(kinds.values()) < 30
    assert db.session.scalar(select(func.max(Letter.next_try_at))) <= db.session.scalar(select(func.now()))


def test_one_row_of_this_year_s_plan_is_late():
    today = local_date(LOADED_AT, "Asia/Novokuznetsk")
    rows = db.session.scalars(select(PlanItem).where(PlanItem.stage == "2026/27 учебный год")).all()
    assert {row.state for row in rows} == {
        PlanItemState.IN_PROGRESS,
        PlanItemState.DONE,
        PlanItemState.PLANNED,
    }
    late = [
        row.number
        for row in rows
        if row.state != PlanItemState.DONE and row.until_on and row.until_on < today
    ]
    assert late == ["2"]


def test_everything_is_marked_as_a_demonstration():
    assert find_demo().is_demo


def test_a_second_loading_changes_nothing():
    def state() -> tuple[int, datetime]:
        return (
            db.session.scalar(select(func.count()).select_from(Registration)),
            db.session.scalar(select(func.max(SeminarSession.starts_at))),
        )

    before = state()
    db.session.rollback()
    assert ensure_demo(LOADED_AT + timedelta(days=90)) is False
    assert state() == before
