"""What a paired comparison of n respondents can find, and how many it needs."""

from math import inf, nan, sqrt

from psychometrics.change.noncentral import noncentral_t_cdf
from psychometrics.distributions import t_quantile

# A larger group than any cluster has; the search ends there.
MOST_PAIRS = 10_000_000


def paired_power(n: int, d_z: float, *, alpha: float = 0.05) -> float:
    """Probability that the two-sided paired t test of `n` pairs finds a true change of `d_z`.

    Parameters
    ----------
    n : int
    d_z : float
        True mean change in SDs of the change.
    alpha : float
        Of both tails together, in (0, 1).

    Returns
    -------
    float
        NaN below two pairs.

    Raises
    ------
    ValueError
        If `alpha` is out of range.

    References
    ----------
    Cohen (1988), Statistical power analysis for the behavioral sciences, chapter 2.
    """
    _ensure_share("alpha", alpha)
    if n < 2:
        return nan
    bound, shift = t_quantile(1 - alpha / 2, n - 1), abs(d_z) * sqrt(n)
    # P(T > bound) is P(-T < -bound): taken so, a small one keeps its digits
    return noncentral_t_cdf(-bound, n - 1, -shift) + noncentral_t_cdf(-bound, n - 1, shift)


def smallest_detectable_change(
    n: int, *, sd_change: float = 1.0, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Least true mean change that `n` pairs find with this power.

    Parameters
    ----------
    n : int
    sd_change : float
        SD of the change (ddof=1), above 0; with 1 the answer is a d_z.
    power : float
        In (alpha, 1).
    alpha : float
        As `paired_power`.

    Returns
    -------
    float
        In the units of `sd_change`; NaN below two pairs or where `sd_change` is 0 or unknown.

    Raises
    ------
    ValueError
        If `alpha`, `power` or `sd_change` is out of range.
    """
    from scipy.optimize import brentq

    _ensure_share("alpha", alpha)
    _ensure_share("power", power)
    if power <= alpha or sd_change < 0:
        raise ValueError(
            f"power must exceed alpha, sd_change not be negative, got {power}, {alpha}, {sd_change}"
        )
    if n < 2 or not 0 < sd_change < inf:
        return nan
    high = 1 / sqrt(n)
    while paired_power(n, high, alpha=alpha) < power:
        high *= 2
    return sd_change * float(
        brentq(lambda d_z: paired_power(n, d_z, alpha=alpha) - power, 0, high, xtol=1e-12 * high)
    )


def pairs_needed(d_z: float, *, power: float = 0.8, alpha: float = 0.05) -> int | None:
    """Fewest pairs that find a true change of `d_z` with this power; None where 10 million would not.

    Raises
    ------
    ValueError
        If `alpha` or `power` is out of range.
    """
    _ensure_share("power", power)
    few, many = 1, 2
    while not paired_power(many, d_z, alpha=alpha) >= power:
        few, many = many, 2 * many
        if few >= MOST_PAIRS:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        if paired_power(middle, d_z, alpha=alpha) >= power:
            many = middle
        else:
            few = middle
    return many


def _ensure_share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie in (0, 1), got {value}")
