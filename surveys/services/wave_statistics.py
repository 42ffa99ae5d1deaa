"""How far the scales of a wave can be trusted: spread and reliability from the people who answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np
from sqlalchemy import insert, select, text

from app.db import db
from psychometrics.arrays import FloatArray
from psychometrics.moments import Moments
from psychometrics.reliability import (
    composite_reliability,
    cronbach_alpha_from_moments,
    standard_error_of_measurement,
)
from surveys.definition.model import Scale
from surveys.items.coding import Responses
from surveys.models import ScaleStatistics, Wave
from surveys.scale_scores import ScoringPlan
from surveys.services.scoring import current_scorings, scoring_plan

CHUNK = 2_000


@dataclass(frozen=True)
class ScaleTrust:
    """Statistics of one scale; NaN where the sample cannot define them."""

    n: int
    mean: float
    sd: float
    reliability: float

    def standard_error(self, min_n: int) -> float:
        """Standard error of measurement; NaN below `min_n` people or without a usable reliability."""
        if self.n < min_n or not (self.sd > 0 and 0 <= self.reliability < 1):
            return nan
        return standard_error_of_measurement(self.sd, self.reliability)


def measure_wave(wave_id: int) -> None:
    """Store the statistics of every scale and give the wave's scores their standard errors.

    Repeating it replaces the same rows. Memory does not grow with the number of responses.
    """
    version_id = db.session.scalars(select(Wave.version_id).where(Wave.id == wave_id)).one()
    scoring_id = current_scorings([version_id])[version_id]
    plan = scoring_plan(scoring_id)
    trust = measure(plan, _unflagged_answers(wave_id))
    min_n = plan.definition.comparison.reliable_change_min_n
    rows = [
        {
            "wave_id": wave_id,
            "scoring_id": scoring_id,
            "scale": scale,
            "n": known.n,
            "mean": _or_none(known.mean),
            "sd": _or_none(known.sd),
            "reliability": _or_none(known.reliability),
            "standard_error": _or_none(known.standard_error(min_n)),
        }
        for scale, known in trust.items()
    ]
    keys = {"wave_id": wave_id, "scoring_id": scoring_id}
    db.session.execute(
        text("DELETE FROM scale_statistics WHERE wave_id = :wave_id AND scoring_id = :scoring_id"), keys
    )
    db.session.execute(insert(ScaleStatistics), rows)
    db.session.execute(
        text(
            "UPDATE score SET standard_error = known.standard_error FROM scale_statistics AS known"
            " JOIN assignment ON assignment.wave_id = known.wave_id"
            " JOIN response ON response.assignment_id = assignment.id"
            " WHERE known.wave_id = :wave_id AND known.scoring_id = :scoring_id"
            " AND score.response_id = response.id AND score.scoring_id = known.scoring_id"
            " AND score.scale = known.scale"
            " AND score.standard_error IS DISTINCT FROM known.standard_error"
        ),
        keys,
    )


def measure(plan: ScoringPlan, chunks: Iterator[Responses]) -> dict[str, ScaleTrust]:
    """Statistics of every scale over responses that come in chunks."""
    items = {scale.code: Moments.empty(len(scale.items)) for scale in plan.scales if scale.items}
    parts = {scale.code: Moments.empty(len(scale.parts)) for scale in plan.scales if not scale.items}
    own = {scale.code: Moments.empty(1) for scale in plan.scales}
    for responses in chunks:
        codes = plan.codes(responses)
        points = plan.points(codes)
        scores = plan.score(codes, points)
        for scale in plan.scales:
            own[scale.code] = own[scale.code].merge(Moments.of(scores.of(scale.code)[:, np.newaxis]))
            if scale.items:
                values = points[:, plan.columns_of(scale)]
                items[scale.code] = items[scale.code].merge(Moments.of(values))
            else:
                values = np.column_stack([scores.of(code) for code in scale.parts])
                parts[scale.code] = parts[scale.code].merge(Moments.of(values))
    trust: dict[str, ScaleTrust] = {}
    for scale in plan.scales:
        if scale.items:
            found = cronbach_alpha_from_moments(items[scale.code])
            n, reliability = found.n, found.alpha
        else:
            known = [trust[code].reliability for code in scale.parts]
            n, reliability = _composite(scale, parts[scale.code], known)
        whole = own[scale.code]
        mean, sd = float(whole.mean[0]), float(whole.sd[0])
        trust[scale.code] = ScaleTrust(min(n, whole.count), mean, sd, reliability)
    return trust


def _composite(scale: Scale, parts: Moments, known: Sequence[float]) -> tuple[int, float]:
    weights: FloatArray = np.array(list(scale.weights.values()) or [1.0] * len(scale.parts))
    if parts.count < 2:
        return parts.count, nan
    return parts.count, composite_reliability(weights / weights.sum(), parts.covariance, known)


def _unflagged_answers(wave_id: int) -> Iterator[Responses]:
    """Answers of a wave's submitted responses without quality flags, in chunks by id."""
    statement = text(
        "SELECT response.id, response.answers FROM response"
        " JOIN assignment ON assignment.id = response.assignment_id"
        " WHERE assignment.wave_id = :wave_id AND response.submitted_at IS NOT NULL"
        " AND coalesce(response.flags, '[]') IN ('[]', 'null') AND response.id > :after"
        " ORDER BY response.id LIMIT :limit"
    )
    after = 0
    while rows := db.session.execute(statement, {"wave_id": wave_id, "after": after, "limit": CHUNK}).all():
        yield [row.answers for row in rows]
        after = rows[-1].id


def _or_none(value: float) -> float | None:
    return None if isnan(value) else value
