"""Differential item functioning of items with ordered or plain categories, over the same strata."""

from dataclasses import dataclass
from enum import StrEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray
from psychometrics.dif.mantel_haenszel import chi_square_p
from psychometrics.dif.matching import Material, Purification, Studied, purified
from psychometrics.moments import RELATIVE_ZERO


class PolytomousClass(StrEnum):
    """Size of DIF by the standardised mean difference over the item's SD: to 0.17, to 0.25, above.

    References
    ----------
    Zwick, Thayer & Mazzeo (1997), Appl. Meas. Educ. 10(4), 321-344, as used by ETS and NAEP.
    """

    AA = "AA"
    BB = "BB"
    CC = "CC"


@dataclass(frozen=True)
class MantelItem:
    """One item; NaN and no class where no stratum can compare the groups.

    Attributes
    ----------
    chi_square, p : float
        Mantel's test of the mean item score, one degree of freedom, no continuity correction.
    generalised_chi_square, generalised_p : float
        Generalised Mantel-Haenszel test of the whole distribution over the categories.
    df : int
        Of the generalised test: categories less one.
    mean_difference : float
        Standardised mean difference, focal less reference, weighted by the focal group, in points.
    effect : float
        The same over the item's SD (ddof=1) in both groups together.
    effect_class : PolytomousClass or None
        AA also where Mantel's test is not significant.
    n_reference, n_focal, n_strata, n_left_out : int
        As for Mantel-Haenszel.
    """

    chi_square: float
    p: float
    generalised_chi_square: float
    generalised_p: float
    df: int
    mean_difference: float
    effect: float
    effect_class: PolytomousClass | None
    n_reference: int
    n_focal: int
    n_strata: int
    n_left_out: int

    @property
    def is_flagged(self) -> bool:
        return self.effect_class in (PolytomousClass.BB, PolytomousClass.CC)


@dataclass(frozen=True)
class MantelDif:
    """All items, with how they were matched."""

    items: tuple[MantelItem, ...]
    purification: Purification
    significance: float


def mantel(
    responses: npt.ArrayLike,
    is_focal: npt.ArrayLike,
    *,
    matching: npt.ArrayLike | None = None,
    purify: bool = True,
    significance: float = 0.05,
    max_passes: int = 10,
) -> MantelDif:
    """Mantel and generalised Mantel-Haenszel DIF of each item.

    Item values are the scores of Mantel's test. In a stratum with category totals m and n_F, n_R of n
    the focal counts have mean n_F * m / n and covariance n_F n_R (n diag(m) - m m') / (n^2 (n - 1)).

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        Item values; NaN where missing. Who is studied: as `mantel_haenszel`.
    is_focal : array_like of bool, shape (n_respondents,)
    matching : array_like, shape (n_respondents,), optional
    purify : bool
        Leave items of class BB and CC out of the sum until the classes stand still.
    significance : float
        Of Mantel's test, in (0, 1).
    max_passes : int

    Returns
    -------
    MantelDif

    Raises
    ------
    ValueError
        If shapes differ or `significance` is out of range.

    References
    ----------
    Mantel (1963), J. Am. Stat. Assoc. 58, 690-700; Somes (1986), Am. Stat. 40(2), 106-108; Zwick &
    Thayer (1996), J. Educ. Behav. Stat. 21(3), 187-201.
    """
    material = Material.of(responses, is_focal, matching)
    if not 0 < significance < 1:
        raise ValueError(f"significance must lie in (0, 1), got {significance}")

    def study(studied: Studied) -> MantelItem:
        return _item(studied, significance)

    items, purification = purified(material, study, purify=purify, max_passes=max_passes)
    return MantelDif(tuple(items), purification, significance)


def _item(studied: Studied, significance: float) -> MantelItem:
    table, codes = studied.table(), studied.codes
    is_shared = (table.sum(axis=2) > 0).all(axis=1)
    shared = table[is_shared]
    distance, covariance = _focal_distance(shared)
    variance = float(codes @ covariance @ codes)
    is_defined = variance > RELATIVE_ZERO * float(np.abs(codes).max(initial=0)) ** 2
    chi_square = float(codes @ distance) ** 2 / variance if is_defined else nan
    p = chi_square_p(chi_square)
    generalised, generalised_p = _generalised(distance, covariance) if is_defined else (nan, nan)
    difference = _mean_difference(shared, codes)
    spread = _sd(shared.sum(axis=(0, 1)), codes)
    effect = difference / spread if spread > 0 else nan
    n_reference, n_focal = shared.sum(axis=(0, 2)).tolist()
    return MantelItem(
        chi_square,
        p,
        generalised,
        generalised_p,
        max(codes.size - 1, 0),
        difference,
        effect,
        _class(effect, is_significant=p < significance) if p == p else None,
        int(n_reference),
        int(n_focal),
        int(is_shared.sum()),
        int(table[~is_shared].sum()),
    )


def _focal_distance(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Focal counts less what is expected without DIF, summed over strata, and the covariance of that."""
    totals, sizes = table.sum(axis=1), table.sum(axis=2)
    n = sizes.sum(axis=1)
    expected = totals * (sizes[:, 1] / n)[:, None]
    factor = sizes.prod(axis=1) / (n**2 * np.maximum(n - 1, 1))
    covariance = np.diag((factor * n) @ totals) - (totals * factor[:, None]).T @ totals
    return (table[:, 1] - expected).sum(axis=0), covariance


def _generalised(distance: FloatArray, covariance: FloatArray) -> tuple[float, float]:
    """The quadratic form without one category, which the others determine."""
    from scipy.special import chdtrc

    try:
        chi_square = float(distance[1:] @ np.linalg.solve(covariance[1:, 1:], distance[1:]))
    except np.linalg.LinAlgError:  # a category that no informative stratum holds
        return nan, nan
    return chi_square, float(chdtrc(distance.size - 1, chi_square))


def _mean_difference(table: FloatArray, codes: FloatArray) -> float:
    sizes = table.sum(axis=2)
    means = (table @ codes) / sizes
    n_focal = float(sizes[:, 1].sum())
    return float(sizes[:, 1] @ (means[:, 1] - means[:, 0])) / n_focal if n_focal else nan


def _sd(counts: FloatArray, codes: FloatArray) -> float:
    n = float(counts.sum())
    if n < 2:
        return nan
    return sqrt(float(counts @ (codes - counts @ codes / n) ** 2) / (n - 1))


def _class(effect: float, *, is_significant: bool) -> PolytomousClass:
    size = abs(effect)
    if not is_significant or size <= 0.17:
        return PolytomousClass.AA
    return PolytomousClass.BB if size <= 0.25 else PolytomousClass.CC
