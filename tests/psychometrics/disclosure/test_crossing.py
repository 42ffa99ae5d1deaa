import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space

from psychometrics.disclosure import Reason, protect_crossed, protect_groups


def people(*cells):
    """Labels of `n` people in each cell: (n, group in the first table, group in the second, ...)."""
    return np.concatenate([np.tile(groups, (n, 1)) for n, *groups in cells])


def test_one_table_is_decided_as_by_itself():
    labels = people((30, 0), (4, 1), (12, 2), (20, 3))
    (decision,) = protect_crossed(labels)
    assert decision == protect_groups([30, 4, 12, 20])


def test_a_profile_does_not_give_a_hidden_school_away():
    # schools of 20, 20, 4, 12 and 30; profiles of the first three and the last two. Alone, the schools
    # hide 4 with 12; but the first profile less the schools of 20 is the school of 4.
    labels = people((20, 0, 0), (20, 1, 0), (4, 2, 0), (12, 3, 1), (30, 4, 1))
    assert protect_groups([20, 20, 4, 12, 30]).shown.tolist() == [True, True, False, False, True]
    schools, profiles = protect_crossed(labels)
    assert not (schools.shown[:2].all() and profiles.shown[0])


def test_a_group_nearly_as_large_as_another_is_not_printed_beside_it():
    # ten of the thirteen physicists make up the highest category; the other three differ in category
    labels = people((10, 0, 0), (2, 0, 1), (1, 0, 2), (20, 1, 1), (20, 1, 2))
    subjects, categories = protect_crossed(labels)
    assert not (subjects.shown[0] and categories.shown[0])


def test_three_tables_together_do_not_isolate_a_cell():
    # (first + first + first - whole) / 2 are the three people whose group is the first in every table
    labels = people((3, 0, 0, 0), (10, 0, 1, 1), (10, 1, 0, 1), (10, 1, 1, 0))
    decisions = protect_crossed(labels)
    assert not all(decision.shown[0] for decision in decisions)


def test_people_without_a_group_count_as_one():
    # 63 people, 60 of them in schools: the total would tell on the three others
    labels = people((30, 0), (30, 1), (3, -1))
    (decision,) = protect_crossed(labels)
    assert len(decision.groups) == 2
    assert not decision.shown.all()
    assert protect_crossed(people((30, 0), (30, 1), (8, -1)))[0].shown.all()


def test_levels_and_viewers_reach_every_table():
    labels = people((12, 0, 0), (12, 1, 0))
    levels = np.array([[1]] * 12 + [[0], [1], [2], [3]] * 3)
    schools, _ = protect_crossed(labels, levels, n_levels=4)
    assert schools.groups[0].reason is Reason.LEVELS_ALIKE
    (decision,) = protect_crossed(people((5, 0), (30, 1), (30, 2)), is_viewer=np.arange(65) == 0)
    assert decision.groups[0].reason is Reason.TOO_SMALL


def test_nobody_and_nothing_are_no_error():
    (decision,) = protect_crossed(np.empty((0, 1), dtype=int))
    assert decision.groups == ()
    assert protect_crossed(np.empty((7, 0), dtype=int)) == ()


@pytest.mark.parametrize(
    ("labels", "levels", "named"),
    [([[-2]], None, "-2"), ([[0]], [[0], [1]], "2 rows"), ([[0]], [[4]], "level 4")],
)
def test_wrong_labels_are_named(labels, levels, named):
    with pytest.raises(ValueError, match=named):
        protect_crossed(labels, levels, n_levels=4)


cells = st.tuples(st.integers(1, 14), st.integers(0, 3), st.integers(0, 2), st.integers(-1, 1))
crowds = st.lists(cells, min_size=1, max_size=9).map(lambda crowd: people(*crowd))


def printed_sets(labels, decisions):
    """Indicator rows of all printed groups and of the whole."""
    groups = [
        labels[:, table] == number
        for table, decision in enumerate(decisions)
        for number in np.flatnonzero(decision.shown)
    ]
    return np.array([*groups, np.ones(len(labels))], dtype=float)


def is_unknown(members, published):
    # Scores that differ by a vector of the null space give the same printed sums.
    return np.abs(members @ null_space(published)).max(initial=0) > 1e-9


@settings(max_examples=200)
@given(crowds)
def test_no_combination_of_printed_figures_tells_on_a_few(labels):
    decisions = protect_crossed(labels)
    published = printed_sets(labels, decisions)
    if len(published) == 1:
        return
    for table, decision in enumerate(decisions):
        for number, group in enumerate(decision.groups):
            members = labels[:, table] == number
            if group.reason is Reason.TOO_SMALL and members.any():
                assert is_unknown(members, published)
    for cell in np.unique(labels, axis=0):
        members = (labels == cell).all(axis=1)
        if members.sum() < 5:
            assert is_unknown(members, published)


@settings(max_examples=200)
@given(crowds)
def test_no_printed_group_is_another_less_a_few(labels):
    printed = printed_sets(labels, protect_crossed(labels)) > 0
    if len(printed) == 1:
        return
    for one in printed:
        for other in printed:
            assert not ((one <= other).all() and 0 < (other & ~one).sum() < 5)


def test_a_group_withheld_for_another_reason_is_hidden_with_a_companion():
    labels = np.repeat([0, 1, 2], [12, 11, 10])[:, np.newaxis]
    (free,) = protect_crossed(labels)
    (decision,) = protect_crossed(labels, withheld=[[False, True, False]])
    assert free.shown.tolist() == [True, True, True]
    assert decision.shown.tolist() == [True, False, False]
