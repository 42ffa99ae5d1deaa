"""Percents of people by competence that add up to the published figures, before they become answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float64]

SPREAD = 13.0  # of people's overall index around the mean
UNEVENNESS = 9.0  # of one person's competences around that person's index
STEADINESS = 0.7  # how far the final index follows the starting one
SHIFT = 8.0  # of the final index around what the starting one promises
MARGIN = 0.9  # kept from a cut, so that answers in whole steps stay on the level meant
LOWEST, HIGHEST = 24.0, 90.0  # of anybody's index
FLOOR, CEILING = 6.0, 95.0  # of anybody's competence


@dataclass(frozen=True)
class Band:
    """The percents of a level."""

    low: float
    high: float

    def inner(self) -> tuple[float, float]:
        """What may be drawn: off the cuts and off the ends of the scale."""
        return max(LOWEST, self.low + MARGIN), min(HIGHEST, self.high - MARGIN)


def draw_indexes(rng: Random, bands: Sequence[Band], centres: Sequence[float], *, mean: float) -> list[float]:
    """One overall index in each band, scattered around `centres`, with exactly this mean."""
    drawn = []
    for band, centre in zip(bands, centres, strict=True):
        low, high = band.inner()
        tries = (rng.gauss(centre, SHIFT) for _ in range(200))
        drawn.append(next((value for value in tries if low <= value <= high), (low + high) / 2))
    return [float(index) for index in _shift_to_mean(np.array(drawn), bands, mean)]


def _shift_to_mean(values: Matrix, bands: Sequence[Band], mean: float) -> Matrix:
    low = np.array([band.inner()[0] for band in bands])
    high = np.array([band.inner()[1] for band in bands])
    for _ in range(500):
        gap = mean - values.mean()
        if abs(gap) < 1e-9:
            return values
        values = np.clip(values + gap, low, high)
    raise ValueError(f"the levels asked for have no mean of {mean}")


def draw_profiles(
    rng: Random,
    indexes: Sequence[float],
    means: Mapping[str, float],
    leanings: Sequence[Mapping[str, float]],
    missing: Sequence[str | None],
) -> Matrix:
    """Percents, shape (people, competences): rows mean the indexes, columns the means; NaN where missing."""
    rows, columns = np.array(indexes), np.array(list(means.values()))
    codes = list(means)
    profiles = np.array(
        [
            [
                index + column - columns.mean() + leaning.get(code, 0.0) + rng.gauss(0, UNEVENNESS)
                for code, column in zip(codes, columns, strict=True)
            ]
            for index, leaning in zip(rows, leanings, strict=True)
        ]
    )
    for person, code in enumerate(missing):
        if code is not None:
            profiles[person, codes.index(code)] = np.nan
    for _ in range(300):
        profiles += (rows - np.nanmean(profiles, axis=1))[:, None]
        profiles += columns - np.nanmean(profiles, axis=0)
        profiles = np.clip(profiles, FLOOR, CEILING)
    return profiles
