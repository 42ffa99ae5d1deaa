"""Every text of the built-in instruments is there in Russian and in English."""

import re

import pytest

TEXT_KEYS = {
    "title", "intro", "closing", "advice", "prompt", "text", "not_applicable", "name", "short_name",
    "description", "topic", "rationale",
}  # fmt: skip


def texts_of(node, path=()):
    """Every text with the path to it."""
    if isinstance(node, list):
        for number, child in enumerate(node):
            yield from texts_of(
                child, (*path, child.get("code", number) if isinstance(child, dict) else number)
            )
    elif isinstance(node, dict):
        for key, child in node.items():
            if key in TEXT_KEYS or (path and path[-1] == "feedback"):
                yield (*path, key), child
            else:
                yield from texts_of(child, (*path, key))


@pytest.fixture(params=["cluster_competence", "lesson_observation"])
def texts(request):
    return dict(texts_of(request.getfixturevalue(request.param)))


def test_in_both_languages(texts):
    one_sided = [
        path for path, text in texts.items() if not isinstance(text, dict) or set(text) != {"ru", "en"}
    ]
    assert one_sided == []


def test_none_is_empty_or_padded(texts):
    untidy = [
        (path, language)
        for path, text in texts.items()
        for language, words in text.items()
        if not words or words != " ".join(words.split())
    ]
    assert untidy == []


def test_each_is_in_its_own_alphabet(texts):
    foreign = [path for path, text in texts.items() if re.search("[А-Яа-яЁё]", text["en"])]
    assert foreign == []
    not_russian = [path for path, text in texts.items() if not re.search("[А-Яа-яЁё]", text["ru"])]
    assert not_russian == []


def test_the_diagnostics_has_its_feedback_among_the_texts(cluster_competence):
    found = [path for path, _text in texts_of(cluster_competence) if "feedback" in path]
    assert len(found) == 8 * 4
