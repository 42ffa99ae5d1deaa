from dataclasses import replace

import numpy as np
import pytest

from psychometrics.adaptive import AdaptiveTest, Rules, Stop, exposure_parameters, next_step, simulate
from psychometrics.irt.information import information
from psychometrics.irt.persons import person_scores
from tests.psychometrics.irt.calibrations import draw_answers, make_calibration, some_calibration

NAN = float("nan")
POOL = some_calibration("2pl", n_items=60, seed=5)
AREAS = ["self", "tasks", "self", "tasks", "methods"] * 12
RULES = Rules(
    standard_error=0.4,
    min_items=5,
    max_items=20,
    content=AREAS,
    shares={"self": 0.5, "tasks": 0.3, "methods": 0.2},
    n_candidates=3,
)


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(11)
    return draw_answers(POOL, rng.normal(size=150), rng)


def partial(row, items):
    given = np.full(row.size, NAN)
    given[items] = row[items]
    return given


def test_the_first_item_informs_most_at_the_mean_of_the_group():
    pool = some_calibration("grm", means=(0.6,), sds=(0.8,))
    step = next_step(pool, np.full(12, NAN), Rules(), seed=1)
    assert step.item == information(pool, [0.6]).items[0].argmax()
    assert (step.theta, step.se, step.n_answered) == (
        pytest.approx(0.6, abs=1e-9),
        pytest.approx(0.8, abs=1e-6),
        0,
    )


@pytest.mark.parametrize("model", ["rasch", "grm"])
def test_theta_is_the_eap_of_the_answers_and_the_item_the_best_there(model):
    pool = some_calibration(model)
    rng = np.random.default_rng(1)
    row = partial(draw_answers(pool, rng.normal(size=1), rng)[0], [2, 5, 7])
    step = next_step(pool, row, Rules(), seed=1)
    scores = person_scores(pool, row[None], "eap")
    assert (step.theta, step.se) == (pytest.approx(scores.theta[0]), pytest.approx(scores.se[0]))
    left = [item for item in range(12) if item not in (2, 5, 7)]
    assert step.item == left[information(pool, scores.theta).items[0, left].argmax()]


def test_a_step_depends_on_answers_and_seed_only(answers):
    test = AdaptiveTest(POOL, RULES)
    row = partial(answers[0], [0, 1, 4])
    steps = {seed: test.next_step(row, seed=seed) for seed in range(30)}
    assert len({step.item for step in steps.values()}) == RULES.n_candidates
    for seed in (29, 3, 11):
        test.next_step(answers[1], seed=seed)
        assert test.next_step(row, seed=seed) == steps[seed]
        assert next_step(POOL, row, RULES, seed=seed) == steps[seed]


def test_an_item_shown_and_skipped_does_not_come_again():
    pool = make_calibration("2pl", [1.0, 2.0, 1.5], [[0.0], [0.0], [0.0]])
    nothing = np.full(3, NAN)
    assert next_step(pool, nothing, Rules(), seed=1).item == 1
    after = next_step(pool, nothing, Rules(), seed=1, shown=[False, True, False])
    assert (after.item, after.n_answered) == (2, 0)
    end = next_step(pool, nothing, Rules(), seed=1, shown=[True, True, True])
    assert (end.item, end.stop) == (None, Stop.NO_ITEM_LEFT)


def test_content_follows_the_shares(answers):
    test = AdaptiveTest(POOL, replace(RULES, standard_error=1e-3))
    shown = simulate(test, answers[:20]).shown
    for area, count in (("self", 10), ("tasks", 6), ("methods", 4)):
        assert (shown[:, [label == area for label in AREAS]].sum(axis=1) == count).all()


def test_an_area_without_a_share_or_items_is_passed_over():
    pool = make_calibration("2pl", [1.0, 2.0, 1.5, 0.8], np.zeros((4, 1)))
    rules = Rules(content=["a", "b", "c", "a"], shares={"a": 0.4, "c": 0.6})
    order, row = [], np.full(4, NAN)
    while (step := next_step(pool, row, rules, seed=3)).item is not None:
        order.append(step.item)
        row[step.item] = len(order) % 2
    assert order == [2, 0, 3]  # "c" is due first; it has one item, "b" no share
    assert step.stop is Stop.NO_ITEM_LEFT


def test_the_test_ends_when_precise_or_long_enough(answers):
    results = simulate(AdaptiveTest(POOL, RULES), answers)
    for se, length, stop in zip(results.se, results.lengths, results.stops, strict=True):
        assert RULES.min_items <= length <= RULES.max_items
        assert stop is (Stop.LONGEST if length == RULES.max_items else Stop.PRECISE)
        assert stop is Stop.LONGEST or se <= RULES.standard_error
    assert results.lengths.min() < results.lengths.max()
    early = AdaptiveTest(POOL, replace(RULES, standard_error=2.0, min_items=3))
    assert set(simulate(early, answers[:5]).lengths) == {3}


def test_fewer_items_than_a_fixed_form(answers):
    results = simulate(AdaptiveTest(POOL, RULES), answers)
    length = int(np.ceil(results.lengths.mean()))
    # the best fixed form of that length by information at the mean of the population
    form = np.argsort(-information(POOL, [0.0]).items[0])[:length]
    fixed = person_scores(POOL, np.array([partial(row, form) for row in answers]), "eap")
    share, share_fixed = (np.mean(se <= RULES.standard_error) for se in (results.se, fixed.se))
    assert share > share_fixed + 0.1
    assert results.se.max() < fixed.se.max()


def test_exposure_is_limited(answers):
    rules = replace(RULES, n_candidates=1)
    free = simulate(AdaptiveTest(POOL, rules), answers)
    assert free.exposure.max() > 0.9
    parameters = exposure_parameters(POOL, rules, answers[:100], largest=0.5, n_rounds=3)
    limited = simulate(AdaptiveTest(POOL, replace(rules, exposure=parameters)), answers, seed=10_000)
    assert limited.exposure.max() < 0.65
    assert ((parameters > 0) & (parameters <= 1)).all()
    assert set(limited.stops) <= {Stop.PRECISE, Stop.LONGEST}


def test_an_item_kept_from_a_respondent_stays_so(answers):
    test = AdaptiveTest(POOL, replace(RULES, exposure=np.full(60, 0.5), standard_error=1e-3, max_items=60))
    results = simulate(test, answers[:3])
    assert set(results.stops) == {Stop.NO_ITEM_LEFT}
    again = simulate(test, 1 - answers[:3])  # other answers, other order, the same items in the end
    assert np.array_equal(results.shown, again.shown)
    assert results.shown.mean() == pytest.approx(0.5, abs=0.1)


def test_items_without_estimates_are_never_chosen():
    pool = make_calibration("2pl", [NAN, 1.0], [[NAN], [0.0]])
    assert next_step(pool, [NAN, NAN], Rules(), seed=0).item == 1
    end = next_step(pool, [NAN, 1], Rules(standard_error=0.1), seed=0)
    assert (end.item, end.stop) == (None, Stop.NO_ITEM_LEFT)


@pytest.mark.parametrize(
    "rules",
    [
        {"content": ["a"]},
        {"content": ["a"] * 60, "shares": {"b": 1.0}},
        {"content": ["a"] * 60, "shares": {"a": 0.0}},
        {"content": ["a"] * 60, "shares": {"a": 1.0, "b": -1.0}},
        {"exposure": [0.5]},
        {"exposure": np.zeros(60)},
        {"standard_error": 0.0},
        {"min_items": 9, "max_items": 8},
        {"n_candidates": 0},
    ],
)
def test_rules_that_do_not_fit_the_pool_are_named(rules):
    with pytest.raises(ValueError):
        AdaptiveTest(POOL, Rules(**rules))


def test_arguments_that_do_not_fit_are_named(answers):
    test = AdaptiveTest(POOL, RULES)
    for row, shown in (([1, 0], None), (answers[0], [True]), (answers[0], np.zeros(60))):
        with pytest.raises(ValueError):
            test.next_step(row, seed=1, shown=shown)
    with pytest.raises(ValueError, match="largest"):
        exposure_parameters(POOL, RULES, answers, largest=0)
    with pytest.raises(ValueError, match="distribution"):
        AdaptiveTest(some_calibration("2pl", means=(NAN,), sds=(NAN,)), Rules())
    with pytest.raises(ValueError, match="items"):
        simulate(test, answers[:, :5])
