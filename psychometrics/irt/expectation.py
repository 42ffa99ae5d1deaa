"""Passes over the patterns: marginal likelihood, expected counts, missing information."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.irt.patterns import Patterns

BLOCK_ROWS = 1024
# Orders of the expansion of the missing information: the last one taken adds less than this share.
MISSING_SHARE = 1e-4
LARGEST_ORDER = 24


@dataclass(frozen=True)
class Expectation:
    """What the answers say at given parameters.

    Attributes
    ----------
    log_likelihood : float
    counts : ndarray, shape (n_nodes, n_items, max_steps + 1)
        Expected respondents in each category at each node.
    persons : ndarray, shape (n_groups, n_nodes)
        Expected respondents of each group at each node.
    """

    log_likelihood: float
    counts: FloatArray
    persons: FloatArray


@dataclass(frozen=True)
class Block:
    """Some patterns of one group with their posterior over the nodes (rows sum to 1)."""

    rows: slice
    group: int
    reached: FloatArray
    answered: FloatArray | None
    posterior: FloatArray
    log_likelihoods: FloatArray


def posterior_blocks(patterns: Patterns, log_chances: FloatArray, log_priors: FloatArray) -> Iterator[Block]:
    """Posteriors block by block, by two matrix products.

    `log_chances` has shape (n_nodes, n_items, max_steps + 1), NaN-padded; `log_priors` (n_groups, n_nodes).
    """
    lowest = log_chances[:, :, 0]
    steps = (log_chances[:, :, 1:] - lowest[:, :, None])[:, patterns.columns].T.copy()
    for group, (start, stop) in enumerate(zip(patterns.bounds, patterns.bounds[1:], strict=False)):
        offset = (
            log_priors[group] if patterns.answered is not None else log_priors[group] + lowest.sum(axis=1)
        )
        for first in range(start, stop, BLOCK_ROWS):
            rows = slice(first, min(first + BLOCK_ROWS, stop))
            reached = patterns.reached[rows].astype(np.float64)
            logs = reached @ steps
            logs += offset
            answered = None
            if patterns.answered is not None:
                answered = patterns.answered[rows].astype(np.float64)
                logs += answered @ lowest.T
            peaks = logs.max(axis=1, keepdims=True)
            logs -= peaks
            np.exp(logs, out=logs)
            totals = logs.sum(axis=1, keepdims=True)
            logs /= totals
            yield Block(rows, group, reached, answered, logs, (peaks + np.log(totals))[:, 0])


def expect(patterns: Patterns, log_chances: FloatArray, log_priors: FloatArray) -> Expectation:
    """The E-step; shapes as in `posterior_blocks`."""
    n_nodes, n_items = log_chances.shape[:2]
    reached = np.zeros((patterns.reached.shape[1], n_nodes))
    answered = np.zeros((n_items, n_nodes))
    persons = np.zeros((patterns.n_groups, n_nodes))
    log_likelihood = 0.0
    for block in posterior_blocks(patterns, log_chances, log_priors):
        counts = patterns.counts[block.rows]
        log_likelihood += float(counts @ block.log_likelihoods)
        weights = block.posterior
        weights *= counts[:, None]
        reached += block.reached.T @ weights
        persons[block.group] += weights.sum(axis=0)
        if block.answered is not None:
            answered += block.answered.T @ weights
    if patterns.answered is None:
        answered += persons.sum(axis=0)
    expected = np.zeros(log_chances.shape)
    expected.transpose(1, 2, 0)[:, 1:][patterns.columns] = reached
    expected[:, :, 0] = np.maximum(answered.T - expected.sum(axis=2), 0)
    return Expectation(log_likelihood, expected, persons)


def missing_information(
    patterns: Patterns,
    log_chances: FloatArray,
    log_priors: FloatArray,
    item_scores: FloatArray,
    group_scores: FloatArray,
    theta: FloatArray,
    largest_order: int = LARGEST_ORDER,
) -> FloatArray:
    """Sum over respondents of the posterior covariance of the complete-data score.

    What the observed information lacks of the complete one (Louis, 1982, J. R. Stat. Soc. B 44,
    226-233). The score S(theta) of a respondent is expanded in the polynomials that are orthonormal
    under her own posterior: cov(S) = sum over orders r >= 1 of c_r c_r', c_r = E[S * p_r]. Posteriors
    are narrow and scores smooth, so few orders are needed; more are taken until the last adds
    less than `MISSING_SHARE` to every diagonal element.

    Parameters
    ----------
    log_chances, log_priors
        As in `posterior_blocks`.
    item_scores : ndarray, shape (n_nodes, n_items, max_steps + 1, n_item_parameters)
        Derivatives of log P by category.
    group_scores : ndarray, shape (n_groups, n_nodes, 2)
        Derivatives of the log prior by mean and SD.
    theta : ndarray, shape (n_nodes,)
    largest_order : int
        At least 1; fewer orders leave out some of it.

    Returns
    -------
    ndarray, shape (n, n), n = n_items * n_item_parameters + n_groups * 2
    """
    n_nodes, n_items, n_categories, n_parameters = item_scores.shape
    n_scores = n_items * n_parameters
    by_category = item_scores.reshape(n_nodes, -1)
    missing = np.zeros((n_scores + group_scores[:, 0].size, n_scores + group_scores[:, 0].size))
    for block in posterior_blocks(patterns, log_chances, log_priors):
        chosen, unanswered = _chosen_rows(patterns.numbers[block.rows], n_categories)
        weights = np.sqrt(patterns.counts[block.rows])[:, None]
        group = n_scores + 2 * block.group
        places = np.r_[:n_scores, group : group + 2]
        total = np.zeros((places.size, places.size))
        for order, moment in enumerate(_orthonormal_moments(block.posterior, theta, largest_order), start=1):
            expected = (moment @ by_category).reshape(-1, n_parameters).take(chosen, axis=0)
            expected[unanswered] = 0
            scores = np.hstack([expected.reshape(len(moment), -1), moment @ group_scores[block.group]])
            scores *= weights
            added = scores.T @ scores
            total += added
            if order > 1 and (added.diagonal() <= MISSING_SHARE * total.diagonal()).all():
                break
        missing[np.ix_(places, places)] += total
    return missing


def _chosen_rows(numbers: np.ndarray, n_categories: int) -> tuple[np.ndarray, np.ndarray]:
    """Where (pattern, item, category) rows of the chosen categories stand, and which are no answers."""
    flat = numbers.ravel().astype(np.int64)
    unanswered = flat < 0
    flat[unanswered] = 0
    flat += np.arange(flat.size) * n_categories
    return flat, unanswered


def _orthonormal_moments(
    posterior: FloatArray, theta: FloatArray, largest_order: int
) -> Iterator[FloatArray]:
    """posterior * p_r for r = 1, 2, ..; p_r orthonormal under each row (Stieltjes' recurrence)."""
    previous, current = np.zeros_like(posterior), np.ones_like(posterior)
    size = np.zeros((len(posterior), 1))
    for _ in range(largest_order):
        centre = np.sum(posterior * current**2 * theta, axis=1, keepdims=True)
        following = (theta - centre) * current - size * previous
        size = np.sqrt(np.sum(posterior * following**2, axis=1, keepdims=True))
        # A posterior on few nodes has no further polynomials.
        following = np.divide(following, size, out=np.zeros_like(following), where=size > 1e-8)
        previous, current = current, following
        yield posterior * current
