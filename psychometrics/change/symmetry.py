"""Tests of a square table of levels: did as many move up as down, did the shares change."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, IntArray, as_codes


@dataclass(frozen=True)
class ChiSquareTest:
    """A statistic with its degrees of freedom; NaN where the table cannot define it (`df` 0)."""

    statistic: float
    df: int
    p_value: float
    n: int


@dataclass(frozen=True)
class McNemar:
    """Pairs that crossed one border, up against down.

    Attributes
    ----------
    n, n_up, n_down : int
        All pairs, those who crossed upwards, those who crossed downwards.
    p_exact : float
        Two-sided binomial probability, conditional on the pairs that crossed.
    p_mid : float
        The same with half the probability of the table itself: less conservative.
    chi_square, p_chi_square : float
        (up - down)^2 / (up + down), one degree of freedom, no continuity correction.
    chi_square_corrected, p_corrected : float
        With Edwards' correction: (|up - down| - 1)^2 / (up + down), not below 0.
    odds_ratio : float
        up / down; NaN where nobody went down.
    """

    n: int
    n_up: int
    n_down: int
    p_exact: float
    p_mid: float
    chi_square: float
    p_chi_square: float
    chi_square_corrected: float
    p_corrected: float
    odds_ratio: float


def mcnemar(matrix: npt.ArrayLike, *, border: int = 1) -> McNemar:
    """Pairs that came to reach the level `border` against those who lost it.

    Parameters
    ----------
    matrix : array_like of int, shape (n_levels, n_levels)
        Pairs by starting level (rows) and final level (columns), the lowest first.
    border : int
        The lowest level above the border, 1 to n_levels - 1; of a 2 x 2 table there is only 1.

    Returns
    -------
    McNemar
        Probabilities and statistics are NaN where nobody crossed the border.

    Raises
    ------
    ValueError
        If `matrix` is not a square of counts or `border` is none of its borders.

    References
    ----------
    McNemar (1947), Psychometrika 12(2), 153-157; Edwards (1948), Psychometrika 13(3), 185-187;
    mid-p: Fagerland, Lydersen & Laake (2013), BMC Med. Res. Methodol. 13:91.
    """
    from scipy.special import bdtr

    counts = _as_table(matrix)
    if not 1 <= border < len(counts):
        raise ValueError(f"border must lie in 1..{len(counts) - 1}, got {border}")
    up, down = int(counts[:border, border:].sum()), int(counts[border:, :border].sum())
    n, crossed, fewer = int(counts.sum()), up + down, min(up, down)
    if crossed == 0:
        return McNemar(n, 0, 0, nan, nan, nan, nan, nan, nan, nan)
    at_most = float(bdtr(fewer, crossed, 0.5))
    below = float(bdtr(fewer - 1, crossed, 0.5)) if fewer else 0.0
    plain = (up - down) ** 2 / crossed
    corrected = max(abs(up - down) - 1, 0) ** 2 / crossed
    return McNemar(
        n=n,
        n_up=up,
        n_down=down,
        p_exact=min(1.0, 2 * at_most),
        p_mid=min(1.0, at_most + below),
        chi_square=plain,
        p_chi_square=_upper_tail(plain, 1),
        chi_square_corrected=corrected,
        p_corrected=_upper_tail(corrected, 1),
        odds_ratio=up / down if down else nan,
    )


def bowker(matrix: npt.ArrayLike) -> ChiSquareTest:
    """Symmetry: is each move as frequent as its reverse.

    Pairs of opposite cells that are both empty say nothing and leave the degrees of freedom.
    `matrix` and errors as `mcnemar`.

    References
    ----------
    Bowker (1948), JASA 43(244), 572-574; empty cells: Hoenig, Morgan & Brown (1995), Can. J. Fish.
    Aquat. Sci. 52(2), 364-368.
    """
    counts = _as_table(matrix)
    above, below = counts[np.triu_indices(len(counts), 1)], counts.T[np.triu_indices(len(counts), 1)]
    moved = above + below
    is_used = moved > 0
    statistic = float(((above - below)[is_used] ** 2 / moved[is_used]).sum())
    return _chi_square_test(statistic, int(is_used.sum()), int(counts.sum()))


def stuart_maxwell(matrix: npt.ArrayLike) -> ChiSquareTest:
    """Marginal homogeneity: are the shares of the levels the same in both waves.

    d' V^- d with the generalised inverse; its rank is the degrees of freedom. V is the Laplacian of
    the graph of moves, so a level nobody entered or left, and each further set of levels between
    which nobody moved, leaves one degree of freedom less. `matrix` and errors as `mcnemar`.

    References
    ----------
    Stuart (1955), Biometrika 42(3/4), 412-416; Maxwell (1970), Br. J. Psychiatry 116(535), 651-655.
    """
    counts = _as_table(matrix)
    statistic, df = _homogeneity(counts)
    return _chi_square_test(statistic, df, int(counts.sum()))


def bhapkar(matrix: npt.ArrayLike) -> ChiSquareTest:
    """Marginal homogeneity by the variance without the hypothesis: S / (1 - S / n).

    S is the statistic of `stuart_maxwell`, whose degrees of freedom hold. NaN where S = n: everybody
    moved and all to one side. `matrix` and errors as `mcnemar`.

    References
    ----------
    Bhapkar (1966), JASA 61(313), 228-235; the relation: Ireland, Ku & Kullback (1969), JASA
    64(328), 1323-1341; Keefe (1982), Commun. Stat. Theory Methods 11(19), 2215-2222.
    """
    counts = _as_table(matrix)
    n = int(counts.sum())
    statistic, df = _homogeneity(counts)
    remaining = 1 - statistic / n if n else nan
    return _chi_square_test(statistic / remaining if remaining > 1e-12 else nan, df, n)


def _homogeneity(counts: FloatArray) -> tuple[float, int]:
    """Stuart's quadratic form and its rank."""
    moves = counts + counts.T
    np.fill_diagonal(moves, 0)
    df = len(counts) - _count_components(moves > 0)
    shift = counts.sum(axis=1) - counts.sum(axis=0)
    laplacian = np.diag(moves.sum(axis=1)) - moves
    solution = np.linalg.lstsq(laplacian, shift, rcond=1e-12)[0]
    return float(shift @ solution), df


def _count_components(is_linked: npt.NDArray[np.bool_]) -> int:
    """Sets of levels that moves connect."""
    reach = is_linked | np.eye(len(is_linked), dtype=bool)
    for _step in range(len(reach).bit_length()):
        reach = reach @ reach
    return len(np.unique(reach, axis=0))


def _chi_square_test(statistic: float, df: int, n: int) -> ChiSquareTest:
    if df == 0 or np.isnan(statistic):
        return ChiSquareTest(nan, df, nan, n)
    return ChiSquareTest(statistic, df, _upper_tail(statistic, df), n)


def _upper_tail(statistic: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic))


def _as_table(matrix: npt.ArrayLike) -> FloatArray:
    counts: IntArray = as_codes("matrix", matrix, ndim=2).astype(np.int64)
    if counts.shape[0] != counts.shape[1] or (counts < 0).any():
        raise ValueError(f"matrix must be a square of counts, got shape {counts.shape}")
    return counts.astype(np.float64)
