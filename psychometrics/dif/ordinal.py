"""Cumulative logistic regression on counts: the logistic one is its case of two categories."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.irt.curves import log_sigmoid

MOST_STEPS = 50
TOLERANCE = 1e-9
# Coefficients of standardised predictors beyond this mean that the answers are separated.
LARGEST = 30.0


@dataclass(frozen=True)
class Fit:
    """Maximum of the likelihood.

    Attributes
    ----------
    coefficients : ndarray, shape (n_predictors,)
        Log-odds of an answer in category k or above, per unit; those of the thresholds are left out.
    log_likelihood : float
    converged : bool
        False where the answers are separated and there is no maximum.
    """

    coefficients: FloatArray
    log_likelihood: float
    converged: bool


def cumulative_logit(answers: IntArray, predictors: FloatArray, counts: FloatArray) -> Fit:
    """logit P(answer >= k) = threshold_k + predictors @ coefficients, by Newton's method.

    Parameters
    ----------
    answers : ndarray of int, shape (n_cells,)
        Categories 0, 1, ..., each with a count above 0 somewhere.
    predictors : ndarray, shape (n_cells, n_predictors)
        About 1 in size, so that separation can be told.
    counts : ndarray, shape (n_cells,)
        Respondents in each cell.

    References
    ----------
    McCullagh (1980), J. R. Stat. Soc. B 42(2), 109-142; the log-likelihood is concave (Pratt, 1981,
    J. Am. Stat. Assoc. 76, 103-106).
    """
    n_steps = int(answers.max())
    totals = np.bincount(answers, weights=counts)
    above = np.cumsum(totals[::-1])[::-1][1:]
    point = np.concatenate([np.log(above / (totals.sum() - above)), np.zeros(predictors.shape[1])])
    into, out_of = _designs(answers, predictors, n_steps)
    reached, gradient, information = _derivatives(point, answers, n_steps, into, out_of, counts)
    converged = False
    for _step in range(MOST_STEPS):
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        converged = bool(np.abs(step).max(initial=0) <= TOLERANCE)
        if converged or np.abs(point).max() > LARGEST:
            break
        found = _derivatives(point + step, answers, n_steps, into, out_of, counts)
        while found[0] < reached - 1e-13 * abs(reached):
            step = step / 2
            found = _derivatives(point + step, answers, n_steps, into, out_of, counts)
        point, (reached, gradient, information) = point + step, found
    return Fit(point[n_steps:], reached, converged)


def _designs(answers: IntArray, predictors: FloatArray, n_steps: int) -> tuple[FloatArray, FloatArray]:
    """Rows of the step into the answered category and of the step out of it; 0 where there is none."""
    steps = np.eye(n_steps + 2)[:, 1:-1]
    into = np.column_stack([steps[answers], predictors])
    out_of = np.column_stack([steps[answers + 1], predictors])
    return into, out_of


def _derivatives(
    point: FloatArray,
    answers: IntArray,
    n_steps: int,
    into: FloatArray,
    out_of: FloatArray,
    counts: FloatArray,
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood, gradient, negative second derivatives.

    log P = log F(u) + log(1 - F(v)) + log(1 - exp(v - u)) with u, v the logits of the steps into and out
    of the category; the last term is there for inner categories only.
    """
    u = np.where(answers > 0, into @ point, np.inf)
    v = np.where(answers < n_steps, out_of @ point, -np.inf)
    gaps = v - u
    if (gaps >= 0).any():
        return -np.inf, np.zeros(point.size), np.zeros((point.size, point.size))
    above, beyond = np.exp(log_sigmoid(u)), np.exp(log_sigmoid(v))
    logs = np.where(answers > 0, log_sigmoid(u), 0) + np.where(answers < n_steps, log_sigmoid(-v), 0)
    logs += np.log(-np.expm1(gaps))
    share = np.exp(gaps) / -np.expm1(gaps)
    curve = share * (1 + share)
    by_u, by_v = counts * (1 - above + share), counts * (-beyond - share)
    in_part = (answers > 0).astype(np.float64)
    gradient = into.T @ (in_part * by_u) + out_of.T @ ((answers < n_steps) * by_v)
    twice_u = in_part * counts * (above * (1 - above) + curve)
    twice_v = (answers < n_steps) * counts * (beyond * (1 - beyond) + curve)
    cross = into.T @ ((counts * curve)[:, None] * out_of)
    information = into.T @ (twice_u[:, None] * into) + out_of.T @ (twice_v[:, None] * out_of)
    return float(counts @ logs), gradient, information - cross - cross.T
