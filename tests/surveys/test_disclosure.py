"""What is printed of groups, on random people: nothing of fewer than five can be computed from it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space

from surveys.group_disclosure import Measure, decide_tables
from surveys.services.snapshots import can_replace

N_LEVELS = 4


@st.composite
def cohorts(draw):
    """Labels of people in three ways of cutting them, their levels, who lacks which competence, who reads."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = draw(st.integers(0, 70))
    labels = np.column_stack(
        [rng.integers(0, draw(st.integers(1, 6)), n), rng.integers(-1, 3, n), rng.integers(-1, 1, n)]
    ).astype(np.int64)
    n_competences = draw(st.integers(2, 4))
    lacks = rng.random((n, n_competences)) < draw(st.sampled_from([0, 0.05, 0.3]))
    spread = draw(st.sampled_from([1, 2, 4]))
    levels = rng.integers(0, spread, (n, n_competences + 1, 2))
    return labels, lacks, levels, rng.random(n) < 0.1


def decide(cohort, withheld=None):
    labels, lacks, levels, is_viewer = cohort
    sizes = [int(column.max(initial=-1)) + 1 for column in labels.T]
    measures = [Measure(np.ones(len(labels), np.bool_), levels[:, 0])]
    measures += [Measure(~lacks[:, place], levels[:, place + 1]) for place in range(lacks.shape[1])]
    overall, competences = decide_tables(
        labels,
        sizes,
        measures[0],
        measures[1:],
        n_levels=N_LEVELS,
        is_viewer=is_viewer,
        withheld=withheld or [np.zeros(size, np.bool_) for size in sizes],
    )
    return measures, [overall, *competences]


def printed_sets(labels, measure, decision):
    """Indicator rows over the people of every sum that is printed of a scale."""
    rows = [measure.present.astype(float)] if decision.whole.is_shown else []
    for column, groups in zip(labels.T, decision.groups, strict=True):
        rows += [
            (measure.present & (column == group)).astype(float)
            for group, found in enumerate(groups)
            if found.is_shown
        ]
    return np.array(rows).reshape(len(rows), len(labels))


@settings(max_examples=120, deadline=None)
@given(cohorts())
def test_every_printed_figure_is_of_five_people_besides_the_reader(cohort):
    labels, _lacks, _levels, is_viewer = cohort
    measures, decisions = decide(cohort)
    for measure, decision in zip(measures, decisions, strict=True):
        for members in printed_sets(labels, measure, decision) > 0:
            assert members.sum() - int((members & is_viewer).any()) >= 5


@settings(max_examples=60, deadline=None)
@given(cohorts())
def test_no_combination_of_printed_sums_tells_of_one_person(cohort):
    labels, _lacks, _levels, _is_viewer = cohort
    measures, decisions = decide(cohort)
    for measure, decision in zip(measures, decisions, strict=True):
        printed = printed_sets(labels, measure, decision)
        if len(printed) == 0:
            continue
        # A person's own value is computable exactly when no invisible direction touches her.
        invisible = null_space(printed)
        touched = (np.abs(invisible) > 1e-9).any(axis=1)
        alike = {tuple(row) for row in printed.T[~touched & measure.present]}
        assert not alike


@settings(max_examples=120, deadline=None)
@given(cohorts())
def test_one_hidden_competence_is_never_alone(cohort):
    _measures, (overall, *competences) = decide(cohort)
    for column, groups in enumerate(overall.groups):
        for group, found in enumerate(groups):
            hidden = sum(not competence.groups[column][group].is_shown for competence in competences)
            if found.is_shown:
                assert hidden != 1
            else:
                assert hidden == len(competences)
    if overall.whole.is_shown:
        assert sum(not competence.whole.is_shown for competence in competences) != 1


@settings(max_examples=60, deadline=None)
@given(cohorts())
def test_groups_withheld_stay_hidden_everywhere(cohort):
    labels = cohort[0]
    withheld = [np.arange(int(column.max(initial=-1)) + 1) == 0 for column in labels.T]
    _measures, decisions = decide(cohort, withheld)
    for decision in decisions:
        assert not any(groups and groups[0].is_shown for groups in decision.groups)


def basis(labels, shown, responses=None):
    return {
        "responses": list(range(len(labels))) if responses is None else responses,
        "columns": [{"slice": "school", "codes": ["a", "b", "c"], "labels": labels, "shown": shown}],
    }


LABELS = [0] * 10 + [1] * 10 + [2] * 12
ALL = [True, True, True]


@pytest.mark.parametrize(
    ("left", "is_allowed"),
    [([], True), ([0], False), ([0, 1, 2, 3], False), ([0, 1, 2, 3, 4], True), ([0, 1, 2, 3, 20], False)],
)
def test_figures_replace_earlier_ones_when_five_people_changed_or_none(left, is_allowed):
    stay = [person for person in range(len(LABELS)) if person not in left]
    now = basis([LABELS[person] for person in stay], ALL, stay)
    assert can_replace(now, [basis(LABELS, ALL)]) is is_allowed


def test_a_group_hidden_before_is_not_printed_later():
    earlier = basis(LABELS, [False, False, True])
    assert can_replace(basis(LABELS, [False, False, True]), [earlier])
    assert not can_replace(basis(LABELS, [False, True, True]), [earlier])


def test_the_first_publication_has_nothing_before_it():
    assert can_replace(basis(LABELS, ALL), [])
