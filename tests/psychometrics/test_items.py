import numpy as np
import pytest

from psychometrics.items import ItemNoteKind, item_statistics
from psychometrics.reliability import cronbach_alpha

NAN = float("nan")
ANSWERS = np.array(
    [
        [4, 3, 5, 2],
        [2, 2, 3, 4],
        [5, 4, 5, 1],
        [3, 3, 2, 3],
        [1, 2, 1, 5],
        [4, 5, 4, 2],
        [2, 1, 3, 3],
        [5, 5, 4, 1],
        [3, 2, 3, 4],
        [4, 4, 5, 2],
    ],
    dtype=float,
)
LIKERT = [range(1, 6)] * 4


def with_gaps():
    answers = ANSWERS.copy()
    answers[[0, 3, 6, 6], [1, 0, 2, 3]] = NAN
    return answers


def kinds(item):
    return [note.kind for note in item.notes]


def test_complete_answers_as_psych_counts_them():
    # R 4.2.2 psych: alpha(x, check.keys=FALSE), item.stats$r.drop, alpha.drop$raw_alpha, total$raw_alpha
    result = item_statistics(ANSWERS, options=LIKERT)
    assert [item.item_rest for item in result.items] == pytest.approx(
        [0.751552795031, 0.593827194768, 0.511574030792, -0.928455668781], rel=1e-11
    )
    assert [item.alpha_if_deleted for item in result.items] == pytest.approx(
        [-3.111801242236, -2.448648648649, -2.023923444976, 0.895850284784], rel=1e-11
    )
    assert result.alpha == pytest.approx(-0.217494089835, rel=1e-11)


def test_pairwise_covariances_as_psych_counts_them():
    # R 4.2.2 psych: the same with four answers missing; alpha() takes cov(x, use = "pairwise")
    result = item_statistics(with_gaps(), options=LIKERT, missing="pairwise")
    assert [item.item_rest for item in result.items] == pytest.approx(
        [0.837492188038, 0.724910711710, 0.596698042834, -0.969206301944], rel=1e-11
    )
    assert [item.alpha_if_deleted for item in result.items] == pytest.approx(
        [-3.501077586207, -3.066132264529, -2.324503311258, 0.925618811881], rel=1e-11
    )
    assert result.alpha == pytest.approx(-0.204724409449, rel=1e-11)
    assert [item.n_rest for item in result.items] == [8, 8, 8, 8]


def test_listwise_figures_are_those_of_the_complete_rows():
    gaps = with_gaps()
    complete = gaps[~np.isnan(gaps).any(axis=1)]
    result, expected = item_statistics(gaps), item_statistics(complete)
    assert (result.n, result.n_complete) == (10, 7)
    assert [item.n_rest for item in result.items] == [7] * 4
    assert [item.item_rest for item in result.items] == [item.item_rest for item in expected.items]
    assert result.alpha == pytest.approx(cronbach_alpha(gaps).alpha, rel=1e-12)
    # what concerns one item alone takes all who answered it
    assert [item.n for item in result.items] == [9, 9, 9, 9]
    assert [item.mean for item in result.items] == pytest.approx(np.nanmean(gaps, axis=0), rel=1e-12)
    assert [item.sd for item in result.items] == pytest.approx(np.nanstd(gaps, axis=0, ddof=1), rel=1e-12)


def test_item_rest_is_the_correlation_with_the_sum_of_the_others():
    result = item_statistics(ANSWERS)
    for position, item in enumerate(result.items):
        rest = np.delete(ANSWERS, position, axis=1).sum(axis=1)
        assert item.item_rest == pytest.approx(np.corrcoef(ANSWERS[:, position], rest)[0, 1], rel=1e-11)


def test_a_hand_worked_table_of_options():
    # keys a=1, b=2, c=1; rest scores of item 0: 2, 1, 0, 2, 1
    chosen = [[1, 2, 1], [1, 2, 3], [2, 1, 3], [3, 2, 1], [NAN, 1, 1], [1, 1, 1]]
    result = item_statistics(chosen, keys=[1, 2, 1], options=[[1, 2, 3, 4], [1, 2], [1, 3]])
    item = result.items[0]
    assert [(option.code, option.points, option.n) for option in item.options] == [
        (1, 1, 3),
        (2, 0, 1),
        (3, 0, 1),
        (4, 0, 0),
    ]
    assert [option.share for option in item.options] == pytest.approx([0.6, 0.2, 0.2, 0])
    assert [option.mean_rest for option in item.options] == pytest.approx([4 / 3, 0, 2, NAN], nan_ok=True)
    assert (item.n, item.n_missing, item.difficulty, item.floor, item.ceiling) == (5, 1, 0.6, 0.4, 0.6)
    assert [(note.kind, note.value) for note in item.notes] == [
        (ItemNoteKind.UNUSED_OPTION, 4),
        (ItemNoteKind.OPTION_ABOVE_KEY, 3),
    ]
    took_it = [1, 1, 0, 0, 1]
    assert item.options[0].rest_correlation == pytest.approx(np.corrcoef(took_it, [2, 1, 0, 2, 1])[0, 1])


def test_a_pairwise_rest_score_is_stretched_to_the_other_items():
    # the second respondent answered one of the two other items: 1 of 1 counts as 2 of 2
    result = item_statistics([[1, 1, 0], [0, 1, NAN], [1, 0, 0], [0, 0, 1]], missing="pairwise")
    assert [option.mean_rest for option in result.items[0].options] == [1.5, 0.5]


def test_partial_credit_by_a_mapping():
    result = item_statistics([[1, 5], [2, 4], [3, 3], [3, 5]], keys=[{1: 2, 2: 1}, None], options=None)
    first, second = result.items
    assert (first.mean, first.difficulty, first.floor, first.ceiling) == (0.75, 0.375, 0.5, 0.25)
    assert [option.points for option in first.options] == [2, 1, 0]
    assert (second.mean, second.difficulty) == (4.25, 0.625)


def test_floor_and_ceiling_of_a_likert_item():
    item = item_statistics(ANSWERS, options=LIKERT).items[0]
    assert (item.floor, item.ceiling, item.difficulty) == (0.1, 0.2, pytest.approx((3.3 - 1) / 4))


def test_negative_discrimination_is_said():
    item = item_statistics(ANSWERS, options=LIKERT).items[3]
    assert kinds(item) == [ItemNoteKind.NEGATIVE_DISCRIMINATION]
    assert item.notes[0].value == item.item_rest


def test_order_of_items_and_shifts_change_nothing():
    order = [2, 0, 3, 1]
    result, changed = item_statistics(ANSWERS), item_statistics(ANSWERS[:, order] + 100)
    assert [item.item_rest for item in changed.items] == pytest.approx(
        [result.items[position].item_rest for position in order], rel=1e-9
    )


def test_blocks_of_rows_make_no_difference():
    rng = np.random.default_rng(3)
    many = rng.integers(1, 6, (9000, 5)).astype(float)
    many[rng.random(many.shape) < 0.1] = NAN
    result = item_statistics(many, missing="pairwise")
    expected = np.array([[_pair(many, i, j) for j in range(5)] for i in range(5)])
    alpha = 5 / 4 * (1 - np.trace(expected) / expected.sum())
    assert result.alpha == pytest.approx(alpha, rel=1e-9)


def _pair(answers, i, j):
    both = ~np.isnan(answers[:, [i, j]]).any(axis=1)
    return np.cov(answers[both, i], answers[both, j])[0, 1]


def test_what_the_sample_cannot_define_is_nan():
    answers = np.column_stack([np.full(4, NAN), [3, 3, 3, 3], [1, 2, 3, NAN]])
    nobody, constant, _ = item_statistics(answers, missing="pairwise").items
    assert kinds(nobody) == [ItemNoteKind.NOBODY_ANSWERED]
    assert (nobody.n, nobody.n_missing, nobody.options) == (0, 4, ())
    assert np.isnan([nobody.mean, nobody.sd, nobody.difficulty, nobody.item_rest, nobody.floor]).all()
    assert kinds(constant) == [ItemNoteKind.NO_VARIANCE]
    assert np.isnan([constant.difficulty, constant.item_rest, constant.ceiling]).all()
    assert constant.sd == 0


@pytest.mark.parametrize("answers", [np.empty((0, 3)), [[1, 2, 3]], np.full((5, 2), NAN), [[1], [2], [3]]])
def test_samples_too_small_give_nan_and_no_exception(answers):
    for missing in ("listwise", "pairwise"):
        result = item_statistics(answers, missing=missing)
        assert np.isnan(result.alpha)
        assert all(np.isnan(item.item_rest) for item in result.items)


def test_a_perfect_score_of_everybody_is_a_ceiling():
    item = item_statistics([[1, 2], [1, 3], [1, 2]], keys=[1, 2]).items[0]
    assert (item.difficulty, item.ceiling, item.floor) == (1, 1, 0)
    assert np.isnan(item.item_rest)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"responses": [1, 2]}, r"\(2,\)"),
        ({"responses": [[1, 2]], "keys": [1]}, "keys must be given for 2"),
        ({"responses": [[1, 2]], "options": [[1]]}, "options must be given for 2"),
        ({"responses": [[1, 7]], "options": [[1], [1, 2]]}, r"item 1 has answers \[7.0\]"),
        ({"responses": [[1, 2]], "missing": "zero"}, "zero"),
    ],
)
def test_wrong_arguments_are_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        item_statistics(**arguments)
