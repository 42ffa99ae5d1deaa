"""Nodes of the integration over theta: equal distances, as wide and as fine as the posteriors need."""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.irt.calibration import Model
from psychometrics.irt.likelihood import node_information
from psychometrics.irt.maximise import Point

FIRST_NODES = np.linspace(-6.0, 6.0, 61)
# What lies beyond the ends is about as much, and so is the loss of log-likelihood a respondent.
MASS_AT_ENDS = 1e-7
WIDENED_BY = 2.0
WIDEST = 20.0
# The error of equal nodes falls as exp(-2 (pi * sd / distance)^2): 3e-6 of an integral at this sd.
NARROWEST_SD = 0.8
FINEST = 0.04
# Nodes with less of all posterior mass than this are not looked at.
FEW_PERSONS = 1e-3


def mass_at_ends(point: Point) -> float:
    """Share of all posterior mass on the two outermost nodes."""
    persons = point.expectation.persons
    return float(persons[:, [0, -1]].sum() / persons.sum())


def fit_for(theta: FloatArray, point: Point, model: Model) -> FloatArray:
    """`theta` itself if it suffices at this point, else wider or finer nodes."""
    distance, end = float(theta[1] - theta[0]), float(theta[-1])
    wider = mass_at_ends(point) > MASS_AT_ENDS and end < WIDEST
    narrowest = _narrowest_posterior(theta, point, model)
    finer = narrowest < NARROWEST_SD * distance and distance > FINEST
    if not wider and not finer:
        return theta
    if wider:
        end += WIDENED_BY
    while distance > FINEST and narrowest < NARROWEST_SD * distance:
        distance /= 2
    half = round(end / distance)
    return np.linspace(-half * distance, half * distance, 2 * half + 1)


def _narrowest_posterior(theta: FloatArray, point: Point, model: Model) -> float:
    """SD of a respondent who answered everything where the test informs most."""
    persons = point.expectation.persons.sum(axis=0)
    information = node_information(model, point.values.slopes, point.values.intercepts, theta)
    populated = information[persons >= FEW_PERSONS * persons.sum()]
    return float(1 / np.sqrt(1 + populated.max(initial=0)))
