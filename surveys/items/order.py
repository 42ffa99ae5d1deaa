"""The order in which options stand: from the response's seed and the item's code, the same everywhere."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import permutations

_MASK = 2**64 - 1
_TABLE_LIMIT = 6
"""Up to so many options every permutation is listed: 720 short tuples, and an order is one lookup."""


def salt_of(code: str) -> int:
    """64 bits that make orders of different items independent."""
    return int.from_bytes(blake2b(code.encode(), digest_size=8).digest())


def _mix(number: int) -> int:
    """The output function of SplitMix64: every bit of the result depends on every bit of `number`."""
    number = (number + 0x9E3779B97F4A7C15) & _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


@lru_cache
def _permutations(count: int) -> tuple[tuple[int, ...], ...]:
    return tuple(permutations(range(count)))


def shuffled(count: int, seed: int, salt: int) -> Sequence[int]:
    """Indices 0..count-1 in an order drawn evenly from all orders."""
    state = _mix((seed & _MASK) ^ salt)
    if count <= _TABLE_LIMIT:
        table = _permutations(count)
        return table[state % len(table)]
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = state % (last + 1)
        order[last], order[other] = order[other], order[last]
        state = _mix(state)
    return order
