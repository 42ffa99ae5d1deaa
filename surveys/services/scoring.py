"""Scoring submitted responses in batches: answers to matrices once, scales by the kernel, rows by COPY."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from math import isnan
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB

from app.db import db
from surveys.definition.model import Definition
from surveys.models import Assignment, Response, ScaleStatistics, Scoring, Wave, WaveState
from surveys.scale_scores import ScaleScores, ScoringPlan
from surveys.signals import response_scored
from surveys.versions import compiled_scoring

SCORE_COLUMNS = "response_id, scoring_id, scale, raw, percent, level, standard_error, n_answered"


class Submitted(NamedTuple):
    """What of a response scoring needs."""

    id: int
    answers: dict[str, Any]
    seconds: dict[str, Any]
    wave_id: int
    wave: str
    version_id: int


@lru_cache(maxsize=64)
def scoring_plan(scoring_id: int) -> ScoringPlan:
    """The compiled plan of a scoring: scorings are never edited, so it does not grow stale."""
    return ScoringPlan(compiled_scoring(scoring_id))


def current_scorings(version_ids: Iterable[int]) -> dict[int, int]:
    """The scoring in force for each version: the latest one."""
    latest = select(Scoring.version_id, func.max(Scoring.id)).group_by(Scoring.version_id)
    rows = db.session.execute(latest.where(Scoring.version_id.in_(set(version_ids))))
    return dict(rows.all())


def score_responses(response_ids: Sequence[int], now: datetime) -> None:
    """Score submitted responses under the scoring in force; a second run replaces the same rows.

    Ids that are gone or not submitted are passed over. Sends `response_scored` once for the batch.
    """
    groups: dict[tuple[int, str], list[Submitted]] = defaultdict(list)
    for response in _lock_submitted(response_ids):
        groups[response.version_id, response.wave].append(response)
    scorings = current_scorings(version_id for version_id, _wave in groups)
    for (version_id, wave), responses in groups.items():
        _score(responses, scorings[version_id], wave)
    scored = [response.id for responses in groups.values() for response in responses]
    if scored:
        response_scored.send(response_ids=scored)


def find_unscored(wave_id: int) -> list[int]:
    """Submitted responses of a wave that the scoring in force has not scored."""
    version_id = db.session.scalars(select(Wave.version_id).where(Wave.id == wave_id)).one()
    scoring_id = current_scorings([version_id])[version_id]
    return list(
        db.session.scalars(
            text(
                "SELECT response.id FROM response JOIN assignment ON assignment.id = response.assignment_id"
                " WHERE assignment.wave_id = :wave_id AND response.submitted_at IS NOT NULL"
                " AND NOT EXISTS (SELECT FROM score WHERE score.response_id = response.id"
                " AND score.scoring_id = :scoring_id) ORDER BY response.id"
            ),
            {"wave_id": wave_id, "scoring_id": scoring_id},
        )
    )


def list_submitted(version_id: int) -> list[int]:
    """All submitted responses to a version."""
    return list(
        db.session.scalars(
            select(Response.id)
            .join(Assignment)
            .join(Wave)
            .where(Wave.version_id == version_id, Response.submitted_at.is_not(None))
            .order_by(Response.id)
        )
    )


def list_closed_waves(version_id: int) -> list[int]:
    """Waves on a version in which nobody answers any more."""
    closed = (WaveState.CLOSED, WaveState.SCORED, WaveState.PUBLISHED)
    return list(
        db.session.scalars(select(Wave.id).where(Wave.version_id == version_id, Wave.state.in_(closed)))
    )


def _lock_submitted(response_ids: Sequence[int]) -> Iterable[Submitted]:
    """The responses, locked in order of ids: two workers with the same one wait for each other."""
    rows = db.session.execute(
        select(Response.id, Response.answers, Response.seconds, Wave.id, Wave.kind, Wave.version_id)
        .join(Assignment, Assignment.id == Response.assignment_id)
        .join(Wave, Wave.id == Assignment.wave_id)
        .where(
            Response.id == any_(literal(sorted(set(response_ids)), ARRAY(BigInteger))),
            Response.submitted_at.is_not(None),
        )
        .order_by(Response.id)
        .with_for_update(of=Response, key_share=True)
    )
    return (Submitted(*row) for row in rows)


def _score(responses: list[Submitted], scoring_id: int, wave: str) -> None:
    plan = scoring_plan(scoring_id)
    codes = plan.codes([response.answers for response in responses])
    scores = plan.score(codes, plan.points(codes))
    flags = plan.flags(codes, [response.seconds for response in responses], wave)
    ids = [response.id for response in responses]
    errors = _standard_errors({response.wave_id for response in responses}, scoring_id)
    wave_errors = [errors.get(response.wave_id, {}) for response in responses]
    _replace_scores(ids, scoring_id, plan.definition, scores, wave_errors)
    _set_flags(ids, flags)


def _standard_errors(wave_ids: set[int], scoring_id: int) -> dict[int, dict[str, float]]:
    rows = db.session.execute(
        select(ScaleStatistics.wave_id, ScaleStatistics.scale, ScaleStatistics.standard_error).where(
            ScaleStatistics.wave_id.in_(wave_ids),
            ScaleStatistics.scoring_id == scoring_id,
        )
    )
    errors: dict[int, dict[str, float]] = defaultdict(dict)
    for wave_id, scale, error in rows:
        if error is not None:
            errors[wave_id][scale] = error
    return errors


def _replace_scores(
    ids: list[int],
    scoring_id: int,
    definition: Definition,
    scores: ScaleScores,
    errors: list[dict[str, float]],
) -> None:
    db.session.execute(
        text("DELETE FROM score WHERE response_id = ANY(:ids) AND scoring_id = :scoring_id"),
        {"ids": ids, "scoring_id": scoring_id},
    )
    # The name at the end is that of NO_LEVEL, which is -1.
    names: list[str | None] = [*(level.code for level in definition.levels), None]
    scales = [scale.code for scale in scores.scales]
    cells = zip(
        scores.raw.tolist(),
        scores.percent.tolist(),
        scores.levels.tolist(),
        scores.n_answered.tolist(),
        strict=True,
    )
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY score ({SCORE_COLUMNS}) FROM STDIN") as copy:
        for response_id, known, row in zip(ids, errors, cells, strict=True):
            for scale, raw_score, percent, level, n_answered in zip(scales, *row, strict=True):
                copy.write_row(
                    (
                        response_id,
                        scoring_id,
                        scale,
                        _or_none(raw_score),
                        _or_none(percent),
                        names[level],
                        known.get(scale),
                        n_answered,
                    )
                )


def _set_flags(ids: list[int], flags: Sequence[Sequence[str]]) -> None:
    """Write the flags where they changed; a response without flags has none, not an empty list."""
    values: list[Mapping[str, Any]] = [
        {"id": response_id, "flags": list(names)} for response_id, names in zip(ids, flags, strict=True)
    ]
    db.session.execute(
        text(
            "UPDATE response SET flags = found.flags"
            " FROM (SELECT (entry->>'id')::bigint AS id, nullif(entry->'flags', '[]'::jsonb) AS flags"
            " FROM jsonb_array_elements(CAST(:values AS jsonb)) AS entry) AS found"
            " WHERE response.id = found.id AND response.flags IS DISTINCT FROM found.flags"
        ).bindparams(bindparam("values", type_=JSONB)),
        {"values": values},
    )


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value
