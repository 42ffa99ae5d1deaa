"""Differential item functioning: whether an item treats people of equal score in two groups alike."""

from psychometrics.dif.logistic import (
    Bounds,
    EffectClass,
    LikelihoodRatio,
    LogisticDif,
    LogisticItem,
    logistic_dif,
)
from psychometrics.dif.mantel_haenszel import EtsClass, MantelHaenszelDif, MantelHaenszelItem, mantel_haenszel
from psychometrics.dif.matching import Purification
from psychometrics.dif.polytomous import MantelDif, MantelItem, PolytomousClass, mantel

__all__ = [
    "Bounds",
    "EffectClass",
    "EtsClass",
    "LikelihoodRatio",
    "LogisticDif",
    "LogisticItem",
    "MantelDif",
    "MantelHaenszelDif",
    "MantelHaenszelItem",
    "MantelItem",
    "PolytomousClass",
    "Purification",
    "logistic_dif",
    "mantel",
    "mantel_haenszel",
]
