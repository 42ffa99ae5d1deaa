"""How much of a scale score is the person and how much is error."""

from psychometrics.reliability.alpha import (
    CronbachAlpha,
    cronbach_alpha,
    cronbach_alpha_from_moments,
    distribution_free_interval,
    feldt_interval,
)
from psychometrics.reliability.halves import SplitHalf, split_half
from psychometrics.reliability.intraclass import Intraclass
from psychometrics.reliability.kappa import WeightedKappa, Weights, weighted_kappa
from psychometrics.reliability.measurement import composite_reliability, standard_error_of_measurement
from psychometrics.reliability.omega import (
    McDonaldOmega,
    OmegaNote,
    mcdonald_omega,
    mcdonald_omega_from_moments,
)
from psychometrics.reliability.raters import Agreement, PairAgreement, agreement

__all__ = [
    "Agreement",
    "CronbachAlpha",
    "Intraclass",
    "McDonaldOmega",
    "OmegaNote",
    "PairAgreement",
    "SplitHalf",
    "WeightedKappa",
    "Weights",
    "agreement",
    "composite_reliability",
    "cronbach_alpha",
    "cronbach_alpha_from_moments",
    "distribution_free_interval",
    "feldt_interval",
    "mcdonald_omega",
    "mcdonald_omega_from_moments",
    "split_half",
    "standard_error_of_measurement",
    "weighted_kappa",
]
