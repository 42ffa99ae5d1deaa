"""Derivatives of the complete-data log-likelihood, by slopes and intercepts, for expected counts."""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.irt.calibration import Model
from psychometrics.irt.curves import cumulative_probabilities, log_probabilities, zero_for_nan


def category_scores(
    model: Model, slopes: FloatArray, intercepts: FloatArray, theta: FloatArray
) -> FloatArray:
    """Derivatives of log P_k by (a, d_1, ..), shape (n_theta, n_items, max_steps + 1, max_steps + 1).

    The last axis is the parameter: the slope, then the intercepts; 0 in the padding.
    """
    n_steps = intercepts.shape[1]
    number = np.arange(n_steps + 1)
    scores = np.zeros((theta.size, slopes.size, n_steps + 1, n_steps + 1))
    if model.is_graded:
        above = cumulative_probabilities(slopes, intercepts, theta)
        crowding = _crowding(intercepts)
        scores[..., 0] = 1 - above[..., :-1] - above[..., 1:]
        lower, upper = number[:-1], number[1:]
        scores[:, :, upper, upper] = 1 - above[..., 1:-1] + crowding[:, 1:]
        scores[:, :, lower, upper] = -above[..., 1:-1] - crowding[:, :-1]
    else:
        chances = zero_for_nan(np.exp(log_probabilities(model, slopes, intercepts, theta)))
        scores[..., 0] = number - (chances @ number)[..., None]
        scores[..., 1:] = np.eye(n_steps + 1)[:, 1:] - chances[:, :, None, 1:]
    scores[..., 0] *= theta[:, None, None]
    exists = np.isfinite(intercepts)
    scores[:, :, 1:] *= exists[:, :, None]
    scores[..., 1:] *= exists[:, None, :]
    return scores


def complete_information(
    model: Model, slopes: FloatArray, intercepts: FloatArray, theta: FloatArray, counts: FloatArray
) -> FloatArray:
    """Negative second derivatives of sum(counts * log P), shape (n_items, 1 + max_steps, 1 + max_steps).

    `counts` has shape (n_theta, n_items, max_steps + 1). Exact, and never negative definite: both
    families are log-concave in slope and intercepts (Pratt, 1981, J. Am. Stat. Assoc. 76, 103-106).
    """
    n_steps = intercepts.shape[1]
    information = np.zeros((slopes.size, n_steps + 1, n_steps + 1))
    steps = np.arange(1, n_steps + 1)
    if model.is_graded:
        above = cumulative_probabilities(slopes, intercepts, theta)[..., 1:-1]
        spread = (counts[..., 1:] + counts[..., :-1]) * above * (1 - above)
        by_slope = spread
        variance = spread.sum(axis=2)
        information[:, steps, steps] = spread.sum(axis=0)
        crowding = _crowding(intercepts)[:, 1:-1]
        push = counts[..., 1:-1].sum(axis=0) * crowding * (1 + crowding)
        lower, upper = steps[:-1], steps[1:]
        information[:, lower, lower] += push
        information[:, upper, upper] += push
        information[:, lower, upper] -= push
        information[:, upper, lower] -= push
    else:
        chances = zero_for_nan(np.exp(log_probabilities(model, slopes, intercepts, theta)))
        number = np.arange(n_steps + 1)
        answered = counts.sum(axis=2)
        deviation = number - (chances @ number)[..., None]
        weighted = answered[..., None] * chances
        by_slope = (weighted * deviation)[..., 1:]
        variance = (weighted * deviation**2).sum(axis=2)
        chances, weighted = chances[..., 1:], weighted[..., 1:]
        information[:, 1:, 1:] = -np.matmul(weighted.transpose(1, 2, 0), chances.transpose(1, 0, 2))
        information[:, steps, steps] += weighted.sum(axis=0)
    information[:, 0, 0] = theta**2 @ variance
    information[:, 0, 1:] = information[:, 1:, 0] = np.tensordot(theta, by_slope, axes=1)
    return information


def node_information(
    model: Model, slopes: FloatArray, intercepts: FloatArray, theta: FloatArray
) -> FloatArray:
    """Fisher information of all items together about theta, shape (n_theta,)."""
    chances = np.exp(log_probabilities(model, slopes, intercepts, theta))
    if model.is_graded:
        above = cumulative_probabilities(slopes, intercepts, theta)
        relative = 1 - above[..., :-1] - above[..., 1:]
    else:
        number = np.arange(chances.shape[2])
        relative = number - np.nansum(chances * number, axis=2, keepdims=True)
    return np.asarray(np.nansum(chances * relative**2, axis=2) @ slopes**2)


def _crowding(intercepts: FloatArray) -> FloatArray:
    """1 / (exp(d_k - d_k+1) - 1) of category k, 0 for the lowest, the highest and the padding.

    What log(1 - exp(d_k+1 - d_k)) adds to the derivatives of log P_k by the two intercepts.
    """
    gaps = np.diff(intercepts, axis=1)
    between = zero_for_nan(np.exp(gaps) / -np.expm1(gaps))
    ends = np.zeros((len(intercepts), 1))
    return np.hstack([ends, between, ends])
