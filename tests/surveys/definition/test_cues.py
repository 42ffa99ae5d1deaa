from typing import Any

import pytest

from surveys.definition import Problem
from tests.surveys.definition.documents import entry, problems_of, small_document

Document = dict[str, Any]


def text(words: str) -> dict[str, str]:
    return {"ru": words, "en": words}


def with_options(*words: str, key: int = 0, question: str = "Что делать?") -> Document:
    """The small definition with one task of these options, the key at a place."""
    document = small_document()
    task = entry(document, "items", "K-DLAB-1")
    task["text"] = text(question)
    task["options"] = [
        {"code": f"o{place}", "points": 3 if place == key else 0, "text": text(written)}
        for place, written in enumerate(words)
    ]
    return document


def cues(document: Document) -> list[Problem]:
    return problems_of(document)


def cue_codes(document: Document) -> set[str]:
    return {cue.code for cue in cues(document)}


def test_options_alike_give_no_cue():
    assert cues(with_options("проверить датчик", "проверить провод", "проверить прибор")) == []


def test_a_key_clearly_longer_than_the_rest():
    (cue,) = cues(with_options("к" * 46, "д" * 40, "д" * 38))
    assert (cue.code, cue.severity, cue.path) == ("key_longest", "warning", "items[5]")
    assert cue_codes(with_options("к" * 45, "д" * 40, "д" * 38)) == set()


def test_a_stopgap_option_is_named():
    (cue,) = cues(with_options("к" * 40, "д" * 41, "д" * 15))
    assert (cue.code, cue.path) == ("short_option", "items[5].options[2]")


def test_short_numbers_are_no_stopgaps():
    assert cue_codes(with_options("1000 в минуту", "1 в час", "12 в минуту")) == set()


@pytest.mark.parametrize("word", ["всегда", "Никогда", "только"])
def test_an_absolute_marks_a_wrong_option(word: str):
    assert cue_codes(with_options("чинить датчик", f"{word} чинить", "чинить провод")) == {"absolute_word"}


def test_an_absolute_in_the_key_gives_nothing_away():
    assert cue_codes(with_options("только датчик", "чиним провод", "берём прибор")) == set()


@pytest.mark.parametrize("words", ["всё перечисленное", "Все ответы верны", "none of the above"])
def test_all_of_the_above(words: str):
    assert "all_of_the_above" in cue_codes(with_options("чиним датчик", "чиним провод", words))


def test_only_the_key_repeats_the_question():
    document = with_options(
        "калибровка прибора", "чистка прибора", "замена прибора", question="Нужна калибровка?"
    )
    assert cue_codes(document) == {"echo"}


def test_only_the_key_has_another_form():
    document = with_options("проверить датчик", "замена датчика", "чистка датчика")
    assert cue_codes(document) == {"odd_form"}


def test_a_key_that_is_always_the_longest_is_summed_up():
    document = small_document()
    for number in range(4):
        task = entry(document, "items", "K-DLAB-1") | {"code": f"L-{number}"}
        task["options"] = [
            {"code": "a", "points": 0, "text": text("д" * 40)},
            {"code": "b", "points": 3, "text": text("к" * 41)},
        ]
        document["items"].append(task)
        entry(document, "pages", "last-words")["items"].append(task["code"])
    (cue,) = cues(document)
    assert cue.code == "keys_longest"
    assert (cue.message.values["longest"], cue.message.values["all"]) == ("4", "7")


def test_a_key_always_at_one_letter_when_options_are_not_shuffled():
    document = small_document()
    for number in range(3):
        task = entry(document, "items", "K-DLAB-1") | {"code": f"L-{number}", "shuffle": False}
        document["items"].append(task)
        entry(document, "pages", "last-words")["items"].append(task["code"])
    (cue,) = cues(document)
    assert cue.code == "same_letter"
    assert (cue.message.values["place"], cue.message.values["all"]) == ("3", "3")
    for task in document["items"][-3:]:
        task["shuffle"] = True
    assert cues(document) == []


def test_multiple_keys_are_judged_together():
    document = small_document()
    for option in entry(document, "items", "K-DLAB-2")["options"]:
        option["text"] = text(("к" if option["is_correct"] else "д") * (40 if option["is_correct"] else 30))
    assert cue_codes(document) == {"key_longest"}
