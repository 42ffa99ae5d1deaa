"""What a missing answer means for a scale: each of the four missing codes by its own rule."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_codes
from psychometrics.scoring.missing import Missing, missing_to_nan


class Treatment(StrEnum):
    """What becomes of an item without an answer."""

    LEFT_OUT = "left_out"
    LOWEST = "lowest"
    NO_SCORE = "no_score"


@dataclass(frozen=True)
class MissingRule:
    """The missing rule of one scale.

    Attributes
    ----------
    skipped, not_applicable, not_shown, not_reached : Treatment
        `LEFT_OUT`: the score rests on the other items; `LOWEST`: counts as the lowest value (a task
        not solved); `NO_SCORE`: one such item leaves the respondent without a score.
    min_answered : int
        Fewest items with an answer that make a score, at least 1; `LOWEST` is no answer.
    """

    skipped: Treatment = Treatment.LEFT_OUT
    not_applicable: Treatment = Treatment.LEFT_OUT
    not_shown: Treatment = Treatment.LEFT_OUT
    not_reached: Treatment = Treatment.LEFT_OUT
    min_answered: int = 1

    def __post_init__(self) -> None:
        if self.min_answered < 1:
            raise ValueError(f"min_answered must be at least 1, got {self.min_answered}")

    def of(self, code: Missing) -> Treatment:
        """The treatment of one missing code."""
        return {
            Missing.SKIPPED: self.skipped,
            Missing.NOT_APPLICABLE: self.not_applicable,
            Missing.NOT_SHOWN: self.not_shown,
            Missing.NOT_REACHED: self.not_reached,
        }[code]


def apply_missing_rule(coded: npt.ArrayLike, rule: MissingRule, *, lowest: float = 0.0) -> FloatArray:
    """Item values by the missing rule of their scale, ready for `mean_percent` or `points_percent`.

    Parameters
    ----------
    coded : array_like of int, shape (n_respondents, n_items)
        Values of 0 or more of the items of one scale after reversing, or a `Missing` code.
    rule : MissingRule
    lowest : float
        The value `Treatment.LOWEST` stands for, in the units of the items.

    Returns
    -------
    ndarray of float64, same shape
        NaN where an item is left out, in the whole row where the respondent gets no score.

    Raises
    ------
    ValueError
        If a value is below -4 or not a whole number.

    References
    ----------
    Rose, von Davier & Nagengast (2017), Psychometrika 82(3), 795-819, on omitted and not-reached
    items being of different kinds.
    """
    codes = as_codes("coded", coded, ndim=2)
    values = missing_to_nan(codes)
    has_score = np.count_nonzero(codes >= 0, axis=1) >= rule.min_answered
    for code in Missing:
        is_missing, treatment = codes == code, rule.of(code)
        if treatment is Treatment.LOWEST:
            values[is_missing] = lowest
        elif treatment is Treatment.NO_SCORE:
            has_score &= ~is_missing.any(axis=1)
    values[~has_score] = np.nan
    return values
