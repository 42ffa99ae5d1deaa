"""A person's final wave against her starting one: a row for every scale, with the verdict of the one rule."""

from collections import defaultdict
from collections.abc import Sequence
from math import isnan, nan
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import select, text

from app.db import db
from psychometrics.arrays import FloatArray
from psychometrics.change import ReliableChange, Verdict, reliable_change
from surveys.definition.model import Definition
from surveys.models import ScaleStatistics
from surveys.scale_roles import NOW, THEN
from surveys.services.scoring import current_scorings
from surveys.versions import compiled_scoring

VERDICTS = {Verdict.UP: "up", Verdict.WITHIN: "within", Verdict.DOWN: "down"}
RELIABLE_CHANGE, FALLBACK = "reliable_change", "fallback"
COLUMNS = (
    "starting_response_id, final_response_id, scoring_id, scale, starting_percent, final_percent,"
    " starting_level, final_level, reliable_change_index, threshold, verdict, rule"
)

# Begins with the responses given, whichever wave they are of: an OR over both would read every pair there is.
_PAIRS = text("""
SELECT DISTINCT final.id AS final_id, starting.id AS starting_id, sw.id AS starting_wave_id,
       sw.version_id AS starting_version_id, fw.version_id AS final_version_id
  FROM response AS given
  JOIN assignment ON assignment.id = given.assignment_id
  JOIN wave ON wave.id = assignment.wave_id
  JOIN wave AS sw ON sw.diagnostic_id = wave.diagnostic_id AND sw.kind = 'starting'
  JOIN wave AS fw ON fw.diagnostic_id = wave.diagnostic_id AND fw.kind = 'final'
  JOIN assignment AS sa ON sa.wave_id = sw.id AND sa.person_id = assignment.person_id
  JOIN assignment AS fa ON fa.wave_id = fw.id AND fa.person_id = assignment.person_id
  JOIN response AS starting ON starting.assignment_id = sa.id AND starting.submitted_at IS NOT NULL
  JOIN response AS final ON final.assignment_id = fa.id AND final.submitted_at IS NOT NULL
 WHERE given.id = ANY(:ids)
 ORDER BY final.id
""")

_SCORES = text(
    "SELECT response_id, scale, percent, level FROM score"
    " WHERE response_id = ANY(:ids) AND scoring_id = :scoring_id"
)


class Pair(NamedTuple):
    """Both submitted responses of a person."""

    starting_id: int
    final_id: int


class Rule(NamedTuple):
    """What decides about one scale: the wave's SD and reliability, and how many people are behind them."""

    sd: float
    reliability: float
    n: int


def find_pairs(response_ids: Sequence[int]) -> list[int]:
    """Final responses of the pairs these responses belong to."""
    return [row.final_id for row in db.session.execute(_PAIRS, {"ids": list(response_ids)})]


def compare_people(final_response_ids: Sequence[int]) -> None:
    """Store the changes of these pairs; a second run replaces the same rows, a half-scored pair has none."""
    groups: dict[tuple[int, int, int], list[Pair]] = defaultdict(list)
    for row in db.session.execute(_PAIRS, {"ids": list(final_response_ids)}):
        key = (row.starting_wave_id, row.starting_version_id, row.final_version_id)
        groups[key].append(Pair(row.starting_id, row.final_id))
    scorings = current_scorings({version for _wave, *versions in groups for version in versions})
    for (wave_id, starting_version, final_version), pairs in groups.items():
        _compare(pairs, wave_id, scorings[starting_version], scorings[final_version])


def compared_scales(starting: Definition, final: Definition) -> list[str]:
    """Scales both waves have; the look back belongs to the final one alone."""
    codes = [scale.code for scale in final.scales if starting.has_scale(scale.code)]
    return [code for code in codes if code.rpartition(".")[2] not in (THEN, NOW)]


def rules_for(wave_id: int, scoring_id: int) -> dict[str, Rule]:
    """What the starting wave says about each scale; nothing before it was measured."""
    rows = db.session.scalars(
        select(ScaleStatistics).where(
            ScaleStatistics.wave_id == wave_id, ScaleStatistics.scoring_id == scoring_id
        )
    )
    return {
        row.scale: Rule(
            nan if row.sd is None else row.sd, nan if row.reliability is None else row.reliability, row.n
        )
        for row in rows
    }


def decide(
    starting: FloatArray, final: FloatArray, rule: Rule | None, definition: Definition
) -> ReliableChange:
    """Verdicts of one scale under the rule of the instrument."""
    comparison = definition.comparison
    sd, reliability, n = rule or Rule(nan, nan, 0)
    return reliable_change(
        starting,
        final,
        sd_starting=sd,
        reliability=reliability,
        n_sample=n,
        fallback=comparison.fallback_change,
        min_sample=comparison.reliable_change_min_n,
    )


def _compare(pairs: list[Pair], wave_id: int, starting_scoring: int, final_scoring: int) -> None:
    definition = compiled_scoring(final_scoring)
    scales = compared_scales(compiled_scoring(starting_scoring), definition)
    rules = rules_for(wave_id, starting_scoring)
    before = _read([pair.starting_id for pair in pairs], starting_scoring)
    after = _read([pair.final_id for pair in pairs], final_scoring)
    db.session.execute(
        text("DELETE FROM scale_change WHERE final_response_id = ANY(:ids) AND scoring_id = :scoring_id"),
        {"ids": [pair.final_id for pair in pairs], "scoring_id": final_scoring},
    )
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY scale_change ({COLUMNS}) FROM STDIN") as copy:
        for scale in scales:
            starting = [before.get((pair.starting_id, scale), (None, None)) for pair in pairs]
            final = [after.get((pair.final_id, scale), (None, None)) for pair in pairs]
            found = decide(_percents(starting), _percents(final), rules.get(scale), definition)
            rule = FALLBACK if found.is_fallback else RELIABLE_CHANGE
            for place, pair in enumerate(pairs):
                verdict = Verdict(int(found.verdict[place]))
                if verdict is Verdict.UNPAIRED:
                    continue
                index = float(found.index[place])
                copy.write_row(
                    (
                        *pair,
                        final_scoring,
                        scale,
                        starting[place][0],
                        final[place][0],
                        starting[place][1],
                        final[place][1],
                        None if isnan(index) else index,
                        found.threshold,
                        VERDICTS[verdict],
                        rule,
                    )
                )


def _read(response_ids: list[int], scoring_id: int) -> dict[tuple[int, str], tuple[float | None, str | None]]:
    rows = db.session.execute(_SCORES, {"ids": response_ids, "scoring_id": scoring_id})
    return {(row.response_id, row.scale): (row.percent, row.level) for row in rows}


def _percents(cells: Sequence[tuple[float | None, str | None]]) -> FloatArray:
    return np.array([nan if percent is None else percent for percent, _level in cells])
