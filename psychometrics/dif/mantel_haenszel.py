"""Differential item functioning of right-or-wrong items by the Mantel-Haenszel procedure."""

from dataclasses import dataclass
from enum import StrEnum
from math import log, nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray
from psychometrics.dif.matching import Material, Purification, Studied, purified
from psychometrics.distributions import normal_cdf

# An odds ratio in units of the delta scale of item difficulty, 4 / 1.7 logits.
DELTA_PER_LOGIT = -2.35
# One-sided 5 %: class C is for sizes significantly above 1, not merely different from it.
ONE_SIDED = 1.645


class EtsClass(StrEnum):
    """Size of DIF: negligible, moderate, large.

    References
    ----------
    Dorans & Holland (1993), in Holland & Wainer, Differential item functioning, 35-66; Zwick (2012),
    ETS RR-12-08.
    """

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True)
class MantelHaenszelItem:
    """One item; NaN and no class where no stratum can compare the groups.

    Attributes
    ----------
    odds_ratio : float
        Common odds ratio, reference against focal, of a right answer: above 1 the item favours the
        reference group. 0 or infinite where no stratum has one of the two products.
    delta : float
        MH D-DIF = -2.35 ln(odds ratio), below 0 where the item favours the reference group.
    delta_error : float
        By the variance of Robins, Breslow and Greenland.
    chi_square, p : float
        One degree of freedom.
    p_difference : float
        Standardised p difference, focal less reference, weighted by the focal group; in shares.
    ets_class : EtsClass or None
    n_reference, n_focal : int
        In strata that hold both groups.
    n_strata : int
        Such strata.
    n_left_out : int
        Respondents in strata of one group only.
    """

    odds_ratio: float
    delta: float
    delta_error: float
    chi_square: float
    p: float
    p_difference: float
    ets_class: EtsClass | None
    n_reference: int
    n_focal: int
    n_strata: int
    n_left_out: int

    @property
    def is_flagged(self) -> bool:
        return self.ets_class in (EtsClass.B, EtsClass.C)


@dataclass(frozen=True)
class MantelHaenszelDif:
    """All items, with how they were matched.

    Attributes
    ----------
    items : tuple of MantelHaenszelItem
    purification : Purification
    has_correction : bool
        The chi-square is corrected for continuity.
    significance : float
    """

    items: tuple[MantelHaenszelItem, ...]
    purification: Purification
    has_correction: bool
    significance: float


def mantel_haenszel(
    responses: npt.ArrayLike,
    is_focal: npt.ArrayLike,
    *,
    matching: npt.ArrayLike | None = None,
    purify: bool = True,
    correction: bool = True,
    significance: float = 0.05,
    max_passes: int = 10,
) -> MantelHaenszelDif:
    """Mantel-Haenszel DIF of each item, respondents matched on every value of their score.

    chi-square = (max(0, |sum A - sum E(A)| - 1/2))^2 / sum var(A), A the reference group's right answers in
    a stratum; without `correction` the 1/2 is left out. Class A: |D-DIF| below 1 or chi-square not
    significant; C: at least 1.5 and |D-DIF| - 1.645 * error above 1, and significant; else B.

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        0, 1; NaN where missing. Without `matching`, an item is studied among those who answered it
        and all items of the matching score.
    is_focal : array_like of bool, shape (n_respondents,)
    matching : array_like, shape (n_respondents,), optional
        An external score, each value a stratum; by default the sum of the items.
    purify : bool
        Leave items of class B and C out of the sum until the classes stand still.
    correction : bool
    significance : float
        Of the chi-square, in (0, 1).
    max_passes : int
        At least 1.

    Returns
    -------
    MantelHaenszelDif

    Raises
    ------
    ValueError
        If shapes differ, an answer is not 0, 1 or NaN, or `significance` is out of range.

    References
    ----------
    Mantel & Haenszel (1959), JNCI 22(4), 719-748; Holland & Thayer (1988), in Wainer & Braun, Test
    validity, 129-145; Robins, Breslow & Greenland (1986), Biometrics 42(2), 311-323; Dorans & Kulick
    (1986), J. Educ. Meas. 23(4), 355-368.
    """
    material = Material.of(responses, is_focal, matching)
    if not np.isin(material.responses[~np.isnan(material.responses)], (0, 1)).all():
        raise ValueError("responses must be 0, 1 or NaN")
    if not 0 < significance < 1:
        raise ValueError(f"significance must lie in (0, 1), got {significance}")

    def study(studied: Studied) -> MantelHaenszelItem:
        return _item(_right_and_wrong(studied), correction=correction, significance=significance)

    items, purification = purified(material, study, purify=purify, max_passes=max_passes)
    return MantelHaenszelDif(tuple(items), purification, correction, significance)


def _right_and_wrong(studied: Studied) -> FloatArray:
    """Counts by stratum: (n_strata, 2 groups, wrong and right), also where all answers are one."""
    counts = studied.table()
    both = np.zeros((len(counts), 2, 2))
    both[:, :, studied.codes.astype(np.int64)] = counts
    return both


def _item(table: FloatArray, *, correction: bool, significance: float) -> MantelHaenszelItem:
    is_shared = (table.sum(axis=2) > 0).all(axis=1)
    left_out = int(table[~is_shared].sum())
    (wrong, right) = table[is_shared].transpose(2, 1, 0)
    sizes = wrong + right
    chi_square, p = _test(right, wrong, correction=correction)
    odds_ratio, error = _odds_ratio(right, wrong)
    delta = DELTA_PER_LOGIT * log(odds_ratio) if odds_ratio > 0 else (nan if odds_ratio != 0 else np.inf)
    delta_error = abs(DELTA_PER_LOGIT) * error
    n_reference, n_focal = sizes.sum(axis=1).tolist()
    return MantelHaenszelItem(
        odds_ratio=odds_ratio,
        delta=delta,
        delta_error=delta_error,
        chi_square=chi_square,
        p=p,
        p_difference=_p_difference(right, sizes),
        ets_class=_class(delta, delta_error, is_significant=p < significance) if p == p else None,
        n_reference=int(n_reference),
        n_focal=int(n_focal),
        n_strata=int(is_shared.sum()),
        n_left_out=left_out,
    )


def _test(right: FloatArray, wrong: FloatArray, *, correction: bool) -> tuple[float, float]:
    """Chi-square and p; a stratum of one answer or of one respondent says nothing."""
    sizes = right + wrong
    total, n_right = sizes.sum(axis=0), right.sum(axis=0)
    variance = sizes.prod(axis=0) * n_right * (total - n_right) / (total**2 * np.maximum(total - 1, 1))
    spread = float(variance.sum())
    if not spread > 0:
        return nan, nan
    distance = abs(float((right[0] - sizes[0] * n_right / total).sum()))
    chi_square = max(0.0, distance - 0.5 * correction) ** 2 / spread
    return chi_square, chi_square_p(chi_square)


def _odds_ratio(right: FloatArray, wrong: FloatArray) -> tuple[float, float]:
    """The common odds ratio and the standard error of its logarithm."""
    total = (right + wrong).sum(axis=0)
    favours, against = right[0] * wrong[1] / total, wrong[0] * right[1] / total
    above, below = float(favours.sum()), float(against.sum())
    if above == 0 or below == 0:
        return (np.inf if above > 0 else (0.0 if below > 0 else nan)), nan
    agree, differ = (right[0] + wrong[1]) / total, (wrong[0] + right[1]) / total
    variance = (
        float(agree @ favours) / (2 * above**2)
        + float(agree @ against + differ @ favours) / (2 * above * below)
        + float(differ @ against) / (2 * below**2)
    )
    return above / below, sqrt(variance)


def _p_difference(right: FloatArray, sizes: FloatArray) -> float:
    shares = right / sizes
    n_focal = float(sizes[1].sum())
    return float(sizes[1] @ (shares[1] - shares[0])) / n_focal if n_focal else nan


def _class(delta: float, error: float, *, is_significant: bool) -> EtsClass:
    size = abs(delta)
    if not is_significant or size < 1:
        return EtsClass.A
    # An infinite odds ratio has no error; its chi-square alone speaks, and not for "large".
    return EtsClass.C if size >= 1.5 and size - ONE_SIDED * error > 1 else EtsClass.B


def chi_square_p(chi_square: float) -> float:
    """Probability of a larger chi-square with one degree of freedom; NaN for NaN."""
    return float(2 * normal_cdf(-sqrt(chi_square))) if chi_square >= 0 else nan
