"""Finding a link between two calibrations over their common items."""

from collections.abc import Iterable
from math import nan

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.irt.calibration import Calibration
from psychometrics.linking.criterion import apart
from psychometrics.linking.methods import Comparison, Link, Method
from psychometrics.linking.shared_items import CommonItems, common_items


def link(
    source: Calibration,
    target: Calibration,
    *,
    pairs: Iterable[tuple[int, int]] | None = None,
    method: Method | str = Method.STOCKING_LORD,
    comparison: Comparison | None = None,
) -> Link:
    """Constants that carry theta of `source` to the scale of `target`: A * theta + B.

    On the target scale an item of the source has slope a / A and thresholds A * b + B. Moment methods
    take the thresholds of all steps alike: mean/sigma A = sd(b_target) / sd(b_source), mean/mean
    A = mean(a_source) / mean(a_target), both B = mean(b_target) - A * mean(b_source). Under a model
    with one slope, A is the ratio of the slopes, and the curves decide about B alone.

    Parameters
    ----------
    source, target : Calibration
        Of one model.
    pairs : iterable of (int, int), optional
        Columns of each common item in source and target; by default all items, in order.
    method : Method or str
    comparison : Comparison, optional
        Nodes, weights and direction for Haebara and Stocking-Lord; `Comparison()` by default.

    Returns
    -------
    Link
        Constants are NaN without an item that can serve, or for mean/sigma with one threshold.

    Raises
    ------
    ValueError
        If the models differ or `pairs` does not fit the calibrations.

    References
    ----------
    See `Method`; Kolen & Brennan (2014), Test equating, scaling, and linking, sections 6.3-6.4.
    """
    return link_over(common_items(source, target, pairs), Method(method), comparison or Comparison())


def link_over(items: CommonItems, method: Method, comparison: Comparison) -> Link:
    """`link` over items already chosen."""
    slope, intercept, criterion = nan, nan, nan
    if items.pairs:
        slope, intercept = moment_constants(items, method)
    if items.pairs and method.compares_curves:
        slope, intercept = _least_apart(items, method, comparison, slope, intercept)
        criterion = apart(items, method, comparison, slope, intercept).criterion
    return Link(
        float(slope),
        float(intercept),
        method,
        comparison if method.compares_curves else None,
        items.pairs,
        items.left_out,
        criterion,
    )


def moment_constants(items: CommonItems, method: Method) -> tuple[float, float]:
    """A and B from means and SDs; mean/mean's for a method of curves, which starts there."""
    ours, theirs = _located(items.source), _located(items.target)
    if method is Method.MEAN_SIGMA and not items.source.model.has_common_slope:
        spread = float(ours.std())
        slope = float(theirs.std()) / spread if spread > 0 else nan
    else:
        slope = float(items.source.slopes.mean() / items.target.slopes.mean())
    return slope, float(theirs.mean()) - slope * float(ours.mean())


def equations(
    items: CommonItems, method: Method, comparison: Comparison, constants: FloatArray
) -> FloatArray:
    """Two functions of A and B that are 0 at the link, for its standard errors."""
    slope, intercept = float(constants[0]), float(constants[1])
    closed = np.array(moment_constants(items, method))
    if not method.compares_curves:
        return np.asarray(constants - closed)
    gradient = apart(items, method, comparison, slope, intercept).gradient
    if items.source.model.has_common_slope:
        return np.array([slope - closed[0], gradient[1]])
    return np.asarray(gradient)


def _located(calibration: Calibration) -> FloatArray:
    located: FloatArray = calibration.thresholds[np.isfinite(calibration.thresholds)]
    return located


def _least_apart(
    items: CommonItems, method: Method, comparison: Comparison, slope: float, intercept: float
) -> tuple[float, float]:
    """Least squares over B and log A, which keeps A above 0; over B alone with a common slope."""
    from scipy.optimize import least_squares

    is_free = not items.source.model.has_common_slope

    def constants(point: FloatArray) -> tuple[float, float]:
        return (float(np.exp(point[1])) if is_free else slope), float(point[0])

    def residuals(point: FloatArray) -> FloatArray:
        return apart(items, method, comparison, *constants(point)).residuals

    def jacobian(point: FloatArray) -> FloatArray:
        ratio, shift = constants(point)
        by_slope, by_intercept = apart(items, method, comparison, ratio, shift).jacobian.T
        return np.column_stack([by_intercept, ratio * by_slope] if is_free else [by_intercept])

    start = np.array([intercept, np.log(slope)] if is_free else [intercept])
    found = least_squares(residuals, start, jacobian, xtol=1e-12, ftol=1e-14, gtol=1e-14, x_scale=1.0)
    return constants(found.x)
