import numpy as np
import pytest
from scipy import integrate, stats
from statsmodels.stats.power import TTestPower

from psychometrics import change

NAN = float("nan")
SLEEP_FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


@pytest.mark.parametrize(
    ("t", "df", "noncentrality"),
    [
        (1.2, 3, 1),
        (4, 19, 2),
        (-2.1, 19, 0.5),
        (2, 200, 3.5),
        (15, 85, 12),
        (0, 5, 1),
        (3, 1, 0.5),
        (2, 1e6, 1),
    ],
)
def test_the_noncentral_t_agrees_with_scipy_and_with_its_definition(t, df, noncentrality):
    value = change.noncentral_t_cdf(t, df, noncentrality)
    assert value == pytest.approx(stats.nct.cdf(t, df, noncentrality), rel=1e-7)
    slow, _error = integrate.quad(
        lambda u: stats.norm.cdf(t * u - noncentrality) * stats.chi.pdf(u * np.sqrt(df), df) * np.sqrt(df),
        *(stats.chi.ppf([1e-13, 1 - 1e-13], df) / np.sqrt(df)),
        epsabs=1e-12,
    )
    assert value == pytest.approx(slow, abs=1e-9)


def test_both_ways_of_integrating_meet():
    # at t^2 = 2 df the integral changes its variable
    edge = np.sqrt(2 * 19)
    below, above = (change.noncentral_t_cdf(edge * factor, 19, 5.5) for factor in (1 - 1e-13, 1 + 1e-13))
    assert below == pytest.approx(above, rel=1e-11)


@pytest.mark.parametrize(("t", "df"), [(2.3, 19), (-2.3, 19), (0, 5), (50, 85), (1e4, 85), (1e9, 3), (3, 1)])
def test_the_noncentrality_has_the_probability_it_was_asked_for(t, df):
    for probability in (0.025, 0.5, 0.975):
        found = change.noncentrality_of(t, df, probability)
        assert change.noncentral_t_cdf(t, df, found) == pytest.approx(probability, abs=1e-9)


def test_a_noncentral_t_that_is_not_defined_is_nan():
    assert np.isnan(change.noncentral_t_cdf(1, 0, 1))
    assert np.isnan(change.noncentral_t_cdf(NAN, 5, 1))
    assert np.isnan(change.noncentrality_of(NAN, 5, 0.5))
    with pytest.raises(ValueError, match="probability"):
        change.noncentrality_of(1, 5, 1)


def test_intervals_of_students_sleep_data_and_lakens_films():
    # R 4.2.2: uniroot on pt(t, 9, ncp): t = 4.0621 (sleep), 4.7434 (Lakens 2013, t(9) = 4.74), over sqrt(10)
    sleep = change.paired_change(SLEEP_FIRST, SLEEP_SECOND)
    assert sleep.d_z_interval == pytest.approx((0.414627756380145, 2.118016513977067), rel=1e-6)
    films = change.paired_change([9, 6, 7, 8, 7, 9, 8, 8, 8, 7], [9, 7, 8, 9, 8, 9, 9, 10, 9, 9])
    assert films.d_z_interval == pytest.approx((0.560514150237974, 2.403436186991613), rel=1e-6)


def test_d_av_against_the_root_of_the_mean_variance():
    # pingouin 0.7.0: compute_effsize(second, first, paired=True, eftype="cohen") = 0.8321810813495395: it
    # divides by the root of the mean variance, d_av by the mean SD
    sleep = change.paired_change(SLEEP_FIRST, SLEEP_SECOND)
    root = np.sqrt((sleep.sd_starting**2 + sleep.sd_final**2) / 2)
    mean = (sleep.sd_starting + sleep.sd_final) / 2
    assert sleep.d_av * mean / root == pytest.approx(0.8321810813495395, rel=1e-8)


def test_the_interval_of_d_av_is_fitts_widened_where_spreads_are_equal():
    # df 2 (n - 1) / (1 + r^2), noncentrality d * sqrt(n / (2 (1 - r)))
    n, r, sd, d = 30, 0.6, 10.0, 0.5
    sd_change = sd * np.sqrt(2 * (1 - r))
    t = d * sd / (sd_change / np.sqrt(n))
    low, high = change.d_av_interval(
        t, n, sd_starting=sd, sd_final=sd, sd_change=sd_change, correlation=r, confidence=0.9
    )
    df, unit = 2 * (n - 1) / (1 + r * r), np.sqrt(2 * (1 - r) / n)
    # the mean's share of the variance is widened to the t of n - 1 degrees of freedom
    share = unit**2 / (unit**2 + d**2 / (2 * df))
    factor = 1 + share * (stats.t.ppf(0.95, n - 1) / stats.t.ppf(0.95, df) - 1)
    fitts = [(d + (end - d) / factor) / unit for end in (low, high)]
    assert stats.nct.cdf(t, df, fitts) == pytest.approx([0.95, 0.05], abs=1e-8)
    assert factor > 1


def test_intervals_turn_with_the_waves_and_follow_the_confidence():
    there = change.paired_change(SLEEP_FIRST, SLEEP_SECOND, confidence=0.8)
    back = change.paired_change(SLEEP_SECOND, SLEEP_FIRST, confidence=0.8)
    wide = change.paired_change(SLEEP_FIRST, SLEEP_SECOND)
    for name in ("d_z_interval", "d_av_interval"):
        low, high = getattr(there, name)
        assert getattr(back, name) == pytest.approx((-high, -low))
        assert getattr(wide, name)[0] < low < high < getattr(wide, name)[1]


@pytest.mark.parametrize("pairs", [([], []), ([1], [2]), ([1, 2, 3], [2, 3, 4])])
def test_without_a_spread_of_changes_there_is_no_interval(pairs):
    result = change.paired_change(*pairs)
    assert np.isnan([*result.d_z_interval, *result.d_av_interval]).all()


def test_two_pairs_have_intervals_that_say_little():
    low, high = change.paired_change([1, 2], [2, 4]).d_z_interval
    assert low < 0 < 3 < high


@pytest.mark.parametrize("n", [20, 86])
def test_intervals_of_the_effect_sizes_cover_at_their_level(n):
    rng, runs, rho = np.random.default_rng(20), 1000, 0.6
    error = rng.normal(size=(2, runs, n))
    starting, final = error[0], rho * error[0] + 0.8 * error[1] + 0.5
    d_z = 0.5 / np.sqrt(2 * (1 - rho))
    covered = np.zeros(2)
    for pair in zip(starting, final, strict=True):
        result = change.paired_change_from_moments(change.paired_moments(*pair))
        covered += (
            result.d_z_interval[0] <= d_z <= result.d_z_interval[1],
            result.d_av_interval[0] <= 0.5 <= result.d_av_interval[1],
        )
    # four standard errors of 1,000 runs at the nominal level
    assert covered / runs == pytest.approx([0.95, 0.95], abs=0.0276)


# --- power


def test_power_agrees_with_r_and_statsmodels():
    # R 4.2.2: power.t.test(n, delta = 0.3, type = "paired", strict = TRUE)
    published = {20: 0.247089089968522, 86: 0.785401185530855, 500: 0.99999890627418}
    for n, power in published.items():
        assert change.paired_power(n, 0.3) == pytest.approx(power, rel=1e-7)
    for n in (20, 86):
        second = TTestPower().power(0.3, n, 0.01)
        assert change.paired_power(n, -0.3, alpha=0.01) == pytest.approx(second, rel=1e-6)
    assert change.paired_power(40, 0) == pytest.approx(0.05, rel=1e-9)


def test_the_smallest_detectable_change_agrees_with_r():
    # R 4.2.2: power.t.test(n, power = 0.8, type = "paired", strict = TRUE, tol = 1e-13)$delta
    published = {20: 0.660441654622837, 86: 0.305569433580168, 500: 0.125532319546615}
    for n, delta in published.items():
        assert change.smallest_detectable_change(n) == pytest.approx(delta, rel=1e-8)
        assert change.smallest_detectable_change(n, sd_change=9) == pytest.approx(9 * delta, rel=1e-8)
        found = change.smallest_detectable_change(n, power=0.9, alpha=0.01)
        assert change.paired_power(n, found, alpha=0.01) == pytest.approx(0.9, rel=1e-9)


def test_the_pairs_needed_are_the_fewest():
    # R 4.2.2: power.t.test(delta = 0.5, power = 0.8, type = "paired")$n = 33.367
    assert change.pairs_needed(0.5) == 34
    assert change.pairs_needed(20) == 2 or change.paired_power(change.pairs_needed(20) - 1, 20) < 0.8
    assert change.pairs_needed(0) is None


def test_power_without_pairs_or_spread_is_unknown_and_wrong_shares_are_named():
    assert np.isnan(change.paired_power(1, 0.5))
    assert np.isnan(change.smallest_detectable_change(1))
    assert np.isnan(change.smallest_detectable_change(20, sd_change=0))
    with pytest.raises(ValueError, match="alpha"):
        change.paired_power(20, 0.5, alpha=5)
    with pytest.raises(ValueError, match="power"):
        change.smallest_detectable_change(20, power=0.01)
