import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.disclosure import SnapshotReason, compare_snapshots

ALLOWED, FEW = SnapshotReason.ALLOWED, SnapshotReason.FEW_CHANGED


@pytest.mark.parametrize(("changed", "reason"), [(0, ALLOWED), (1, FEW), (4, FEW), (5, ALLOWED)])
def test_a_snapshot_that_differs_by_one_to_four_people_does_not_replace(changed, reason):
    decision = compare_snapshots([[changed, 0]], shown_before=[[True, True]], shown_now=[True, True])
    assert decision.groups == (reason, ALLOWED)
    assert decision.whole is reason
    assert decision.can_replace is (reason is ALLOWED)


def test_every_earlier_snapshot_counts():
    shown = [[True, True]] * 2
    decision = compare_snapshots([[9, 0], [2, 0]], shown_before=shown, shown_now=shown[0])
    assert decision.groups == (FEW, ALLOWED)


def test_changes_of_few_in_each_group_are_few_however_many_in_all():
    decision = compare_snapshots([[3, 3]], shown_before=[[True, True]], shown_now=[True, True])
    assert decision.groups == (FEW, FEW)
    assert decision.whole is ALLOWED
    assert not decision.can_replace


def test_hidden_groups_are_judged_together():
    # whole and first group changed by 8 and 5: the hidden ones by the remaining 3
    shown = [True, False, False]
    assert not compare_snapshots([[5, 3, 0]], shown_before=[shown], shown_now=shown).can_replace
    assert compare_snapshots([[5, 3, 3]], shown_before=[shown], shown_now=shown).can_replace


def test_what_was_hidden_stays_hidden():
    decision = compare_snapshots([[0, 5]], shown_before=[[True, False]], shown_now=[True, True])
    assert decision.groups == (ALLOWED, SnapshotReason.HIDDEN_BEFORE)


def test_a_group_may_be_hidden_only_while_nobody_came_or_went():
    shown, now = [[True, True, True]], [True, False, False]
    fresh = compare_snapshots([[0, 0, 0]], shown_before=shown, shown_now=now)
    assert fresh.can_replace
    # the first of the pair lost five; the earlier figures of the other give it away
    stale = compare_snapshots([[0, 5, 0]], shown_before=shown, shown_now=now)
    assert stale.groups == (ALLOWED, SnapshotReason.HIDDEN_NOW, SnapshotReason.HIDDEN_NOW)


def test_the_first_snapshot_has_nothing_to_differ_from():
    none = np.empty((0, 2), dtype=int)
    assert compare_snapshots(none, shown_before=none, shown_now=[True, False]).can_replace


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="shape"):
        compare_snapshots([[1, 2]], shown_before=[[True]], shown_now=[True, True])
    with pytest.raises(ValueError, match="-1"):
        compare_snapshots([[-1]], shown_before=[[True]], shown_now=[True])


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=6))
def test_a_replacement_never_differs_by_a_few_people(table):
    changed = np.array([count for count, _ in table])
    shown = np.array([is_shown for _, is_shown in table])
    decision = compare_snapshots([changed], shown_before=[shown], shown_now=shown)
    differences = [*changed[shown], changed[~shown].sum(), changed.sum()]
    assert decision.can_replace is not any(0 < difference < 5 for difference in differences)
