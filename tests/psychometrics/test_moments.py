import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.moments import BLOCK_ROWS, Moments

NAN = float("nan")
scores = st.floats(-1e3, 1e3).map(lambda x: round(x, 3)) | st.just(NAN)
tables = st.integers(0, 12).flatmap(lambda n: arrays(np.float64, (n, 2), elements=scores))


def assert_same(one, other):
    assert one.count == other.count
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(one.comoments, other.comoments, rtol=1e-9, atol=1e-6)


def test_moments_of_a_hand_worked_table():
    # complete rows (1, 2), (3, 6): means 2 and 4, deviations -1, 1 and -2, 2
    moments = Moments.of([[1, 2], [3, 6], [NAN, 9]])
    assert moments.count == 2
    np.testing.assert_array_equal(moments.mean, [2, 4])
    np.testing.assert_array_equal(moments.comoments, [[2, 4], [4, 8]])
    np.testing.assert_allclose(moments.sd, [np.sqrt(2), np.sqrt(8)])


@given(tables, tables, tables)
def test_merging_is_the_same_as_counting_together(first, second, third):
    parts = [Moments.of(table) for table in (first, second, third)]
    whole = Moments.of(np.concatenate((first, second, third)))
    assert_same(Moments.merge_all(parts, 2), whole)
    assert_same(parts[2].merge(parts[0].merge(parts[1])), whole)


def test_blocks_agree_with_numpy_and_repeat_to_the_last_digit():
    rows = np.random.default_rng(1).normal(1e6, 1, (2 * BLOCK_ROWS + 7, 3))
    moments = Moments.of(rows)
    np.testing.assert_allclose(moments.mean, rows.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(moments.covariance, np.cov(rows.T), rtol=1e-8, atol=1e-10)
    assert Moments.of(rows).comoments.tobytes() == moments.comoments.tobytes()


def test_one_respondent_has_a_mean_and_no_spread():
    moments = Moments.of([[1.0, 2.0]])
    np.testing.assert_array_equal(moments.mean, [1, 2])
    assert np.isnan(moments.covariance).all()
    assert np.isnan(moments.sd).all()


def test_equal_values_have_no_spread_at_all():
    assert Moments.of(np.full((7, 1), 58.333333333333336)).sd.tolist() == [0.0]
    assert Moments.of(np.zeros((7, 1))).sd.tolist() == [0.0]


def test_moments_of_nobody():
    moments = Moments.of(np.empty((0, 2)))
    assert moments.count == 0
    assert np.isnan(moments.mean).all()


def test_moments_of_other_variables_do_not_merge():
    with pytest.raises(ValueError, match="2 variables with 3"):
        Moments.empty(2).merge(Moments.empty(3))
