"""From answers to the numbers of an instrument's scales, many responses at once; no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from psychometrics import scoring
from psychometrics.arrays import CodeArray, FloatArray, IntArray
from surveys.definition.model import Definition, Item, Scale
from surveys.items.base import get_type
from surveys.items.coding import Coding, Responses

STRAIGHT_LINING = "straight_lining"
MANY_NOT_APPLICABLE = "many_not_applicable"
INCOMPLETE_TASKS = "incomplete_tasks"
TOO_FAST = "too_fast"


@dataclass(frozen=True, eq=False)
class ScaleScores:
    """Rows are responses, columns the scales in the order of `scales`."""

    scales: tuple[Scale, ...]
    raw: FloatArray
    percent: FloatArray
    levels: CodeArray
    n_answered: IntArray

    def of(self, code: str) -> FloatArray:
        """Percents of one scale."""
        return self.percent[:, [scale.code for scale in self.scales].index(code)]


class ScoringPlan:
    """How responses under one scoring become numbers; made once and kept."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.scales = definition.scales_in_order()
        self.items = definition.items
        self.coding = Coding(self.items)
        self.cuts = [level.from_percent for level in definition.levels]
        self.columns = {item.code: column for column, item in enumerate(self.items)}
        self.ranges = {item.code: get_type(item).score_range(item) for item in self.items}

    def columns_of(self, scale: Scale) -> list[int]:
        return [self.columns[code] for code in scale.items]

    def codes(self, responses: Responses) -> CodeArray:
        return self.coding.codes(responses)

    def points(self, codes: CodeArray) -> FloatArray:
        return self.coding.points(codes)

    def score(self, codes: CodeArray, points: FloatArray) -> ScaleScores:
        """Every scale of every coded response."""
        shape = (len(codes), len(self.scales))
        raw, percent = np.full(shape, np.nan), np.full(shape, np.nan)
        n_answered = np.zeros(shape, dtype=np.int64)
        places = {scale.code: place for place, scale in enumerate(self.scales)}
        for place, scale in enumerate(self.scales):
            if scale.items:
                columns = self.columns_of(scale)
                answered = codes[:, columns] >= 0
                n_answered[:, place] = np.count_nonzero(answered, axis=1)
                raw[:, place], percent[:, place] = self._score_items(
                    scale, codes[:, columns], points[:, columns]
                )
            else:
                parts = [places[code] for code in scale.parts]
                percent[:, place] = raw[:, place] = _combine(scale, percent[:, parts])
                n_answered[:, place] = n_answered[:, parts].sum(axis=1)
        return ScaleScores(self.scales, raw, percent, self._levels(percent), n_answered)

    def flags(self, codes: CodeArray, seconds: Sequence[Mapping[str, Any]], wave: str) -> list[list[str]]:
        """Quality flags of each response, in a fixed order; most have none."""
        quality = self.definition.quality
        found: list[tuple[str, Any]] = []
        if quality.straight_lining_part is not None and quality.straight_lining_share is not None:
            # Codes of likert items are places of the options, before reversing.
            answers = codes[:, self._columns_on(quality.straight_lining_part, wave, is_likert)]
            line = scoring.is_straight_lining(
                scoring.missing_to_nan(answers), share=quality.straight_lining_share
            )
            found.append((STRAIGHT_LINING, line))
        if quality.not_applicable_part is not None and quality.not_applicable_more_than is not None:
            answers = codes[:, self._columns_on(quality.not_applicable_part, wave, is_likert)]
            many = scoring.has_many_not_applicable(answers, more_than=quality.not_applicable_more_than)
            found.append((MANY_NOT_APPLICABLE, many))
        if quality.incomplete_part is not None and quality.incomplete_more_than is not None:
            answers = codes[:, self._columns_on(quality.incomplete_part, wave, self._is_scored)]
            incomplete = scoring.is_incomplete(answers, more_than=quality.incomplete_more_than)
            found.append((INCOMPLETE_TASKS, incomplete))
        fast = np.zeros(len(codes), dtype=np.bool_)
        for part in self.definition.parts:
            if part.min_seconds is not None:
                taken = [float(spent.get(part.code, np.nan)) for spent in seconds]
                fast |= scoring.is_too_fast(taken, min_seconds=part.min_seconds)
        found.append((TOO_FAST, fast))
        flags: list[list[str]] = [[] for _response in range(len(codes))]
        for name, mask in found:
            for row in np.flatnonzero(mask):
                flags[row].append(name)
        return flags

    def _score_items(
        self, scale: Scale, codes: CodeArray, points: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        ranges = [self.ranges[code] for code in scale.items]
        least = min(bounds.minimum for bounds in ranges if bounds)
        most = [bounds.maximum for bounds in ranges if bounds]
        if scale.method == "points_percent":
            percent = scoring.points_percent(points, most, shown=scoring.is_shown(codes))
            total = np.where(np.isnan(percent), np.nan, np.nansum(points, axis=1))
            return total, percent
        percent = scoring.mean_percent(
            points, minimum=least, maximum=max(most), min_answered=scale.min_answered or 1
        )
        return least + percent / 100 * (max(most) - least), percent

    def _levels(self, percent: FloatArray) -> CodeArray:
        if not self.cuts:
            return np.full(percent.shape, scoring.NO_LEVEL, dtype=np.int8)
        return scoring.assign_levels(percent.ravel(), self.cuts).reshape(percent.shape)

    def _columns_on(self, part: str, wave: str, belongs: Any) -> list[int]:
        return [
            self.columns[item.code]
            for page in self.definition.pages_for(wave)
            if page.part == part
            for item in self.definition.items_of(page)
            if belongs(item)
        ]

    def _is_scored(self, item: Item) -> bool:
        return self.ranges[item.code] is not None


def is_likert(item: Item) -> bool:
    return item.type == "likert"


def _combine(scale: Scale, parts: FloatArray) -> FloatArray:
    if scale.method == "weighted":
        return scoring.weighted_mean(parts, list(scale.weights.values()))
    return scoring.mean_of_scales(parts, min_scales=scale.min_scales or 1)
