"""Figures of the starting wave: levels of the cluster and the map of deficits by groups.

Groups are printed in steps of five points and without level counts, whatever their size, and the whole in whole
percents: the comparison that follows prints most of the same people exactly, and the difference of the two must
not tell of the few who took one wave only.
"""

from collections.abc import Mapping
from math import isnan
from typing import Any

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.change import estimate_mean
from psychometrics.disclosure import Detail, GroupDecision, coarse_mean
from psychometrics.scoring import assign_levels, count_levels
from surveys.definition.model import Definition
from surveys.group_disclosure import Measure, decide_tables
from surveys.models import WaveKind
from surveys.queries.figures import (
    WaveScores,
    count_invited,
    list_viewers,
    read_attributes,
    read_scores,
    waves_of,
)
from surveys.services.comparisons import Built
from surveys.services.group_figures import (
    Column,
    ScaleName,
    basis_of,
    group_means,
    labels_of,
    levels_of,
    make_columns,
    scale_names,
    slices_content,
    withheld_groups,
)
from surveys.slices import People
from surveys.versions import compiled_scoring


def build_starting(
    diagnostic_id: int, cluster_id: int, *, printed_before: Mapping[str, set[str]] | None
) -> Built:
    """Figures of everybody who took the starting wave."""
    wave = waves_of(diagnostic_id)[WaveKind.STARTING]
    definition = compiled_scoring(wave.scoring_id)
    names = scale_names(definition)
    everybody = read_scores(wave, [name.code for name in names])
    scores = everybody.take(~everybody.is_flagged)
    n = len(scores.person_ids)
    columns = make_columns(
        People(
            cluster_id=cluster_id,
            person_ids=scores.person_ids.tolist(),
            attributes=read_attributes(scores.response_ids),
            since=wave.opened_at,
            until=wave.closed_at or wave.opened_at,
        )
    )
    measures = {name.code: _measure(scores.percents[name.code], definition) for name in names}
    whole = next((name.code for name in names if name.is_overall), None)
    own = [name.code for name in names if not name.is_overall]
    overall, competences = decide_tables(
        labels_of(columns, n),
        [len(column.codes) for column in columns],
        measures[whole] if whole else Measure(np.ones(n, dtype=np.bool_), None),
        [measures[code] for code in own],
        n_levels=len(definition.levels),
        is_viewer=np.isin(scores.person_ids, list_viewers(diagnostic_id)),
        withheld=withheld_groups(columns, printed_before),
    )
    decisions = dict(zip(own, competences, strict=True))

    def figures_of(column: Column, code: str | None) -> dict[str, FloatArray]:
        code = whole if code is None else code
        if code is None:
            return {}
        values = scores.percents[code]
        return {"starting": group_means(column, values, ~np.isnan(values))}

    content = {
        "counts": {
            "invited": count_invited(wave.id),
            "starting": len(everybody.person_ids),
            "excluded": len(everybody.person_ids) - n,
        },
        "levels": levels_of(definition),
        "scales": [
            _scale_content(
                name,
                scores,
                measures[name.code].levels,
                (overall if name.is_overall else decisions[name.code]).whole,
                len(definition.levels),
            )
            for name in names
        ],
        "slices": slices_content(columns, overall, decisions, figures_of, always_coarse=True),
    }
    return Built(content, basis_of(scores.response_ids, columns, overall))


def _measure(percents: FloatArray, definition: Definition) -> Measure:
    levels = None
    if definition.levels:
        cuts = [level.from_percent for level in definition.levels]
        levels = assign_levels(percents, cuts).astype(np.int64)[:, np.newaxis]
    return Measure(~np.isnan(percents), levels)


def _scale_content(
    name: ScaleName, scores: WaveScores, levels: IntArray | None, whole: GroupDecision, n_levels: int
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "code": name.code,
        "name": name.name,
        "short_name": name.short_name,
        "is_overall": name.is_overall,
        "is_shown": whole.is_shown,
    }
    if not whole.is_shown:
        return content
    found = estimate_mean(scores.percents[name.code])
    content["n"] = found.n
    if whole.detail is Detail.COARSE:
        return {**content, "starting": float(coarse_mean(found.mean)), "is_coarse": True}
    content |= {
        "starting": round(found.mean),
        "low": _whole(found.interval[0]),
        "high": _whole(found.interval[1]),
    }
    if levels is not None:
        content["starting_levels"] = count_levels(levels[:, 0], n_levels).tolist()
    return content


def _whole(value: float) -> int | None:
    return None if isnan(value) else round(value)
