"""Scoring submitted responses in batches: answers to matrices, scales by the kernel, rows in one statement."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from math import isnan
from typing import Any, NamedTuple

from sqlalchemy import func, select, text

from app.db import db
from psychometrics.arrays import FloatArray
from surveys.definition.model import Definition
from surveys.models import Assignment, Response, Scoring, Wave, WaveState
from surveys.scale_scores import ScaleScores, ScoringPlan
from surveys.signals import response_scored
from surveys.versions import compiled_scoring

_LOCK = text("""
SELECT response.id, response.answers, response.seconds, response.flags, wave.id AS wave_id, wave.kind AS wave
  FROM response
  JOIN assignment ON assignment.id = response.assignment_id
  JOIN wave ON wave.id = assignment.wave_id
 WHERE response.id = ANY(:ids) AND response.submitted_at IS NOT NULL
 ORDER BY response.id
   FOR NO KEY UPDATE OF response
""")
# The scoring in force is the latest one; a wave not measured under it has no standard errors.
_RULES = text("""
SELECT wave.id AS wave_id, current.id AS scoring_id, known.scale, known.standard_error
  FROM wave
  JOIN LATERAL (SELECT max(id) AS id FROM scoring WHERE version_id = wave.version_id) AS current ON true
  LEFT JOIN scale_statistics AS known
    ON known.wave_id = wave.id AND known.scoring_id = current.id AND known.standard_error IS NOT NULL
 WHERE wave.id = ANY(:ids)
""")
_WRITE = text("""
INSERT INTO score (response_id, scoring_id, scale, raw, percent, level, standard_error, n_answered)
SELECT response_id, :scoring_id, scale, raw, percent, level, standard_error, n_answered
  FROM unnest(CAST(:response_ids AS bigint[]), CAST(:scales AS text[]), CAST(:raw AS float8[]),
              CAST(:percents AS float8[]), CAST(:levels AS text[]), CAST(:errors AS float8[]),
              CAST(:answered AS smallint[]))
       AS new (response_id, scale, raw, percent, level, standard_error, n_answered)
    ON CONFLICT (response_id, scoring_id, scale)
    DO UPDATE SET raw = excluded.raw, percent = excluded.percent, level = excluded.level,
                  standard_error = excluded.standard_error, n_answered = excluded.n_answered
""")
_SET_FLAGS = text("""
UPDATE response SET flags = nullif(new.flags, '[]')
  FROM (SELECT (entry ->> 'id')::bigint AS id, entry -> 'flags' AS flags
          FROM jsonb_array_elements(CAST(:entries AS jsonb)) AS entry) AS new
 WHERE response.id = new.id
""")


class Submitted(NamedTuple):
    """What of a response scoring needs."""

    id: int
    answers: dict[str, Any]
    seconds: dict[str, Any]
    flags: list[str] | None
    wave_id: int
    wave: str


class WaveRules(NamedTuple):
    """How a wave is scored."""

    scoring_id: int
    errors: dict[str, float]  # of measurement, by scale


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
    locked = [Submitted(*row) for row in db.session.execute(_LOCK, {"ids": sorted(set(response_ids))})]
    if not locked:
        return
    rules = _rules_of({response.wave_id for response in locked})
    groups: dict[tuple[int, str], list[Submitted]] = defaultdict(list)
    for response in locked:
        groups[rules[response.wave_id].scoring_id, response.wave].append(response)
    for (scoring_id, wave), responses in groups.items():
        _score(responses, scoring_id, wave, rules)
    response_scored.send(response_ids=[response.id for response in locked])


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


def _rules_of(wave_ids: set[int]) -> dict[int, WaveRules]:
    rules: dict[int, WaveRules] = {}
    for wave_id, scoring_id, scale, error in db.session.execute(_RULES, {"ids": list(wave_ids)}):
        errors = rules.setdefault(wave_id, WaveRules(scoring_id, {})).errors
        if scale is not None:
            errors[scale] = error
    return rules


def _score(responses: list[Submitted], scoring_id: int, wave: str, rules: Mapping[int, WaveRules]) -> None:
    plan = scoring_plan(scoring_id)
    codes = plan.codes([response.answers for response in responses])
    scores = plan.score(codes, plan.points(codes))
    flags = plan.flags(codes, [response.seconds for response in responses], wave)
    ids = [response.id for response in responses]
    errors = [rules[response.wave_id].errors for response in responses]
    _write_scores(ids, scoring_id, plan.definition, scores, errors)
    _set_flags(responses, flags)


def _write_scores(
    ids: list[int],
    scoring_id: int,
    definition: Definition,
    scores: ScaleScores,
    errors: list[dict[str, float]],
) -> None:
    """A row for each response and scale; rows of an earlier run under the same scoring are replaced."""
    # The name at the end is that of NO_LEVEL, which is -1.
    names: list[str | None] = [*(level.code for level in definition.levels), None]
    scales = [scale.code for scale in scores.scales]
    db.session.execute(
        _WRITE,
        {
            "scoring_id": scoring_id,
            "response_ids": [response_id for response_id in ids for _scale in scales],
            "scales": scales * len(ids),
            "raw": _or_none(scores.raw),
            "percents": _or_none(scores.percent),
            "levels": [names[level] for level in scores.levels.ravel().tolist()],
            "errors": [known.get(scale) for known in errors for scale in scales],
            "answered": scores.n_answered.ravel().tolist(),
        },
    )


def _set_flags(responses: Sequence[Submitted], flags: Sequence[list[str]]) -> None:
    """Write the flags where they changed; a response without flags has none, not an empty list."""
    entries = [
        {"id": response.id, "flags": found}
        for response, found in zip(responses, flags, strict=True)
        if found != (response.flags or [])
    ]
    if entries:
        db.session.execute(_SET_FLAGS, {"entries": json.dumps(entries)})


def _or_none(values: FloatArray) -> list[float | None]:
    return [None if isnan(value) else value for value in values.ravel().tolist()]
