from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from psychometrics.change import RankMethod, Zeros, paired_change, signed_ranks

SLEEP_FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_depression_scale_of_hollander_and_wolfe():
    # R 4.2.2, ?wilcox.test: V = 40, p-value = 0.0390625 (exact)
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    result = signed_ranks(after, before)
    assert (result.w_plus, result.w_minus, result.n_ranked) == (40, 5, 9)
    assert result.method is RankMethod.EXACT
    assert result.p_value == pytest.approx(0.0390625, rel=1e-12)
    assert result.rank_biserial == pytest.approx(35 / 45)
    assert not result.has_continuity


def test_students_sleep_data_have_a_zero_and_a_tie_once_rounded():
    # R 4.2.2: wilcox.test(second, first, paired = TRUE): V = 45, p-value = 0.00909069801592506, without
    # continuity 0.00763244164820552; 1.3 is there twice, but not to the processor
    result = signed_ranks(SLEEP_FIRST, SLEEP_SECOND)
    assert (result.w_plus, result.n, result.n_zero, result.n_ranked) == (45, 10, 1, 9)
    assert result.has_ties
    assert result.method is RankMethod.NORMAL
    assert result.has_continuity
    assert result.p_value == pytest.approx(0.00909069801592506, rel=1e-9)
    plain = signed_ranks(SLEEP_FIRST, SLEEP_SECOND, continuity=False)
    assert plain.p_value == pytest.approx(0.00763244164820552, rel=1e-9)
    assert not plain.has_continuity
    assert paired_change(SLEEP_FIRST, SLEEP_SECOND).wilcoxon == result


def test_steps_equal_on_paper_are_tied():
    assert 68.4 - 58.4 != 60.0 - 50.0
    result = signed_ranks([58.4, 50, 30], [68.4, 60, 29])
    assert result.has_ties
    assert (result.w_plus, result.w_minus) == (5, 1)


@given(st.lists(st.integers(-6, 6), min_size=1, max_size=40).filter(any), st.sampled_from(Zeros))
def test_ties_and_zeros_agree_with_scipy(steps, zeros):
    result = signed_ranks(np.zeros(len(steps)), steps, zeros=zeros, largest_exact=0)
    method = {"dropped": "wilcox", "pratt": "pratt"}[zeros]
    second = stats.wilcoxon(steps, zero_method=method, correction=True, method="asymptotic")
    assert min(result.w_plus, result.w_minus) == second.statistic
    if result.w_plus != result.w_minus:  # scipy moves half a unit beyond a deviate of 0
        assert result.p_value == pytest.approx(second.pvalue, rel=1e-6)
    else:
        assert result.p_value == pytest.approx(1)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_the_exact_probability_is_that_of_all_signs(n):
    sums = [sum(rank for rank, sign in enumerate(signs, 1) if sign) for signs in product((0, 1), repeat=n)]
    steps = np.arange(1.0, n + 1) * np.where(np.arange(n) % 3 == 0, -1, 1)
    result = signed_ranks(np.zeros(n), steps)
    smaller = min(result.w_plus, result.w_minus)
    assert result.p_value == pytest.approx(min(1, 2 * np.mean(np.array(sums) <= smaller)), rel=1e-12)


def test_the_exact_probability_agrees_with_scipy_at_its_limit():
    steps = np.random.default_rng(3).normal(0.3, 1, 50)
    result = signed_ranks(np.zeros(50), steps)
    assert result.method is RankMethod.EXACT
    assert result.p_value == pytest.approx(stats.wilcoxon(steps, method="exact").pvalue, rel=1e-9)
    assert signed_ranks(np.zeros(51), [*steps, 9]).method is RankMethod.NORMAL


def test_pratt_is_never_exact_with_zeros_and_drops_no_exactness_without():
    assert signed_ranks([0, 0, 0], [0, 1, 2], zeros="pratt").method is RankMethod.NORMAL
    assert signed_ranks([0, 0, 0], [3, 1, 2], zeros="pratt").method is RankMethod.EXACT


@pytest.mark.parametrize("pairs", [([], []), ([1, 2], [1, 2]), ([np.nan], [2])])
def test_without_a_change_there_is_no_test(pairs):
    result = signed_ranks(*pairs)
    assert result.method is RankMethod.UNDEFINED
    assert result.n_ranked == 0
    assert np.isnan([result.z, result.p_value, result.rank_biserial]).all()


def test_an_unknown_rule_for_zeros_is_named():
    with pytest.raises(ValueError, match="zsplit"):
        signed_ranks([1], [2], zeros="zsplit")
