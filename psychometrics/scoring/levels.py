"""Levels from cut scores, and how sure a level is."""

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import ROUNDING_SLACK, CodeArray, FloatArray, IntArray, as_codes, as_vector
from psychometrics.distributions import normal_cdf

NO_LEVEL = -1


def assign_levels(scores: npt.ArrayLike, cuts: npt.ArrayLike) -> CodeArray:
    """Level of each score; a level reaches from its cut up to, not including, the next.

    Parameters
    ----------
    scores : array_like, shape (n_respondents,)
        In the units of the cuts; NaN where missing.
    cuts : array_like, shape (n_levels,)
        Where each level starts, ascending: (0, 40, 60, 80). The last level has no upper end.

    Returns
    -------
    ndarray of int8, shape (n_respondents,)
        0 for the lowest level; `NO_LEVEL` where the score is missing.

    Raises
    ------
    ValueError
        If the cuts do not ascend or a score lies below the first.
    """
    values, starts = as_vector("scores", scores), _as_cuts(cuts)
    is_missing = np.isnan(values)
    levels = np.searchsorted(starts, values + ROUNDING_SLACK, side="right") - 1
    below = values[(levels < 0) & ~is_missing]
    if below.size:
        raise ValueError(f"score {below[0]:g} lies below the lowest level, which starts at {starts[0]:g}")
    return np.where(is_missing, NO_LEVEL, levels).astype(np.int8)


def count_levels(levels: npt.ArrayLike, n_levels: int) -> IntArray:
    """How many respondents stand on each level, as shape (n_levels,).

    `levels` has shape (n_respondents,), 0 for the lowest; negative codes are missing and left out.

    Raises
    ------
    ValueError
        If a level is not below `n_levels`.
    """
    codes = as_codes("levels", levels, ndim=1)
    if codes.size and codes.max() >= n_levels:
        raise ValueError(f"level {codes.max()} where there are {n_levels}, counted from 0")
    return np.bincount(codes[codes >= 0], minlength=n_levels)


def level_error_probability(scores: npt.ArrayLike, cuts: npt.ArrayLike, *, sem: npt.ArrayLike) -> FloatArray:
    """Probability that the true score lies on another level than the observed one.

    The true score is taken as normal about the observed one with the standard error
    of measurement; the probability is the mass outside the observed level.

    Parameters
    ----------
    scores : array_like, shape (n_respondents,)
        In the units of the cuts; NaN where missing.
    cuts : array_like, shape (n_levels,)
        Where each level starts, ascending.
    sem : float or array_like, shape (n_respondents,)
        Standard error of measurement, in the units of the scores, above 0; NaN where unknown.

    Returns
    -------
    ndarray, shape (n_respondents,)
        0 to 1, at most about one half below a single cut; NaN where score or error is unknown.

    Raises
    ------
    ValueError
        If `sem` is not positive, or as `assign_levels`.

    References
    ----------
    Rudner (2005), Expected classification accuracy, Pract. Assess. Res. Eval. 10(13).
    """
    values, starts = as_vector("scores", scores), _as_cuts(cuts)
    error = np.asarray(sem, dtype=np.float64)
    if (error <= 0).any():
        raise ValueError(f"sem must be above 0, got {error.min():g}")
    levels = assign_levels(values, starts)
    # The lowest and the highest level are open: no error leads below or above them.
    bounds = np.concatenate(([-np.inf], starts[1:], [np.inf]))
    below = normal_cdf((bounds[levels] - values) / error)
    above = normal_cdf((values - bounds[levels + 1]) / error)
    return below + above


def distance_to_cut(scores: npt.ArrayLike, cuts: npt.ArrayLike) -> FloatArray:
    """Distance to the nearest cut between two levels, for scores whose error is unknown.

    Parameters
    ----------
    scores : array_like, shape (n_respondents,)
    cuts : array_like, shape (n_levels,)
        Where each level starts; the first is the end of the scale and not a border.

    Returns
    -------
    ndarray, shape (n_respondents,)
        In the units of the scores; NaN where missing, infinite with a single level.

    Raises
    ------
    ValueError
        If the cuts do not ascend.
    """
    values, starts = as_vector("scores", scores), _as_cuts(cuts)
    distance = np.min(np.abs(values - starts[1:, None]), axis=0, initial=np.inf)
    return np.where(np.isnan(values), np.nan, distance)


def _as_cuts(cuts: npt.ArrayLike) -> FloatArray:
    starts = as_vector("cuts", cuts)
    if starts.size == 0 or not (np.diff(starts) > 0).all() or np.isnan(starts).any():
        raise ValueError(f"cuts must ascend, got {starts.tolist()}")
    return starts
