"""The items two calibrations share, as far as they can serve for a link."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.irt.calibration import Calibration
from psychometrics.linking.methods import LeftOut, Reason


@dataclass(frozen=True)
class CommonItems:
    """Both calibrations cut down to the common items, in the same order."""

    source: Calibration
    target: Calibration
    pairs: tuple[tuple[int, int], ...]
    left_out: tuple[LeftOut, ...]

    def without(self, dropped: Iterable[int]) -> "CommonItems":
        """Without the items at these positions, which are left out as drifted."""
        gone = set(dropped)
        kept = [position for position in range(len(self.pairs)) if position not in gone]
        drifted = tuple(LeftOut(*self.pairs[position], Reason.DRIFTED) for position in sorted(gone))
        places = np.array(kept, dtype=np.int64)
        return CommonItems(
            _cut(self.source, places),
            _cut(self.target, places),
            tuple(self.pairs[position] for position in kept),
            self.left_out + drifted,
        )


def common_items(
    source: Calibration, target: Calibration, pairs: Iterable[tuple[int, int]] | None
) -> CommonItems:
    """Pair the items; those without estimates, with other categories or a negative slope are left out."""
    if source.model is not target.model:
        raise ValueError(f"calibrations must be of one model, got {source.model} and {target.model}")
    chosen = _pairs(source, target, pairs)
    kept, left_out = [], []
    for ours, theirs in chosen:
        reason = _reason(source, ours, target, theirs)
        if reason is None:
            kept.append((ours, theirs))
        else:
            left_out.append(LeftOut(ours, theirs, reason))
    places = np.array(kept, dtype=np.int64).reshape(-1, 2)
    return CommonItems(_cut(source, places[:, 0]), _cut(target, places[:, 1]), tuple(kept), tuple(left_out))


def with_parameters(calibration: Calibration, slopes: FloatArray, intercepts: FloatArray) -> Calibration:
    """The same items with these slopes and intercepts, and the thresholds that follow."""
    steps = intercepts if calibration.model.is_graded else np.diff(intercepts, axis=1, prepend=0)
    return replace(calibration, slopes=slopes, intercepts=intercepts, thresholds=-steps / slopes[:, None])


def _pairs(
    source: Calibration, target: Calibration, pairs: Iterable[tuple[int, int]] | None
) -> list[tuple[int, int]]:
    if pairs is None:
        if source.n_items != target.n_items:
            raise ValueError(
                f"without pairs all items are common, got {source.n_items} and {target.n_items} items"
            )
        return [(item, item) for item in range(source.n_items)]
    chosen = [(int(ours), int(theirs)) for ours, theirs in pairs]
    for ours, theirs in chosen:
        if not (0 <= ours < source.n_items and 0 <= theirs < target.n_items):
            raise ValueError(f"pair {ours, theirs} lies outside {source.n_items} and {target.n_items} items")
    for side in (0, 1):
        if len({pair[side] for pair in chosen}) < len(chosen):
            raise ValueError(f"an item is paired twice: {chosen}")
    return chosen


def _reason(source: Calibration, ours: int, target: Calibration, theirs: int) -> Reason | None:
    for calibration, item in ((source, ours), (target, theirs)):
        steps = int(calibration.n_steps[item])
        if steps == 0 or not np.isfinite(calibration.thresholds[item, :steps]).all():
            return Reason.NO_ESTIMATES
    if source.categories[ours] != target.categories[theirs]:
        return Reason.CATEGORIES_DIFFER
    if source.slopes[ours] <= 0 or target.slopes[theirs] <= 0:
        return Reason.NEGATIVE_SLOPE
    return None


def _cut(calibration: Calibration, places: IntArray) -> Calibration:
    n_steps = calibration.n_steps[places]
    width = max(int(n_steps.max(initial=1)), 1)
    return replace(
        calibration,
        slopes=calibration.slopes[places],
        thresholds=calibration.thresholds[places, :width],
        intercepts=calibration.intercepts[places, :width],
        slope_errors=calibration.slope_errors[places],
        threshold_errors=calibration.threshold_errors[places, :width],
        intercept_errors=calibration.intercept_errors[places, :width],
        categories=tuple(calibration.categories[place] for place in places),
        n_steps=n_steps,
    )
