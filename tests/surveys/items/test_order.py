"""The order of options: even, stable, independent between items."""

from collections import Counter
from itertools import pairwise

import pytest

from surveys.items.order import salt_of, shuffled

# Bounds are six standard deviations: a fixed set of seeds, so either always or never passed.


@pytest.mark.parametrize("count", [2, 4, 5, 6, 7, 9])
def test_no_option_prefers_a_place(count):
    seeds, salt = 20_000, salt_of("K-DLAB-1")
    seen = Counter()
    for seed in range(seeds):
        seen.update(enumerate(shuffled(count, seed, salt)))
    expected = seeds / count
    bound = 6 * (expected * (1 - 1 / count)) ** 0.5
    assert len(seen) == count**2
    assert all(abs(times - expected) < bound for times in seen.values())


def test_every_order_of_four_is_as_likely():
    seeds, salt = 24_000, salt_of("K-1")
    seen = Counter(tuple(shuffled(4, seed, salt)) for seed in range(seeds))
    assert len(seen) == 24
    assert all(abs(times - 1000) < 6 * 1000**0.5 for times in seen.values())


def test_orders_of_two_items_are_independent():
    seeds = 20_000
    first, second = salt_of("K-1"), salt_of("K-2")
    same = sum(shuffled(5, seed, first)[0] == shuffled(5, seed, second)[0] for seed in range(seeds))
    assert abs(same - seeds / 5) < 6 * (seeds * 0.16) ** 0.5


def test_neighbouring_seeds_give_independent_orders():
    seeds, salt = 20_000, salt_of("K-1")
    firsts = [shuffled(5, seed, salt)[0] for seed in range(seeds)]
    same = sum(one == other for one, other in pairwise(firsts))
    assert abs(same - seeds / 5) < 6 * (seeds * 0.16) ** 0.5


@pytest.mark.parametrize("seed", [0, 1, -1, 2**63 - 1, -(2**63), 2**200])
def test_any_seed_gives_an_order_of_all_options(seed):
    for count in range(1, 12):
        assert sorted(shuffled(count, seed, salt_of("x"))) == list(range(count))


def test_orders_never_change():
    # Running responses keep their order over releases: these values are part of the format.
    assert [tuple(shuffled(4, seed, salt_of("K-1"))) for seed in (1, 2, 3)] == [
        (1, 2, 0, 3),
        (2, 0, 3, 1),
        (3, 0, 2, 1),
    ]
    assert list(shuffled(8, 1, salt_of("K-1"))) == [4, 7, 2, 1, 5, 3, 6, 0]
