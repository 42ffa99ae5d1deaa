from dataclasses import asdict
from math import gamma, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from psychometrics import change
from psychometrics.change import Verdict

NAN = float("nan")
percentages = st.integers(0, 1000).map(lambda tenths: tenths / 10)
score_pairs = st.integers(3, 20).flatmap(
    lambda n: st.tuples(
        arrays(np.float64, n, elements=percentages), arrays(np.float64, n, elements=percentages)
    )
)


def measured(result):
    """What rests on moments, by name."""
    return {name: value for name, value in asdict(result).items() if value is not None}


# Student's (1908) additional hours of sleep by two drugs, as in R's `sleep`
SLEEP_FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


# --- groups


def test_students_sleep_data():
    # R 4: t.test(Pair(...)): t = 4.0621, df = 9, p-value = 0.002833, 0.7001142 2.4598858, mean 1.58
    result = change.paired_change(SLEEP_FIRST, SLEEP_SECOND)
    assert (result.n, result.df) == (10, 9)
    assert result.mean_change == pytest.approx(1.58)
    assert result.t == pytest.approx(4.0621, abs=5e-5)
    assert result.p_value == pytest.approx(0.002833, abs=5e-7)
    assert result.interval == pytest.approx((0.7001142, 2.4598858), abs=5e-8)


def test_two_films_of_lakens():
    # Lakens (2013), table 1: mean difference 1, r = 0.73, t(9) = 4.74, d_z = 1.50, g_av = 1.08
    result = change.paired_change([9, 6, 7, 8, 7, 9, 8, 8, 8, 7], [9, 7, 8, 9, 8, 9, 9, 10, 9, 9])
    published = {"mean_change": 1, "correlation": 0.73, "t": 4.74, "d_z": 1.5, "g_av": 1.08}
    for name, value in published.items():
        assert getattr(result, name) == pytest.approx(value, abs=0.005), name


def test_paired_change_agrees_with_scipy_and_statsmodels():
    rng = np.random.default_rng(11)
    starting = rng.normal(52, 15, 86)
    final = 0.7 * starting + rng.normal(27, 9, 86)
    result = change.paired_change(starting, final, confidence=0.9)
    second = stats.ttest_rel(final, starting)
    assert result.t == pytest.approx(second.statistic, rel=1e-8)
    assert result.p_value == pytest.approx(second.pvalue, rel=1e-6)
    assert result.interval == pytest.approx(DescrStatsW(final - starting).tconfint_mean(0.1), rel=1e-8)
    assert result.correlation == pytest.approx(np.corrcoef(starting, final)[0, 1], rel=1e-8)
    assert result.sd_final == pytest.approx(np.std(final, ddof=1), rel=1e-8)
    assert result.d_av == pytest.approx(
        np.mean(final - starting) / ((np.std(starting, ddof=1) + np.std(final, ddof=1)) / 2), rel=1e-8
    )


def test_pairs_with_a_missing_wave_are_left_out():
    complete = change.paired_change(SLEEP_FIRST, SLEEP_SECOND)
    padded = change.paired_change([*SLEEP_FIRST, 5, NAN, NAN], [*SLEEP_SECOND, NAN, 5, NAN])
    assert padded == complete


@given(score_pairs)
def test_the_median_and_the_mean_turn_with_the_waves(pair):
    there, back = change.paired_change(*pair), change.paired_change(*pair[::-1])
    assert back.mean_change == pytest.approx(-there.mean_change, abs=1e-9)
    assert change.median_change(*pair[::-1]) == pytest.approx(-change.median_change(*pair), abs=1e-9)


@given(score_pairs, st.integers(-500, 500))
def test_shifting_both_waves_leaves_the_change(pair, shift):
    result = asdict(change.paired_change(*pair))
    shifted = asdict(change.paired_change(pair[0] + shift, pair[1] + shift))
    for name in ("sd_starting", "mean_change", "sd_change", "interval", "d_z", "g_av"):
        assert shifted[name] == pytest.approx(result[name], rel=1e-6, abs=1e-9, nan_ok=True), name


@given(score_pairs, score_pairs)
def test_chunks_merge_into_the_whole(first, second):
    both = np.concatenate((first[0], second[0])), np.concatenate((first[1], second[1]))
    whole = change.paired_change_from_moments(change.paired_moments(*both))
    merged = change.paired_change_from_moments(
        change.paired_moments(*first).merge(change.paired_moments(*second))
    )
    for name, value in measured(whole).items():
        assert measured(merged)[name] == pytest.approx(value, rel=1e-6, abs=1e-9, nan_ok=True), name


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_pairs_say_how_many_and_nothing_that_means_nothing(n):
    result = change.paired_change([50.0] * n, [60.0] * n)
    assert result.n == n
    assert result.mean_change == pytest.approx(10 if n else NAN, nan_ok=True)
    undefined = (result.sd_change, *result.interval, result.t, result.p_value, result.d_z, result.g_av)
    assert np.isnan(undefined).all()


@pytest.mark.parametrize("step", [0.0, 0.1, 11.6])
def test_equal_steps_have_no_spread_to_test_against(step):
    starting = np.array([41.8, 52.825, 63.5, 66.1, 44.0])
    result = change.paired_change(starting, starting + step)
    assert result.mean_change == pytest.approx(step)
    assert result.sd_change == 0
    assert np.isnan([*result.interval, result.t, result.p_value, result.d_z, result.g_z]).all()
    assert result.correlation == pytest.approx(1)


def test_a_delta_comes_from_unrounded_means():
    # 52.825 and 64.4625 print as 52.8 and 64.5; the change is 11.6375 and not 11.7
    result = change.paired_change([50, 55.65], [64, 64.925])
    assert result.mean_change == pytest.approx(64.4625 - 52.825)


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="2 and 1"):
        change.paired_change([1, 2], [1])
    with pytest.raises(ValueError, match="confidence"):
        change.paired_change([1, 2], [1, 3], confidence=95)
    with pytest.raises(ValueError, match="2 variables"):
        change.paired_change_from_moments(change.Moments.empty(2))


@pytest.mark.parametrize("n", [20, 86])
def test_the_interval_of_the_mean_change_covers_at_its_level(n):
    rng, runs, true_change = np.random.default_rng(86), 2000, 11.6
    starting = rng.normal(52.8, 15, (runs, n))
    final = 0.6 * starting + rng.normal(0.4 * 52.8 + true_change, 10, (runs, n))
    intervals = [change.estimate_mean(row).interval for row in final - starting]
    coverage = np.mean([low <= true_change <= high for low, high in intervals])
    assert 0.935 <= coverage <= 0.965


def test_hedges_correction_is_the_exact_one():
    assert change.hedges_correction(9) == pytest.approx(gamma(4.5) / (sqrt(4.5) * gamma(4)))
    assert change.hedges_correction(100) == pytest.approx(1 - 3 / 399, abs=1e-5)
    assert np.isnan(change.hedges_correction(1))


def test_median_change_of_hand_worked_pairs():
    assert change.median_change([10, 20, 30, NAN], [15, 20, 50, 5]) == 5
    assert np.isnan(change.median_change([NAN], [5]))


def test_mean_estimate_agrees_with_statsmodels():
    scores = np.random.default_rng(2).normal(60, 15, 40)
    result = change.estimate_mean([*scores, NAN])
    second = DescrStatsW(scores)
    assert result.n == 40
    assert result.standard_error == pytest.approx(second.std_mean, rel=1e-8)
    assert result.interval == pytest.approx(second.tconfint_mean(), rel=1e-8)


@pytest.mark.parametrize(
    ("scores", "n", "mean"), [([], 0, NAN), ([5], 1, 5), ([NAN], 0, NAN), ([5, 5], 2, 5)]
)
def test_a_mean_without_spread_has_no_interval(scores, n, mean):
    result = change.estimate_mean(scores)
    assert result.n == n
    assert result.mean == pytest.approx(mean, nan_ok=True)
    assert np.isnan(result.interval).all()


# --- one respondent


def test_jacobson_and_truax_example():
    # SD 7.5, reliability 0.80, from 47.5 to 32.5: S_diff = 4.74, RC = -3.16
    assert change.standard_error_of_difference(7.5, 0.8) == pytest.approx(4.74, abs=0.005)
    index = change.reliable_change_index([47.5, NAN], [32.5, 40], sd_starting=7.5, reliability=0.8)
    np.testing.assert_allclose(index, [-3.16, NAN], atol=0.005)


@pytest.mark.parametrize(
    ("sd", "reliability"), [(0, 0.8), (-1, 0.8), (NAN, 0.8), (5, 1), (5, -0.1), (5, NAN)]
)
def test_the_index_refuses_an_error_it_cannot_form(sd, reliability):
    with pytest.raises(ValueError, match="sd_starting must be above 0"):
        change.reliable_change_index([1], [2], sd_starting=sd, reliability=reliability)


def test_the_index_decides_once_the_sample_is_large_enough():
    # SD 15, reliability 0.8: 1.96 * 15 * sqrt(0.4) = 18.59 points
    starting, final = [40, 40, 40, 40, NAN], [58.5, 58.7, 21.4, 21.3, 50]
    result = change.reliable_change(starting, final, sd_starting=15, reliability=0.8, n_sample=30)
    expected = [Verdict.WITHIN, Verdict.UP, Verdict.DOWN, Verdict.DOWN, Verdict.UNPAIRED]
    assert result.verdict.tolist() == expected
    assert result.threshold == pytest.approx(18.594, abs=1e-3)
    assert not result.is_fallback
    assert result.count(Verdict.DOWN) == 2
    np.testing.assert_allclose(result.index[:4] * 15 * sqrt(0.4), result.change[:4])


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"sd_starting": 15, "reliability": 0.8, "n_sample": 29},
        {"sd_starting": 15, "reliability": NAN, "n_sample": 86},
        {"sd_starting": 15, "reliability": -0.2, "n_sample": 86},
        {"sd_starting": 0, "reliability": 0.8, "n_sample": 86},
        {"sd_starting": 15, "reliability": 1, "n_sample": 86},
    ],
)
def test_ten_points_decide_while_the_error_is_not_known(known):
    # 51.6 - 41.6 is 9.999999999999993 points for the processor and 10 for the reader
    result = change.reliable_change([41.6, 50, 50, 50], [51.6, 59.9, 40, 40.1], **known)
    assert result.is_fallback
    assert result.threshold == 10
    assert result.verdict.tolist() == [Verdict.UP, Verdict.WITHIN, Verdict.DOWN, Verdict.WITHIN]
    assert np.isnan(result.index).all()


@pytest.mark.parametrize("wrong", [{"fallback": 0}, {"sd_starting": -1}, {"reliability": 1.01}])
def test_reliable_change_names_a_wrong_argument(wrong):
    with pytest.raises(ValueError, match=str(next(iter(wrong.values())))):
        change.reliable_change([1], [2], **wrong)


def test_false_verdicts_stay_at_their_nominal_rate():
    rng = np.random.default_rng(1991)
    true = rng.normal(50, 12, 100_000)
    starting, final = true + rng.normal(0, 6, (2, true.size))
    result = change.reliable_change(
        starting, final, sd_starting=sqrt(180), reliability=144 / 180, n_sample=true.size
    )
    assert result.count(Verdict.UP) / true.size == pytest.approx(0.025, abs=0.002)
    assert result.count(Verdict.DOWN) / true.size == pytest.approx(0.025, abs=0.002)


# --- levels


def test_transitions_of_the_demo_figures():
    # the programme's published table: 47 higher, 37 the same, 2 lower
    matrix = np.array([[3, 9, 2, 0], [0, 16, 29, 2], [0, 2, 16, 5], [0, 0, 0, 2]])
    starting, final = np.nonzero(matrix)
    pairs = np.repeat(np.column_stack((starting, final)), matrix[starting, final], axis=0)
    result = change.level_transitions(pairs[:, 0], pairs[:, 1], 4)
    np.testing.assert_array_equal(result.matrix, matrix)
    assert (result.n, result.n_higher, result.n_same, result.n_lower) == (86, 47, 37, 2)
    assert result.starting.tolist() == [14, 47, 23, 2]
    assert result.final.tolist() == [3, 27, 47, 9]


def test_transitions_leave_unpaired_levels_out_and_add_up():
    first = change.level_transitions(np.array([0, -1, 2], np.int8), np.array([1, 1, -1], np.int8), 3)
    second = change.level_transitions([2], [0], 3)
    assert first.matrix.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert (first + second).matrix.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0]]
    assert change.level_transitions([], [], 3).n == 0


def test_transitions_name_a_level_that_does_not_exist():
    with pytest.raises(ValueError, match="level 3"):
        change.level_transitions([0], [3], 3)
    with pytest.raises(ValueError, match="1 and 2"):
        change.level_transitions([0], [1, 1], 3)
