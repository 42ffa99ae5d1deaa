import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition import load_definition
from surveys.definition.problems import MOST_PROBLEMS
from tests.surveys.definition.documents import SMALL, small_document, small_text


def only_error(source: bytes | str, name: str = "x.yaml") -> tuple[str, int]:
    """Code and line of the one error of a source that cannot be loaded."""
    definition, problems = load_definition(source, name)
    assert definition is None
    (problem,) = [one for one in problems if one.severity == "error"]
    assert str(problem.message)
    return problem.code, problem.line


def spoilt(old: str, new: str) -> str:
    text = small_text()
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def line_with(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def test_the_small_definition_has_no_problems():
    definition, problems = load_definition(SMALL.read_bytes(), "small.yaml")
    assert problems == []
    assert definition is not None
    assert {item.type for item in definition.items} == {
        "likert", "single", "multiple", "situation", "ordering", "matching", "number", "short_text",
    }  # fmt: skip


def test_json_and_yaml_of_the_same_data_give_the_same_definition():
    from_yaml, _ = load_definition(small_text(), "small.yaml")
    from_json, _ = load_definition(json.dumps(small_document(), indent=1), "small.json")
    assert from_yaml == from_json


def test_json_is_recognised_without_a_name():
    definition, problems = load_definition(json.dumps(small_document()), "")
    assert definition is not None
    assert problems == []


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    text = "\ufeff" + small_text().replace("\n", "\r\n")
    definition, problems = load_definition(text.encode(), "small.yaml")
    assert definition is not None
    assert problems == []


def test_texts_are_stored_composed():
    text = spoilt("Малая диагностика", "Мала\u0438\u0306 диагностика")
    definition, _ = load_definition(text, "small.yaml")
    assert definition is not None
    assert str(definition.title) == "Мала\u0439 диагностика"


def test_a_plain_string_is_a_text_in_the_primary_language():
    text = spoilt('title: {ru: "Малая диагностика", en: "Small diagnostics"}', "title: Малая диагностика")
    definition, problems = load_definition(text, "small.yaml")
    assert definition is not None
    assert definition.title.in_language("en") == "Малая диагностика"
    assert definition.document["title"] == {"ru": "Малая диагностика"}
    assert [problem.code for problem in problems] == ["missing_translation"]


def test_yes_no_and_times_stay_words():
    text = spoilt('title: {ru: "Малая диагностика", en: "Small diagnostics"}', "title: {ru: no, en: 12:30}")
    definition, problems = load_definition(text, "small.yaml")
    assert definition is not None
    assert (definition.title.in_language("ru"), definition.title.in_language("en")) == ("no", "12:30")
    assert problems == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("minutes: 6", "minutes: 6\nminutes: 7", "duplicate_key"),
        ("minutes: 6", "minuts: 6", "unknown_key"),
        ("minutes: 6", "minutes: six", "wrong_type"),
        ("minutes: 6", "minutes: .nan", "bad_number"),
        ("minutes: 6", "minutes: -.inf", "bad_number"),
        ("minutes: 6", "minutes: 1e999", "bad_number"),
        ("minutes: 6", "minutes: " + "9" * 5000, "bad_number"),
        ("minutes: 6", "minutes: -1", "out_of_range"),
        ("minutes: 6", "minutes: [6", "syntax"),
        ("minutes: 6", "\tminutes: 6", "tab"),
        ("minutes: 6", "minutes: &six 6", "alias"),
        ("minutes: 6", "minutes: !!python/object/apply:os.system [ls]", "tag"),
        ("minutes: 6", "? [6]\n: 6", "bad_key"),
        ("minutes: 6", 'intro2: "\\0"', "bad_character"),
        ("minutes: 6", "minutes: 6\n---\nformat: x", "two_documents"),
        ("shuffle: true", "shuffle: yes", "wrong_type"),
        ("code: K-DLAB-1", "code: 1", "wrong_type"),
        ("code: K-DLAB-1", "code: ключ", "bad_code"),
        ("type: single", "type: singel", "unknown_type"),
        ("max_length: 500", "max_length: 5.5", "wrong_type"),
        ("max_length: 500", "max_length: 99999999", "out_of_range"),
        ("    points: 3\n    correct: 7.0", "    correct: 7.0", "item"),
    ],
)
def test_a_mistake_is_an_error_on_its_line(old: str, new: str, code: str):
    text = spoilt(old, new)
    definition, problems = load_definition(text, "small.yaml")
    assert definition is None
    errors = {problem.code: problem.line for problem in problems if problem.severity == "error"}
    assert code in errors
    first = line_with(small_text(), old)
    if code != "item":
        assert first <= errors[code] <= first + new.count("\n") + (code == "syntax")


def test_an_unknown_key_is_told_with_its_likely_spelling():
    _, problems = load_definition(spoilt("minutes: 6", "minuts: 6"), "small.yaml")
    assert str(problems[0].message) == "“minuts” is not known here. Did you mean “minutes”?"


def test_a_duplicate_tells_where_the_first_stands():
    _, problems = load_definition(spoilt("minutes: 6", "minutes: 6\nminutes: 7"), "small.yaml")
    (problem,) = problems
    assert str(problem.message).endswith(f"line {problem.line - 1}.")


def test_messages_that_quote_the_author_are_escaped_by_templates():
    _, problems = load_definition(spoilt("minutes: 6", "<script>: 6"), "small.yaml")
    assert "<script>" in str(problems[0].message)
    assert not hasattr(problems[0].message, "__html__")


def test_all_mistakes_of_a_stage_are_told_at_once_in_the_order_of_the_file():
    text = spoilt("minutes: 6", "minuts: 6").replace("type: single", "type: singel")
    _, problems = load_definition(text, "small.yaml")
    assert [problem.code for problem in problems] == ["unknown_key", "unknown_type"]


@pytest.mark.parametrize("source", ["", "42", "[]", "just words", "null", "{}", "---\n...", "# nothing"])
def test_what_is_no_definition_at_all_is_an_error(source: str):
    for name in ("x.yaml", "x.json", ""):
        definition, problems = load_definition(source, name)
        assert definition is None
        assert problems


def test_nul_is_refused_on_its_line():
    assert only_error("format: x\ncode: a\x00b") == ("bad_character", 2)


def test_lone_surrogates_are_refused():
    assert only_error("format: x\ncode: \ud800") == ("bad_character", 2)
    document = small_document()
    document["title"]["ru"] = "\ud800"
    assert only_error(json.dumps(document, indent=1), "x.json")[0] == "bad_character"


def test_surrogate_pairs_in_json_are_one_character():
    document = small_document()
    document["title"]["ru"] = "Диагностика \U0001f600"
    definition, problems = load_definition(json.dumps(document), "x.json")
    assert definition is not None
    assert str(definition.title) == "Диагностика \U0001f600"
    assert problems == []


def test_another_encoding_is_named():
    assert only_error("format: x\ntitle: Диагностика".encode("cp1251")) == ("not_utf8", 2)


def test_ten_megabytes_are_refused_unread():
    assert only_error(b"a: " + b"x" * 10_000_000) == ("too_large", 1)


def test_a_billion_laughs_are_refused_at_the_first_anchor():
    bomb = 'a: &a ["lol","lol"]\n' + "".join(
        f"{name}: &{name} [*{before},*{before},*{before}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert only_error(bomb) == ("alias", 1)
    assert only_error("a: [*b]") == ("alias", 1)


@pytest.mark.parametrize("name", ["x.yaml", "x.json"])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_refused(name: str, opening: str):
    assert only_error(opening * 50_000, name) == ("too_deep", 1)


@pytest.mark.parametrize("name", ["x.yaml", "x.json"])
def test_too_many_parts_are_refused(name: str):
    assert only_error("[" + "0," * 400_000 + "0]", name) == ("too_large", 1)


def test_the_list_of_problems_has_an_end():
    _, problems = load_definition("".join(f"k{number}: 1\n" for number in range(20_000)), "x.yaml")
    assert len(problems) == MOST_PROBLEMS + 1
    assert "too_many_problems" in {problem.code for problem in problems}


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": -Infinity}', '{"a": 1e400}'])
def test_json_without_end_is_refused(text: str):
    _, problems = load_definition(text, "x.json")
    assert "bad_number" in {problem.code for problem in problems}


@pytest.mark.parametrize(
    "text", ['{"a" 1}', '{"a": 1,}', "[1 2]", '{"a": 01}', "{a: 1}", '{"a": "x', '{"a": tru}', "{} x"]
)
def test_broken_json_is_one_error(text: str):
    assert only_error(text, "x.json")[0] == "syntax"


def test_json_duplicates_are_told_by_line():
    _, problems = load_definition('{\n"minutes": 1,\n\n"minutes": 2}', "x.json")
    assert ("duplicate_key", 4) in {(problem.code, problem.line) for problem in problems}


@given(st.text(max_size=200), st.sampled_from(["x.yaml", "x.json", ""]))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(text: str, name: str):
    definition, problems = load_definition(text, name)
    assert definition is None
    assert all(str(problem) for problem in problems)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise(source: bytes):
    assert load_definition(source, "x.yaml")[0] is None


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        found += _paths(part, (*path, step))
    return found


@given(st.sampled_from(_paths(small_document())[1:]), _anything)
@settings(max_examples=400, deadline=None)
def test_no_part_replaced_by_anything_raises(path: tuple[Any, ...], value: Any):
    document = small_document()
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    definition, problems = load_definition(json.dumps(document), "small.json")
    assert definition is not None or problems


@given(st.sampled_from(_paths(small_document())[1:]))
@settings(max_examples=300, deadline=None)
def test_no_part_left_out_raises(path: tuple[Any, ...]):
    document = small_document()
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    definition, problems = load_definition(json.dumps(document), "small.json")
    assert definition is not None or problems
