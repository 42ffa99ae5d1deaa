"""Curves of the items: category probabilities and their derivatives by theta, exact in the tails."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray, as_vector
from psychometrics.irt.calibration import Calibration, Model


@dataclass(frozen=True)
class CategoryCurves:
    """Log-probabilities of the categories and their derivatives by theta.

    Attributes
    ----------
    log_probabilities, log_first, log_second : ndarray, shape (n_theta, n_items, max_categories)
        log P, its first and its second derivative by theta; NaN in the padding and for an item
        without estimates. Finite wherever theta is, however small P.
    """

    log_probabilities: FloatArray
    log_first: FloatArray
    log_second: FloatArray

    @property
    def probabilities(self) -> FloatArray:
        """P, shape (n_theta, n_items, max_categories)."""
        return np.exp(self.log_probabilities)

    @property
    def first(self) -> FloatArray:
        """dP / dtheta = P * (log P)'."""
        return self.probabilities * self.log_first

    @property
    def second(self) -> FloatArray:
        """d2P / dtheta2 = P * ((log P)'' + (log P)'^2)."""
        return self.probabilities * (self.log_second + self.log_first**2)


def category_probabilities(calibration: Calibration, theta: npt.ArrayLike) -> FloatArray:
    """Probability of each category of each item at each theta.

    Parameters
    ----------
    calibration : Calibration
    theta : array_like, shape (n_theta,)

    Returns
    -------
    ndarray, shape (n_theta, n_items, max_categories)
        Sums to 1 over an item's categories; NaN in the padding and for an item without estimates.

    Raises
    ------
    ValueError
        If `theta` has other than one dimension.

    References
    ----------
    See `Model`.
    """
    points = as_vector("theta", theta)
    return np.exp(log_probabilities(calibration.model, calibration.slopes, calibration.intercepts, points))


def category_curves(calibration: Calibration, theta: npt.ArrayLike) -> CategoryCurves:
    """Log-probabilities of the categories with two derivatives by theta.

    Graded steps F_k = logistic(a * theta + d_k): (log P_k)' = a * (1 - F_k - F_k+1) and
    (log P_k)'' = -a^2 * (F_k * (1 - F_k) + F_k+1 * (1 - F_k+1)), with F_0 = 1 and none above the last.
    Otherwise (log P_k)' = a * (k - mean) and (log P_k)'' = -a^2 * variance of the category number.

    Parameters
    ----------
    calibration : Calibration
    theta : array_like, shape (n_theta,)

    Returns
    -------
    CategoryCurves

    Raises
    ------
    ValueError
        If `theta` has other than one dimension.
    """
    points = as_vector("theta", theta)
    slopes, intercepts = calibration.slopes, calibration.intercepts
    logs = log_probabilities(calibration.model, slopes, intercepts, points)
    steepness = slopes[:, None]
    if calibration.model.is_graded:
        above = cumulative_probabilities(slopes, intercepts, points)
        spread = above * (1 - above)
        first = steepness * (1 - above[..., :-1] - above[..., 1:])
        second = -(steepness**2) * (spread[..., :-1] + spread[..., 1:])
    else:
        chances = zero_for_nan(np.exp(logs))
        number = np.arange(logs.shape[2])
        mean = (chances @ number)[..., None]
        first = steepness * (number - mean)
        second = -(steepness**2) * np.sum(chances * (number - mean) ** 2, axis=2, keepdims=True)
    outside = np.isnan(logs)
    return CategoryCurves(logs, np.where(outside, np.nan, first), np.where(outside, np.nan, second))


def log_probabilities(
    model: Model, slopes: FloatArray, intercepts: FloatArray, theta: FloatArray
) -> FloatArray:
    """Log-probabilities, shape (n_theta, n_items, max_categories), NaN where there is no category.

    `slopes` is (n_items,), `intercepts` (n_items, max_steps) with NaN padding, as in `Calibration`.
    """
    exists = existing_categories(slopes, intercepts)
    logs = _graded(slopes, intercepts, theta) if model.is_graded else _adjacent(slopes, intercepts, theta)
    return np.where(exists, logs, np.nan)


def existing_categories(slopes: FloatArray, intercepts: FloatArray) -> BoolArray:
    """Which categories an item has, shape (n_items, max_categories); none without estimates."""
    estimated = np.isfinite(slopes)[:, None]
    exists: BoolArray = estimated & np.hstack([estimated, np.isfinite(intercepts)])
    return exists


def cumulative_probabilities(slopes: FloatArray, intercepts: FloatArray, theta: FloatArray) -> FloatArray:
    """P(category k or above) of graded steps, shape (n_theta, n_items, max_steps + 2); 0 above the last."""
    logits = theta[:, None, None] * slopes[:, None] + intercepts
    inner = zero_for_nan(np.exp(log_sigmoid(logits)))
    ends = np.zeros((*inner.shape[:2], 1))
    return np.concatenate([ends + 1, inner, ends], axis=2)


def zero_for_nan(values: FloatArray) -> FloatArray:
    """A copy with 0 in the padding."""
    return np.where(np.isnan(values), 0, values)


def log_sigmoid(logits: FloatArray) -> FloatArray:
    """log(1 / (1 + exp(-x))), exact where the logistic itself rounds to 0 or 1."""
    logs: FloatArray = np.minimum(logits, 0) - np.log1p(np.exp(-np.abs(logits)))
    return logs


# Categories come first while there is arithmetic across them: NumPy is slow along a short last axis.


def _adjacent(slopes: FloatArray, intercepts: FloatArray, theta: FloatArray) -> FloatArray:
    offsets = np.where(np.isnan(intercepts), -np.inf, intercepts).T
    steps = np.arange(1, len(offsets) + 1)
    logits = np.zeros((len(offsets) + 1, theta.size, slopes.size))
    logits[1:] = np.multiply.outer(steps, np.outer(theta, zero_for_nan(slopes))) + offsets[:, None, :]
    logits -= logits.max(axis=0)
    logits -= np.log(np.exp(logits).sum(axis=0))
    return np.moveaxis(logits, 0, 2)


def _graded(slopes: FloatArray, intercepts: FloatArray, theta: FloatArray) -> FloatArray:
    # F_k - F_k+1 = F_k * (1 - F_k+1) * (1 - exp(d_k+1 - d_k)): no difference of numbers near 0 or 1.
    logits = np.outer(theta, slopes) + intercepts.T[:, None, :]
    reached = log_sigmoid(logits)
    logs = np.zeros((len(logits) + 1, theta.size, slopes.size))
    logs[1:] = reached
    logs[:-1] += zero_for_nan(reached - logits)
    logs[1:-1] += zero_for_nan(np.log(-np.expm1(np.diff(intercepts, axis=1)))).T[:, None, :]
    return np.moveaxis(logs, 0, 2)
