"""Distribution of the summed score at each theta: the Lord-Wingersky recursion."""

import numpy as np

from psychometrics.arrays import FloatArray, IntArray


def summed_score_chances(chances: FloatArray, n_steps: IntArray) -> FloatArray:
    """Probability of each sum of category numbers, shape (n_theta, n_steps.sum() + 1).

    Parameters
    ----------
    chances : ndarray, shape (n_theta, n_items, max_categories)
        Category probabilities; NaN in the padding.
    n_steps : ndarray of int, shape (n_items,)
        0 for an item that does not count.

    References
    ----------
    Lord & Wingersky (1984), Appl. Psychol. Meas. 8(4), 453-461; categories: Thissen, Pommerich, Billeaud &
    Williams (1995), Appl. Psychol. Meas. 19(1), 39-49.
    """
    sums = np.ones((len(chances), 1))
    for item in np.flatnonzero(n_steps):
        sums = with_item(sums, chances[:, item, : n_steps[item] + 1])
    return sums


def with_item(sums: FloatArray, chances: FloatArray) -> FloatArray:
    """The recursion's step: distribution of the sum (n_theta, n_sums) once an item is added to it."""
    n_sums = sums.shape[1]
    longer = np.zeros((len(sums), n_sums + chances.shape[1] - 1))
    for category, chance in enumerate(chances.T):
        longer[:, category : category + n_sums] += sums * chance[:, None]
    return longer


def without_each_item(chances: FloatArray, n_steps: IntArray) -> list[FloatArray]:
    """Distribution of the sum over all items but one, for each item in turn.

    By halves: the sum over one half of the items serves every item of the other, so n items take
    about n log2(n) steps and no unstable division.
    """
    rests: list[FloatArray] = [np.empty(0)] * n_steps.size

    def descend(items: IntArray, rest: FloatArray) -> None:
        if items.size == 1:
            rests[int(items[0])] = rest
            return
        halves = items[: items.size // 2], items[items.size // 2 :]
        for kept, added in (halves, halves[::-1]):
            summed = rest
            for item in added:
                summed = with_item(summed, chances[:, item, : n_steps[item] + 1])
            descend(kept, summed)

    if n_steps.size:
        descend(np.arange(n_steps.size), np.ones((len(chances), 1)))
    return rests
