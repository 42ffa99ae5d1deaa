import copy
import dataclasses
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition import Definition, build, compare, freeze, reused_codes
from surveys.definition.canonical import canonical_json
from tests.surveys.definition.documents import definition_of, entry, small_definition, small_document

Document = dict[str, Any]
SMALL = small_definition()


def changed(change: Callable[[Document], object]) -> Definition:
    document = small_document()
    change(document)
    return definition_of(document)


def set_in(section: str, code: str, **settings_: Any) -> Callable[[Document], object]:
    return lambda document: entry(document, section, code).update(settings_)


def option(document: Document, item: str, code: str) -> Any:
    return next(one for one in entry(document, "items", item)["options"] if one["code"] == code)


def retype(document: Document) -> None:
    entry(document, "items", "K-DLAB-1")["type"] = "situation"


def swap(document: Document) -> None:
    first, second = option(document, "K-DLAB-1", "a"), option(document, "K-DLAB-1", "b")
    first["text"], second["text"] = second["text"], first["text"]


def remove_task(document: Document) -> None:
    document["items"] = [item for item in document["items"] if item["code"] != "K-DLAB-3"]
    for section, code in (("pages", "tasks-dlab"), ("scales", "DLAB.tasks")):
        entry(document, section, code)["items"].remove("K-DLAB-3")


TAKEN = {"ru": "Вопрос проекта ставит ученик.", "en": "x"}
RU = {"ru": "Новые слова о датчике.", "en": "New words about a sensor."}

TEXTS = [
    lambda d: d.update(title=RU),
    lambda d: d.update(minutes=40),
    lambda d: d["parts"][0].update(minutes=5),
    set_in("items", "S-DLAB-1", text=RU),
    set_in("items", "K-DLAB-1", rationale=RU),
    lambda d: option(d, "K-DLAB-1", "a").update(text=RU),
    lambda d: entry(d, "competences", "DLAB")["feedback"].update(low=RU),
    lambda d: entry(d, "levels", "low").update(advice=RU),
    lambda d: d["answer_scales"]["closeness"].update(prompt=RU),
    lambda d: d["answer_scales"]["closeness"].update(not_applicable=RU),
    lambda d: d["competences"].reverse(),
    set_in("pages", "last-words", prompt=RU),
]
SCORING = [
    lambda d: option(d, "K-DLAB-1", "a").update(points=1),
    lambda d: option(d, "K-DLAB-2", "c").update(is_correct=True),
    set_in("items", "S-DLAB-1", reverse=True),
    set_in("items", "K-PROJ-1", correct_order=["b", "a", "c"]),
    set_in("items", "K-PROJ-3", pairs={"1": "R", "2": "F"}),
    set_in("items", "K-DLAB-3", tolerance=0.5),
    set_in("items", "K-DLAB-2", points=6),
    set_in("scales", "DLAB", weights={"DLAB.self": 0.5, "DLAB.tasks": 0.5}),
    set_in("scales", "DLAB.self", min_answered=2),
    lambda d: entry(d, "levels", "basic").update({"from": 40}),
    lambda d: entry(d, "levels", "basic").update(is_deficit=True),
    lambda d: d["answer_scales"]["closeness"]["options"][4].update(value=6),
    lambda d: d["quality"].update(self_tasks_gap=30),
    lambda d: d["parts"][0].update(min_seconds=5),
]
MAJOR = [
    remove_task,
    retype,
    lambda d: d["answer_scales"]["closeness"].pop("not_applicable"),
    lambda d: d["answer_scales"]["closeness"]["options"].pop(),
    lambda d: entry(d, "items", "K-DLAB-1")["options"].pop(),
    lambda d: entry(d, "items", "K-DLAB-1").update(shuffle=False),
    lambda d: entry(d, "items", "S-DLAB-2").update(required=True),
    lambda d: entry(d, "pages", "tasks-dlab").pop("show_if"),
    lambda d: entry(d, "pages", "retrospective").pop("waves"),
    lambda d: entry(d, "scales", "DLAB.tasks")["items"].pop(),
    lambda d: d["pages"].insert(0, d["pages"].pop(1)),
    lambda d: entry(d, "items", "K-DLAB-3").update(maximum=20),
]


def test_a_version_number_is_no_difference():
    new = changed(lambda document: document.update(version="1.1"))
    assert compare(SMALL, new).kind == "same"
    assert freeze(new).content_hash == freeze(SMALL).content_hash
    assert freeze(new).scoring_hash == freeze(SMALL).scoring_hash
    assert freeze(new).canonical != freeze(SMALL).canonical


@pytest.mark.parametrize("change", TEXTS)
def test_other_words_are_a_minor_version(change: Callable[[Document], object]):
    new = changed(change)
    assert compare(SMALL, new).kind == "texts"
    assert freeze(new).content_hash != freeze(SMALL).content_hash
    assert freeze(new).scoring_hash == freeze(SMALL).scoring_hash


@pytest.mark.parametrize("change", SCORING)
def test_other_keys_are_a_new_scoring(change: Callable[[Document], object]):
    new = changed(change)
    assert compare(SMALL, new).kind == "scoring"
    assert freeze(new).content_hash == freeze(SMALL).content_hash
    assert freeze(new).scoring_hash != freeze(SMALL).scoring_hash


@pytest.mark.parametrize("change", MAJOR)
def test_other_questions_are_a_major_version(change: Callable[[Document], object]):
    new = changed(change)
    assert compare(SMALL, new).kind == "major"
    assert freeze(new).content_hash != freeze(SMALL).content_hash


def test_words_and_keys_together():
    def change(document: Document) -> None:
        document["title"] = RU
        option(document, "K-DLAB-1", "a")["points"] = 1

    assert compare(SMALL, changed(change)).kind == "texts_and_scoring"


def test_a_new_language_is_a_minor_version():
    def drop_english(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: drop_english(part) for key, part in value.items() if key != "en"}
        return [drop_english(part) for part in value] if isinstance(value, list) else value

    document = drop_english(small_document()) | {"languages": ["ru"]}
    assert compare(definition_of(document), SMALL).kind == "texts"


def test_differences_are_told_in_words():
    (difference,) = compare(SMALL, changed(SCORING[0])).differences
    assert str(difference.message) == "items › K-DLAB-1 › options › a › points: “0” became “1”."


def test_what_is_removed_is_one_difference():
    messages = [str(difference.message) for difference in compare(SMALL, changed(remove_task)).differences]
    assert "items › K-DLAB-3: removed." in messages
    assert sum("K-DLAB-3: removed" in message for message in messages) == 1
    assert "items: the entries or their order changed." in messages


def test_the_way_back_is_of_the_same_kind():
    for change in [*TEXTS, *SCORING, *MAJOR]:
        new = changed(change)
        assert compare(SMALL, new).kind == compare(new, SMALL).kind


def test_the_hash_depends_on_neither_order_of_keys_nor_spelling_of_numbers():
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            random.Random(7).shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        if isinstance(value, list):
            return [shuffled(part) for part in value]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    document = shuffled(dict(SMALL.document))
    assert freeze(build(document)) == freeze(SMALL)


def test_the_stored_text_builds_the_same_definition():
    frozen = freeze(SMALL)
    rebuilt = build(json.loads(frozen.canonical))
    assert rebuilt == SMALL
    assert freeze(rebuilt) == frozen


def _scalars(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in steps:
            yield from _scalars(part, (*path, step))
    else:
        yield path


@pytest.mark.parametrize("path", list(_scalars(SMALL.document)))
def test_whatever_changes_one_of_the_hashes_tells(path: tuple[Any, ...]):
    document = copy.deepcopy(dict(SMALL.document))
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    before = holder[path[-1]]
    holder[path[-1]] = before + "x" if isinstance(before, str) else float(before) + 0.5
    frozen, other = freeze(SMALL), freeze(dataclasses.replace(SMALL, document=document))
    told = (frozen.content_hash, frozen.scoring_hash) != (other.content_hash, other.scoring_hash)
    assert told is (path not in (("format",), ("version",)))


def test_canonical_json_is_composed_and_finite():
    assert canonical_json({"b": 1.0, "a": "и\u0306"}) == '{"a":"й","b":1}'
    assert canonical_json([0.1, -0.0, True, None]) == "[0.1,0,true,null]"
    for endless in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no place in a definition"):
            canonical_json([endless])


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
    max_leaves=8,
)


@given(_json)
@settings(deadline=None)
def test_canonical_json_of_its_own_reading_is_itself(value: Any):
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once


def test_the_same_instrument_reuses_no_codes():
    assert reused_codes(SMALL, [SMALL]) == []
    for change in SCORING:
        assert reused_codes(changed(change), [SMALL]) == []


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (retype, "reused_item_code", "items[5]"),
        (set_in("items", "S-DLAB-1", competence="PROJ"), "reused_item_code", "items[0]"),
        (swap, "swapped_codes", "items[5].options[0]"),
        (set_in("items", "S-DLAB-1", text=TAKEN), "swapped_codes", "items[0]"),
    ],
)  # fmt: skip
def test_a_code_used_for_something_else_is_an_error(
    change: Callable[[Document], object], code: str, path: str
):
    problem = reused_codes(changed(change), [SMALL])[0]
    assert (problem.severity, problem.code, problem.path) == ("error", code, path)


def test_a_code_retired_long_ago_is_remembered():
    between = changed(remove_task)

    def bring_back(document: Document) -> None:
        entry(document, "items", "K-DLAB-3")["competence"] = "PROJ"

    assert reused_codes(changed(bring_back), [between]) == []
    assert [problem.code for problem in reused_codes(changed(bring_back), [SMALL, between])] == [
        "reused_item_code"
    ]


def test_a_text_without_a_common_word_is_a_warning():
    (problem,) = reused_codes(changed(set_in("items", "T-1", text={"ru": "Возраст", "en": "Age"})), [SMALL])
    assert (problem.severity, problem.code) == ("warning", "unlike_text")
    assert str(problem).startswith("items[11]: ")
