"""Differential item functioning by logistic regression: uniform, non-uniform, and how large."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.dif.matching import Material, Purification, Studied, purified
from psychometrics.dif.ordinal import cumulative_logit


class EffectClass(StrEnum):
    """Size of DIF by the change of Nagelkerke's R2: negligible, moderate, large."""

    A = "A"
    B = "B"
    C = "C"


class Bounds(StrEnum):
    """Where the classes of the change of R2 begin (B, C).

    References
    ----------
    Jodoin & Gierl (2001), Appl. Meas. Educ. 14(4), 329-349; Zumbo & Thomas (1997), as in Zumbo (1999).
    """

    JODOIN_GIERL = "jodoin_gierl"
    ZUMBO_THOMAS = "zumbo_thomas"

    @property
    def values(self) -> tuple[float, float]:
        return (0.035, 0.07) if self is Bounds.JODOIN_GIERL else (0.13, 0.26)


@dataclass(frozen=True)
class LikelihoodRatio:
    """Twice the gain of log-likelihood, its p value and the change of Nagelkerke's R2."""

    chi_square: float
    df: int
    p: float
    r2_change: float


@dataclass(frozen=True)
class LogisticItem:
    """One item; NaN and no class where a model has no maximum (separated answers, one group).

    Attributes
    ----------
    uniform, non_uniform, both : LikelihoodRatio
        Group given the score; interaction given both; group and interaction together.
    group_effect : float
        Log-odds of the focal group at equal score, in the model without interaction; below 0 the
        item favours the reference group.
    interaction : float
        Log-odds of the focal group per SD of the matching score, beyond that of the reference.
    effect_class : EffectClass or None
        By the change of R2 of both; A also where that test is not significant.
    n_reference, n_focal : int
    n_categories : int
    is_flagged : bool
        The test of both is significant.
    """

    uniform: LikelihoodRatio
    non_uniform: LikelihoodRatio
    both: LikelihoodRatio
    group_effect: float
    interaction: float
    effect_class: EffectClass | None
    n_reference: int
    n_focal: int
    n_categories: int
    is_flagged: bool


@dataclass(frozen=True)
class LogisticDif:
    """All items, with how they were matched and classed."""

    items: tuple[LogisticItem, ...]
    purification: Purification
    bounds: Bounds
    significance: float


def logistic_dif(
    responses: npt.ArrayLike,
    is_focal: npt.ArrayLike,
    *,
    matching: npt.ArrayLike | None = None,
    purify: bool = True,
    bounds: Bounds | str = Bounds.JODOIN_GIERL,
    significance: float = 0.05,
    max_passes: int = 10,
) -> LogisticDif:
    """Logistic regression of each item on score, group and their product.

    Ordinal items have one cumulative logit per step with common slopes; two categories make the
    ordinary logistic model. R2 is Nagelkerke's against the model of the thresholds alone.

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        Item values; NaN where missing. Who is studied: as `mantel_haenszel`.
    is_focal : array_like of bool, shape (n_respondents,)
    matching : array_like, shape (n_respondents,), optional
        For instance theta; by default the sum of the items.
    purify : bool
        Leave items with a significant test of both out of the sum until they stand still.
    bounds : Bounds or str
    significance : float
        In (0, 1).
    max_passes : int

    Returns
    -------
    LogisticDif

    Raises
    ------
    ValueError
        If shapes differ or `significance` is out of range.

    References
    ----------
    Swaminathan & Rogers (1990), J. Educ. Meas. 27(4), 361-370; Zumbo (1999), A handbook on the theory
    and methods of differential item functioning; Nagelkerke (1991), Biometrika 78(3), 691-692.
    """
    material, limits = Material.of(responses, is_focal, matching), Bounds(bounds)
    if not 0 < significance < 1:
        raise ValueError(f"significance must lie in (0, 1), got {significance}")

    def study(studied: Studied) -> LogisticItem:
        return _item(studied, limits, significance)

    items, purification = purified(material, study, purify=purify, max_passes=max_passes)
    return LogisticDif(tuple(items), purification, limits, significance)


def _item(studied: Studied, bounds: Bounds, significance: float) -> LogisticItem:
    n_focal, n = int(studied.is_focal.sum()), studied.score.size
    spread = float(studied.score.std()) if n else 0.0
    if studied.codes.size < 2 or n_focal in (0, n) or not spread > 0:
        return _undefined(studied)
    answers, score, focal, counts = _cells(studied, spread)
    by_model = [
        cumulative_logit(answers, predictors, counts)
        for predictors in (
            np.empty((answers.size, 0)),
            score[:, None],
            np.column_stack([score, focal]),
            np.column_stack([score, focal, score * focal]),
        )
    ]
    if not all(fit.converged for fit in by_model):
        return _undefined(studied)
    logs = [fit.log_likelihood for fit in by_model]
    r2 = [_nagelkerke(logs[0], reached, n) for reached in logs]
    both = _ratio(logs[1], logs[3], r2[3] - r2[1], 2)
    return LogisticItem(
        uniform=_ratio(logs[1], logs[2], r2[2] - r2[1], 1),
        non_uniform=_ratio(logs[2], logs[3], r2[3] - r2[2], 1),
        both=both,
        group_effect=float(by_model[2].coefficients[1]),
        interaction=float(by_model[3].coefficients[2]),
        effect_class=_class(both.r2_change, bounds, is_significant=both.p < significance),
        n_reference=n - n_focal,
        n_focal=n_focal,
        n_categories=studied.codes.size,
        is_flagged=both.p < significance,
    )


def _cells(studied: Studied, spread: float) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Different (answer, standardised score, group) with their counts: work does not grow with n."""
    values = np.unique(studied.score)
    stratum, group, answers = np.nonzero(table := studied.table())
    score = (values[stratum] - studied.score.mean()) / spread
    return answers, score, group.astype(np.float64), table[stratum, group, answers]


def _nagelkerke(empty: float, reached: float, n: int) -> float:
    return (1 - exp(2 * (empty - reached) / n)) / (1 - exp(2 * empty / n))


def _ratio(smaller: float, larger: float, r2_change: float, df: int) -> LikelihoodRatio:
    from scipy.special import chdtrc

    chi_square = max(0.0, 2 * (larger - smaller))
    return LikelihoodRatio(chi_square, df, float(chdtrc(df, chi_square)), r2_change)


def _class(r2_change: float, bounds: Bounds, *, is_significant: bool) -> EffectClass:
    moderate, large = bounds.values
    if not is_significant or r2_change < moderate:
        return EffectClass.A
    return EffectClass.B if r2_change < large else EffectClass.C


def _undefined(studied: Studied) -> LogisticItem:
    n_focal = int(studied.is_focal.sum())
    one, two = LikelihoodRatio(nan, 1, nan, nan), LikelihoodRatio(nan, 2, nan, nan)
    return LogisticItem(
        one, one, two, nan, nan, None, studied.score.size - n_focal, n_focal, studied.codes.size, False
    )
