from dataclasses import asdict

import numpy as np
import pytest
from scipy import stats

from psychometrics.change import bootstrap_change, hedges_correction, paired_change

NAMES = ("mean_change", "d_z", "g_z", "d_av", "g_av")


def make_pairs(n, seed=7):
    rng = np.random.default_rng(seed)
    starting = rng.gamma(3, 6, n) + 30
    return starting, 0.6 * starting + rng.gamma(2, 5, n) + 12


def effects_of(starting, final):
    """The five effect sizes by their definitions."""
    n, step = starting.size, final - starting
    d_z = step.mean() / step.std(ddof=1)
    d_av = step.mean() / ((starting.std(ddof=1) + final.std(ddof=1)) / 2)
    return np.array(
        [step.mean(), d_z, d_z * hedges_correction(n - 1), d_av, d_av * hedges_correction(2 * n - 2)]
    )


def test_intervals_are_those_of_draws_made_one_by_one():
    starting, final = make_pairs(25)
    draws = 2000
    result = bootstrap_change(starting, final, rng=np.random.default_rng(5), draws=draws)
    taken = np.random.default_rng(5).integers(0, 25, size=(draws, 25))
    values = np.array([effects_of(starting[rows], final[rows]) for rows in taken])
    observed = effects_of(starting, final)
    left_out = np.array([effects_of(np.delete(starting, i), np.delete(final, i)) for i in range(25)])
    for place, name in enumerate(NAMES):
        column = values[:, place]
        percentile = np.percentile(column, [2.5, 97.5])
        assert getattr(result.percentile, name) == pytest.approx(percentile, rel=1e-9), name
        if name in ("g_z", "g_av"):
            continue  # the factor differs without a pair; a constant one changes nothing
        deviation = left_out[:, place].mean() - left_out[:, place]
        acceleration = (deviation**3).sum() / (6 * (deviation**2).sum() ** 1.5)
        bias = stats.norm.ppf((column < observed[place]).mean())
        moved = bias + stats.norm.ppf([0.025, 0.975])
        tails = stats.norm.cdf(bias + moved / (1 - acceleration * moved))
        assert getattr(result.bca, name) == pytest.approx(np.quantile(column, tails), rel=1e-9), name
    factor = hedges_correction(24)
    assert result.bca.g_z == pytest.approx([factor * end for end in result.bca.d_z])


def test_bca_agrees_with_scipy():
    starting, final = make_pairs(60)
    result = bootstrap_change(starting, final, rng=np.random.default_rng(1), draws=20_000)

    def d_z(step, axis):
        return step.mean(axis=axis) / step.std(axis=axis, ddof=1)

    for method, mine in (("BCa", result.bca), ("percentile", result.percentile)):
        second = stats.bootstrap(
            (final - starting,), d_z, n_resamples=20_000, method=method, rng=np.random.default_rng(2)
        ).confidence_interval
        # two sets of draws: the ends differ by the error of simulation
        assert mine.d_z == pytest.approx(tuple(second), abs=0.02)


def test_the_same_generator_gives_the_same_digits():
    pairs = make_pairs(40)
    first, again = (paired_change(*pairs, rng=np.random.default_rng(3), draws=500) for _ in range(2))
    assert first.bootstrap == again.bootstrap
    assert first.bootstrap.draws == first.bootstrap.n_defined == 500
    other = paired_change(*pairs, rng=np.random.default_rng(4), draws=500)
    assert other.bootstrap != first.bootstrap
    assert paired_change(*pairs).bootstrap is None


def test_a_shift_of_both_waves_and_missing_pairs_change_nothing():
    starting, final = make_pairs(30)
    result = bootstrap_change(starting, final, rng=np.random.default_rng(3), draws=300)
    moved = bootstrap_change(
        [np.nan, *(starting + 1e4)], [5.0, *(final + 1e4)], rng=np.random.default_rng(3), draws=300
    )
    assert moved.n == 30
    for kind in ("percentile", "bca"):
        for name, interval in asdict(result)[kind].items():
            assert asdict(moved)[kind][name] == pytest.approx(interval, rel=1e-6), name


@pytest.mark.parametrize(
    "pairs",
    [
        ([], []),
        ([1, 2], [3, 5]),
        ([1, 2, 3], [2, 3, 4]),
        ([41.8, 52.825, 63.5], [53.4, 64.425, 75.1]),
        ([1, 2, 4], [2, 5, 9]),  # a ninth of the draws hold one pair only
    ],
)
def test_too_little_to_resample_gives_no_interval(pairs):
    result = bootstrap_change(*pairs, rng=np.random.default_rng(1), draws=200)
    assert result.n == len(pairs[0])
    assert result.n_defined < 200
    assert np.isnan([*asdict(result.percentile).values(), *asdict(result.bca).values()]).all()


def test_draws_of_equal_changes_are_left_out_whatever_rounding_leaves():
    # nine pairs moved by 3.7 points, one did not: a draw without it has no spread of changes
    starting = np.array([41.3, 52.825, 63.7, 44.1, 58.35, 49.9, 61.2, 55.55, 47.4, 50.0])
    final = starting + np.where(np.arange(10) < 9, 3.7, 0)
    taken = np.random.default_rng(2).integers(0, 10, size=(400, 10))
    result = bootstrap_change(starting, final, rng=np.random.default_rng(2), draws=400)
    assert result.n_defined == (taken == 9).any(axis=1).sum()
    assert np.isnan(result.bca.mean_change).all()


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="draws"):
        bootstrap_change([1, 2], [1, 3], rng=np.random.default_rng(1), draws=0)
    with pytest.raises(ValueError, match="95"):
        bootstrap_change([1, 2], [1, 3], rng=np.random.default_rng(1), confidence=95)
