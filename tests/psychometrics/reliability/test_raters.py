import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.reliability import agreement, cronbach_alpha
from psychometrics.reliability.intraclass import MeanSquares, single_agreement, single_consistency

NAN = float("nan")
# Shrout & Fleiss (1979), table 2: six targets, four judges.
PUBLISHED = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def test_intraclass_correlations_of_the_published_table():
    result = agreement(PUBLISHED)
    # as printed in table 4
    assert result.single_agreement.value == pytest.approx(0.29, abs=5e-3)
    assert result.single_consistency.value == pytest.approx(0.71, abs=5e-3)
    assert result.average_agreement.value == pytest.approx(0.62, abs=5e-3)
    assert result.average_consistency.value == pytest.approx(0.91, abs=5e-3)
    assert (result.n, result.n_left_out, result.n_raters) == (6, 0, 4)


@pytest.mark.parametrize(
    ("name", "value", "low", "high"),
    [
        ("single_agreement", 0.289763779528, 0.0187865133747, 0.761084369649),
        ("single_consistency", 0.714840714841, 0.3424647650339, 0.945858259955),
        ("average_agreement", 0.620050547599, 0.0711368153025, 0.927232040168),
        ("average_consistency", 0.909315542377, 0.6756747138163, 0.985891678169),
    ],
)
def test_intervals_of_the_published_table(name, value, low, high):
    # R 4.2.2 psych 2.2.9: ICC(x, lmer = FALSE); pingouin 0.7.0 prints the same to two digits
    result = getattr(agreement(PUBLISHED), name)
    assert result.value == pytest.approx(value, abs=1e-11)
    assert result.interval == pytest.approx((low, high), abs=1e-11)


def test_f_of_the_published_table():
    # R 4.2.2 psych 2.2.9: ICC(x, lmer = FALSE)
    result = agreement(PUBLISHED)
    assert result.f == pytest.approx(11.0272479564, rel=1e-10)
    assert result.p == pytest.approx(0.000134566516484, rel=1e-8)


def test_the_consistency_of_the_mean_is_alpha_of_the_raters():
    assert agreement(PUBLISHED).average_consistency.value == pytest.approx(cronbach_alpha(PUBLISHED).alpha)
    assert agreement(PUBLISHED).average_consistency.interval == pytest.approx(
        cronbach_alpha(PUBLISHED).interval
    )


@given(st.permutations(range(6)), st.permutations(range(4)), st.floats(-20, 20))
def test_agreement_keeps_under_order_and_a_common_shift(subjects, raters, shift):
    result, changed = agreement(PUBLISHED), agreement(PUBLISHED[subjects][:, raters] + shift)
    assert changed.single_agreement.value == pytest.approx(result.single_agreement.value, rel=1e-9)
    assert changed.single_agreement.interval == pytest.approx(result.single_agreement.interval, rel=1e-9)
    assert changed.mean_quadratic_kappa == pytest.approx(result.mean_quadratic_kappa, rel=1e-9)


def test_a_severe_rater_lowers_agreement_and_not_consistency():
    shifted = PUBLISHED + np.array([0, 0, 0, 5])
    assert agreement(shifted).single_consistency.value == pytest.approx(
        agreement(PUBLISHED).single_consistency.value
    )
    assert agreement(shifted).single_agreement.value < agreement(PUBLISHED).single_agreement.value


def test_intraclass_intervals_cover_at_their_level():
    # subjects 1, raters 0.5, residue 0.8 in standard deviations; 8 raters
    population = 1 / (1 + 0.25 + 0.64), 1 / (1 + 0.64)
    rng, runs, covered = np.random.default_rng(17), 1000, np.zeros(2)
    for _run in range(runs):
        ratings = rng.normal(size=(30, 1)) + rng.normal(0, 0.5, 8) + rng.normal(0, 0.8, (30, 8))
        squares = MeanSquares.of(ratings)
        for place, coefficient in enumerate((single_agreement, single_consistency)):
            low, high = coefficient(squares, 0.95).interval
            covered[place] += low <= population[place] <= high
    assert (covered / runs > 0.93).all()
    assert (covered / runs < 0.97).all()


def test_a_missing_rating_leaves_its_subject_out_of_the_table_but_not_of_other_pairs():
    ratings = np.vstack((PUBLISHED, [3, NAN, 5, 4])).astype(float)
    result = agreement(ratings)
    assert (result.n, result.n_left_out) == (6, 1)
    assert result.single_agreement == agreement(PUBLISHED).single_agreement
    assert {pair.raters: pair.linear.n for pair in result.pairs} == {
        (0, 1): 6,
        (0, 2): 7,
        (0, 3): 7,
        (1, 2): 6,
        (1, 3): 6,
        (2, 3): 7,
    }


def test_the_kappa_of_several_raters_is_the_mean_of_their_pairs():
    result = agreement(PUBLISHED)
    assert result.mean_linear_kappa == pytest.approx(np.mean([pair.linear.kappa for pair in result.pairs]))
    assert len(result.pairs) == 6


def test_raters_who_agree_fully_leave_no_error_to_judge_by():
    result = agreement([[1, 1], [2, 2], [4, 4]])
    assert (result.single_agreement.value, result.average_consistency.value) == (1, 1)
    assert np.isnan([*result.single_agreement.interval, *result.average_consistency.interval]).all()
    assert (result.mean_linear_kappa, result.mean_quadratic_kappa) == pytest.approx((1, 1))


@pytest.mark.parametrize(
    ("ratings", "n"),
    [
        ([[1, 2, 3]], 1),
        ([[1], [2], [3]], 3),
        ([[NAN, 1], [2, NAN]], 0),
        ([[0.1, 0.1]] * 7, 7),
        (np.empty((0, 2)), 0),
    ],
    ids=["one subject", "one rater", "nobody rated by both", "no spread", "empty"],
)
def test_an_agreement_the_data_cannot_define_is_nan_with_its_n(ratings, n):
    result = agreement(ratings)
    coefficients = (
        result.single_agreement,
        result.average_agreement,
        result.single_consistency,
        result.average_consistency,
    )
    for coefficient in coefficients:
        assert np.isnan([coefficient.value, *coefficient.interval]).all()
    assert np.isnan([result.f, result.p]).all()
    assert result.n == n


def test_agreement_names_bad_arguments():
    with pytest.raises(ValueError, match="got 2"):
        agreement(PUBLISHED, confidence=2)
    with pytest.raises(ValueError, match=r"shape \(4,\)"):
        agreement(PUBLISHED[0])
