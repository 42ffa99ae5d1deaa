"""Tasks cannot be answered from the look of their options.

In the draft the key was the longest option of all nine choice tasks, so a person who knew nothing but that
scored in full. These tests measure the wording in each language.
"""

import re
from collections import Counter
from statistics import mean

import pytest

LENGTH_TOLERANCE = 0.15
GIVEAWAYS = {
    "ru": r"\b(всегда|никогда|только|исключительно|обязательно|любо[йе]|ни в коем)\b",
    "en": r"\b(always|never|only|exclusively|any|must on no account)\b",
}


@pytest.fixture(params=["ru", "en"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def choice_tasks(cluster_competence):
    return [item for item in cluster_competence["items"] if item["type"] in ("single", "situation")]


@pytest.fixture(scope="module")
def multiple_tasks(cluster_competence):
    return [item for item in cluster_competence["items"] if item["type"] == "multiple"]


def lengths(task, language):
    return {option["code"]: len(option["text"][language]) for option in task["options"]}


def key_of(task):
    return max(task["options"], key=lambda option: option["points"])["code"]


def test_options_of_a_task_are_near_one_length(choice_tasks, multiple_tasks, language):
    far = {}
    for task in [*choice_tasks, *multiple_tasks]:
        measured = lengths(task, language)
        typical = mean(measured.values())
        if any(abs(length / typical - 1) > LENGTH_TOLERANCE for length in measured.values()):
            far[task["code"]] = measured
    assert far == {}


def test_the_key_is_the_longest_no_oftener_than_chance(choice_tasks, language):
    longest = [
        task["code"]
        for task in choice_tasks
        if lengths(task, language)[key_of(task)] == max(lengths(task, language).values())
    ]
    assert 1 <= len(longest) <= 3, longest


def test_the_key_is_the_shortest_now_and_then(choice_tasks, language):
    shortest = [
        task["code"]
        for task in choice_tasks
        if lengths(task, language)[key_of(task)] == min(lengths(task, language).values())
    ]
    assert 2 <= len(shortest) <= 5, shortest


def test_right_options_of_multiple_tasks_are_not_longer(multiple_tasks, language):
    ratios = {}
    for task in multiple_tasks:
        measured = lengths(task, language)
        right = mean(measured[option["code"]] for option in task["options"] if option["is_correct"])
        wrong = mean(measured[option["code"]] for option in task["options"] if not option["is_correct"])
        ratios[task["code"]] = right / wrong
    assert all(0.9 <= ratio <= 1.1 for ratio in ratios.values()), ratios
    assert 0.95 <= mean(ratios.values()) <= 1.05


def test_no_absolute_words(choice_tasks, multiple_tasks, language):
    told = [
        (task["code"], option["code"])
        for task in [*choice_tasks, *multiple_tasks]
        for option in task["options"]
        if re.search(GIVEAWAYS[language], option["text"][language], re.IGNORECASE)
    ]
    assert told == []


def test_keys_are_spread_over_letters(choice_tasks, multiple_tasks):
    single = Counter(key_of(task) for task in choice_tasks)
    assert set(single) == set("abcd")
    assert max(single.values()) <= 3
    right = Counter(
        option["code"] for task in multiple_tasks for option in task["options"] if option["is_correct"]
    )
    assert right == dict.fromkeys("abcde", 3)


def test_options_are_shuffled(choice_tasks, multiple_tasks):
    assert all(task["shuffle"] for task in [*choice_tasks, *multiple_tasks])


def test_choice_is_graded(choice_tasks):
    for task in choice_tasks:
        assert sorted(option["points"] for option in task["options"]) == [0, 0, 1, 3], task["code"]


def test_a_topic_is_short(cluster_competence, language):
    topics = [item["topic"][language] for item in cluster_competence["items"] if "topic" in item]
    assert len(topics) == 16
    assert [topic for topic in topics if not 2 <= len(topic.split()) <= 5] == []


def test_a_topic_says_no_more_than_the_question(choice_tasks, multiple_tasks, language):
    """A word of the topic that stands in right options alone would tell the key before the final wave."""
    telling = []
    for task in [*choice_tasks, *multiple_tasks]:
        right, wrong = [], [task["text"][language].lower()]
        for option in task["options"]:
            is_right = option.get("is_correct", option.get("points") == 3)
            (right if is_right else wrong).append(option["text"][language].lower())
        stems = [word[:5].lower() for word in re.findall(r"\w{6,}", task["topic"][language])]
        telling += [
            (task["code"], stem) for stem in stems if stem in " ".join(right) and stem not in " ".join(wrong)
        ]
    assert telling == []
