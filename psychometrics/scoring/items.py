"""From answers to item values: reverse keys, option points, partial credit."""

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import ROUNDING_SLACK, FloatArray, as_codes, as_matrix, as_vector


def reverse_items(
    values: npt.ArrayLike, is_reversed: npt.ArrayLike, *, minimum: float, maximum: float
) -> FloatArray:
    """Turn reverse-keyed items round: minimum + maximum - value.

    Parameters
    ----------
    values : array_like, shape (n_respondents, n_items)
        Answers between `minimum` and `maximum`; NaN where missing.
    is_reversed : array_like of bool, shape (n_items,)
    minimum, maximum : float
        Ends of the answer scale, in the units of the answers.

    Returns
    -------
    ndarray, shape (n_respondents, n_items)

    Raises
    ------
    ValueError
        If an answer lies outside the answer scale, or the shapes differ.
    """
    answers = as_matrix("values", values)
    reverse = np.asarray(is_reversed, dtype=np.bool_)
    if reverse.shape != answers.shape[1:]:
        raise ValueError(f"is_reversed has shape {reverse.shape} for {answers.shape[1]} items")
    _ensure_within(answers, minimum, maximum)
    return np.where(reverse, minimum + maximum - answers, answers)


def option_points(chosen: npt.ArrayLike, points: npt.ArrayLike) -> FloatArray:
    """Points written at the chosen option (single choice and situations).

    Parameters
    ----------
    chosen : array_like of int, shape (n_respondents,)
        Position of the option in the definition, from 0; a `Missing` code otherwise.
    points : array_like, shape (n_options,)

    Returns
    -------
    ndarray, shape (n_respondents,)
        NaN where the answer is missing.

    Raises
    ------
    ValueError
        If a position is beyond the options.
    """
    positions = as_codes("chosen", chosen, ndim=1)
    worth = as_vector("points", points)
    _ensure_known(positions, worth.size)
    # The last entry serves every missing code.
    return np.append(worth, np.nan)[np.where(positions < 0, worth.size, positions)]


def multiple_choice_points(chosen: npt.ArrayLike, is_correct: npt.ArrayLike, *, points: float) -> FloatArray:
    """Partial credit that ticking everything does not earn.

    points * max(0, right / n_right - wrong / n_wrong); without wrong options the
    second term is 0. Hit rate less false alarm rate is Youden's index, 0 for guessing.

    Parameters
    ----------
    chosen : array_like of bool, shape (n_respondents, n_options)
        A row without ticks earns 0; whether it is a skipped task is for the caller to know.
    is_correct : array_like of bool, shape (n_options,)
    points : float
        Points of a faultless answer.

    Returns
    -------
    ndarray, shape (n_respondents,)
        Points from 0 to `points`.

    Raises
    ------
    ValueError
        If the shapes differ or no option is correct.

    References
    ----------
    Youden (1950), Index for rating diagnostic tests, Cancer 3(1), 32-35.
    """
    ticks = np.asarray(chosen, dtype=np.bool_)
    correct = np.asarray(is_correct, dtype=np.bool_)
    if ticks.ndim != 2 or correct.shape != ticks.shape[1:]:
        raise ValueError(f"chosen has shape {ticks.shape}, is_correct {correct.shape}")
    n_right = int(correct.sum())
    n_wrong = correct.size - n_right
    if n_right == 0:
        raise ValueError(f"none of the {correct.size} options is correct")
    hits = ticks[:, correct].sum(axis=1)
    false_alarms = ticks[:, ~correct].sum(axis=1)
    # One division of whole numbers: 3 * (2/3 - 1/2) stays exact where it can be.
    balance = hits * max(n_wrong, 1) - false_alarms * n_right
    return np.asarray(points * np.maximum(balance, 0) / (n_right * max(n_wrong, 1)), dtype=np.float64)


def ordering_points(order: npt.ArrayLike, *, points: float, decimals: int = 2) -> FloatArray:
    """Credit for an order by the share of pairs that stand the right way round.

    points * (1 - inversions / max_inversions), where an inversion is a pair in the
    wrong order (Kendall's distance) and max_inversions = k (k - 1) / 2.

    Parameters
    ----------
    order : array_like of int, shape (n_respondents, n_options)
        What stands at each place, named by its place in the key: the key itself is
        0, 1, ..., k - 1. A row of `Missing` codes is a missing answer.
    points : float
        Points of the right order.
    decimals : int
        The instrument's scoring rule rounds these points to 2 digits.

    Returns
    -------
    ndarray, shape (n_respondents,)
        Points from 0 to `points`; NaN where the answer is missing.

    Raises
    ------
    ValueError
        If there are fewer than two options or a row is neither missing nor an order of all options.

    References
    ----------
    Kendall (1938), Biometrika 30(1/2), 81-93.
    """
    places = as_codes("order", order, ndim=2)
    n_options = places.shape[1]
    if n_options < 2:
        raise ValueError(f"an ordering needs at least two options, got {n_options}")
    is_missing = (places < 0).all(axis=1)
    complete = (np.sort(places, axis=1) == np.arange(n_options)).all(axis=1)
    broken = np.flatnonzero(~(complete | is_missing))
    if broken.size:
        raise ValueError(
            f"row {broken[0]} is not an order of {n_options} options: {places[broken[0]].tolist()}"
        )
    earlier, later = np.triu_indices(n_options, k=1)
    in_order = (places[:, earlier] < places[:, later]).sum(axis=1)
    earned = np.round(points * in_order / earlier.size, decimals)
    return np.where(is_missing, np.nan, earned)


def matching_points(chosen: npt.ArrayLike, pairs: npt.ArrayLike, *, points: float) -> FloatArray:
    """Credit for the share of pairs put together rightly: points * right / pairs.

    Parameters
    ----------
    chosen : array_like of int, shape (n_respondents, n_left)
        Position of the right-hand entry chosen for each left-hand one; negative where left
        blank, which is a pair not made. A row of blanks alone is a missing answer.
    pairs : array_like of int, shape (n_left,)
        The key, in the same positions.
    points : float

    Returns
    -------
    ndarray, shape (n_respondents,)
        Points from 0 to `points`; NaN where the answer is missing.

    Raises
    ------
    ValueError
        If the shapes differ or there are no pairs.
    """
    made = as_codes("chosen", chosen, ndim=2)
    key = as_codes("pairs", pairs, ndim=1)
    if key.size == 0 or key.shape != made.shape[1:]:
        raise ValueError(f"chosen has shape {made.shape} for {key.size} pairs")
    earned = points * (made == key).sum(axis=1) / key.size
    return np.where((made < 0).all(axis=1), np.nan, earned)


def number_points(values: npt.ArrayLike, *, correct: float, tolerance: float, points: float) -> FloatArray:
    """Full points within `tolerance` of the correct number, both ends included, else 0.

    Parameters
    ----------
    values : array_like, shape (n_respondents,)
        NaN where missing.
    correct, tolerance : float
        In the units of the answer; `tolerance` is not negative.
    points : float

    Returns
    -------
    ndarray, shape (n_respondents,)
        0 or `points`; NaN where missing.

    Raises
    ------
    ValueError
        If `tolerance` is negative.
    """
    answers = as_vector("values", values)
    if not tolerance >= 0:
        raise ValueError(f"tolerance must not be negative, got {tolerance}")
    # 7.2 - 7.0 is 0.2000000000000002: the end of the range is meant to be inside.
    reach = tolerance + ROUNDING_SLACK * max(1.0, abs(correct))
    return np.where(np.isnan(answers), np.nan, points * (np.abs(answers - correct) <= reach))


def _ensure_within(answers: FloatArray, minimum: float, maximum: float) -> None:
    outside = answers[(answers < minimum) | (answers > maximum)]
    if outside.size:
        raise ValueError(f"answer {outside[0]:g} lies outside {minimum:g}..{maximum:g}")


def _ensure_known(positions: npt.NDArray[np.signedinteger], n_options: int) -> None:
    if positions.size and positions.max() >= n_options:
        raise ValueError(f"option {positions.max()} chosen where there are {n_options}, counted from 0")
