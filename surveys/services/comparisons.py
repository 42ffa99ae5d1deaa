"""The comparison of a cluster: pairs of the same people, over scales both waves have, ready to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.change import (
    Verdict,
    level_transitions,
    median_change,
    paired_change_from_moments,
    paired_moments,
)
from psychometrics.disclosure import (
    Detail,
    GroupDecision,
    PartitionDecision,
    coarse_mean,
    protect_transitions,
)
from psychometrics.disclosure.decisions import SMALLEST_GROUP, SMALLEST_WITH_ANY_CELL
from psychometrics.scoring import assign_levels, count_levels
from surveys.definition.model import Definition
from surveys.group_disclosure import Measure, TableDecision, decide_tables
from surveys.models import WaveKind
from surveys.queries.figures import (
    WaveFacts,
    WaveScores,
    count_invited,
    list_viewers,
    read_attributes,
    read_scores,
    waves_of,
)
from surveys.services.group_figures import (
    DECIMALS,
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
from surveys.services.person_changes import Rule, decide, rules_for
from surveys.slices import People
from surveys.versions import compiled_scoring

VERDICT_ORDER = (Verdict.UP, Verdict.WITHIN, Verdict.DOWN)


@dataclass(frozen=True, eq=False)
class Pairs:
    """The same people in the same order in both waves."""

    starting: WaveScores
    final: WaveScores
    n_starting: int
    n_final: int
    n_paired: int
    """With flagged ones, who stand in no figure."""

    @property
    def n(self) -> int:
        return len(self.starting.person_ids)


@dataclass(frozen=True, eq=False)
class Comparable:
    """One scale of the pairs."""

    name: ScaleName
    before: FloatArray
    after: FloatArray
    levels: IntArray | None  # (n_people, 2)
    rule: Rule | None

    @property
    def present(self) -> BoolArray:
        return np.asarray(~np.isnan(self.before) & ~np.isnan(self.after))


@dataclass(frozen=True)
class Built:
    """Content of a snapshot with the basis it is checked by."""

    content: dict[str, Any]
    basis: dict[str, Any]


def build_comparison(
    diagnostic_id: int,
    cluster_id: int,
    *,
    printed_before: Mapping[str, set[str]] | None,
    starting_basis: Sequence[int] | None,
) -> Built:
    """Figures of everybody who took both waves.

    `printed_before` names by slice the groups printed by every comparison published before, None if there is none;
    `starting_basis` are the responses behind the published figures of the starting wave, if there are any.
    """
    waves = waves_of(diagnostic_id)
    first, last = waves[WaveKind.STARTING], waves[WaveKind.FINAL]
    definition = compiled_scoring(last.scoring_id)
    known = {scale.code for scale in compiled_scoring(first.scoring_id).scales}
    names = [name for name in scale_names(definition) if name.code in known]
    pairs = read_pairs(first, last, [name.code for name in names])
    rules = rules_for(first.id, first.scoring_id)
    scales = [_comparable(name, pairs, definition, rules) for name in names]
    columns = make_columns(_people(pairs, cluster_id, first, last))
    overall, decisions = _decide(diagnostic_id, pairs, scales, columns, definition, printed_before)
    starters = None if starting_basis is None else set(starting_basis)
    content = {
        "counts": _counts(pairs, count_invited(first.id)),
        "levels": levels_of(definition),
        "scales": [
            _scale_content(
                scale,
                decisions[scale.name.code].whole,
                definition,
                _hides_starting_levels(scale, pairs, starters),
            )
            for scale in scales
        ],
        "slices": slices_content(
            columns,
            overall,
            {s.name.code: decisions[s.name.code] for s in scales if not s.name.is_overall},
            _figures(scales),
        ),
        "fallback": definition.comparison.fallback_change,
    }
    return Built(content, basis_of(pairs.starting.response_ids, columns, overall))


def read_pairs(first: WaveFacts, last: WaveFacts, scales: Sequence[str]) -> Pairs:
    """Unflagged people with both responses, ordered by person."""
    starting, final = read_scores(first, scales), read_scores(last, scales)
    _people_in_both, at_start, at_end = np.intersect1d(
        starting.person_ids, final.person_ids, assume_unique=True, return_indices=True
    )
    both_starting, both_final = starting.take(at_start), final.take(at_end)
    is_usable = ~(both_starting.is_flagged | both_final.is_flagged)
    return Pairs(
        both_starting.take(is_usable),
        both_final.take(is_usable),
        n_starting=len(starting.person_ids),
        n_final=len(final.person_ids),
        n_paired=len(at_start),
    )


def _people(pairs: Pairs, cluster_id: int, first: WaveFacts, last: WaveFacts) -> People:
    return People(
        cluster_id=cluster_id,
        person_ids=pairs.starting.person_ids.tolist(),
        attributes=read_attributes(pairs.starting.response_ids),
        since=first.opened_at,
        until=last.closed_at or last.opened_at,
    )


def _comparable(
    name: ScaleName, pairs: Pairs, definition: Definition, rules: Mapping[str, Rule]
) -> Comparable:
    before, after = pairs.starting.percents[name.code], pairs.final.percents[name.code]
    # One set of people for a scale: who lacks it in one wave stands in neither.
    alone = np.isnan(before) | np.isnan(after)
    before, after = np.where(alone, np.nan, before), np.where(alone, np.nan, after)
    levels = None
    if definition.levels:
        cuts = [level.from_percent for level in definition.levels]
        levels = np.column_stack((assign_levels(before, cuts), assign_levels(after, cuts))).astype(np.int64)
    return Comparable(name, before, after, levels, rules.get(name.code))


def _decide(
    diagnostic_id: int,
    pairs: Pairs,
    scales: Sequence[Comparable],
    columns: Sequence[Column],
    definition: Definition,
    printed_before: Mapping[str, set[str]] | None,
) -> tuple[TableDecision, dict[str, TableDecision]]:
    """Decisions of the groups (by the overall index, or all people) and of every scale by code."""
    own = [scale for scale in scales if not scale.name.is_overall]
    whole = next((scale for scale in scales if scale.name.is_overall), None)
    everybody = Measure(np.ones(pairs.n, dtype=np.bool_), None)
    overall, competences = decide_tables(
        labels_of(columns, pairs.n),
        [len(column.codes) for column in columns],
        Measure(whole.present, whole.levels) if whole else everybody,
        [Measure(scale.present, scale.levels) for scale in own],
        n_levels=len(definition.levels),
        is_viewer=np.isin(pairs.starting.person_ids, list_viewers(diagnostic_id)),
        withheld=withheld_groups(columns, printed_before),
    )
    decisions = {scale.name.code: found for scale, found in zip(own, competences, strict=True)}
    if whole is not None:
        decisions[whole.name.code] = overall
    return overall, decisions


def _hides_starting_levels(scale: Comparable, pairs: Pairs, starters: set[int] | None) -> bool:
    """Level counts of nearly the same people were published after the starting wave: these would name the rest."""
    if starters is None:
        return False
    now = set(pairs.starting.response_ids[scale.present].tolist())
    return 0 < len(starters ^ now) < SMALLEST_GROUP


def _counts(pairs: Pairs, n_invited: int) -> dict[str, int]:
    return {
        "invited": n_invited,
        "starting": pairs.n_starting,
        "final": pairs.n_final,
        "paired": pairs.n,
        "excluded": pairs.n_paired - pairs.n,
        "starting_only": pairs.n_starting - pairs.n_paired,
        "final_only": pairs.n_final - pairs.n_paired,
    }


def _figures(scales: Sequence[Comparable]) -> Any:
    by_code = {scale.name.code: scale for scale in scales}
    whole = next((scale for scale in scales if scale.name.is_overall), None)

    def figures_of(column: Column, code: str | None) -> dict[str, FloatArray]:
        scale = whole if code is None else by_code[code]
        if scale is None:
            return {}
        return {
            "starting": group_means(column, scale.before, scale.present),
            "final": group_means(column, scale.after, scale.present),
            "delta": group_means(column, scale.after - scale.before, scale.present),
        }

    return figures_of


def _scale_content(
    scale: Comparable, whole: GroupDecision, definition: Definition, hides_levels: bool
) -> dict[str, Any]:
    """Everybody's figures on one scale, as far as they may be printed."""
    content: dict[str, Any] = {
        "code": scale.name.code,
        "name": scale.name.name,
        "short_name": scale.name.short_name,
        "is_overall": scale.name.is_overall,
        "is_shown": whole.is_shown,
    }
    if not whole.is_shown:
        return content
    change = paired_change_from_moments(paired_moments(scale.before, scale.after))
    content["n"] = change.n
    if whole.detail is Detail.COARSE:
        values = (change.mean_starting, change.mean_final, change.mean_change)
        content |= dict(zip(("starting", "final", "delta"), coarse_mean(values).tolist(), strict=True))
        return {**content, "is_coarse": True}
    content |= {
        "starting": round(change.mean_starting, DECIMALS),
        "final": round(change.mean_final, DECIMALS),
        # Of unrounded values: it may differ from the difference of the two by a tenth.
        "delta": round(change.mean_change, DECIMALS),
        "low": _rounded(change.interval[0]),
        "high": _rounded(change.interval[1]),
        "median": _rounded(median_change(scale.before, scale.after)),
    }
    found = decide(scale.before, scale.after, scale.rule, definition)
    content["is_fallback"] = found.is_fallback
    verdicts = [found.count(verdict) for verdict in VERDICT_ORDER]
    if _may_print(verdicts):
        content["verdicts"] = verdicts
    if scale.levels is not None:
        content |= _level_content(scale.levels, whole, len(definition.levels), hides_levels)
    return content


def _level_content(
    levels: IntArray, whole: GroupDecision, n_levels: int, hides_levels: bool
) -> dict[str, Any]:
    found = level_transitions(levels[:, 0], levels[:, 1], n_levels)
    content: dict[str, Any] = {"final_levels": count_levels(levels[:, 1], n_levels).tolist()}
    moved = [found.n_higher, found.n_same, found.n_lower]
    if _may_print(moved):
        content["moved"] = moved
    if hides_levels:
        return {**content, "hides_levels": True}
    content["starting_levels"] = count_levels(levels[:, 0], n_levels).tolist()
    decision = protect_transitions(found.matrix[np.newaxis], PartitionDecision((whole,), whole))
    if decision.whole.is_shown:
        content["transitions"] = found.matrix.tolist()
    return content


def _may_print(counts: Sequence[int]) -> bool:
    """Counts under five are printed only of thirty people or more, as in a transition matrix."""
    return sum(counts) >= SMALLEST_WITH_ANY_CELL or min(counts) >= SMALLEST_GROUP


def _rounded(value: float) -> float | None:
    return None if isnan(value) else round(value, DECIMALS)
