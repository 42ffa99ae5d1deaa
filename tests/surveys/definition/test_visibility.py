from typing import Any

from surveys.definition import answers_visible_pages, is_obligatory, visible_items
from tests.surveys.definition.documents import definition_of, entry, small_definition, small_document

NA = {"m": "na"}


def shown(definition: Any, answers: dict[str, Any], wave: str = "starting") -> list[str]:
    return [page.code for page in answers_visible_pages(definition, wave, answers)]


def test_all_pages_of_a_wave_are_shown_when_no_rule_is_false():
    definition = small_definition()
    assert shown(definition, {}) == ["self-dlab", "self-proj", "tasks-dlab", "tasks-proj", "last-words"]
    assert "retrospective" in shown(definition, {}, "final")


def test_tasks_of_a_competence_that_does_not_apply_are_not_shown():
    definition = small_definition()
    answers = {"S-DLAB-1": NA, "S-DLAB-2": NA}
    assert "tasks-dlab" not in shown(definition, answers)
    assert "K-DLAB-1" not in [item.code for item in visible_items(definition, "starting", answers)]


def test_a_page_whose_rule_is_unknown_is_shown():
    document = small_document()
    entry(document, "pages", "tasks-dlab")["show_if"] = "answer(S-DLAB-1) > 3"
    definition = definition_of(document)
    assert "tasks-dlab" in shown(definition, {})
    assert "tasks-dlab" in shown(definition, {"S-DLAB-1": NA})
    assert "tasks-dlab" not in shown(definition, {"S-DLAB-1": {"v": "3"}})


def test_answers_left_on_a_page_no_longer_shown_do_not_count():
    document = small_document()
    entry(document, "pages", "last-words")["show_if"] = "answered(K-DLAB-3)"
    definition = definition_of(document)
    answers = {"K-DLAB-3": {"v": 7}}
    assert "last-words" in shown(definition, answers)
    assert "last-words" not in shown(definition, answers | {"S-DLAB-1": NA, "S-DLAB-2": NA})


def test_obligatory_is_what_is_required_or_whose_rule_is_true():
    document = small_document()
    entry(document, "items", "T-1")["required_if"] = "answer(S-DLAB-1) > 3"
    definition = definition_of(document)
    assert is_obligatory(definition.item("S-DLAB-1"), {}, definition)
    last = definition.item("T-1")
    assert not is_obligatory(last, {}, definition)
    assert not is_obligatory(last, {"S-DLAB-1": {"v": "1"}}, definition)
    assert is_obligatory(last, {"S-DLAB-1": {"v": "5"}}, definition)
