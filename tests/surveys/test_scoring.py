"""Answers become score rows: by the draft's rules, in batches, the same on every run."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import utcnow
from app.db import db, transaction
from surveys.models import Response, ScaleStatistics, Score, Scoring, WaveKind
from surveys.services.instruments import publish_document
from surveys.services.scoring import find_unscored, score_responses
from surveys.services.wave_statistics import measure_wave
from surveys.signals import response_scored, response_submitted
from tests.factories.jobs import run_jobs
from tests.factories.people import add
from tests.factories.surveys import (
    make_assignment,
    make_response,
    make_wave,
    one_page_document,
    small_document,
)
from tests.surveys import hand_worked

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def competence_wave():
    return make_wave(document=hand_worked.document())


def submit(wave, answers: dict[str, Any], **overrides: Any) -> Response:
    values = {"answers": answers, "submitted_at": utcnow(), **overrides}
    return make_response(make_assignment(wave), **values)


def score(*responses: Response) -> dict[str, Score]:
    """Score rows of the last response by scale."""
    with transaction():
        score_responses([response.id for response in responses], utcnow())
    db.session.expire_all()
    rows = db.session.scalars(select(Score).where(Score.response_id == responses[-1].id))
    return {row.scale: row for row in rows}


def test_a_response_scored_by_hand(competence_wave):
    scores = score(submit(competence_wave, hand_worked.answers()))
    for code, expected in hand_worked.EXPECTED.items():
        row = scores[code]
        if expected is None:
            assert (row.raw, row.percent, row.level, scores[f"{code}.tasks"].percent) == (None,) * 4
            continue
        self_rating, tasks, index, level = expected
        assert scores[f"{code}.self"].percent == pytest.approx(self_rating), code
        assert scores[f"{code}.tasks"].percent == pytest.approx(tasks), code
        assert (row.percent, row.level) == (pytest.approx(index), level), code
    assert scores["overall"].percent == hand_worked.OVERALL
    assert scores["overall"].level == "basic"
    assert scores["PROJ.self"].n_answered == 4
    assert scores["DLAB.self"].raw == pytest.approx(25 / 6)
    assert scores["DLAB.tasks"].raw == pytest.approx(3.5)


def test_a_second_run_leaves_the_same_rows(competence_wave):
    response = submit(competence_wave, hand_worked.answers())
    first = {code: row.percent for code, row in score(response).items()}
    assert {code: row.percent for code, row in score(response).items()} == first


def test_drafts_and_erased_responses_are_passed_over(competence_wave):
    draft = make_response(make_assignment(competence_wave), answers=hand_worked.answers())
    assert score(draft) == {}
    with transaction():
        score_responses([draft.id + 1000], utcnow())


def test_submitting_leads_to_scores_by_a_job(competence_wave):
    response = submit(competence_wave, hand_worked.answers())
    batches = []

    def note(_sender: Any, *, response_ids: list[int]) -> None:
        batches.append(response_ids)

    with transaction():
        response_submitted.send(response_id=response.id)
        response_submitted.send(response_id=response.id)
    assert find_unscored(competence_wave.id) == [response.id]
    with response_scored.connected_to(note):
        run_jobs("score")
    assert batches == [[response.id]]
    assert find_unscored(competence_wave.id) == []


@pytest.mark.parametrize(
    ("changes", "seconds", "flags"),
    [
        ({}, {"self": 10, "tasks": 10}, None),
        ({}, {"self": 9, "tasks": 10}, ["too_fast"]),
        ({}, {}, None),
        ({"S-DLAB-2": {"v": "4"}, "S-PROJ-1": {"v": "4"}}, {}, ["straight_lining"]),
        (
            {"S-DLAB-2": {"m": "na"}, "S-PROJ-1": {"m": "na"}, "S-PROJ-2": {"m": "na"}},
            {},
            ["many_not_applicable"],
        ),
        ({f"K-{code}": {"m": "skipped"} for code in ("DLAB-1", "DLAB-2", "PROJ-1")}, {}, None),
        (
            {f"K-{code}": {"m": "skipped"} for code in ("DLAB-1", "DLAB-2", "PROJ-1", "PROJ-2")},
            {},
            ["incomplete_tasks"],
        ),
    ],
)
def test_quality_flags(changes, seconds, flags):
    answers = {
        "S-DLAB-1": {"v": "4"},
        "S-DLAB-2": {"v": "2"},
        "S-PROJ-1": {"v": "3"},
        "S-PROJ-2": {"v": "4"},
        "K-DLAB-1": {"v": "c"},
        "K-DLAB-2": {"v": ["a", "b"]},
        "K-DLAB-3": {"v": 7.0},
        "K-PROJ-1": {"v": ["a", "b", "c"]},
        "K-PROJ-2": {"v": "a"},
        "K-PROJ-3": {"v": {"1": "F", "2": "R"}},
    }
    response = submit(make_wave(), {**answers, **changes}, seconds=seconds)
    score(response)
    assert response.flags == flags


def test_flags_go_when_a_second_run_finds_none():
    response = submit(make_wave(), {}, seconds={"self": 1}, flags=["straight_lining"])
    score(response)
    assert response.flags == ["incomplete_tasks", "too_fast"]


def test_a_correction_of_keys_adds_rows_and_keeps_the_old_ones():
    wave = make_wave()
    response = submit(wave, {"K-DLAB-1": {"v": "b"}, "S-DLAB-1": {"v": "5"}, "S-DLAB-2": {"v": "1"}})
    before = score(response)["DLAB.tasks"].percent
    document = small_document()
    item = next(item for item in document["items"] if item["code"] == "K-DLAB-1")
    item["options"][1]["points"] = 2
    with transaction():
        outcome = publish_document(json.dumps(document).encode(), "small.json", now=utcnow())
    assert outcome.outcome == "rescored"
    assert find_unscored(wave.id) == [response.id]
    run_jobs("score")
    assert find_unscored(wave.id) == []
    rows = db.session.execute(
        select(Scoring.id, Score.percent)
        .join(Score, Score.scoring_id == Scoring.id)
        .where(Score.response_id == response.id, Score.scale == "DLAB.tasks")
        .order_by(Scoring.id)
    ).all()
    assert [row.percent for row in rows] == [before, pytest.approx(2 * before)]


def test_corrected_keys_do_not_inherit_the_error_measured_under_the_former():
    wave = make_wave()
    response = submit(wave, {"K-DLAB-1": {"v": "b"}, "S-DLAB-1": {"v": "5"}, "S-DLAB-2": {"v": "1"}})
    first = db.session.scalars(select(Scoring.id)).one()
    add(
        ScaleStatistics(
            wave_id=wave.id,
            scoring_id=first,
            scale="DLAB.tasks",
            n=30,
            mean=50.0,
            sd=10.0,
            reliability=0.75,
            standard_error=5.0,
        )
    )
    assert score(response)["DLAB.tasks"].standard_error == 5.0
    document = small_document()
    next(item for item in document["items"] if item["code"] == "K-DLAB-1")["options"][1]["points"] = 2
    with transaction():
        publish_document(json.dumps(document).encode(), "small.json", now=utcnow())
    run_jobs("score")
    rows = select(Score.standard_error).where(Score.scale == "DLAB.tasks").order_by(Score.scoring_id)
    assert db.session.scalars(rows).all() == [5.0, None]


def answered_wave(n: int, **overrides: Any):
    """A one-page wave in which everybody agrees with herself: reliable, of known spread."""
    wave = make_wave(document=one_page_document(4), **overrides)
    responses = [
        submit(
            wave,
            {
                f"Q-{item}": {"v": str(1 + (person + (item == 4 and person % 3 == 0)) % 5)}
                for item in range(1, 5)
            },
        )
        for person in range(n)
    ]
    return wave, responses


def test_reliability_of_a_closed_wave_gives_standard_errors():
    wave, responses = answered_wave(30)
    score(*responses)
    with transaction():
        measure_wave(wave.id)
        measure_wave(wave.id)
    known = db.session.scalars(select(ScaleStatistics).where(ScaleStatistics.wave_id == wave.id)).one()
    assert known.n == 30
    assert known.standard_error == pytest.approx(known.sd * (1 - known.reliability) ** 0.5)
    errors = set(db.session.scalars(select(Score.standard_error)))
    assert errors == {known.standard_error}
    assert score(responses[0])["ALL"].standard_error == known.standard_error


def test_too_few_people_have_no_standard_error():
    wave, responses = answered_wave(29)
    score(*responses)
    with transaction():
        measure_wave(wave.id)
    known = db.session.scalars(select(ScaleStatistics).where(ScaleStatistics.wave_id == wave.id)).one()
    assert (known.n, known.standard_error) == (29, None)


@pytest.mark.parametrize("n", [0, 1])
def test_a_wave_of_nobody_or_one_has_statistics_that_say_so(n):
    wave, responses = answered_wave(n, kind=WaveKind.STARTING, closes_at=utcnow() + timedelta(days=1))
    score(*responses) if responses else None
    with transaction():
        measure_wave(wave.id)
    known = db.session.scalars(select(ScaleStatistics).where(ScaleStatistics.wave_id == wave.id)).one()
    assert (known.n, known.sd, known.reliability) == (n, None, None)


def test_flagged_responses_do_not_speak_for_the_wave():
    wave, responses = answered_wave(30)
    with transaction():
        db.session.get(Response, responses[0].id).flags = ["too_fast"]
        db.session.get(Response, responses[1].id).flags = []
        measure_wave(wave.id)
    known = db.session.scalars(select(ScaleStatistics).where(ScaleStatistics.wave_id == wave.id)).one()
    assert known.n == 29
