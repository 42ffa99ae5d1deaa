import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import f

from psychometrics.moments import Moments
from psychometrics.reliability import (
    composite_reliability,
    cronbach_alpha,
    cronbach_alpha_from_moments,
    distribution_free_interval,
    feldt_interval,
    standard_error_of_measurement,
)

NAN = float("nan")
answer_tables = arrays(np.float64, (9, 4), elements=st.integers(1, 5))


def test_alpha_of_a_hand_worked_table():
    # item variances 1 and 1, variance of totals 3: 2 * (1 - 2/3)
    result = cronbach_alpha([[1, 2], [2, 1], [3, 3]])
    assert result.alpha == pytest.approx(2 / 3, rel=1e-12)
    assert (result.n, result.n_items) == (3, 2)


def test_alpha_by_the_textbook_formula():
    responses = np.random.default_rng(5).integers(1, 6, (40, 6)) + np.arange(40)[:, None] % 4
    item_variances, total_variance = responses.var(axis=0, ddof=1), responses.sum(axis=1).var(ddof=1)
    expected = 6 / 5 * (1 - item_variances.sum() / total_variance)
    assert cronbach_alpha(responses).alpha == pytest.approx(expected, rel=1e-10)


def test_alpha_from_the_covariance_matrix():
    # the other form: k * mean covariance / (mean variance + (k - 1) * mean covariance)
    responses = np.random.default_rng(6).normal(size=(50, 1)) + np.random.default_rng(7).normal(size=(50, 5))
    covariance = np.cov(responses.T)
    variance = np.trace(covariance) / 5
    between = (covariance.sum() - np.trace(covariance)) / 20
    expected = 5 * between / (variance + 4 * between)
    assert cronbach_alpha(responses).alpha == pytest.approx(expected, rel=1e-10)


@given(answer_tables, st.permutations(range(4)), arrays(np.float64, 4, elements=st.integers(-50, 50)))
def test_alpha_keeps_under_item_order_and_shifts(responses, order, shifts):
    result, changed = cronbach_alpha(responses), cronbach_alpha(responses[:, order] + shifts)
    assert changed.alpha == pytest.approx(result.alpha, rel=1e-9, abs=1e-9, nan_ok=True)


def test_alpha_of_merged_chunks_is_that_of_the_whole():
    responses = np.random.default_rng(8).integers(1, 6, (60, 5)).astype(float)
    parts = Moments.of(responses[:25]).merge(Moments.of(responses[25:]))
    assert cronbach_alpha_from_moments(parts).alpha == pytest.approx(cronbach_alpha(responses).alpha)


def test_alpha_leaves_incomplete_rows_out_and_says_how_many_remain():
    complete = [[1, 2], [2, 1], [3, 3]]
    assert cronbach_alpha([*complete, [5, NAN]]) == cronbach_alpha(complete)


@pytest.mark.parametrize(
    ("responses", "n"),
    [
        (np.empty((0, 3)), 0),
        ([[1, 2, 3]], 1),
        ([[NAN, NAN], [NAN, NAN]], 0),
        ([[2, 2], [2, 2], [2, 2]], 3),
        ([[0.1, 0.7]] * 7, 7),
        ([[1, 5], [2, 4], [3, 3]], 3),
        ([[1], [2], [3]], 3),
    ],
    ids=["empty", "one respondent", "all missing", "no variance", "equal rows", "equal totals", "one item"],
)
def test_alpha_that_the_data_cannot_define_is_nan_with_its_n(responses, n):
    result = cronbach_alpha(responses)
    assert np.isnan([result.alpha, *result.interval]).all()
    assert result.n == n


def test_opposed_items_have_a_negative_alpha():
    assert cronbach_alpha([[1, 5], [2, 3.5], [3, 3], [4, 1.5]]).alpha < 0


def test_feldt_interval_of_a_published_alpha():
    # the documented example of pingouin's cronbach_alpha: 15 respondents, 10 items, [0.195, 0.840]
    interval = feldt_interval(0.5917188485995826, n=15, n_items=10)
    assert interval == pytest.approx((0.195, 0.840), abs=5e-4)


def test_feldt_interval_by_its_pivot():
    # (1 - population alpha) / (1 - alpha) reaches its F quantiles at the ends
    low, high = feldt_interval(0.8, n=50, n_items=6, confidence=0.9)
    assert f.cdf((1 - low) / 0.2, 49, 245) == pytest.approx(0.95)
    assert f.cdf((1 - high) / 0.2, 49, 245) == pytest.approx(0.05)


def test_feldt_interval_covers_at_its_level():
    # parallel items, loading 0.6: population alpha = 6 * 0.36 / (1 + 5 * 0.36)
    rng, runs, n = np.random.default_rng(20240), 2000, 60
    population = 6 * 0.36 / 2.8
    covered = 0
    for _ in range(runs):
        responses = 0.6 * rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, 6))
        low, high = cronbach_alpha(responses).interval
        covered += low <= population <= high
    assert 0.935 <= covered / runs <= 0.965


def test_the_distribution_free_interval_by_leaving_each_person_out():
    rng = np.random.default_rng(12)
    # each of 100 people twenty times, so that leaving one out is as good as a derivative
    responses = np.tile(rng.exponential(size=(100, 1)) + rng.exponential(size=(100, 5)), (20, 1))
    left_out = [np.log(1 - cronbach_alpha(np.delete(responses, row, axis=0)).alpha) for row in range(100)]
    error = np.sqrt(1999 / 2000 * 20 * np.sum((left_out - np.mean(left_out)) ** 2))
    centre = np.log(1 - cronbach_alpha(responses).alpha)
    low, high = distribution_free_interval(responses)
    assert np.log(1 - low) == pytest.approx(centre + 1.959964 * error, abs=0.01 * error)
    assert np.log(1 - high) == pytest.approx(centre - 1.959964 * error, abs=0.01 * error)


def test_the_distribution_free_interval_covers_skewed_answers_better():
    # six parallel items of loading 0.6, skewed people and errors; Feldt's interval covers 76 %
    rng, runs, covered = np.random.default_rng(31), 600, 0
    for _run in range(runs):
        person, errors = rng.exponential(size=(500, 1)), rng.exponential(size=(500, 6))
        low, high = distribution_free_interval(0.6 * person + 0.8 * errors)
        covered += low <= 6 * 0.36 / 2.8 <= high
    assert 0.91 <= covered / runs <= 0.97


def test_a_distribution_free_interval_the_data_cannot_define_is_nan():
    assert np.isnan(distribution_free_interval([[1, 1], [2, 2]])).all()
    assert np.isnan(distribution_free_interval([[2, 2], [2, 2]])).all()
    assert np.isnan(distribution_free_interval([[1, 2, 3]])).all()


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_alpha_names_an_impossible_confidence(confidence):
    with pytest.raises(ValueError, match=f"got {confidence}"):
        cronbach_alpha([[1, 2], [2, 1]], confidence=confidence)


def test_standard_error_of_measurement():
    # Jacobson & Truax (1991): SD 7.5, reliability 0.80
    assert standard_error_of_measurement(7.5, 0.8) == pytest.approx(3.3541, abs=1e-4)
    assert standard_error_of_measurement(10, 1) == 0
    assert np.isnan(standard_error_of_measurement(10, NAN))
    with pytest.raises(ValueError, match=r"1\.2"):
        standard_error_of_measurement(10, 1.2)


def test_composite_of_parallel_parts_follows_spearman_and_brown():
    # two parallel parts of reliability 0.6 and correlation 0.6: 2 * 0.6 / 1.6
    assert composite_reliability([1, 1], [[1, 0.6], [0.6, 1]], [0.6, 0.6]) == pytest.approx(0.75)


def test_composite_reliability_does_not_depend_on_the_units_of_weights():
    covariance = [[220, 60], [60, 400]]
    index = composite_reliability([0.6, 0.4], covariance, [0.8, 0.3])
    # error 0.36 * 220 * 0.2 + 0.16 * 400 * 0.7 = 60.64 of 0.36 * 220 + 0.16 * 400 + 0.48 * 60 = 172
    assert index == pytest.approx(1 - 60.64 / 172)
    assert composite_reliability([6, 4], covariance, [0.8, 0.3]) == pytest.approx(index)


def test_composite_reliability_is_unknown_with_an_unknown_part_or_no_variance():
    assert np.isnan(composite_reliability([1, 1], np.eye(2), [0.5, NAN]))
    assert np.isnan(composite_reliability([1, 1], np.zeros((2, 2)), [0.5, 0.5]))
    with pytest.raises(ValueError, match="2 weights, 1 reliabilities"):
        composite_reliability([1, 1], np.eye(2), [0.5])
