"""How much of a scale score is the person and how much is error."""

from psychometrics.reliability.alpha import (
    CronbachAlpha,
    cronbach_alpha,
    cronbach_alpha_from_moments,
    feldt_interval,
)
from psychometrics.reliability.measurement import composite_reliability, standard_error_of_measurement

__all__ = [
    "CronbachAlpha",
    "composite_reliability",
    "cronbach_alpha",
    "cronbach_alpha_from_moments",
    "feldt_interval",
    "standard_error_of_measurement",
]
