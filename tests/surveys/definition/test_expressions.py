from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.expressions import (
    ExpressionError,
    Tree,
    check_expression,
    evaluate,
    parse,
    references,
    to_text,
)
from surveys.definition.expressions.checker import Surroundings
from surveys.definition.expressions.parser import FUNCTIONS
from tests.surveys.definition.documents import small_definition

SMALL = small_definition()
AROUND = Surroundings(
    item_types={item.code: item.type for item in SMALL.items},
    scale_items={scale.code: scale.items for scale in SMALL.scales},
    asked_before={item.code for item in SMALL.items} - {"T-1"},
)


def value(text: str, **answers: Any) -> bool | None:
    """What the expression says; an answer's key is its item's code with underscores."""
    given_answers = {code.replace("_", "-"): answer for code, answer in answers.items()}
    return evaluate(parse(text), given_answers, SMALL)


def v(given_value: Any) -> dict[str, Any]:
    return {"v": given_value}


NA = {"m": "na"}
SKIPPED = {"m": "skipped"}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("true", {"value": True}),
        ('"да"', {"value": "да"}),
        ("1.5", {"value": 1.5}),
        ("answer(K-1)", {"call": "answer", "code": "K-1"}),
        ("count_na( DLAB.self )<=2",
         {"op": "<=", "args": [{"call": "count_na", "code": "DLAB.self"}, {"value": 2}]}),
        ("1 + 2 * 3",
         {"op": "+", "args": [{"value": 1}, {"op": "*", "args": [{"value": 2}, {"value": 3}]}]}),
        ("1 - 2 - 3", {"op": "-", "args": [{"op": "-", "args": [{"value": 1}, {"value": 2}]}, {"value": 3}]}),
        ("not true and false or true", {"op": "or", "args": [
            {"op": "and", "args": [{"op": "not", "args": [{"value": True}]}, {"value": False}]},
            {"value": True}]}),
        ('"a" not in ("a", "b")',
         {"op": "not", "args": [{"op": "in", "args": [{"value": "a"}, {"list": ["a", "b"]}]}]}),
        ("1 == 1", {"op": "=", "args": [{"value": 1}, {"value": 1}]}),
        ("1 <> -1", {"op": "!=", "args": [{"value": 1}, {"op": "neg", "args": [{"value": 1}]}]}),
    ],
)  # fmt: skip
def test_text_becomes_a_tree(text: str, tree: Tree):
    assert parse(text) == tree
    assert parse(to_text(tree)) == tree


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(true", "ends too early"),
        ("true)", "“)” is not expected"),
        ("1 = 2 = 3", "“=” is not expected"),
        ("true true", "is not expected"),
        ("1 in 2", "is not expected"),
        ("answer", "“answer” stands for nothing"),
        ("K-1 = 2", "“K” stands for nothing"),
        ("anwser(K-1) = 2", "nearest is “answer”"),
        ("__import__(os)", "There is no function"),
        ("import os", "“import” stands for nothing"),
        ("answer(K-1).__class__", "cannot be understood"),
        ('"open', "cannot be understood"),
        ("1e5", "cannot be understood"),
        ("999999999999999", "too large"),
        ("true or " * 200 + "true", "longer than"),
        ("+".join("1" * 40) + " = 1", "nested too deeply"),
        ("true or " * 110 + "true", "too many parts"),
        ("(" * 30 + "true" + ")" * 30, "nested too deeply"),
        ("not " * 30 + "true", "nested too deeply"),
        ("-" * 30 + "1", "nested too deeply"),
    ],
)
def test_what_is_no_expression_is_refused_in_words(text: str, complaint: str):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert complaint in str(caught.value)


def test_references_are_listed_in_order():
    assert references(parse("answered(K-1) and count_na(S) > answer(N-1)")) == [
        ("answered", "K-1"), ("count_na", "S"), ("answer", "N-1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "count_na(DLAB.self) <= 2",
        "answered(K-PROJ-3)",
        "answer(S-DLAB-1) >= 4 and not answered(S-DLAB-2)",
        'answer(K-DLAB-1) in ("a", "b")',
        '"a" in answer(K-DLAB-2)',
        "answer(K-DLAB-3) / 2 + 1 < 4.5",
        "answered(S-DLAB-1) = true",
    ],
)
def test_sensible_expressions_pass(text: str):
    check_expression(parse(text), AROUND)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("answered(S-DLAB-9)", "Did you mean “S-DLAB-"),
        ("count_na(DLAB.selv) = 1", "Did you mean “DLAB.self”"),
        ("count_na(DLAB) = 1", "no questions of its own"),
        ("answered(T-1)", "not asked on an earlier page"),
        ("count_na(DLAB.self)", "either true or false"),
        ("1 + 1", "either true or false"),
        ('answer(S-DLAB-1) = "4"', "different kinds"),
        ("answer(K-DLAB-2) = answer(K-DLAB-2)", "different kinds"),
        ('answer(K-DLAB-1) > "a"', "numbers only"),
        ("answered(S-DLAB-1) + 1 = 2", "numbers only"),
        ("-answered(S-DLAB-1) = 2", "numbers only"),
        ("1 and true", "true or false must stand"),
        ('1 in ("a")', "different kinds"),
        ('1 in (1, "a")', "different kinds"),
        ("1 in answer(S-DLAB-1)", "After “in”"),
        ("answer(K-PROJ-3) = 1", "cannot be compared"),
    ],
)
def test_nonsense_is_refused_in_words(text: str, complaint: str):
    with pytest.raises(ExpressionError) as caught:
        check_expression(parse(text), AROUND)
    assert complaint in str(caught.value)


def test_an_answer_of_likert_is_its_number():
    assert value("answer(S-DLAB-1) >= 4", S_DLAB_1=v("4")) is True
    assert value("answer(S-DLAB-1) >= 4", S_DLAB_1=v("3")) is False


def test_an_answer_of_a_task_is_its_code():
    assert value('answer(K-DLAB-1) = "a"', K_DLAB_1=v("a")) is True
    assert value('answer(K-DLAB-1) in ("b", "c")', K_DLAB_1=v("a")) is False
    assert value('"b" in answer(K-DLAB-2)', K_DLAB_2=v(["a", "b"])) is True


def test_counts_are_known_even_where_nothing_is_answered():
    assert value("count_na(DLAB.self) = 0") is True
    assert value("count_na(DLAB.self) = 1", S_DLAB_1=NA, S_DLAB_2=SKIPPED) is True
    assert value("count_answered(DLAB.self) = 1", S_DLAB_1=v("1"), S_DLAB_2=NA) is True


@pytest.mark.parametrize("answer", [None, SKIPPED, NA, {"m": "not_shown"}, {"m": "not_reached"}, {}])
def test_what_rests_on_an_absent_answer_is_unknown(answer: Any):
    answers = {} if answer is None else {"N": answer}
    given_answers = {"K-DLAB-3": answers["N"]} if answers else {}
    for text in ("answer(K-DLAB-3) = 7", "answer(K-DLAB-3) + 1 > 0", "not answer(K-DLAB-3) = 7",
                 "answer(K-DLAB-3) in (1, 2)", "-answer(K-DLAB-3) < 0"):  # fmt: skip
        assert evaluate(parse(text), given_answers, SMALL) is None
    assert evaluate(parse("answered(K-DLAB-3)"), given_answers, SMALL) is False


UNKNOWN = "answer(K-DLAB-3) = 7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"true and {UNKNOWN}", None),
        (f"false and {UNKNOWN}", False),
        (f"{UNKNOWN} and false", False),
        (f"true or {UNKNOWN}", True),
        (f"{UNKNOWN} or true", True),
        (f"false or {UNKNOWN}", None),
        (f"not {UNKNOWN}", None),
        (f"answered(K-DLAB-3) and {UNKNOWN}", False),
    ],
)
def test_logic_of_kleene(text: str, expected: bool | None):
    assert value(text) is expected


@pytest.mark.parametrize("text", ["1 / 0 = 1", "1 / (answer(K-DLAB-3) - 7) > 0"])
def test_division_by_zero_is_unknown(text: str):
    assert value(text, K_DLAB_3=v(7)) is None


def parsed(text: str) -> Tree | str:
    """The tree, or the complaint."""
    try:
        return parse(text)
    except ExpressionError as failure:
        return str(failure)


@given(st.text(max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_parses_or_is_refused(text: str):
    tree = parsed(text)
    if isinstance(tree, str):
        assert tree
    else:
        assert parse(to_text(tree)) == tree


_WORDS = st.sampled_from(
    ["true", "not", "and", "or", "in", "(", ")", ",", "+", "-", "*", "/", "=", "<", "1", "2.5", '"a"',
     "answer(K-DLAB-1)", "count_na(DLAB.self)", "answered(S-DLAB-1)"]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=12).map(" ".join))
@settings(max_examples=1000, deadline=None)
def test_any_words_of_the_language_parse_or_are_refused(text: str):
    tree = parsed(text)
    if isinstance(tree, str):
        assert tree
    else:
        assert parse(to_text(tree)) == tree
        assert evaluate(tree, {}, SMALL) in (True, False, None)


def _operation(names: list[str], count: int) -> Any:
    def combined(part: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        arguments = st.lists(part, min_size=count, max_size=count)
        return st.builds(lambda name, args: {"op": name, "args": args}, st.sampled_from(names), arguments)

    return combined


_texts = st.text(st.characters(blacklist_characters='"', blacklist_categories=["Cs"]), max_size=5)
_numbers = st.integers(0, 10**12 - 1) | st.decimals(0, 10**6, places=3).map(float)
_scalars = st.booleans() | _numbers | _texts
_codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,9}", fullmatch=True)
_operands = st.builds(lambda found: {"value": found}, _scalars) | st.builds(
    lambda name, code: {"call": name, "code": code}, st.sampled_from(FUNCTIONS), _codes
)
_lists = st.builds(lambda found: {"list": found}, st.lists(_scalars, min_size=1, max_size=3))


def _grown(part: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.builds(
        lambda name, args: {"op": name, "args": args},
        st.sampled_from(["and", "or"]),
        st.lists(part, min_size=2, max_size=3),
    )
    membership = st.builds(lambda entry, among: {"op": "in", "args": [entry, among]}, part, _lists)
    two = _operation(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"], 2)(part)
    return several | membership | two | _operation(["not", "neg"], 1)(part)


_trees = st.recursive(_operands, _grown, max_leaves=8)


@given(_trees)
@settings(max_examples=500, deadline=None)
def test_printing_and_parsing_give_the_same_tree(tree: Tree):
    assert parse(to_text(tree)) == tree


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=2),
    max_leaves=4,
)
_answers = st.dictionaries(
    st.sampled_from([item.code for item in SMALL.items]),
    _values | st.builds(lambda found: {"v": found}, _values) | st.sampled_from([NA, SKIPPED]),
)
_about_answers = st.sampled_from([UNKNOWN, "true", "false", "answer(S-DLAB-1) > 2"]).map(parse)
_truths = _about_answers | st.just(parse("answered(K-DLAB-1)"))


@given(_trees, _answers)
@settings(max_examples=500, deadline=None)
def test_no_answers_make_evaluation_raise(tree: Tree, answers: Any):
    assert evaluate(tree, answers, SMALL) in (True, False, None)


@given(_truths, _truths, _answers)
@settings(deadline=None)
def test_laws_of_logic(one: Tree, other: Tree, answers: Any):
    def says(name: str, *args: Tree) -> bool | None:
        return evaluate({"op": name, "args": list(args)}, answers, SMALL)

    def negated(tree: Tree) -> Tree:
        return {"op": "not", "args": [tree]}

    assert says("and", one, other) is says("and", other, one)
    assert says("or", one, other) is says("or", other, one)
    assert says("and", one, one) is evaluate(one, answers, SMALL)
    assert says("not", negated(one)) is evaluate(one, answers, SMALL)
    assert says("or", negated(one), negated(other)) is says("not", {"op": "and", "args": [one, other]})


@given(_about_answers, _about_answers, _answers, _answers)
@settings(deadline=None)
def test_more_answers_never_turn_a_known_truth_of_answers_round(
    one: Tree, other: Tree, answers: Any, more: Any
):
    """Kleene's logic is monotone; `answered` and the counts alone may change, by what they mean."""
    tree = {"op": "and", "args": [one, {"op": "not", "args": [other]}]}
    known = {code: answer for code, answer in answers.items() if isinstance(answer, dict) and answer.get("v")}
    before = evaluate(tree, known, SMALL)
    assert before is None or evaluate(tree, more | known, SMALL) is before
