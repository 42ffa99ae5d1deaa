import numpy as np
import pytest

from psychometrics.reliability import split_half

NAN = float("nan")


def test_odd_and_even_items_of_a_hand_worked_table():
    # odd sums 1, 2, 3, 6 and even sums 2, 1, 4, 5: both about 3; squares 14 and 10, products 10
    result = split_half([[0, 1, 1, 1], [1, 1, 1, 0], [2, 2, 1, 2], [3, 3, 3, 2]])
    correlation = 10 / np.sqrt(14 * 10)
    assert result.correlation == pytest.approx(correlation, rel=1e-12)
    assert result.spearman_brown == pytest.approx(2 * correlation / (1 + correlation), rel=1e-12)
    assert result.guttman == pytest.approx(4 * 10 / (14 + 10 + 20), rel=1e-12)
    assert (result.n, result.n_first, result.n_second) == (4, 2, 2)


def test_guttman_by_the_variances_of_the_halves():
    responses = np.random.default_rng(3).integers(1, 6, (40, 7)) + np.arange(40)[:, None] % 5
    halves = [responses[:, ::2].sum(axis=1).var(ddof=1), responses[:, 1::2].sum(axis=1).var(ddof=1)]
    expected = 2 * (1 - sum(halves) / responses.sum(axis=1).var(ddof=1))
    assert split_half(responses).guttman == pytest.approx(expected, rel=1e-10)


def test_unequal_halves_are_stepped_up_by_their_lengths():
    # a test of parallel items of reliability 0.3: the population correlation of halves of 3 and 2
    # items leads back to the reliability of all five, 5 * 0.3 / (1 + 4 * 0.3)
    covariance = 0.7 * np.eye(5) + 0.3
    rng = np.random.default_rng(9)
    raw = rng.normal(size=(50, 5))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    result = split_half(white @ np.linalg.cholesky(covariance).T)
    assert result.spearman_brown == pytest.approx(1.5 / 2.2, rel=1e-10)
    assert (result.n_first, result.n_second) == (3, 2)


def test_the_halves_can_be_chosen():
    responses = np.random.default_rng(4).normal(size=(20, 4))
    chosen = split_half(responses, in_first=[True, True, False, False])
    assert chosen == split_half(responses[:, [0, 2, 1, 3]])
    with pytest.raises(ValueError, match=r"shape \(2,\) for 4 items"):
        split_half(responses, in_first=[True, False])


def test_equal_halves_are_perfectly_reliable():
    result = split_half([[1, 1], [2, 2], [4, 4]])
    assert (result.correlation, result.spearman_brown, result.guttman) == pytest.approx((1, 1, 1))


def test_incomplete_rows_are_left_out():
    rows = [[1, 2], [2, 1], [3, 3]]
    assert split_half([*rows, [4, NAN]]) == split_half(rows)


@pytest.mark.parametrize(
    ("responses", "n"),
    [
        ([[1, 2, 3]], 1),
        ([[NAN, NAN]] * 3, 0),
        ([[2, 2], [2, 2]], 2),
        ([[1], [2], [3]], 3),
        ([[1, 3], [2, 2]], 2),
    ],
    ids=["one respondent", "all missing", "no variance", "one item", "halves that cancel"],
)
def test_halves_the_data_cannot_define_are_nan_with_their_n(responses, n):
    result = split_half(responses)
    assert np.isnan([result.spearman_brown, result.guttman]).all()
    assert result.n == n
