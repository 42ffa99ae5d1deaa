"""Item response models in the logit metric (D = 1): calibration and the curves of items."""

from psychometrics.irt.calibration import Anchor, Calibration, Model, Note, NoteKind
from psychometrics.irt.curves import CategoryCurves, category_curves, category_probabilities
from psychometrics.irt.estimation import calibrate

__all__ = [
    "Anchor",
    "Calibration",
    "CategoryCurves",
    "Model",
    "Note",
    "NoteKind",
    "calibrate",
    "category_curves",
    "category_probabilities",
]
