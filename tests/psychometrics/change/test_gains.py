import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from psychometrics import change

NAN = float("nan")


def test_gain_both_ways_of_hand_worked_pairs():
    # individual gains 0.5, 0.2 and none at the ceiling; means 70 and 78 + 2/3: 8.667 of 30
    result = change.normalised_gain([60, 50, 100, NAN], [80, 60, 96, 70])
    assert (result.n, result.n_at_ceiling, result.mean_of_gains.n) == (3, 1, 2)
    assert result.mean_of_gains.mean == pytest.approx(0.35)
    assert result.gain_of_means == pytest.approx((236 - 210) / 90)
    np.testing.assert_allclose(
        change.individual_gains([60, 50, 100, NAN], [80, 60, 96, 70]), [0.5, 0.2, NAN, NAN]
    )


def test_fiellers_interval_is_where_the_t_test_of_the_residual_is_at_its_level():
    rng = np.random.default_rng(1)
    starting = rng.uniform(20, 70, 30)
    final = np.minimum(starting + 0.3 * (90 - starting) + rng.normal(0, 8, 30), 90)
    result = change.normalised_gain(starting, final, maximum=90, confidence=0.9)
    for end in result.interval:
        residual = (final - starting) - end * (90 - starting)
        low, high = change.estimate_mean(residual, confidence=0.9).interval
        assert min(abs(low), abs(high)) == pytest.approx(0, abs=1e-9)
    assert result.interval[0] < result.gain_of_means < result.interval[1]


def test_the_gain_of_means_comes_from_merged_moments():
    first, second = ([10, 20, 40], [30, 20, 60]), ([50, 5], [55, 45])
    merged = change.paired_moments(*first).merge(change.paired_moments(*second))
    gain, interval = change.gain_of_means(merged)
    whole = change.normalised_gain([*first[0], *second[0]], [*first[1], *second[1]])
    assert gain == pytest.approx(whole.gain_of_means, rel=1e-12)
    assert interval == pytest.approx(whole.interval, rel=1e-9)


def test_a_percentage_just_above_the_maximum_is_the_maximum():
    # 0.6 * 100 + 0.4 * 100 on some routes ends in 100.00000000000001
    result = change.normalised_gain([50, 100.00000000000001], [100.00000000000001, 90])
    assert (result.n_at_ceiling, result.mean_of_gains.mean) == (1, pytest.approx(1))


@pytest.mark.parametrize("pairs", [([], []), ([100, 100], [100, 90])])
def test_nobody_who_could_grow_has_a_gain(pairs):
    result = change.normalised_gain(*pairs)
    assert np.isnan([result.gain_of_means, *result.interval, result.mean_of_gains.mean]).all()
    assert result.n_at_ceiling == result.n == len(pairs[0])


def test_a_ratio_without_bounds_has_no_interval():
    # the room is 1 and 99 points of two pairs: it may be none at all
    result = change.normalised_gain([99, 1], [100, 50])
    assert result.gain_of_means == pytest.approx(0.5)
    assert np.isnan(result.interval).all()
    assert np.isnan(change.normalised_gain([50], [60]).interval).all()


def test_wrong_arguments_of_a_gain_are_named():
    with pytest.raises(ValueError, match="maximum 100"):
        change.normalised_gain([50], [101])
    with pytest.raises(ValueError, match="95"):
        change.normalised_gain([50], [60], confidence=95)


# --- Holm


def test_holm_agrees_with_r():
    # R 4.2.2: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.6, 0.5, 0.5), "holm")
    adjusted = change.holm([0.01, 0.04, 0.03, 0.005, 0.6, 0.5, 0.5])
    np.testing.assert_allclose(adjusted, [0.06, 0.16, 0.15, 0.035, 1, 1, 1], rtol=1e-12)


def test_holm_agrees_with_statsmodels():
    p_values = np.random.default_rng(5).random(40) ** 3
    np.testing.assert_allclose(change.holm(p_values), multipletests(p_values, method="holm")[1], rtol=1e-12)


def test_a_test_that_was_not_made_does_not_count():
    np.testing.assert_allclose(change.holm([0.02, NAN, 0.03]), [0.04, NAN, 0.04])
    assert change.holm([]).size == 0
    with pytest.raises(ValueError, match=r"1\.2"):
        change.holm([1.2])
