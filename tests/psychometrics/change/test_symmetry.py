import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.contingency_tables import mcnemar as second_mcnemar

from psychometrics.change import LevelTransitions, bhapkar, bowker, level_transitions, mcnemar, stuart_maxwell

# Unaided distance vision of 7,477 women, right eye by left: Stuart (1955)
VISION = np.array([[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]])
# Approval of a prime minister in two surveys, Agresti (1990), p. 350; R's ?mcnemar.test
APPROVAL = np.array([[794, 150], [86, 570]])


def test_vision_table_of_stuart():
    # Stuart (1955): 11.96 with 3 degrees of freedom; Bhapkar (1966): 11.98;
    # R 4.2.2 mcnemar.test (Bowker): 19.1065502152668, df = 6, p-value = 0.00398741984042858
    symmetry = bowker(VISION)
    assert (symmetry.df, symmetry.n) == (6, 7477)
    assert symmetry.statistic == pytest.approx(19.1065502152668, rel=1e-12)
    assert symmetry.p_value == pytest.approx(0.00398741984042858, rel=1e-9)
    assert stuart_maxwell(VISION).statistic == pytest.approx(11.96, abs=0.005)
    assert bhapkar(VISION).statistic == pytest.approx(11.98, abs=0.005)
    assert stuart_maxwell(VISION).df == bhapkar(VISION).df == 3


def test_the_vision_table_agrees_with_statsmodels():
    second = SquareTable(VISION, shift_zeros=False)
    for mine, other in (
        (bowker(VISION), second.symmetry()),
        (stuart_maxwell(VISION), second.homogeneity(method="stuart_maxwell")),
        (bhapkar(VISION), second.homogeneity(method="bhapkar")),
    ):
        assert mine.statistic == pytest.approx(other.statistic, rel=1e-8)
        assert mine.p_value == pytest.approx(other.pvalue, rel=1e-6)
        assert mine.df == other.df


def test_approval_ratings_agree_with_r_and_statsmodels():
    # R 4.2.2: mcnemar.test: 16.8177966101695, p = 4.11456228134594e-05; correct = FALSE: 17.3559322033898,
    # p = 3.09929344104522e-05; binom.test(86, 236): 3.71593613957143e-05
    result = mcnemar(APPROVAL)
    assert (result.n, result.n_up, result.n_down) == (1600, 150, 86)
    assert result.chi_square == pytest.approx(17.3559322033898)
    assert result.p_chi_square == pytest.approx(3.09929344104522e-05, rel=1e-9)
    assert result.chi_square_corrected == pytest.approx(16.8177966101695)
    assert result.p_corrected == pytest.approx(4.11456228134594e-05, rel=1e-9)
    assert result.p_exact == pytest.approx(3.71593613957143e-05, rel=1e-9)
    assert result.p_exact == pytest.approx(second_mcnemar(APPROVAL, exact=True).pvalue, rel=1e-9)
    assert result.odds_ratio == pytest.approx(150 / 86)


def test_mid_p_of_a_published_table():
    # Fagerland, Lydersen & Laake (2013), table 1: 1 and 7 discordant of 21: exact 0.070, mid-p 0.039
    result = mcnemar([[1, 1], [7, 12]])
    assert result.p_exact == pytest.approx(0.070, abs=5e-4)
    assert result.p_mid == pytest.approx(0.039, abs=5e-4)
    assert mcnemar([[0, 4], [4, 0]]).p_mid == pytest.approx(1 - 0 * stats.binom.pmf(4, 8, 0.5))


def test_a_border_folds_the_levels():
    result = mcnemar(VISION, border=2)
    assert (result.n_up, result.n_down) == (124 + 66 + 432 + 78, 117 + 362 + 36 + 82)


def test_empty_pairs_leave_the_degrees_of_freedom():
    matrix = np.array([[5, 4, 0], [1, 6, 0], [0, 0, 7]])
    assert bowker(matrix).df == 1
    assert bowker(matrix).statistic == pytest.approx(9 / 5)
    assert stuart_maxwell(matrix).df == 1
    assert stuart_maxwell(matrix).statistic == pytest.approx(9 / 5)


def test_a_level_nobody_is_on_changes_nothing():
    wide = np.zeros((5, 5), int)
    wide[np.ix_([0, 1, 3, 4], [0, 1, 3, 4])] = VISION
    for test in (bowker, stuart_maxwell, bhapkar):
        assert test(wide).df == test(VISION).df
        assert test(wide).statistic == pytest.approx(test(VISION).statistic, rel=1e-10)


def test_moves_in_two_separate_sets_are_two_tests_added():
    upper, lower = np.array([[3, 6], [2, 4]]), np.array([[1, 9], [4, 2]])
    both = np.block([[upper, np.zeros((2, 2), int)], [np.zeros((2, 2), int), lower]])
    total = stuart_maxwell(both)
    assert total.df == 2
    assert total.statistic == pytest.approx(16 / 8 + 25 / 13)


@given(arrays(np.int64, (3, 3), elements=st.integers(0, 6)))
def test_two_tests_of_one_hypothesis_keep_their_relation_and_turn_with_the_table(matrix):
    there, back = stuart_maxwell(matrix), stuart_maxwell(matrix.T)
    assert there.df == back.df
    assert there.statistic == pytest.approx(back.statistic, abs=1e-9, nan_ok=True)
    wald = bhapkar(matrix).statistic
    if not np.isnan(wald):
        assert wald == pytest.approx(there.statistic / (1 - there.statistic / matrix.sum()), rel=1e-9)


def test_without_moves_there_is_nothing_to_test():
    still = np.diag([3, 4, 5])
    for test in (bowker, stuart_maxwell, bhapkar):
        assert test(still).df == 0
        assert np.isnan([test(still).statistic, test(still).p_value]).all()
    assert np.isnan(mcnemar(still).p_exact)
    assert np.isnan(bhapkar([[0, 9], [0, 0]]).statistic)
    assert np.isnan(bowker(np.zeros((2, 2), int)).statistic)


def test_transitions_carry_their_tests():
    transitions = level_transitions([0, 0, 0, 1, 1], [1, 1, 0, 0, 1])
    assert transitions.matrix.tolist() == [[1, 2], [1, 1]]
    assert transitions.mcnemar() == mcnemar([[1, 2], [1, 1]])
    vision = LevelTransitions(VISION)
    assert vision.bowker() == bowker(VISION)
    assert vision.stuart_maxwell() == stuart_maxwell(VISION)
    assert vision.bhapkar() == bhapkar(VISION)
    assert level_transitions([0], [0]).matrix.shape == (2, 2)


@pytest.mark.parametrize("matrix", [[[1, 2]], [[1, -2], [0, 1]], [[0.5, 1], [1, 1]]])
def test_what_is_no_table_of_counts_is_refused(matrix):
    with pytest.raises(ValueError, match="matrix must"):
        bowker(matrix)


def test_a_border_that_is_none_is_named():
    with pytest.raises(ValueError, match="border"):
        mcnemar(VISION, border=4)
