import numpy as np
import pytest
import statsmodels.api as sm

from psychometrics import change

NAN = float("nan")


def make_groups(n=70, seed=4):
    rng = np.random.default_rng(seed)
    starting = rng.normal(52, 14, n)
    attended = rng.random(n) < 0.4
    final = 20 + 0.6 * starting + 5 * attended + rng.normal(0, 4 + 6 * attended)
    return starting, final, attended


def assert_same(mine, second, place):
    assert mine.estimate == pytest.approx(second.params[place], rel=1e-8)
    assert mine.standard_error == pytest.approx(second.bse[place], rel=1e-8)
    assert mine.interval == pytest.approx(second.conf_int()[place], rel=1e-8)
    assert mine.p_value == pytest.approx(second.pvalues[place], rel=1e-6)
    assert mine.df == second.df_resid


def test_ancova_agrees_with_statsmodels():
    starting, final, attended = make_groups()
    result = change.ancova([*starting, NAN], [*final, 50], [*attended, True])
    assert (result.n_attended, result.n_not) == (attended.sum(), (~attended).sum())
    centred = starting - starting.mean()
    columns = [np.ones_like(starting), attended.astype(float), centred]
    second = sm.OLS(final, np.column_stack(columns)).fit(cov_type="HC3", use_t=True)
    assert_same(result.difference, second, 1)
    assert_same(result.slope, second, 2)
    crossed = sm.OLS(final, np.column_stack([*columns, attended * centred])).fit(cov_type="HC3", use_t=True)
    assert_same(result.difference_at_mean, crossed, 1)
    assert_same(result.interaction, crossed, 3)


def test_the_dose_slope_agrees_with_statsmodels():
    starting, final, _attended = make_groups()
    dose = np.random.default_rng(8).integers(0, 9, starting.size).astype(float)
    result = change.dose_slope([*starting, 50], [*final, 60], [*dose, NAN])
    assert result.n == starting.size
    design = np.column_stack([np.ones_like(dose), dose, starting])
    second = sm.OLS(final, design).fit(cov_type="HC3", use_t=True)
    assert_same(result.per_session, second, 1)
    assert_same(result.slope, second, 2)


def test_a_shift_of_the_starts_leaves_the_difference():
    starting, final, attended = make_groups()
    there = change.ancova(starting, final, attended)
    shifted = change.ancova(starting + 1e5, final, attended)
    for name in ("estimate", "standard_error", "interval", "p_value"):
        assert getattr(shifted.difference, name) == pytest.approx(getattr(there.difference, name), rel=1e-6)


@pytest.mark.parametrize(
    ("starting", "final", "attended"),
    [
        ([], [], []),
        ([1, 2, 3], [2, 3, 5], [1, 0, 1]),
        ([1, 2, 3, 4, 5], [2, 3, 5, 5, 7], [1, 1, 1, 1, 1]),
        ([5, 5, 5, 5, 5], [2, 3, 5, 5, 7], [1, 0, 1, 0, 1]),
    ],
)
def test_what_cannot_be_adjusted_is_unknown(starting, final, attended):
    result = change.ancova(starting, final, attended)
    assert result.n_attended == sum(attended)
    assert np.isnan([result.difference.p_value, *result.difference.interval]).all()
    assert np.isnan(result.interaction.estimate)


def test_one_who_attended_alone_has_no_hc3_error():
    result = change.ancova([1, 2, 3, 4, 5, 6], [2, 3, 5, 5, 7, 9], [0, 0, 0, 0, 0, 1])
    assert np.isnan([result.difference.standard_error, result.difference.p_value]).all()


def test_an_exact_fit_has_no_test():
    starting, dose = np.array([1.0, 2, 3, 4, 5, 7]), np.array([0.0, 1, 0, 2, 1, 0])
    result = change.dose_slope(starting, 3 * starting + 2 * dose, dose)
    assert result.per_session.estimate == pytest.approx(2)
    assert np.isnan(result.per_session.p_value)
    assert np.isnan(change.dose_slope(starting, starting, np.ones(6)).per_session.estimate)


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="attended must hold"):
        change.ancova([1, 2], [2, 3], [0, 2])
    with pytest.raises(ValueError, match="1 values for 2"):
        change.dose_slope([1, 2], [2, 3], [1])
    with pytest.raises(ValueError, match="95"):
        change.ancova([1, 2], [2, 3], [0, 1], confidence=95)
