"""Change between the starting and the final wave, of one respondent and of groups."""

from psychometrics.change.adjusted import (
    AncovaResult,
    Coefficient,
    DoseSlope,
    ancova,
    dose_slope,
)
from psychometrics.change.bootstrap import BootstrapChange, EffectIntervals, bootstrap_change
from psychometrics.change.gains import NormalisedGain, gain_of_means, individual_gains, normalised_gain
from psychometrics.change.means import (
    MeanEstimate,
    estimate_mean,
    mean_from_moments,
    standard_error_of_mean,
    t_interval,
)
from psychometrics.change.multiplicity import holm
from psychometrics.change.noncentral import noncentral_t_cdf, noncentrality_of
from psychometrics.change.paired import (
    PairedChange,
    median_change,
    paired_change,
    paired_change_from_moments,
    paired_moments,
)
from psychometrics.change.power import paired_power, pairs_needed, smallest_detectable_change
from psychometrics.change.ranks import RankMethod, SignedRanks, Zeros, signed_ranks
from psychometrics.change.reliable import (
    ReliableChange,
    Verdict,
    reliable_change,
    reliable_change_from_errors,
    reliable_change_index,
    standard_error_of_difference,
)
from psychometrics.change.selection import (
    Attrition,
    RegressionToTheMean,
    attrition,
    attrition_from_moments,
    expected_regression_below,
    regression_to_the_mean,
)
from psychometrics.change.standardised import d_av_interval, d_z_interval, hedges_correction
from psychometrics.change.symmetry import (
    ChiSquareTest,
    McNemar,
    bhapkar,
    bowker,
    mcnemar,
    stuart_maxwell,
)
from psychometrics.change.transitions import LevelTransitions, level_transitions
from psychometrics.moments import Moments

__all__ = [
    "AncovaResult",
    "Attrition",
    "BootstrapChange",
    "ChiSquareTest",
    "Coefficient",
    "DoseSlope",
    "EffectIntervals",
    "LevelTransitions",
    "McNemar",
    "MeanEstimate",
    "Moments",
    "NormalisedGain",
    "PairedChange",
    "RankMethod",
    "RegressionToTheMean",
    "ReliableChange",
    "SignedRanks",
    "Verdict",
    "Zeros",
    "ancova",
    "attrition",
    "attrition_from_moments",
    "bhapkar",
    "bootstrap_change",
    "bowker",
    "d_av_interval",
    "d_z_interval",
    "dose_slope",
    "estimate_mean",
    "expected_regression_below",
    "gain_of_means",
    "hedges_correction",
    "holm",
    "individual_gains",
    "level_transitions",
    "mcnemar",
    "mean_from_moments",
    "median_change",
    "noncentral_t_cdf",
    "noncentrality_of",
    "normalised_gain",
    "paired_change",
    "paired_change_from_moments",
    "paired_moments",
    "paired_power",
    "pairs_needed",
    "regression_to_the_mean",
    "reliable_change",
    "reliable_change_from_errors",
    "reliable_change_index",
    "signed_ranks",
    "smallest_detectable_change",
    "standard_error_of_difference",
    "standard_error_of_mean",
    "stuart_maxwell",
    "t_interval",
]
