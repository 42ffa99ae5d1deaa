"""Change adjusted for the start: attended against not, and the slope by the number of sessions."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_pairs, as_vector
from psychometrics.change.means import t_interval
from psychometrics.change.standardised import UNKNOWN, Interval
from psychometrics.distributions import t_two_sided_p

# A leverage this close to 1 leaves a respondent no residual for HC3 to divide by.
LARGEST_LEVERAGE = 1 - 1e-10


@dataclass(frozen=True)
class Coefficient:
    """A least-squares coefficient with its HC3 standard error; NaN where undefined."""

    estimate: float
    standard_error: float
    interval: Interval
    t: float
    df: int
    p_value: float


@dataclass(frozen=True)
class AncovaResult:
    """Final scores of those who attended and those who did not, at equal starts.

    Attributes
    ----------
    n_attended, n_not : int
        Complete pairs of either group.
    difference : Coefficient
        Attended minus not at the common start, by parallel lines, in units of the scores. The groups
        were not drawn by lot: it describes and does not prove.
    slope : Coefficient
        Of the final on the starting score, common to both groups.
    interaction : Coefficient
        Slope of those who attended minus slope of the others, from the model with both slopes: where
        it differs from 0, `difference` holds at the common start only.
    difference_at_mean : Coefficient
        Attended minus not at the mean start of all, from the model with both slopes.
    """

    n_attended: int
    n_not: int
    difference: Coefficient
    slope: Coefficient
    interaction: Coefficient
    difference_at_mean: Coefficient


@dataclass(frozen=True)
class DoseSlope:
    """Final score by the number of sessions attended, at equal starts.

    Attributes
    ----------
    n : int
        Complete pairs with a known dose.
    per_session : Coefficient
        Scale units a session.
    slope : Coefficient
        Of the final on the starting score.
    """

    n: int
    per_session: Coefficient
    slope: Coefficient


def ancova(
    starting: npt.ArrayLike, final: npt.ArrayLike, attended: npt.ArrayLike, *, confidence: float = 0.95
) -> AncovaResult:
    """Final score by attendance and starting score, with HC3 errors and t intervals.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scores in the same units, paired by position; a pair with a NaN is left out.
    attended : array_like of bool, shape (n_respondents,)
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    AncovaResult
        NaN where a group is empty, the starts do not vary (for the interaction: in either group),
        or a respondent alone decides a coefficient, so that HC3 is not defined.

    Raises
    ------
    ValueError
        If the shapes differ, `attended` holds anything but 0 and 1 or `confidence` is out of range.

    References
    ----------
    Huitema (2011), The analysis of covariance and alternatives, chapters 6 and 11. HC3: MacKinnon &
    White (1985), J. Econom. 29(3), 305-325; Long & Ervin (2000), Am. Stat. 54(3), 217-224.
    """
    before, after = as_pairs(starting, final)
    group = as_vector("attended", attended)
    if group.shape != before.shape or not np.isin(group, (0, 1)).all():
        raise ValueError(f"attended must hold 0 or 1 for {before.size} respondents, got {group.size} values")
    is_pair = ~(np.isnan(before) | np.isnan(after))
    before, after, group = before[is_pair], after[is_pair], group[is_pair]
    centred = before - before.mean() if before.size else before
    parallel = np.column_stack((np.ones_like(centred), group, centred))
    _constant, difference, slope = least_squares(parallel, after, confidence=confidence)
    crossed = np.column_stack((parallel, group * centred))
    _constant, at_mean, _slope, interaction = least_squares(crossed, after, confidence=confidence)
    n_attended = int(group.sum())
    return AncovaResult(n_attended, group.size - n_attended, difference, slope, interaction, at_mean)


def dose_slope(
    starting: npt.ArrayLike, final: npt.ArrayLike, dose: npt.ArrayLike, *, confidence: float = 0.95
) -> DoseSlope:
    """Final score by the sessions attended and the starting score, with HC3 errors.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scores in the same units, paired by position.
    dose : array_like, shape (n_respondents,)
        Sessions attended; NaN where unknown. Rows with a NaN are left out.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    DoseSlope
        NaN where dose or start do not vary or vary together only.

    Raises
    ------
    ValueError
        If the shapes differ or `confidence` is out of range.

    References
    ----------
    As `ancova`.
    """
    before, after = as_pairs(starting, final)
    sessions = as_vector("dose", dose)
    if sessions.shape != before.shape:
        raise ValueError(f"dose must be known by respondent, got {sessions.size} values for {before.size}")
    is_complete = ~np.isnan(before + after + sessions)
    before, after, sessions = before[is_complete], after[is_complete], sessions[is_complete]
    design = np.column_stack((np.ones_like(before), sessions, before))
    _constant, per_session, slope = least_squares(design, after, confidence=confidence)
    return DoseSlope(before.size, per_session, slope)


def least_squares(design: FloatArray, outcome: FloatArray, *, confidence: float = 0.95) -> list[Coefficient]:
    """Coefficients of each column of `design` (n, n_columns) on `outcome` (n,), with HC3 errors.

    The degrees of freedom are n - n_columns. All NaN where the columns depend on each other or no
    degree of freedom is left.

    Raises
    ------
    ValueError
        If `confidence` does not lie in (0, 1).

    References
    ----------
    HC3: MacKinnon & White (1985), J. Econom. 29(3), 305-325.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
    n, n_columns = design.shape
    df = n - n_columns
    unknown = [Coefficient(nan, nan, UNKNOWN, nan, max(df, 0), nan)] * n_columns
    if df < 1:
        return unknown
    length = np.sqrt((design**2).sum(axis=0))
    if not (length > 0).all():
        return unknown
    orthogonal, triangle = np.linalg.qr(design / length)
    if np.abs(np.diagonal(triangle)).min() < 1e-10:
        return unknown
    estimates = np.linalg.solve(triangle, orthogonal.T @ outcome)
    residuals = outcome - design @ (estimates / length)
    leverage = (orthogonal**2).sum(axis=1)
    errors = np.full(n_columns, nan)
    if leverage.max() < LARGEST_LEVERAGE:
        weighted = orthogonal * (residuals / (1 - leverage))[:, np.newaxis]
        spread = np.linalg.solve(triangle, weighted.T)
        errors = np.sqrt((spread**2).sum(axis=1))
        # What is left of an exact fit after rounding is no error.
        errors[errors <= 1e-12 * np.abs(outcome).max()] = 0
    return [
        _coefficient(float(estimate), float(error), df, confidence)
        for estimate, error in zip(estimates / length, errors / length, strict=True)
    ]


def _coefficient(estimate: float, error: float, df: int, confidence: float) -> Coefficient:
    t = estimate / error if error > 0 else nan
    interval = t_interval(estimate, error, df, confidence)
    return Coefficient(estimate, error, interval, t, df, t_two_sided_p(t, df))
