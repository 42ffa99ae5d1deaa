import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.disclosure import (
    Detail,
    Reason,
    coarse_mean,
    has_enough_data,
    protect_groups,
    protect_transitions,
)

FULL, COARSE, HIDDEN = Detail.FULL, Detail.COARSE, Detail.HIDDEN
ALLOWED, PROTECTS = Reason.ALLOWED, Reason.PROTECTS_ANOTHER


def spread(size):
    """Counts on four levels as even as the size allows."""
    return [size // 4 + (level < size % 4) for level in range(4)]


def described(decision):
    return [(group.detail, group.reason) for group in decision.groups]


# --- one group


@pytest.mark.parametrize(
    ("size", "viewers", "expected"),
    [
        (0, 0, (HIDDEN, Reason.TOO_SMALL)),
        (4, 0, (HIDDEN, Reason.TOO_SMALL)),
        (5, 0, (COARSE, Reason.UNDER_TEN)),
        (5, 1, (HIDDEN, Reason.TOO_SMALL)),
        (6, 1, (COARSE, Reason.UNDER_TEN)),
        (9, 0, (COARSE, Reason.UNDER_TEN)),
        (10, 0, (FULL, ALLOWED)),
    ],
)
def test_five_besides_the_viewer_and_ten_for_detail(size, viewers, expected):
    decision = protect_groups([size], [spread(size)], viewers=viewers)
    assert (decision.whole.detail, decision.whole.reason) == expected


@pytest.mark.parametrize(
    ("counts", "viewers", "is_shown"),
    [
        ([0, 12, 0, 0], 0, False),
        ([0, 11, 1, 0], 0, False),
        ([0, 10, 2, 0], 0, True),
        ([0, 10, 1, 1], 0, True),
        # the viewer knows her own level, and all but one of the others share one
        ([0, 10, 2, 0], 1, False),
    ],
)
def test_a_group_alike_in_level_is_suppressed(counts, viewers, is_shown):
    decision = protect_groups([12], [counts], viewers=viewers)
    assert decision.whole.is_shown is is_shown
    assert is_shown or decision.whole.reason is Reason.LEVELS_ALIKE


def test_one_table_of_several_decides_for_the_group():
    varied, alike, few = [3, 3, 3, 3], [0, 12, 0, 0], [1, 1, 2, 0]
    assert protect_groups([12], [[varied, varied]]).whole.detail is FULL
    assert protect_groups([12], [[varied, alike]]).whole.reason is Reason.LEVELS_ALIKE
    assert protect_groups([12], [[varied, few]]).whole.reason is Reason.TOO_SMALL


def test_enough_data_is_all_that_is_said_of_completion():
    assert has_enough_data([0, 4, 5, 5, 30], viewers=[0, 0, 0, 1, 1]).tolist() == [
        False,
        False,
        True,
        False,
        True,
    ]


def test_coarse_means_lie_on_fives():
    np.testing.assert_array_equal(coarse_mean([41.8, 52.5, 57.49, -2.4, np.nan]), [40, 55, 55, 0, np.nan])


# --- one table


def test_a_lone_small_group_takes_the_next_smallest_along():
    decision = protect_groups([30, 4, 12, 20])
    assert described(decision) == [
        (FULL, ALLOWED),
        (HIDDEN, Reason.TOO_SMALL),
        (HIDDEN, PROTECTS),
        (FULL, ALLOWED),
    ]
    assert decision.whole.detail is FULL


def test_the_first_of_equal_groups_is_taken():
    assert protect_groups([30, 15, 4, 15]).shown.tolist() == [True, False, False, True]


def test_hidden_groups_are_five_together():
    # 1 and 2 hide each other from nobody: three people are still few
    assert protect_groups([1, 2, 40, 20]).shown.tolist() == [False, False, True, False]


def test_an_empty_group_hides_nobody():
    assert protect_groups([0, 4, 40, 20]).shown.tolist() == [False, False, True, False]
    assert protect_groups([0, 40, 20]).shown.tolist() == [False, True, True]


def test_a_lone_group_without_level_counts_takes_another_along():
    # the levels of 7 are those of the whole less those of the others
    decision = protect_groups([7, 30, 12], [spread(7), spread(30), spread(12)])
    assert described(decision) == [(COARSE, Reason.UNDER_TEN), (FULL, ALLOWED), (COARSE, PROTECTS)]


def test_groups_without_level_counts_are_not_alike_together():
    # 6 + 6 with ten people on one level and two on another would pass, eleven and one do not
    decision = protect_groups([6, 6, 30, 20], [[4, 2, 0, 0], [6, 0, 0, 0], spread(30), spread(20)])
    assert decision.groups[1].reason is Reason.LEVELS_ALIKE
    assert decision.detailed.tolist() == [False, False, True, True]
    decision = protect_groups([5, 6, 30, 20], [[4, 1, 0, 0], [6, 0, 0, 0], spread(30), spread(20)])
    assert decision.detailed.tolist() == [False, False, True, False]


def test_a_hidden_whole_hides_all():
    decision = protect_groups([3, 1])
    assert not decision.shown.any()
    assert decision.whole.reason is Reason.TOO_SMALL
    alike = protect_groups([10, 10], [[10, 0], [9, 1]])
    assert not alike.shown.any()
    assert protect_groups([]).whole.reason is Reason.TOO_SMALL


def test_withheld_groups_protect_others():
    decision = protect_groups([30, 20, 10], withheld=[False, True, False])
    assert described(decision) == [(FULL, ALLOWED), (HIDDEN, PROTECTS), (HIDDEN, PROTECTS)]


@pytest.mark.parametrize(
    ("sizes", "counts", "named"),
    [
        ([-1], None, "negative"),
        ([5], [[3, 3]], "more members"),
        ([5, 5], [[3, 2]], "match"),
        ([5.0], None, "float"),
    ],
)
def test_impossible_counts_are_named(sizes, counts, named):
    with pytest.raises(ValueError, match=named):
        protect_groups(sizes, counts)


tables = st.lists(
    st.tuples(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.integers(0, 1)), min_size=1, max_size=8
)


@given(tables)
def test_subtraction_from_the_whole_never_tells_on_a_few(table):
    counts = np.array([levels for levels, _ in table])
    viewers = np.array([viewer for _, viewer in table])
    sizes = counts.sum(axis=1)
    decision = protect_groups(sizes, counts, viewers=viewers)

    for size, levels, viewer, group in zip(sizes, counts, viewers, decision.groups, strict=True):
        if group.is_shown:
            assert size - viewer >= 5
            assert levels.max() < size - 1 - viewer
        if group.has_level_counts:
            assert size >= 10
    if not decision.whole.is_shown:
        assert not decision.shown.any()
        return

    hidden = ~decision.shown & (sizes > 0)
    if hidden.any() and decision.shown.any():
        assert hidden.sum() >= 2
        assert sizes[hidden].sum() - viewers[hidden].max() >= 5
    vague = ~decision.detailed & (sizes > 0)
    if vague.any() and decision.detailed.any():
        rest = counts.sum(axis=0) - counts[decision.detailed].sum(axis=0)
        assert vague.sum() >= 2
        assert rest.sum() >= 10
        assert rest.max() < rest.sum() - 1


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_groups_changes_only_ties(table, random):
    counts = np.array([levels for levels, _ in table])
    counts[:, 0] += 10 * np.arange(len(counts))
    order = list(range(len(counts)))
    random.shuffle(order)
    one, other = (protect_groups(c.sum(axis=1), c) for c in (counts, counts[order]))
    if len(set(counts.sum(axis=1))) == len(counts):
        assert [one.groups[position] for position in order] == list(other.groups)


# --- transitions


def transitions_of(size):
    matrix = np.zeros((4, 4), dtype=np.int64)
    matrix[:, 1:3] = np.array(spread(size))[:, None] // 2
    matrix[1, 1] += size - matrix.sum()
    return matrix


def decide(*matrices):
    matrices = np.array(matrices)
    return protect_transitions(matrices, protect_groups(matrices.sum(axis=(1, 2)), matrices.sum(axis=2)))


def test_small_cells_need_thirty_members():
    assert decide(transitions_of(30)).whole.detail is FULL
    assert decide(transitions_of(29)).whole.reason is Reason.SMALL_CELLS


def test_a_group_under_thirty_without_small_cells_has_its_matrix():
    assert decide(np.full((2, 2), 5)).whole.detail is FULL
    assert decide(np.array([[6, 4], [5, 5]])).whole.detail is HIDDEN


def test_a_matrix_left_over_by_subtraction_is_protected():
    decision = decide(transitions_of(60), transitions_of(45), transitions_of(26))
    assert described(decision) == [
        (FULL, ALLOWED),
        (HIDDEN, PROTECTS),
        (HIDDEN, Reason.SMALL_CELLS),
    ]
    assert decide(transitions_of(60), transitions_of(45)).shown.all()


def test_two_small_matrices_hide_in_thirty_members():
    assert decide(transitions_of(60), transitions_of(16), transitions_of(16)).shown.tolist() == [
        True,
        False,
        False,
    ]
    assert not decide(transitions_of(60), transitions_of(12), transitions_of(12)).shown.any()


def test_transitions_match_their_groups():
    with pytest.raises(ValueError, match="1 matrices"):
        protect_transitions([transitions_of(30)], protect_groups([15, 15]))
