"""Infit and outfit of the items: mean squares of the residuals, weighted and not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import CodeArray, FloatArray, IntArray
from psychometrics.irt.answers import blocks, read_answers
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.curves import category_probabilities
from psychometrics.irt.likelihood import category_scores
from psychometrics.irt.persons import group_members
from psychometrics.irt.posteriors import Population, Posteriors

FEWEST = 10  # answers; below, the spread of a mean square is not known
SMALLEST_VARIANCE = 1e-300  # of an answer, far from the item; its inverse is still a number
_ONE, _SQUARED, _RESIDUAL, _VARIANCE, _SCORES = range(5)  # columns of the sums; scores from _SCORES on


@dataclass(frozen=True, eq=False)
class MeanSquares:
    """Infit and outfit of each item, and both as normal deviates.

    Attributes
    ----------
    infit, outfit : ndarray, shape (n_items,)
        1 under the model; above, answers are noisier than it says, below, more regular.
    infit_t, outfit_t : ndarray, shape (n_items,)
        About N(0, 1) under the model; NaN with fewer than `FEWEST` answers.
    n : ndarray of int, shape (n_items,)
        Answers that entered.
    """

    infit: FloatArray
    outfit: FloatArray
    infit_t: FloatArray
    outfit_t: FloatArray
    n: IntArray


def mean_squares(
    calibration: Calibration,
    responses: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    are_estimated: bool = True,
) -> MeanSquares:
    """Infit and outfit of each item over the respondents' posteriors.

    With x the category number, E and W its mean and variance at theta: outfit is the mean of
    (x - E)^2 / W, infit the sum of (x - E)^2 over the sum of W. Both are averaged over each
    respondent's posterior, not taken at an estimate of theta: at an estimate their mean is below 1.
    The price is power, for the posterior has seen the answer.

    t = (MS^(1/3) - 1) * 3 / q + q / 3. q is the standard error of MS over the respondents; where
    parameters come from the same responses, of what a regression on the item's own scores (derivatives
    of the log-likelihood by its slope and intercepts) leaves of it.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_respondents, n_items)
        Codes; NaN where there is no answer.
    groups : array_like, shape (n_respondents,), optional
        Labels of the calibration's groups, whose distributions are the priors.
    are_estimated : bool
        Whether the items' parameters come from these responses.

    Returns
    -------
    MeanSquares
        NaN for an item without estimates or answers.

    Raises
    ------
    ValueError
        If `responses` or `groups` do not fit the calibration.

    References
    ----------
    Wright & Masters (1982), Rating Scale Analysis, ch. 5; posteriors as in R's TAM, msq.itemfit;
    estimated parameters: Pierce (1982), Ann. Stat. 10(2), 475-478.
    """
    numbers = read_answers(calibration, responses).numbers
    members = group_members(calibration, groups, len(numbers))
    width = calibration.thresholds.shape[1] + 1
    sums = np.zeros((calibration.n_items, _SCORES + width, _SCORES + width))
    for group in np.unique(members):
        mean, sd = float(calibration.group_means[group]), float(calibration.group_sds[group])
        if np.isfinite(mean) and sd > 0:
            rows = np.flatnonzero((members == group) & (numbers >= 0).any(axis=1))
            sums += _sums_of_products(calibration, numbers[rows], Population.of(calibration, mean, sd))
    if calibration.model.has_common_slope:
        sums = np.delete(np.delete(sums, _SCORES, axis=1), _SCORES, axis=2)
    return _from_sums(sums, are_estimated=are_estimated)


def _sums_of_products(calibration: Calibration, numbers: CodeArray, population: Population) -> FloatArray:
    """Products of 1, (x - E)^2 / W, (x - E)^2, W and the scores, summed over the answers to each item."""
    tables = _tables(calibration, population.nodes)
    n_nodes, n_items, n_categories, n_measures = tables.shape
    by_category = tables.reshape(n_nodes, -1)
    posteriors = Posteriors.of(calibration, population)
    sums = np.zeros((n_items, n_measures, n_measures))
    starts = np.arange(n_items) * n_categories
    for rows in blocks(len(numbers)):
        means = posteriors.at_nodes(numbers[rows]) @ by_category
        means = means.reshape(len(means), -1, n_measures)
        answered = numbers[rows] >= 0
        chosen = np.where(answered, numbers[rows], 0) + starts
        values = np.take_along_axis(means, chosen[:, :, None], axis=1)
        values[~answered] = 0
        by_item = values.transpose(1, 2, 0)
        sums += by_item @ by_item.transpose(0, 2, 1)
    return sums


def _tables(calibration: Calibration, nodes: FloatArray) -> FloatArray:
    """What is averaged over the posterior, shape (n_nodes, n_items, n_categories, n_measures)."""
    chances = np.nan_to_num(category_probabilities(calibration, nodes))
    number = np.arange(chances.shape[2])
    mean = (chances @ number)[..., None]
    squares = (number - mean) ** 2
    variance = np.sum(chances * squares, axis=2, keepdims=True)
    standardised = np.divide(
        squares, variance, out=np.zeros_like(squares), where=variance > SMALLEST_VARIANCE
    )
    scores = category_scores(calibration.model, calibration.slopes, calibration.intercepts, nodes)
    ones, variances = np.ones_like(squares), np.broadcast_to(variance, squares.shape)
    columns = np.stack([ones, standardised, squares, variances], axis=-1)
    return np.concatenate([columns, np.nan_to_num(scores)], axis=-1)


def _from_sums(sums: FloatArray, *, are_estimated: bool) -> MeanSquares:
    n = sums[:, _ONE, _ONE]
    with np.errstate(invalid="ignore", divide="ignore"):
        outfit = sums[:, _ONE, _SQUARED] / n
        infit = sums[:, _ONE, _RESIDUAL] / sums[:, _ONE, _VARIANCE]
        mean_variance = sums[:, _ONE, _VARIANCE] / n
    nothing, ones = np.zeros_like(n), np.ones_like(n)
    # What each respondent adds to the difference of a mean square from its expectation.
    to_outfit = np.stack([-outfit, ones, nothing, nothing], axis=1)
    to_infit = np.stack([nothing, nothing, ones, -infit], axis=1) / mean_variance[:, None]
    return MeanSquares(
        infit=infit,
        outfit=outfit,
        infit_t=_deviate(infit, _standard_error(sums, to_infit, are_estimated=are_estimated)),
        outfit_t=_deviate(outfit, _standard_error(sums, to_outfit, are_estimated=are_estimated)),
        n=np.rint(n).astype(np.int64),
    )


def _deviate(mean_square: FloatArray, error: FloatArray) -> FloatArray:
    """Wilson-Hilferty cube root."""
    return (np.cbrt(mean_square) - 1) * 3 / error + error / 3


def _standard_error(sums: FloatArray, weights: FloatArray, *, are_estimated: bool) -> FloatArray:
    """Of a mean over respondents of a weighted sum of the first columns, given the scores; NaN if unknown."""
    weights = np.nan_to_num(weights)
    variance = np.einsum("ip,ipq,iq->i", weights, sums[:, :_SCORES, :_SCORES], weights)
    if are_estimated:
        with_scores = np.einsum("ip,ips->is", weights, sums[:, :_SCORES, _SCORES:])
        inverse = np.linalg.pinv(sums[:, _SCORES:, _SCORES:], hermitian=True)
        variance = variance - np.einsum("is,ist,it->i", with_scores, inverse, with_scores)
    n = sums[:, _ONE, _ONE]
    is_known = (n >= FEWEST) & (variance > 0)
    error: FloatArray = np.sqrt(np.where(is_known, variance, np.nan)) / np.maximum(n, 1)
    return error
