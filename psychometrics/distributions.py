"""Quantiles and probabilities of the distributions the kernel uses.

SciPy is loaded by the first call, not by the import: web processes import the
kernel for its types and codes and must not pay for SciPy. The formulas are those of
scipy.special; what is not defined is NaN, nothing is raised.
"""

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray


def normal_cdf(x: npt.ArrayLike) -> FloatArray:
    """Probability that a standard normal variable is at most `x`; any shape."""
    from scipy.special import ndtr

    return np.asarray(ndtr(np.asarray(x, dtype=np.float64)))


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t; NaN where `df` is not positive."""
    from scipy.special import stdtrit

    return float(stdtrit(df, probability)) if df > 0 else float("nan")


def t_two_sided_p(t: float, df: float) -> float:
    """Probability of a larger |t| under Student's t; NaN where `df` is not positive or `t` is NaN."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t))) if df > 0 else float("nan")


def f_quantile(probability: float, df_numerator: float, df_denominator: float) -> float:
    """Quantile of Fisher's F; NaN where a number of degrees of freedom is not positive."""
    from scipy.special import fdtri

    if df_numerator <= 0 or df_denominator <= 0:
        return float("nan")
    return float(fdtri(df_numerator, df_denominator, probability))
