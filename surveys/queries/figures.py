"""Numbers of a whole wave as arrays: one row of arrays a scale, whatever the number of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select, text

from app.accounts.models import Grant
from app.db import db
from app.permissions import ROLE_PERMISSIONS, Permission
from psychometrics.arrays import BoolArray, FloatArray, IntArray
from surveys.models import Diagnostic, Wave, WaveKind
from surveys.services.scoring import current_scorings

_SUBMITTED = """
  FROM response JOIN assignment ON assignment.id = response.assignment_id
 WHERE assignment.wave_id = :wave_id AND response.submitted_at IS NOT NULL
"""
_PEOPLE = text(f"""
SELECT array_agg(assignment.person_id ORDER BY response.id), array_agg(response.id ORDER BY response.id),
       array_agg(coalesce(response.flags, '[]') NOT IN ('[]', 'null') ORDER BY response.id)
{_SUBMITTED}
""")
_PERCENTS = text("""
SELECT array_agg(score.percent ORDER BY response.id)
  FROM response JOIN assignment ON assignment.id = response.assignment_id
  LEFT JOIN score ON score.response_id = response.id AND score.scoring_id = :scoring_id AND score.scale = :scale
 WHERE assignment.wave_id = :wave_id AND response.submitted_at IS NOT NULL
""")
_ATTRIBUTES = text("SELECT response.id, response.attributes FROM response WHERE response.id = ANY(:ids)")


@dataclass(frozen=True)
class WaveFacts:
    """A wave and the scoring its figures rest on."""

    id: int
    kind: WaveKind
    version_id: int
    scoring_id: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, eq=False)
class WaveScores:
    """Everybody who submitted, in the order of response ids."""

    person_ids: IntArray
    response_ids: IntArray
    is_flagged: BoolArray
    percents: Mapping[str, FloatArray]

    def take(self, rows: npt.NDArray[Any]) -> "WaveScores":
        """These rows, in this order."""
        return WaveScores(
            self.person_ids[rows],
            self.response_ids[rows],
            self.is_flagged[rows],
            {scale: values[rows] for scale, values in self.percents.items()},
        )


def waves_of(diagnostic_id: int) -> dict[WaveKind, WaveFacts]:
    waves = db.session.scalars(select(Wave).where(Wave.diagnostic_id == diagnostic_id)).all()
    scorings = current_scorings(wave.version_id for wave in waves)
    return {
        wave.kind: WaveFacts(
            wave.id,
            wave.kind,
            wave.version_id,
            scorings[wave.version_id],
            wave.opened_at or wave.opens_at,
            wave.closed_at,
        )
        for wave in waves
    }


def read_scores(wave: WaveFacts, scales: Sequence[str]) -> WaveScores:
    people, responses, flagged = db.session.execute(_PEOPLE, {"wave_id": wave.id}).one()
    percents = {}
    for scale in scales:
        values = db.session.scalar(
            _PERCENTS, {"wave_id": wave.id, "scoring_id": wave.scoring_id, "scale": scale}
        )
        # None becomes NaN.
        percents[scale] = np.array(values or [], dtype=np.float64)
    return WaveScores(
        np.array(people or [], dtype=np.int64),
        np.array(responses or [], dtype=np.int64),
        np.array(flagged or [], dtype=np.bool_),
        percents,
    )


def read_attributes(response_ids: IntArray) -> list[Mapping[str, Any]]:
    """Attributes frozen with these responses, in their order; {} where there are none."""
    rows = db.session.execute(_ATTRIBUTES, {"ids": response_ids.tolist()})
    found = {row.id: row.attributes or {} for row in rows}
    return [found.get(response_id, {}) for response_id in response_ids.tolist()]


def count_invited(wave_id: int) -> int:
    count = db.session.scalar(
        text("SELECT count(*) FROM assignment WHERE wave_id = :wave_id"), {"wave_id": wave_id}
    )
    return int(count or 0)


def list_viewers(diagnostic_id: int) -> list[int]:
    """People who may read group figures of the cluster: each knows her own score."""
    roles = [role for role, given in ROLE_PERMISSIONS.items() if Permission.COMPARISON_VIEW in given]
    return list(
        db.session.scalars(
            select(Grant.person_id)
            .join(Diagnostic, Diagnostic.cluster_id == Grant.cluster_id)
            .where(Diagnostic.id == diagnostic_id, Grant.role.in_(roles))
            .distinct()
        )
    )


def school_names(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Ids of organisations, as strings, with short names in alphabetical order."""
    rows = db.session.execute(
        text("SELECT id, short_name FROM organisation WHERE id = ANY(:ids) ORDER BY sort_key, id"),
        {"ids": [int(code) for code in codes if code.isdigit()]},
    )
    return [(str(row.id), row.short_name) for row in rows]
