"""From item values to scale scores in percent."""

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_matrix, as_vector


def count_answered(values: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Number of values of (n_respondents, n_items) that are not NaN in each row; shape (n_respondents,)."""
    return np.asarray(np.count_nonzero(~np.isnan(as_matrix("values", values)), axis=1), dtype=np.int64)


def mean_percent(
    values: npt.ArrayLike, *, minimum: float, maximum: float, min_answered: int = 1
) -> FloatArray:
    """Mean answer as a percentage of the answer scale: (mean - min) / (max - min) * 100.

    Parameters
    ----------
    values : array_like, shape (n_respondents, n_items)
        Answers after reversing; NaN where missing, whatever the reason.
    minimum, maximum : float
        Ends of the answer scale, the same for all items.
    min_answered : int
        Fewest answers that make a score, at least 1.

    Returns
    -------
    ndarray, shape (n_respondents,)
        Percent, 0 to 100; NaN with fewer than `min_answered` answers.

    Raises
    ------
    ValueError
        If the answer scale is empty, an answer lies outside it, or `min_answered` is below 1.

    Notes
    -----
    The mean over the answered items is the person-mean substitution of missing answers.

    References
    ----------
    Downey & King (1998), J. Gen. Psychol. 125(2), 175-191.
    """
    answers = as_matrix("values", values)
    if not minimum < maximum:
        raise ValueError(f"minimum {minimum:g} must be below maximum {maximum:g}")
    _ensure_positive("min_answered", min_answered)
    answered = ~np.isnan(answers)
    if ((answers < minimum) | (answers > maximum)).any():
        low, high = np.nanmin(answers), np.nanmax(answers)
        raise ValueError(f"answers run from {low:g} to {high:g}, outside {minimum:g}..{maximum:g}")
    n_answered = np.count_nonzero(answered, axis=1)
    # Whole-number sums and one division: what is 55 % on paper is exactly 55.0 here.
    total = np.where(answered, answers - minimum, 0.0).sum(axis=1)
    return _percentage(total, n_answered * (maximum - minimum), n_answered >= min_answered)


def points_percent(
    points: npt.ArrayLike, max_points: npt.ArrayLike, *, shown: npt.ArrayLike | None = None
) -> FloatArray:
    """Points as a percentage of the points of the tasks shown: sum / max * 100.

    Parameters
    ----------
    points : array_like, shape (n_respondents, n_items)
        Points earned; NaN where there is no answer. A shown task without an answer earns 0.
    max_points : array_like, shape (n_items,)
        Points of a faultless answer, above 0.
    shown : array_like of bool, shape (n_respondents, n_items), optional
        False leaves the task out of both sums; all shown by default. See `is_shown`.

    Returns
    -------
    ndarray, shape (n_respondents,)
        Percent; NaN where no task was shown.

    Raises
    ------
    ValueError
        If shapes differ, a maximum is not positive, or points exceed the maximum.
    """
    earned = as_matrix("points", points)
    most = as_vector("max_points", max_points)
    if most.shape != earned.shape[1:]:
        raise ValueError(f"max_points has {most.size} values for {earned.shape[1]} items")
    if not (most > 0).all():
        raise ValueError(f"max_points must be above 0, got {most.tolist()}")
    if (earned > most).any():
        raise ValueError(f"points exceed their maximum of {most.tolist()}")
    visible = np.ones(earned.shape, np.bool_) if shown is None else np.asarray(shown, dtype=np.bool_)
    if visible.shape != earned.shape:
        raise ValueError(f"shown has shape {visible.shape}, points {earned.shape}")
    total = np.where(visible & ~np.isnan(earned), earned, 0.0).sum(axis=1)
    possible = visible @ most
    return _percentage(total, possible, possible > 0)


def weighted_mean(scores: npt.ArrayLike, weights: npt.ArrayLike) -> FloatArray:
    """Weighted mean of scale scores; a respondent who lacks one of them has none.

    Parameters
    ----------
    scores : array_like, shape (n_respondents, n_scales)
        In common units; NaN where missing.
    weights : array_like, shape (n_scales,)
        Not negative; divided by their sum.

    Returns
    -------
    ndarray, shape (n_respondents,)
        In the units of the scores; NaN if any part of positive weight is NaN.

    Raises
    ------
    ValueError
        If shapes differ, a weight is negative, or all are 0.
    """
    parts = as_matrix("scores", scores)
    shares = as_vector("weights", weights)
    if shares.shape != parts.shape[1:]:
        raise ValueError(f"{shares.size} weights for {parts.shape[1]} scales")
    if not ((shares >= 0).all() and shares.sum() > 0):
        raise ValueError(f"weights must not be negative nor all 0, got {shares.tolist()}")
    used = shares > 0
    return np.asarray(parts[:, used] @ shares[used] / shares.sum())


def mean_of_scales(scores: npt.ArrayLike, *, min_scales: int = 1) -> FloatArray:
    """Unweighted mean of the scale scores a respondent has.

    Parameters
    ----------
    scores : array_like, shape (n_respondents, n_scales)
        In common units; NaN where missing.
    min_scales : int
        Fewest scores that make a mean, at least 1.

    Returns
    -------
    ndarray, shape (n_respondents,)
        NaN with fewer than `min_scales` scores.

    Raises
    ------
    ValueError
        If `min_scales` is below 1.
    """
    parts = as_matrix("scores", scores)
    _ensure_positive("min_scales", min_scales)
    n_available = np.count_nonzero(~np.isnan(parts), axis=1)
    means = np.full(len(parts), np.nan)
    np.divide(np.nansum(parts, axis=1), n_available, out=means, where=n_available >= min_scales)
    return means


def _percentage(
    total: FloatArray, possible: npt.NDArray[np.float64 | np.int64], is_defined: npt.NDArray[np.bool_]
) -> FloatArray:
    percent = np.full(len(total), np.nan)
    return np.asarray(np.divide(100.0 * total, possible, out=percent, where=is_defined))


def _ensure_positive(name: str, count: int) -> None:
    if count < 1:
        raise ValueError(f"{name} must be at least 1, got {count}")
