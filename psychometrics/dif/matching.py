"""Whom the two groups are compared with: matching scores, strata, and their purification."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray, IntArray, as_matrix, as_vector


@dataclass(frozen=True)
class Purification:
    """How the items of the matching score were chosen.

    Attributes
    ----------
    removed : tuple of int
        Items left out of the matching score; a studied item is in its own all the same.
    n_passes : int
        Times all items were studied; 1 without purification.
    converged : bool
        The last pass flagged just the items left out before it. True without purification.
    is_external : bool
        The matching score was given and nothing could be purified.
    """

    removed: tuple[int, ...]
    n_passes: int
    converged: bool
    is_external: bool


@dataclass(frozen=True)
class Studied:
    """Those who can be compared on one item.

    Attributes
    ----------
    answers : ndarray of int, shape (n,)
        Positions among `codes`.
    codes : ndarray
        Item values, ascending.
    is_focal : ndarray of bool, shape (n,)
    score : ndarray, shape (n,)
        Matching score.
    """

    answers: IntArray
    codes: FloatArray
    is_focal: BoolArray
    score: FloatArray

    def table(self) -> FloatArray:
        """Counts, shape (n_strata, 2, n_codes): each different score a stratum; reference, then focal."""
        values, stratum = np.unique(self.score, return_inverse=True)
        n_codes = self.codes.size
        cells = (stratum * 2 + self.is_focal) * n_codes + self.answers
        counts = np.bincount(cells, minlength=values.size * 2 * n_codes)
        return counts.reshape(values.size, 2, n_codes).astype(np.float64)


class Flagging(Protocol):
    """A result of studying all items that says which of them to leave out of the matching score."""

    @property
    def is_flagged(self) -> bool: ...


@dataclass(frozen=True, eq=False)
class Material:
    """Checked arguments of a DIF analysis."""

    responses: FloatArray
    is_focal: BoolArray
    external: FloatArray | None

    @classmethod
    def of(
        cls, responses: npt.ArrayLike, is_focal: npt.ArrayLike, matching: npt.ArrayLike | None
    ) -> "Material":
        """Check shapes and kinds; ValueError naming what does not fit."""
        answers = as_matrix("responses", responses)
        focal = np.asarray(is_focal)
        if focal.shape != answers.shape[:1] or focal.dtype.kind != "b":
            raise ValueError(
                f"is_focal must be bool of shape {answers.shape[:1]}, got {focal.dtype} {focal.shape}"
            )
        score = None if matching is None else as_vector("matching", matching)
        if score is not None and score.shape != focal.shape:
            raise ValueError(f"matching must have {focal.size} scores, got {score.size}")
        return cls(answers, focal, score)

    def studied(self, removed: frozenset[int]) -> Iterator[Studied]:
        """Each item with those who answered it and have a matching score.

        The score is the sum of the items not in `removed`, and of the studied one: without it items free of
        DIF would seem to have some (Holland & Thayer, 1988).
        """
        kept = [item for item in range(self.responses.shape[1]) if item not in removed]
        common = self.responses[:, kept].sum(axis=1)
        for item in range(self.responses.shape[1]):
            own = self.responses[:, item]
            score = self.external
            if score is None:
                score = common + own if item in removed else common
            usable = ~np.isnan(own + score)
            codes, answers = np.unique(own[usable], return_inverse=True)
            yield Studied(answers, codes, self.is_focal[usable], score[usable])


Result = TypeVar("Result", bound=Flagging)


def purified(
    material: Material, study: Callable[[Studied], Result], *, purify: bool, max_passes: int
) -> tuple[list[Result], Purification]:
    """Study all items, leave the flagged ones out of the matching score, study again until none changes."""
    is_external = material.external is not None
    removed: frozenset[int] = frozenset()
    n_passes = 0
    while True:
        results = [study(item) for item in material.studied(removed)]
        n_passes += 1
        flagged = frozenset(item for item, result in enumerate(results) if result.is_flagged)
        converged = is_external or not purify or flagged == removed
        if converged or n_passes >= max_passes:
            used = tuple(sorted(removed))
            return results, Purification(used, n_passes, converged, is_external)
        removed = flagged
