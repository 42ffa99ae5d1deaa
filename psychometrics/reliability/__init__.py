"""How much of a scale score is the person and how much is error."""

from psychometrics.reliability.alpha import (
    CronbachAlpha,
    cronbach_alpha,
    cronbach_alpha_from_moments,
    feldt_interval,
)
from psychometrics.reliability.halves import SplitHalf, split_half
from psychometrics.reliability.measurement import composite_reliability, standard_error_of_measurement
from psychometrics.reliability.omega import (
    McDonaldOmega,
    OmegaNote,
    mcdonald_omega,
    mcdonald_omega_from_moments,
)

__all__ = [
    "CronbachAlpha",
    "McDonaldOmega",
    "OmegaNote",
    "SplitHalf",
    "composite_reliability",
    "cronbach_alpha",
    "cronbach_alpha_from_moments",
    "feldt_interval",
    "mcdonald_omega",
    "mcdonald_omega_from_moments",
    "split_half",
    "standard_error_of_measurement",
]
