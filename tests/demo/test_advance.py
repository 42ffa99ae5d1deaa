"""The year moved on, step by step, to the comparison."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.db import db, transaction
from app.demo.advance import Step, advance
from app.demo.loading import NotLoaded, ensure_demo
from app.mail.models import Letter
from surveys.models import Assignment, Diagnostic, Response, ScaleChange, Snapshot, Wave, WaveKind, WaveState
from tests.demo.conftest import LOADED_AT

LATER = LOADED_AT + timedelta(hours=1)


def waves() -> dict[WaveKind, Wave]:
    """Of this year's diagnostics."""
    db.session.expire_all()
    this_year = select(Diagnostic.id).order_by(Diagnostic.id).offset(1).limit(1).scalar_subquery()
    found = db.session.scalars(select(Wave).where(Wave.diagnostic_id == this_year))
    return {wave.kind: wave for wave in found}


def submitted(wave: Wave) -> int:
    return db.session.scalar(
        select(func.count())
        .select_from(Response)
        .join(Assignment)
        .where(Assignment.wave_id == wave.id, Response.submitted_at.is_not(None))
    )


def step(hours: int = 0) -> Step:
    with transaction():
        return advance(LATER + timedelta(hours=hours))


@pytest.mark.usefixtures("app")
def test_from_the_open_starting_wave_to_the_comparison():
    ensure_demo(LOADED_AT)
    of_a_visitor = Diagnostic(cluster_id=waves()[WaveKind.STARTING].diagnostic.cluster_id, title="Своя")
    with transaction():
        db.session.add(of_a_visitor)

    assert step() is Step.FINAL_OPENED
    found = waves()
    assert found[WaveKind.STARTING].state is WaveState.SCORED
    assert found[WaveKind.FINAL].state is WaveState.OPEN
    assert submitted(found[WaveKind.STARTING]) > 80
    assert submitted(found[WaveKind.FINAL]) == 0

    assert step(1) is Step.FINAL_CLOSED
    found = waves()
    assert found[WaveKind.FINAL].state is WaveState.SCORED
    snapshot = db.session.scalars(
        select(Snapshot).where(Snapshot.kind == "comparison", Snapshot.published_at.is_(None))
    ).one()
    assert snapshot.content["counts"]["paired"] == submitted(found[WaveKind.FINAL])
    assert db.session.scalar(
        select(func.count(ScaleChange.final_response_id.distinct()))
        .join(Response, Response.id == ScaleChange.final_response_id)
        .join(Assignment, Assignment.id == Response.assignment_id)
        .where(Assignment.wave_id == found[WaveKind.FINAL].id)
    ) == submitted(found[WaveKind.FINAL])

    assert step(2) is Step.NOTHING_LEFT


@pytest.mark.usefixtures("app")
def test_shown_accounts_are_left_to_the_visitor():
    ensure_demo(LOADED_AT)
    step()
    teacher = db.session.scalars(select(Account).where(Account.username == "teacher")).one()
    answered = select(func.count()).select_from(Response).join(Assignment).join(Wave)
    this_year = answered.where(
        Assignment.person_id == teacher.person_id, Wave.opened_at > LOADED_AT - timedelta(days=30)
    )
    assert db.session.scalar(this_year) == 0
    invited = select(func.count()).where(
        Letter.person_id == teacher.person_id, Letter.kind == "diagnostic_invitation"
    )
    assert db.session.scalar(invited) == 2


@pytest.mark.usefixtures("app")
def test_without_a_demonstration_there_is_nothing_to_move():
    with pytest.raises(NotLoaded), transaction():
        advance(LATER)
