"""Seeded bootstrap of the effect sizes of paired change: percentile and BCa intervals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_pairs
from psychometrics.change.standardised import UNKNOWN, Interval, hedges_correction
from psychometrics.distributions import normal_cdf
from psychometrics.moments import RELATIVE_ZERO

DRAWS = 10_000
# Weights held at a time, draws x pairs: they stay within a processor's cache.
BLOCK_CELLS = 2**17
# Share of draws that must define a statistic before an interval is made of them.
SMALLEST_DEFINED_SHARE = 0.99


@dataclass(frozen=True)
class EffectIntervals:
    """One interval for each effect size, in its units; NaN where undefined."""

    mean_change: Interval
    d_z: Interval
    g_z: Interval
    d_av: Interval
    g_av: Interval


@dataclass(frozen=True)
class BootstrapChange:
    """Bootstrap intervals of the effect sizes of `n` pairs.

    Attributes
    ----------
    n, draws : int
    n_defined : int
        Draws in which every effect size is defined; the others, made of equal changes, are left out.
    confidence : float
    percentile, bca : EffectIntervals
    """

    n: int
    draws: int
    n_defined: int
    confidence: float
    percentile: EffectIntervals
    bca: EffectIntervals


def bootstrap_change(
    starting: npt.ArrayLike,
    final: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = 0.95,
) -> BootstrapChange:
    """Resample pairs; intervals of the mean change, d_z, g_z, d_av and g_av.

    A draw is how often each pair is taken, so its moments are a product of the draws' counts with
    the pairs' scores and squares. The same generator state gives the same digits.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scores in the same units, paired by position; a pair with a NaN is left out.
    rng : numpy.random.Generator
    draws : int
        Above 0.
    confidence : float
        In (0, 1).

    Returns
    -------
    BootstrapChange
        Intervals are NaN below three pairs, where a spread is missing and where fewer than 99 % of
        the draws define the effect sizes (very few pairs); BCa also where all draws lie on one
        side of the estimate.

    Raises
    ------
    ValueError
        If the shapes differ, `draws` is not positive or `confidence` is out of range.

    References
    ----------
    Efron (1987), JASA 82(397), 171-185; Efron & Tibshirani (1993), An introduction to the
    bootstrap, chapter 14. Quantiles: Hyndman & Fan (1996), definition 7.
    """
    if draws < 1 or not 0 < confidence < 1:
        raise ValueError(f"draws must be positive and confidence lie in (0, 1), got {draws} and {confidence}")
    before, after = as_pairs(starting, final)
    is_pair = ~(np.isnan(before) | np.isnan(after))
    before, after = before[is_pair], after[is_pair]
    n = before.size
    nothing = EffectIntervals(*[UNKNOWN] * 5)
    if n < 3:
        return BootstrapChange(n, draws, 0, confidence, nothing, nothing)
    change = after - before
    centre = np.array([change.mean(), before.mean(), after.mean()])
    columns = np.column_stack((change, before, after)) - centre
    smallest = (RELATIVE_ZERO * np.abs(centre).max()) ** 2
    squares = (columns**2).sum(axis=0)
    observed = _effects(centre[0], squares / (n - 1), smallest)
    if np.isnan(observed).any():
        return BootstrapChange(n, draws, 0, confidence, nothing, nothing)
    sums = _resampled_sums(np.column_stack((columns, columns**2)), draws, rng)
    shift = sums[:, :3] / n
    # Counts times squares leave some 1e-16 of the whole where a draw holds one pair only.
    variances = (sums[:, 3:] - n * shift**2) / (n - 1)
    variances[variances <= RELATIVE_ZERO * (squares / (n - 1))] = 0
    effects = _effects(centre[0] + shift[:, 0], variances.T, smallest)
    effects = effects[:, ~np.isnan(effects).any(axis=0)]
    n_defined = effects.shape[1]
    if n_defined < SMALLEST_DEFINED_SHARE * draws:
        return BootstrapChange(n, draws, n_defined, confidence, nothing, nothing)
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    left_out = _effects_without_each(centre[0], columns, squares, smallest)
    bca_tails = _bca_tails(effects, observed, left_out, tails)
    ordered = np.sort(effects, axis=1)
    return BootstrapChange(
        n,
        draws,
        n_defined,
        confidence,
        _intervals(ordered, np.tile(tails, (3, 1)), n),
        _intervals(ordered, bca_tails, n),
    )


def _resampled_sums(columns: FloatArray, draws: int, rng: np.random.Generator) -> FloatArray:
    """Sums of the columns over pairs drawn with replacement, shape (draws, n_columns)."""
    n = len(columns)
    rows = max(1, BLOCK_CELLS // n)
    first_cell = np.arange(rows)[:, np.newaxis] * n
    sums = np.empty((draws, columns.shape[1]))
    for start in range(0, draws, rows):
        block = min(rows, draws - start)
        cells = rng.integers(0, n, size=(block, n))
        cells += first_cell[:block]
        counts = np.bincount(cells.ravel(), minlength=block * n).reshape(block, n)
        sums[start : start + block] = counts.astype(np.float64) @ columns
    return sums


def _effects(mean_change: npt.ArrayLike, variances: FloatArray, smallest: float) -> FloatArray:
    """Mean change, d_z and d_av, shape (3, ...); `variances` of change, starting, final, (3, ...)."""
    sd = np.sqrt(np.where(variances > smallest, variances, np.nan))
    mean = np.asarray(mean_change, dtype=np.float64)
    spread_starting, spread_final = (np.sqrt(np.maximum(part, 0)) for part in variances[1:])
    mean_sd = (spread_starting + spread_final) / 2
    d_av = mean / np.where(mean_sd > 0, mean_sd, np.nan)
    return np.stack((mean, mean / sd[0], d_av))


def _effects_without_each(
    mean_change: float, columns: FloatArray, squares: FloatArray, smallest: float
) -> FloatArray:
    """The effects without one pair at a time, shape (3, n), by taking its share off the moments."""
    n = len(columns)
    variances = (squares - columns**2 * (n / (n - 1))) / (n - 2)
    return _effects(mean_change - columns[:, 0] / (n - 1), variances.T, smallest)


def _bca_tails(
    effects: FloatArray, observed: FloatArray, left_out: FloatArray, tails: FloatArray
) -> FloatArray:
    """Shares of draws below the ends of the BCa intervals, shape (3, 2); NaN where undefined."""
    from scipy.special import ndtri

    target = observed[:, np.newaxis]
    below = ((effects < target).mean(axis=1) + (effects <= target).mean(axis=1)) / 2
    bias = np.where((below > 0) & (below < 1), ndtri(below), np.nan)[:, np.newaxis]
    deviations = left_out.mean(axis=1, keepdims=True) - left_out
    spread = (deviations**2).sum(axis=1)
    cubes = (deviations**3).sum(axis=1)
    acceleration = (cubes / (6 * np.where(spread > 0, spread, np.nan) ** 1.5))[:, np.newaxis]
    moved = bias + ndtri(tails)
    return normal_cdf(bias + moved / (1 - acceleration * moved))


def _intervals(ordered: FloatArray, tails: FloatArray, n: int) -> EffectIntervals:
    mean_change, d_z, d_av = (_quantiles(row, *shares) for row, shares in zip(ordered, tails, strict=True))
    # A constant factor moves with the draws: the interval of g is that of d times the factor.
    return EffectIntervals(
        mean_change,
        d_z,
        _scaled(d_z, hedges_correction(n - 1)),
        d_av,
        _scaled(d_av, hedges_correction(2 * (n - 1))),
    )


def _quantiles(ordered: FloatArray, low: float, high: float) -> Interval:
    if np.isnan(low) or np.isnan(high):
        return UNKNOWN
    ends = np.interp(np.array([low, high]) * (ordered.size - 1), np.arange(ordered.size), ordered)
    return float(ends[0]), float(ends[1])


def _scaled(interval: Interval, factor: float) -> Interval:
    return interval[0] * factor, interval[1] * factor
