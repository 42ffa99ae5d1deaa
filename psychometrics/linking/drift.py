"""Whether common items kept their meaning, and a link without those that did not."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.irt.calibration import Calibration
from psychometrics.linking.criterion import expected_scores
from psychometrics.linking.estimation import link_over
from psychometrics.linking.methods import Comparison, Link, Method
from psychometrics.linking.shared_items import CommonItems, common_items

# The interquartile range of a normal distribution is 1.349 SD.
NORMAL_QUARTILES = 0.74


@dataclass(frozen=True)
class DriftRule:
    """When a common item counts as drifted: both bounds must be passed.

    Attributes
    ----------
    robust_z : float
        Of its mean threshold or of its slope, whichever is larger in size.
    distance : float
        Least sqrt(d2) that matters, in shares of the highest category number.
    fewest : int
        Items a link must keep.
    """

    robust_z: float = 1.96
    distance: float = 0.05
    fewest: int = 3


class Ending(StrEnum):
    """Why the search for drifted items ended."""

    NONE_LEFT = "none_left"
    FEWEST_REACHED = "fewest_reached"
    NO_LINK = "no_link"


@dataclass(frozen=True, eq=False)
class ItemDrift:
    """Each common item under a link; the order is that of `pairs`.

    Attributes
    ----------
    pairs : tuple of (int, int)
        Columns in source and target.
    difference : ndarray, shape (n_common,)
        Mean threshold of the target less that of the source put on its scale, in units of the
        target's theta: above 0 the item became harder.
    robust_z : ndarray
        (difference - median) / (0.74 * interquartile range); NaN where that range is 0.
    slope_robust_z : ndarray
        The same for log(slope of the target / linked slope of the source).
    d2 : ndarray
        Weighted mean of the squared differences of the expected scores, in shares of the highest
        category number; sqrt(d2) is the typical distance of the curves.
    signed_area, unsigned_area : ndarray
        Weighted mean difference of these curves, target less source, and of its size.
    """

    pairs: tuple[tuple[int, int], ...]
    difference: FloatArray
    robust_z: FloatArray
    slope_robust_z: FloatArray
    d2: FloatArray
    signed_area: FloatArray
    unsigned_area: FloatArray


@dataclass(frozen=True, eq=False)
class DriftCheck:
    """Removal of drifted items, one at a time.

    Attributes
    ----------
    link : Link
        Over the items that stayed; the drifted ones are in its `left_out`.
    items : ItemDrift
        Of all usable common items under that link; medians and ranges are of those that stayed.
    removed : tuple of (int, int)
        In the order of removal.
    rule : DriftRule
    ending : Ending
    """

    link: Link
    items: ItemDrift
    removed: tuple[tuple[int, int], ...]
    rule: DriftRule
    ending: Ending


def check_drift(
    source: Calibration,
    target: Calibration,
    *,
    pairs: Iterable[tuple[int, int]] | None = None,
    method: Method | str = Method.STOCKING_LORD,
    comparison: Comparison | None = None,
    rule: DriftRule | None = None,
) -> DriftCheck:
    """Link, remove the item that drifted most, link again, until none has drifted.

    Drifted is an item that passes `rule.robust_z` and `rule.distance` both: the robust z alone finds
    something in every set of items, mostly thresholds far from everybody, known badly and of no weight.
    The one with the largest distance goes first.

    Parameters
    ----------
    source, target, pairs, method, comparison
        As for `link`; curves are compared at the nodes of `comparison` on the target scale.
    rule : DriftRule, optional

    Returns
    -------
    DriftCheck

    Raises
    ------
    ValueError
        As `link`.

    References
    ----------
    Huynh & Meyer (2010), Pract. Assess. Res. Eval. 15(2) (robust z); Raju (1988), Psychometrika 53(4),
    495-502 (areas); Wells, Hambleton, Kirkpatrick & Meng (2014), Appl. Meas. Educ. 27(3), 214-231.
    """
    kind, places, bounds = Method(method), comparison or Comparison(), rule or DriftRule()
    everything = common_items(source, target, pairs)
    removed: list[int] = []
    while True:
        found = link_over(everything.without(removed), kind, places)
        stayed = np.ones(len(everything.pairs), dtype=bool)
        stayed[removed] = False
        drift = _item_drift(everything, found, places, stayed)
        distance = np.sqrt(drift.d2)
        suspicious = np.fmax(np.abs(drift.robust_z), np.abs(drift.slope_robust_z)) > bounds.robust_z
        suspicious &= (distance > bounds.distance) & stayed
        if not suspicious.any() or stayed.sum() <= bounds.fewest:
            break
        removed.append(int(np.argmax(np.where(suspicious, distance, -1))))
    if np.isnan(found.slope):
        ending = Ending.NO_LINK
    else:
        ending = Ending.FEWEST_REACHED if suspicious.any() else Ending.NONE_LEFT
    return DriftCheck(found, drift, tuple(everything.pairs[place] for place in removed), bounds, ending)


def _item_drift(items: CommonItems, found: Link, comparison: Comparison, stayed: BoolArray) -> ItemDrift:
    source, target, nodes = items.source, items.target, comparison.nodes
    steps = np.isfinite(source.thresholds).sum(axis=1)
    easiness = [np.nansum(side.thresholds, axis=1) / steps for side in (source, target)]
    difference = easiness[1] - found.theta(easiness[0])
    ratio = np.log(target.slopes * found.slope / source.slopes)
    theirs = expected_scores(target, nodes)[0]
    ours = expected_scores(source, (nodes - found.intercept) / found.slope)[0]
    apart = (theirs - ours) / steps
    return ItemDrift(
        items.pairs,
        difference,
        robust_z(difference, stayed),
        robust_z(ratio, stayed),
        comparison.weights @ apart**2,
        comparison.weights @ apart,
        comparison.weights @ np.abs(apart),
    )


def robust_z(values: FloatArray, stayed: BoolArray) -> FloatArray:
    """(value - median) / (0.74 * interquartile range), both of the values that `stayed`.

    NaN throughout where those are fewer than three or their range is nothing but rounding.
    """
    kept = values[stayed]
    if kept.size < 3 or not np.isfinite(kept).all():
        return np.full(values.shape, np.nan)
    low, middle, high = np.percentile(kept, [25, 50, 75])
    if high - low <= 1e-9:
        return np.full(values.shape, np.nan)
    return np.asarray((values - middle) / (NORMAL_QUARTILES * (high - low)))
