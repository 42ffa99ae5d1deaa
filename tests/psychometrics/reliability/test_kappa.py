import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from psychometrics.reliability import Weights, weighted_kappa

NAN = float("nan")
FIRST = [1, 2, 3, 4, 1, 2, 3, 3, 2, 1, 4, 4, 5, 3, 2, 2, 1, 5, 4, 3]
SECOND = [1, 3, 3, 4, 2, 2, 2, 3, 2, 1, 5, 4, 4, 3, 1, 2, 2, 5, 3, 3]


def test_kappa_of_a_hand_worked_table():
    # ratings 0 0 1 2 against 0 1 1 2; linear weights 1, 1/2, 0: observed 3.5 / 4;
    # shares (2, 1, 1) / 4 and (1, 2, 1) / 4 expect (2 + 2 + 1 + (4 + 1 + 1 + 2) / 2) / 16 = 9 / 16
    result = weighted_kappa([0, 0, 1, 2], [0, 1, 1, 2], weights="linear")
    assert result.kappa == pytest.approx((14 / 16 - 9 / 16) / (7 / 16), rel=1e-12)
    assert (result.n, result.weights) == (4, Weights.LINEAR)


def test_quadratic_kappa_is_a_concordance():
    # Fleiss & Cohen (1973): 2 cov / (variances + squared difference of means), all by n
    first, second = np.array(FIRST), np.array(SECOND)
    expected = 2 * np.cov(first, second, ddof=0)[0, 1]
    expected /= first.var() + second.var() + (first.mean() - second.mean()) ** 2
    assert weighted_kappa(first, second).kappa == pytest.approx(expected, rel=1e-12)


def test_kappa_of_another_program():
    # R 4.2.2 psych 2.2.9: cohen.kappa(cbind(first, second))$weighted.kappa, then with linear weights
    assert weighted_kappa(FIRST, SECOND).kappa == pytest.approx(0.86554621848739, rel=1e-12)
    assert weighted_kappa(FIRST, SECOND, weights="linear").kappa == pytest.approx(0.70695970695971, rel=1e-12)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
@pytest.mark.parametrize("seed", range(4))
def test_standard_errors_of_an_independent_route(weights, seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 5, 90)
    second = np.clip(first + rng.integers(-1, 2, 90), 0, 4)
    table = np.zeros((5, 5))
    np.add.at(table, (first, second), 1)
    expected, result = cohens_kappa(table, wt=weights), weighted_kappa(first, second, weights=weights)
    assert result.kappa == pytest.approx(expected.kappa, rel=1e-10)
    assert result.standard_error == pytest.approx(expected.std_kappa, rel=1e-8)
    assert result.null_standard_error == pytest.approx(expected.std_kappa0, rel=1e-8)
    assert result.interval == pytest.approx((expected.kappa_low, expected.kappa_upp), rel=1e-8)


def test_the_interval_covers_at_its_level():
    rng, runs, covered = np.random.default_rng(5), 1000, 0
    joint = np.array([[0.18, 0.08, 0.02], [0.06, 0.25, 0.09], [0.01, 0.07, 0.24]])
    population = weighted_kappa(*_as_ratings(np.rint(joint * 100).astype(int))).kappa
    for _run in range(runs):
        low, high = weighted_kappa(*_as_ratings(rng.multinomial(200, joint.ravel()).reshape(3, 3))).interval
        covered += low <= population <= high
    assert 0.93 <= covered / runs <= 0.97


def _as_ratings(counts):
    first, second = np.indices(counts.shape)
    return np.repeat(first.ravel(), counts.ravel()), np.repeat(second.ravel(), counts.ravel())


@given(st.floats(0.1, 10), st.integers(-30, 30))
def test_kappa_keeps_under_another_unit_and_origin(unit, origin):
    changed = weighted_kappa(unit * np.array(FIRST) + origin, unit * np.array(SECOND) + origin)
    assert changed.n == 20
    assert changed.kappa == pytest.approx(weighted_kappa(FIRST, SECOND).kappa, rel=1e-9)


def test_opposed_raters_have_a_negative_kappa():
    assert weighted_kappa([1, 2, 3, 4], [4, 3, 2, 1]).kappa == pytest.approx(-1)


def test_pairs_without_a_rating_are_left_out():
    assert weighted_kappa([*FIRST, 1, NAN], [*SECOND, NAN, 2]) == weighted_kappa(FIRST, SECOND)


@pytest.mark.parametrize(
    ("first", "second", "n"),
    [([], [], 0), ([NAN], [1], 0), ([3, 3], [3, 3], 2), (np.arange(600) + 0.5, np.arange(600), 600)],
    ids=["empty", "nothing rated twice", "one category", "no rating scale"],
)
def test_a_kappa_the_data_cannot_define_is_nan_with_its_n(first, second, n):
    result = weighted_kappa(first, second)
    assert np.isnan([result.kappa, result.standard_error, result.null_standard_error, *result.interval]).all()
    assert result.n == n


def test_kappa_names_bad_arguments():
    with pytest.raises(ValueError, match="cubic"):
        weighted_kappa([1, 2], [1, 2], weights="cubic")
    with pytest.raises(ValueError, match="2 and 1 values"):
        weighted_kappa([1, 2], [1])
