"""Links between calibrations through common items: constants, errors, drift, application."""

from psychometrics.linking.apply import linked
from psychometrics.linking.drift import DriftCheck, DriftRule, Ending, ItemDrift, check_drift
from psychometrics.linking.errors import LinkErrors, item_covariance, link_errors
from psychometrics.linking.estimation import link
from psychometrics.linking.methods import Comparison, Direction, LeftOut, Link, Method, Reason

__all__ = [
    "Comparison",
    "Direction",
    "DriftCheck",
    "DriftRule",
    "Ending",
    "ItemDrift",
    "LeftOut",
    "Link",
    "LinkErrors",
    "Method",
    "Reason",
    "check_drift",
    "item_covariance",
    "link",
    "link_errors",
    "linked",
]
