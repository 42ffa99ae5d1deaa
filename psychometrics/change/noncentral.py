"""The non-central t distribution: intervals of standardised differences and power rest on it."""

from functools import lru_cache
from math import isfinite, nan, sqrt

import numpy as np

from psychometrics.arrays import FloatArray

# Gauss-Legendre nodes: 192 give 1e-12 wherever the narrower of both factors spans the range.
NODES = 192
# What the quadrature leaves out on either side.
TAIL = 1e-18
NORMAL_REACH = 9.0


def noncentral_t_cdf(t: float, df: float, noncentrality: float) -> float:
    """Probability that (Z + noncentrality) / U is at most `t`, Z standard normal, U chi / sqrt(df).

    Integrated over U while the normal factor is the smoother one, over Z otherwise, so that neither
    a large `t` nor many degrees of freedom cost digits. NaN where `df` is not positive or an
    argument is not finite.

    References
    ----------
    Johnson & Welch (1940), Biometrika 31(3/4), 362-389; the integral is their definition.
    """
    if not (df > 0 and isfinite(t) and isfinite(noncentrality)):
        return nan
    if t < 0:
        return 1 - noncentral_t_cdf(-t, df, -noncentrality)
    if t * t <= 2 * df:
        return _over_chi(t, df, noncentrality)
    return _over_normal(t, df, noncentrality)


def noncentrality_of(t: float, df: float, probability: float) -> float:
    """The noncentrality under which a value of at most `t` has this probability.

    `noncentrality_of(t, df, 0.975)` and `(..., 0.025)` are the ends of a 95 % interval. NaN where
    `df` is not positive or `t` is not finite.

    Raises
    ------
    ValueError
        If `probability` does not lie in (0, 1).
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri

    if not 0 < probability < 1:
        raise ValueError(f"probability must lie in (0, 1), got {probability}")
    if not (df > 0 and isfinite(t)):
        return nan
    if t < 0:
        return -noncentrality_of(-t, df, 1 - probability)
    # On the scale of normal deviates the probability is nearly linear in the noncentrality.
    aim, reach = float(ndtri(probability)), sqrt(1 + t * t / (2 * df))

    def excess(noncentrality: float) -> float:
        value = noncentral_t_cdf(t, df, noncentrality)
        return float(ndtri(min(max(value, 1e-300), 1 - 1e-16))) - aim

    middle, step = t - aim * reach, 0.25 * reach
    while excess(middle - step) <= 0 or excess(middle + step) >= 0:
        step *= 2
    return float(brentq(excess, middle - step, middle + step, xtol=1e-12 * max(1.0, abs(middle))))


def _over_chi(t: float, df: float, noncentrality: float) -> float:
    from scipy.special import ndtr

    spread, weights = _chi_nodes(df)
    return float(weights @ ndtr(t * spread - noncentrality))


def _over_normal(t: float, df: float, noncentrality: float) -> float:
    from scipy.special import gammaincc, ndtr

    # Z below -noncentrality is below t * U whatever U is; the factor has its kink there.
    start = min(max(-NORMAL_REACH, -noncentrality), NORMAL_REACH)
    nodes, weights = _legendre()
    half = (NORMAL_REACH - start) / 2
    z = start + half * (nodes + 1)
    density = np.exp(-z * z / 2) / sqrt(2 * np.pi)
    beyond = gammaincc(df / 2, df / 2 * ((z + noncentrality) / t) ** 2)
    return float(ndtr(start) + half * (weights * density) @ beyond)


@lru_cache(maxsize=256)
def _chi_nodes(df: float) -> tuple[FloatArray, FloatArray]:
    """Nodes of chi / sqrt(df) and their probabilities, which sum to one."""
    from scipy.special import gammainccinv, gammaincinv

    low = sqrt(2 * gammaincinv(df / 2, TAIL) / df)
    high = sqrt(2 * gammainccinv(df / 2, TAIL) / df)
    nodes, weights = _legendre()
    spread = low + (high - low) / 2 * (nodes + 1)
    log_density = (df - 1) * np.log(spread) - df / 2 * (spread**2 - 1)
    masses = weights * np.exp(log_density - log_density.max())
    return spread, masses / masses.sum()


@lru_cache(maxsize=1)
def _legendre() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights
