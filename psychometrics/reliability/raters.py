"""How far raters of the same subjects agree (observation sheets)."""

from dataclasses import dataclass
from itertools import combinations
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_matrix
from psychometrics.reliability import intraclass
from psychometrics.reliability.confidence import ensure_confidence
from psychometrics.reliability.intraclass import UNDEFINED, Intraclass, MeanSquares
from psychometrics.reliability.kappa import WeightedKappa, Weights, weighted_kappa


@dataclass(frozen=True)
class PairAgreement:
    """Both weighted kappas of two raters, by their columns; each carries its own n."""

    raters: tuple[int, int]
    linear: WeightedKappa
    quadratic: WeightedKappa


@dataclass(frozen=True)
class Agreement:
    """Agreement of several raters on the same subjects.

    Attributes
    ----------
    single_agreement, average_agreement : Intraclass
        ICC(A,1) and ICC(A,k), by Shrout and Fleiss ICC(2,1) and ICC(2,k): raters are a random
        sample and their levels count as disagreement; the same figures with fixed raters. Of one
        rater, and of the mean of all k.
    single_consistency, average_consistency : Intraclass
        ICC(C,1) and ICC(C,k), by Shrout and Fleiss ICC(3,1) and ICC(3,k): levels of the raters do not matter.
    f : float
        Mean square of subjects / residual, F(n - 1, (n - 1)(k - 1)) if subjects do not differ.
    p : float
        Of that F, one-sided.
    confidence : float
    n : int
        Subjects whom every rater rated, the base of all the above.
    n_left_out : int
        Subjects who lack a rating.
    n_raters : int
    pairs : tuple of PairAgreement
        Every two raters, each pair over the subjects both rated.
    mean_linear_kappa, mean_quadratic_kappa : float
        Means over the pairs that have a kappa (Light's kappa), NaN without any; for two raters
        their kappa itself.
    """

    single_agreement: Intraclass
    average_agreement: Intraclass
    single_consistency: Intraclass
    average_consistency: Intraclass
    f: float
    p: float
    confidence: float
    n: int
    n_left_out: int
    n_raters: int
    pairs: tuple[PairAgreement, ...]
    mean_linear_kappa: float
    mean_quadratic_kappa: float


def agreement(ratings: npt.ArrayLike, *, confidence: float = 0.95) -> Agreement:
    """Intraclass correlations of the two-way design and weighted kappas of each two raters.

    Parameters
    ----------
    ratings : array_like, shape (n_subjects, n_raters)
        On one scale; the same column is the same rater. NaN where missing: the intraclass
        correlations take the subjects rated by all, a kappa those rated by its two.
    confidence : float
        Of all intervals, in (0, 1).

    Returns
    -------
    Agreement
        NaN with fewer than two raters or two subjects rated by all, or without spread.

    Raises
    ------
    ValueError
        If `ratings` has other than two dimensions or `confidence` is out of range.

    References
    ----------
    Shrout & Fleiss (1979), Psychol. Bull. 86(2), 420-428; McGraw & Wong (1996), Psychol. Methods
    1(1), 30-46; Light (1971), Psychol. Bull. 76(5), 365-377; kappas as `weighted_kappa`.
    """
    table = as_matrix("ratings", ratings)
    ensure_confidence(confidence)
    complete = table[~np.isnan(table).any(axis=1)]
    pairs = _pairs(table, confidence)
    squares = MeanSquares.of(complete) if min(complete.shape) >= 2 else None
    return Agreement(
        single_agreement=intraclass.single_agreement(squares, confidence) if squares else UNDEFINED,
        average_agreement=intraclass.average_agreement(squares, confidence) if squares else UNDEFINED,
        single_consistency=intraclass.single_consistency(squares, confidence) if squares else UNDEFINED,
        average_consistency=intraclass.average_consistency(squares, confidence) if squares else UNDEFINED,
        f=squares.f if squares else nan,
        p=_p(squares) if squares else nan,
        confidence=confidence,
        n=len(complete),
        n_left_out=len(table) - len(complete),
        n_raters=table.shape[1],
        pairs=pairs,
        mean_linear_kappa=_mean([pair.linear for pair in pairs]),
        mean_quadratic_kappa=_mean([pair.quadratic for pair in pairs]),
    )


def _pairs(table: npt.NDArray[np.float64], confidence: float) -> tuple[PairAgreement, ...]:
    return tuple(
        PairAgreement(
            (one, other),
            *(
                weighted_kappa(table[:, one], table[:, other], weights=weights, confidence=confidence)
                for weights in (Weights.LINEAR, Weights.QUADRATIC)
            ),
        )
        for one, other in combinations(range(table.shape[1]), 2)
    )


def _p(squares: MeanSquares) -> float:
    from scipy.special import fdtrc

    df = squares.n - 1
    return float(fdtrc(df, df * (squares.k - 1), squares.f))


def _mean(kappas: list[WeightedKappa]) -> float:
    known = [kappa.kappa for kappa in kappas if not np.isnan(kappa.kappa)]
    return sum(known) / len(known) if known else nan
