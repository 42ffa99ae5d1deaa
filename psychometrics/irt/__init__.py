"""Item response models in the logit metric (D = 1): calibration, scores of respondents, fit, information."""

from psychometrics.irt.calibration import Anchor, Calibration, Model, Note, NoteKind
from psychometrics.irt.curves import CategoryCurves, category_curves, category_probabilities
from psychometrics.irt.estimation import calibrate
from psychometrics.irt.item_fit import summed_score_fit
from psychometrics.irt.person_fit import person_fit
from psychometrics.irt.persons import (
    Method,
    PersonScores,
    Status,
    empirical_reliability,
    marginal_reliability,
    person_scores,
)
from psychometrics.irt.residual_fit import mean_squares

__all__ = [
    "Anchor",
    "Calibration",
    "CategoryCurves",
    "Method",
    "Model",
    "Note",
    "NoteKind",
    "PersonScores",
    "Status",
    "calibrate",
    "category_curves",
    "category_probabilities",
    "empirical_reliability",
    "marginal_reliability",
    "mean_squares",
    "person_fit",
    "person_scores",
    "summed_score_fit",
]
