"""Signs that answers were given in haste: flags that never punish, they only leave group figures."""

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import ROUNDING_SLACK, BoolArray, CodeArray, as_codes, as_matrix, as_vector
from psychometrics.scoring.missing import Missing


def is_straight_lining(values: npt.ArrayLike, *, share: float, min_answered: int = 2) -> BoolArray:
    """Whether one value makes up at least `share` of a respondent's answers.

    Parameters
    ----------
    values : array_like, shape (n_respondents, n_items)
        Answers as given, *before* reversing, reverse-keyed items among them: agreeing with a
        statement and with its opposite is the sign. NaN where missing.
    share : float
        In (0, 1].
    min_answered : int
        With fewer answers there is no line to speak of.

    Returns
    -------
    ndarray of bool, shape (n_respondents,)

    Raises
    ------
    ValueError
        If `share` is out of range.

    References
    ----------
    Meade & Craig (2012), Psychol. Methods 17(3), 437-455 (invariant responding).
    """
    answers = as_matrix("values", values)
    if not 0 < share <= 1:
        raise ValueError(f"share must lie in (0, 1], got {share}")
    n_answered = np.count_nonzero(~np.isnan(answers), axis=1)
    most_frequent = np.zeros(len(answers), dtype=np.int64)
    for value in np.unique(answers[~np.isnan(answers)]):
        np.maximum(most_frequent, np.count_nonzero(answers == value, axis=1), out=most_frequent)
    is_line = most_frequent >= share * n_answered - ROUNDING_SLACK
    return np.asarray(is_line & (n_answered >= max(min_answered, 1)))


def has_many_not_applicable(coded: npt.ArrayLike, *, more_than: int) -> BoolArray:
    """Whether more than `more_than` items of (n_respondents, n_items) are "does not apply".

    `coded` holds answers and `Missing` codes, whole numbers; others are a ValueError.
    """
    return _count(coded, Missing.NOT_APPLICABLE) > more_than


def is_incomplete(coded: npt.ArrayLike, *, more_than: int) -> BoolArray:
    """Whether more than `more_than` items of (n_respondents, n_items) stayed unanswered.

    Skipped and not reached count; what a display rule hid or does not apply does not. `coded` is as for
    `has_many_not_applicable`.
    """
    return _count(coded, Missing.SKIPPED) + _count(coded, Missing.NOT_REACHED) > more_than


def is_too_fast(seconds: npt.ArrayLike, *, min_seconds: float) -> BoolArray:
    """Whether a part took less than `min_seconds`, shape (n_respondents,); an unknown time (NaN) is no sign."""
    return as_vector("seconds", seconds) < min_seconds


def self_tasks_gap(self_scores: npt.ArrayLike, task_scores: npt.ArrayLike, *, gap: float) -> CodeArray:
    """Whether self-rating and tasks lie at least `gap` apart.

    Parameters
    ----------
    self_scores, task_scores : array_like, shape (n_respondents,)
        In the same units; NaN where missing.
    gap : float
        In the units of the scores.

    Returns
    -------
    ndarray of int8, shape (n_respondents,)
        1 where the self-rating is higher, -1 where the tasks are, else 0 (also where one is NaN).
    """
    difference = as_vector("self_scores", self_scores) - as_vector("task_scores", task_scores)
    is_wide = np.abs(difference) >= gap - ROUNDING_SLACK
    return np.where(is_wide, np.sign(np.nan_to_num(difference)), 0).astype(np.int8)


def _count(coded: npt.ArrayLike, code: Missing) -> npt.NDArray[np.int64]:
    codes = as_codes("coded", coded, ndim=2)
    return np.asarray(np.count_nonzero(codes == code, axis=1), dtype=np.int64)
