import numpy as np
import pytest
from scipy import stats

from psychometrics import change
from psychometrics.change import Verdict

NAN = float("nan")


def test_a_low_start_alone_brings_what_davis_says():
    rng = np.random.default_rng(6)
    true = rng.normal(50, 8, 400_000)
    starting, final = true + rng.normal(0, 6, (2, true.size))
    chosen = starting < 40
    rho = 64 / 100
    expected = change.expected_regression_below(40, mean=50, sd=10, correlation=rho)
    # phi(-1) / Phi(-1) = 1.52514
    assert expected == pytest.approx(10 * 0.36 * 1.5251352761609807)
    moments = change.paired_moments(starting[chosen], final[chosen])
    result = change.regression_to_the_mean(moments, population_mean=50, correlation=rho)
    assert result.mean_change == pytest.approx(expected, abs=0.1)
    assert result.expected == pytest.approx(expected, abs=0.1)
    assert result.interval[0] < 0 < result.interval[1]


def test_what_goes_beyond_is_tested_against_its_own_spread():
    starting, final = np.array([30.0, 35, 38, 32, 36]), np.array([45.0, 41, 47, 40, 52])
    result = change.regression_to_the_mean(
        change.paired_moments(starting, final), population_mean=50, correlation=0.7
    )
    left = (final - starting) - 0.3 * (50 - starting)
    second = stats.ttest_1samp(left, 0)
    assert result.beyond == pytest.approx(left.mean(), rel=1e-12)
    assert result.p_value == pytest.approx(second.pvalue, rel=1e-8)
    assert result.interval == pytest.approx(tuple(second.confidence_interval()), rel=1e-8)
    assert result.n == 5


@pytest.mark.parametrize("pairs", [([], []), ([30], [40]), ([30, 30], [40, 40])])
def test_a_group_without_spread_has_no_interval_beyond(pairs):
    result = change.regression_to_the_mean(change.paired_moments(*pairs), population_mean=50, correlation=0.5)
    assert np.isnan([*result.interval, result.p_value]).all()


def test_regression_without_a_spread_and_wrong_correlations():
    assert np.isnan(change.expected_regression_below(40, mean=50, sd=0, correlation=0.5))
    assert np.isnan(change.expected_regression_below(-1e6, mean=50, sd=1, correlation=0.5))
    with pytest.raises(ValueError, match=r"1\.5"):
        change.expected_regression_below(40, mean=50, sd=1, correlation=1.5)


# --- attrition


def test_leavers_against_stayers_agree_with_scipy():
    rng = np.random.default_rng(9)
    starting, final = rng.normal(55, 12, 60), rng.normal(62, 12, 60)
    final[:14] = NAN
    starting[-3:] = NAN
    result = change.attrition(starting, final)
    stayed, left = starting[14:-3], starting[:14]
    assert (result.stayers.n, result.leavers.n, result.n_final_only) == (43, 14, 3)
    welch = stats.ttest_ind(left, stayed, equal_var=False)
    assert result.t == pytest.approx(welch.statistic, rel=1e-8)
    assert result.df == pytest.approx(welch.df, rel=1e-8)
    assert result.p_value == pytest.approx(welch.pvalue, rel=1e-6)
    assert result.interval == pytest.approx(tuple(welch.confidence_interval()), rel=1e-8)
    pooled = stats.ttest_ind(left, stayed).statistic
    unit = np.sqrt(1 / 43 + 1 / 14)
    assert result.d_s == pytest.approx(pooled * unit, rel=1e-8)
    assert result.g_s == pytest.approx(result.d_s * change.hedges_correction(55), rel=1e-12)
    low, high = (end / unit for end in result.d_s_interval)
    assert stats.nct.cdf(pooled, 55, [low, high]) == pytest.approx([0.975, 0.025], abs=1e-7)


@pytest.mark.parametrize(
    ("starting", "final"),
    [([], []), ([50, 60], [55, 66]), ([50, 60], [NAN, 66]), ([50, 50, 50, 50], [NAN, NAN, 1, 2])],
)
def test_a_group_too_small_or_without_spread_is_not_compared(starting, final):
    result = change.attrition(starting, final)
    assert result.stayers.n + result.leavers.n == len(starting)
    assert np.isnan([result.t, result.p_value, *result.interval, result.d_s, *result.d_s_interval]).all()


# --- one respondent, by her own errors


def test_errors_of_her_own_decide():
    # 1.96 * sqrt(0.3^2 + 0.4^2) = 0.98
    result = change.reliable_change_from_errors(
        [0, 0, 0, 0, NAN, 0],
        [0.97, 0.99, -0.99, 2, 1, 1],
        se_starting=[0.3, 0.3, 0.3, NAN, 0.3, 0],
        se_final=[0.4, 0.4, 0.4, 0.4, 0.4, 0],
    )
    expected = [Verdict.WITHIN, Verdict.UP, Verdict.DOWN] + [Verdict.UNPAIRED] * 3
    assert result.verdict.tolist() == expected
    np.testing.assert_allclose(result.thresholds[:3], 0.98)
    np.testing.assert_allclose(result.index[:3], [1.94, 1.98, -1.98])
    assert np.isnan(result.threshold)
    assert not result.is_fallback


def test_equal_errors_decide_as_the_classical_index():
    rng = np.random.default_rng(2)
    starting, final = rng.normal(50, 12, (2, 200))
    classical = change.reliable_change(starting, final, sd_starting=12, reliability=0.75)
    own = change.reliable_change_from_errors(
        starting, final, se_starting=np.full(200, 6.0), se_final=np.full(200, 6.0)
    )
    np.testing.assert_array_equal(own.verdict, classical.verdict)
    np.testing.assert_allclose(own.index, classical.index)
    np.testing.assert_allclose(own.thresholds, classical.thresholds)
    assert not classical.is_fallback


def test_published_norms_need_no_sample():
    # Jacobson & Truax (1991): SD 7.5, reliability 0.80, from 47.5 to 32.5: RC = -3.16
    result = change.reliable_change([47.5], [32.5], sd_starting=7.5, reliability=0.8)
    assert result.index[0] == pytest.approx(-3.16, abs=0.005)
    assert result.verdict.tolist() == [Verdict.DOWN]


@pytest.mark.parametrize("wrong", [{"se_starting": [0.1, 0.2]}, {"se_final": [-0.1]}, {"critical_value": 0}])
def test_wrong_errors_are_named(wrong):
    arguments = {"se_starting": [0.1], "se_final": [0.1], **wrong}
    with pytest.raises(ValueError, match="error"):
        change.reliable_change_from_errors([1], [2], **arguments)
