"""Which parameters are free, and where each stands in the vector that is maximised over."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.irt.population import SMALLEST_SD

# Separated data drive slopes and intercepts without end; beyond this, curves are steps.
LARGEST = 100.0


@dataclass(frozen=True)
class Parameters:
    """Values: `items` (n_items, 1 + max_steps) slope then intercepts, NaN-padded; `groups` (n_groups, 2)
    mean and SD."""

    items: FloatArray
    groups: FloatArray

    @property
    def slopes(self) -> FloatArray:
        return self.items[:, 0]

    @property
    def intercepts(self) -> FloatArray:
        return self.items[:, 1:]


@dataclass(frozen=True)
class Layout:
    """Positions of the free parameters; -1 where a value is held or does not exist.

    `held` carries the values that never move. With a common slope all items have the same position
    for it.
    """

    items: IntArray
    groups: IntArray
    held: Parameters
    is_graded: bool

    @classmethod
    def of(
        cls,
        held: Parameters,
        free_items: BoolArray,
        free_groups: BoolArray,
        *,
        common_slope: bool,
        is_graded: bool,
    ) -> "Layout":
        """Number the free parameters: items in order, slope first, then the groups."""
        distinct = free_items.copy()
        if common_slope:
            distinct[:, 0] = False
            distinct[np.flatnonzero(free_items[:, 0])[:1], 0] = True
        items = np.where(distinct, np.cumsum(distinct).reshape(distinct.shape) - 1, -1)
        if common_slope:
            items[free_items[:, 0], 0] = items[:, 0].max(initial=-1)
        groups = np.cumsum(free_groups).reshape(free_groups.shape) - 1 + int(distinct.sum())
        return cls(items, np.where(free_groups, groups, -1), held, is_graded)

    @property
    def size(self) -> int:
        return int(max(self.items.max(initial=-1), self.groups.max(initial=-1))) + 1

    @property
    def flat(self) -> IntArray:
        """Positions of all item parameters, then of all group parameters."""
        return np.concatenate([self.items.ravel(), self.groups.ravel()])

    def values(self, vector: FloatArray) -> Parameters:
        """The parameters at a vector of free ones."""
        return Parameters(
            _filled(self.held.items, self.items, vector), _filled(self.held.groups, self.groups, vector)
        )

    def vector(self, values: Parameters) -> FloatArray:
        """The free ones among `values`."""
        vector = np.empty(self.size)
        for places, source in ((self.items, values.items), (self.groups, values.groups)):
            vector[places[places >= 0]] = source[places >= 0]
        return vector

    def gathered(self, flat: FloatArray) -> FloatArray:
        """A derivative by each of `flat`, summed into the free parameters."""
        places = self.flat
        gathered = np.zeros(self.size)
        np.add.at(gathered, places[places >= 0], flat[places >= 0])
        return gathered

    def gathered_twice(self, square: FloatArray) -> FloatArray:
        """Second derivatives by pairs of `flat`, summed into pairs of free parameters."""
        places = self.flat
        free = np.flatnonzero(places >= 0)
        gathered = np.zeros((self.size, self.size))
        np.add.at(gathered, np.ix_(places[free], places[free]), square[np.ix_(free, free)])
        return gathered

    def gathered_blocks(self, items: FloatArray, groups: FloatArray) -> FloatArray:
        """As `gathered_twice` where only the blocks of single items and single groups are not 0."""
        gathered = np.zeros((self.size + 1, self.size + 1))
        for places, blocks in ((self.items, items), (self.groups, groups)):
            np.add.at(gathered, (places[:, :, None], places[:, None, :]), blocks)
        return gathered[:-1, :-1]

    def at_bound(self, vector: FloatArray) -> BoolArray:
        """Which free parameters are SDs at their lower bound."""
        places = self.groups[self.groups[:, 1] >= 0, 1]
        at_bound = np.zeros(self.size, dtype=bool)
        at_bound[places] = vector[places] <= SMALLEST_SD
        return at_bound

    def is_allowed(self, vector: FloatArray) -> bool:
        """Whether graded intercepts fall strictly, no SD is below its bound and nothing is off the map."""
        values = self.values(vector)
        if not (np.abs(vector) <= LARGEST).all() or not (values.groups[:, 1] >= SMALLEST_SD).all():
            return False
        return not self.is_graded or not (np.diff(values.intercepts, axis=1) >= 0).any()


def _filled(held: FloatArray, places: IntArray, vector: FloatArray) -> FloatArray:
    values = held.copy()
    values[places >= 0] = vector[places[places >= 0]]
    return values
