import numpy as np
import pytest

from psychometrics.scoring import Missing, MissingRule, Treatment, apply_missing_rule, mean_percent

NAN = float("nan")
# one respondent for each way to miss the second item
CODED = np.array([[3, code, 5] for code in Missing], dtype=np.int8)


def test_a_missing_answer_is_left_out_unless_told_otherwise():
    np.testing.assert_equal(apply_missing_rule(CODED, MissingRule()), [[3, NAN, 5]] * 4)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    ("treatment", "row"), [(Treatment.LOWEST, [3, 1, 5]), (Treatment.NO_SCORE, [NAN, NAN, NAN])]
)
def test_each_missing_code_has_a_rule_of_its_own(place, treatment, row):
    name = ("skipped", "not_applicable", "not_shown", "not_reached")[place]
    values = apply_missing_rule(CODED, MissingRule(**{name: treatment}), lowest=1)
    expected = [[3, NAN, 5]] * 4
    expected[place] = row
    np.testing.assert_equal(values, expected)


def test_too_few_answers_leave_no_score_and_the_lowest_value_is_no_answer():
    rule = MissingRule(skipped=Treatment.LOWEST, min_answered=2)
    values = apply_missing_rule([[3, -1, -1], [3, 4, -1]], rule)
    np.testing.assert_equal(values, [[NAN] * 3, [3, 4, 0]])


def test_a_scale_scores_by_its_rule():
    # skipped counts as 1 of 1..5: mean 3 is 50 %; a part that does not apply leaves mean 4, 75 %
    rule = MissingRule(skipped=Treatment.LOWEST, not_reached=Treatment.NO_SCORE)
    percent = mean_percent(apply_missing_rule(CODED, rule, lowest=1), minimum=1, maximum=5)
    np.testing.assert_allclose(percent, [50, 75, 75, NAN])


def test_a_missing_rule_names_what_is_wrong():
    with pytest.raises(ValueError, match="got 0"):
        MissingRule(min_answered=0)
    with pytest.raises(ValueError, match="-5"):
        apply_missing_rule([[3, -5]], MissingRule())


def test_nobody_and_no_items_are_scored_as_they_are():
    assert apply_missing_rule(np.empty((0, 3), dtype=np.int8), MissingRule()).shape == (0, 3)
    assert apply_missing_rule(np.empty((3, 0), dtype=np.int8), MissingRule()).shape == (3, 0)
