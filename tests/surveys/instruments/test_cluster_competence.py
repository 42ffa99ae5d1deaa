"""The built-in diagnostics holds what its draft held: items, keys, points, cuts, weights, texts.

The facts are written out here, so that an edit of the file that moves a key or a cut has to be meant.
"""

from collections import Counter
from itertools import pairwise

import pytest

COMPETENCES = ["DLAB", "PROJ", "FGOS", "FLIT", "DIGI", "SAFE", "PSYC", "NETW"]
LEVELS = ["low", "basic", "elevated", "high"]
REVERSED = {
    "S-DLAB-4", "S-DLAB-6", "S-PROJ-4", "S-FGOS-4", "S-FLIT-4",
    "S-DIGI-5", "S-DIGI-6", "S-SAFE-4", "S-PSYC-4", "S-NETW-4",
}  # fmt: skip
FORMS = {
    "DLAB": ["intensive", "practicum", "masterclass"],
    "PROJ": ["pedagogical_workshop", "simulation_game", "masterclass"],
    "FGOS": ["open_lesson", "seminar", "network_pedcouncil"],
    "FLIT": ["practicum", "masterclass", "seminar"],
    "DIGI": ["intensive", "practicum"],
    "SAFE": ["simulation_game", "seminar"],
    "PSYC": ["simulation_game", "pedagogical_workshop"],
    "NETW": ["educational_expedition", "masterclass"],
}
GROUPS = {
    "DLAB": "subject_methodical", "PROJ": "methodical", "FGOS": "methodical", "FLIT": "methodical",
    "DIGI": "digital", "SAFE": "subject_methodical", "PSYC": "psychological_communicative", "NETW": "network",
}  # fmt: skip
POINTS = {
    "K-DLAB-1": {"a": 0, "b": 1, "c": 3, "d": 0},
    "K-PROJ-2": {"a": 0, "b": 3, "c": 1, "d": 0},
    "K-FGOS-1": {"a": 0, "b": 3, "c": 1, "d": 0},
    "K-FLIT-1": {"a": 0, "b": 1, "c": 0, "d": 3},
    "K-DIGI-2": {"a": 3, "b": 0, "c": 1, "d": 0},
    "K-SAFE-2": {"a": 0, "b": 1, "c": 3, "d": 0},
    "K-PSYC-1": {"a": 0, "b": 1, "c": 0, "d": 3},
    "K-PSYC-2": {"a": 0, "b": 3, "c": 1, "d": 0},
    "K-NETW-2": {"a": 3, "b": 0, "c": 0, "d": 1},
}
RIGHT = {
    "K-DLAB-2": {"a", "c", "e"},
    "K-FGOS-2": {"b", "c", "d"},
    "K-DIGI-1": {"a", "b", "e"},
    "K-SAFE-1": {"b", "d", "e"},
    "K-NETW-1": {"a", "c", "d"},
}
# What the right answer says, in a word no other option of the task has: letters alone do not guard a key.
KEY_WORDS = {
    "K-DLAB-1": {"c": "5–10 секунд"},
    "K-DLAB-2": {"a": "промыть", "c": "откалибровать", "e": "для хранения"},
    "K-PROJ-2": {"b": "вопросами"},
    "K-FGOS-1": {"b": "строит график"},
    "K-FGOS-2": {
        "b": "метапредметные",
        "c": "функциональной грамотности",
        "d": "универсальных учебных действий",
    },
    "K-FLIT-1": {"d": "обосновать"},
    "K-DIGI-1": {"a": "законных представителей", "b": "журнал", "e": "музыка"},
    "K-DIGI-2": {"a": "заранее сохранённые"},
    "K-SAFE-1": {"b": "осмотреть", "d": "инструктаж", "e": "средства защиты"},
    "K-SAFE-2": {"c": "не менее 15 минут"},
    "K-PSYC-1": {"d": "роль"},
    "K-PSYC-2": {"b": "обсудить нагрузку"},
    "K-NETW-1": {"a": "временем этапов", "c": "вариантами замены", "d": "пример данных"},
    "K-NETW-2": {"a": "согласовать с центром"},
}


@pytest.fixture(scope="module")
def items(cluster_competence):
    return {item["code"]: item for item in cluster_competence["items"]}


@pytest.fixture(scope="module")
def scales(cluster_competence):
    return {scale["code"]: scale for scale in cluster_competence["scales"]}


def self_codes(competence):
    return [f"S-{competence}-{number}" for number in range(1, 7)]


def test_codes_are_unique(cluster_competence):
    for section in ("parts", "levels", "competences", "items", "scales", "pages"):
        codes = [part["code"] for part in cluster_competence[section]]
        assert len(codes) == len(set(codes)), section


def test_competences_in_their_order(cluster_competence):
    listed = cluster_competence["competences"]
    assert [competence["code"] for competence in listed] == COMPETENCES
    assert {competence["code"]: competence["group"] for competence in listed} == GROUPS
    assert {competence["code"]: competence["recommended_forms"] for competence in listed} == FORMS


def test_short_names_fit_a_chart(cluster_competence):
    for competence in cluster_competence["competences"]:
        for language, text in competence["short_name"].items():
            assert len(text) <= 24, (competence["code"], language)


def test_each_competence_has_feedback_for_each_level(cluster_competence):
    for competence in cluster_competence["competences"]:
        assert list(competence["feedback"]) == LEVELS, competence["code"]
    texts = [
        text["ru"]
        for competence in cluster_competence["competences"]
        for text in competence["feedback"].values()
    ]
    assert len(set(texts)) == 32


def test_six_self_items_a_competence(items):
    likert = [item for item in items.values() if item["code"].startswith("S-")]
    assert [item["code"] for item in likert] == [
        code for competence in COMPETENCES for code in self_codes(competence)
    ]
    assert {(item["type"], item["answer_scale"]) for item in likert} == {("likert", "closeness")}
    assert len({item["text"]["ru"] for item in likert}) == 48


def test_reversed_items(items):
    assert {code for code, item in items.items() if item.get("reverse")} == REVERSED


def test_tasks_by_type(items):
    tasks = [item for item in items.values() if item["code"].startswith("K-")]
    assert Counter(item["competence"] for item in tasks) == dict.fromkeys(COMPETENCES, 2)
    assert Counter(item["type"] for item in tasks) == {
        "single": 2, "situation": 7, "multiple": 5, "ordering": 1, "matching": 1,
    }  # fmt: skip
    assert all(item["rationale"] and item["topic"] for item in tasks)


def test_items_belong_to_the_competence_in_their_code(items):
    assert all(item["competence"] == code.split("-")[1] for code, item in items.items())


def test_points_of_options(items):
    found = {
        code: {option["code"]: option["points"] for option in item["options"]}
        for code, item in items.items()
        if item["type"] in ("single", "situation")
    }
    assert found == POINTS


def test_right_options(items):
    found = {
        code: {option["code"] for option in item["options"] if option["is_correct"]}
        for code, item in items.items()
        if item["type"] == "multiple"
    }
    assert found == RIGHT
    assert {len(items[code]["options"]) for code in RIGHT} == {5}


@pytest.mark.parametrize("task", KEY_WORDS)
def test_the_key_still_says_what_it_said(items, task):
    for right, words in KEY_WORDS[task].items():
        holders = [option["code"] for option in items[task]["options"] if words in option["text"]["ru"]]
        assert holders == [right]


def test_tasks_without_points_at_options_give_three(items):
    counted = [item for item in items.values() if item["type"] in ("multiple", "ordering", "matching")]
    assert {item["points"] for item in counted} == {3}


def test_ordering_key(items):
    task = items["K-PROJ-1"]
    texts = {option["code"]: option["text"]["ru"] for option in task["options"]}
    assert sorted(task["correct_order"]) == sorted(texts)
    assert [texts[code].split()[0] for code in task["correct_order"]] == [
        "сформулировать", "выдвинуть", "спланировать", "собрать", "обработать", "представить",
    ]  # fmt: skip
    assert task["correct_order"] != list(texts), "the order of writing must not be the key"


def test_matching_key(items):
    task = items["K-FLIT-2"]
    left = {option["code"]: option["text"]["ru"] for option in task["left"]}
    right = {option["code"]: option["text"]["ru"] for option in task["right"]}
    named = {left[one].split()[2]: right[other] for one, other in task["pairs"].items()}
    assert named == {
        "на": "финансовая",
        "статьям": "читательская",
        "датчика": "естественно-научная",
        "двора": "математическая",
    }
    assert list(task["pairs"]) == list(left)
    assert len(right) == 5


def test_levels(cluster_competence):
    levels = cluster_competence["levels"]
    assert [(level["code"], level["from"], level["is_deficit"]) for level in levels] == [
        ("low", 0, True), ("basic", 40, True), ("elevated", 60, False), ("high", 80, False),
    ]  # fmt: skip
    assert all(level["advice"] for level in levels)


def test_three_levels_are_carried(cluster_competence):
    levels = cluster_competence["alternative_levels"]["three_levels"]
    assert [(level["code"], level["from"], level["is_deficit"]) for level in levels] == [
        ("critical", 0, True), ("acceptable", 50, False), ("optimal", 75, False),
    ]  # fmt: skip


def test_answer_scales(cluster_competence):
    answer_scales = cluster_competence["answer_scales"]
    for name in ("closeness", "mastery"):
        assert [option["value"] for option in answer_scales[name]["options"]] == [1, 2, 3, 4, 5]
        assert answer_scales[name]["prompt"]
    assert answer_scales["closeness"]["not_applicable"]["ru"] == "не относится к моей работе"
    assert "not_applicable" not in answer_scales["mastery"]


@pytest.mark.parametrize("competence", COMPETENCES)
def test_index_of_a_competence(scales, competence):
    own = scales[f"{competence}.self"]
    assert (own["method"], own["items"], own["min_answered"]) == ("mean_percent", self_codes(competence), 4)
    tasks = scales[f"{competence}.tasks"]
    assert (tasks["method"], tasks["items"]) == ("points_percent", [f"K-{competence}-1", f"K-{competence}-2"])
    index = scales[competence]
    assert (index["method"], index["weights"]) == (
        "weighted",
        {f"{competence}.self": 0.6, f"{competence}.tasks": 0.4},
    )


def test_overall_index(scales):
    overall = scales["overall"]
    assert (overall["method"], overall["scales"], overall["min_scales"]) == ("mean_of_scales", COMPETENCES, 6)


@pytest.mark.parametrize("competence", COMPETENCES)
@pytest.mark.parametrize("moment", ["then", "now"])
def test_retrospective_stands_beside_the_index(scales, items, competence, moment):
    scale = scales[f"{competence}.{moment}"]
    assert (scale["method"], scale["min_answered"]) == ("mean_percent", 1)
    assert scale["items"] == [f"R-{competence}-{moment}"]
    assert items[scale["items"][0]]["answer_scale"] == "mastery"
    used = {
        code for other in scales.values() for code in [*other.get("weights", ()), *other.get("scales", ())]
    }
    assert scale["code"] not in used


def test_pages_walk_self_then_retrospective_then_tasks(cluster_competence):
    pages = cluster_competence["pages"]
    assert [page["code"] for page in pages] == [
        *(f"self-{competence.lower()}" for competence in COMPETENCES),
        "retrospective",
        *(f"tasks-{competence.lower()}" for competence in COMPETENCES),
    ]
    part_order = [part["code"] for part in cluster_competence["parts"]]
    positions = [part_order.index(page["part"]) for page in pages]
    assert all(earlier <= later for earlier, later in pairwise(positions))


def test_every_item_stands_on_one_page(cluster_competence, items):
    assert Counter(code for page in cluster_competence["pages"] for code in page["items"]) == dict.fromkeys(
        items, 1
    )


def test_only_the_retrospective_waits_for_the_final_wave(cluster_competence):
    assert {page["code"]: page["waves"] for page in cluster_competence["pages"] if "waves" in page} == {
        "retrospective": ["final"]
    }


def test_tasks_are_shown_while_the_self_part_can_be_counted(cluster_competence, scales):
    shown_if = {
        page["competence"]: page["show_if"] for page in cluster_competence["pages"] if "show_if" in page
    }
    assert list(shown_if) == COMPETENCES
    for competence, rule in shown_if.items():
        own = scales[f"{competence}.self"]
        spare = len(own["items"]) - own["min_answered"]
        assert rule == f"count_na({competence}.self) <= {spare}"


def test_rules_of_quality_and_comparison(cluster_competence):
    assert cluster_competence["quality"] == {
        "straight_lining": {"part": "self", "share": 0.9},
        "many_not_applicable": {"part": "self", "more_than": 16},
        "incomplete_tasks": {"part": "tasks", "more_than": 6},
        "self_tasks_gap": 25,
    }
    assert {part["code"]: part.get("min_seconds") for part in cluster_competence["parts"]} == {
        "self": 150, "retrospective": None, "tasks": 180,
    }  # fmt: skip
    assert cluster_competence["comparison"] == {
        "reliable_change_min_n": 30, "fallback_change": 10, "same_items_in_both_waves": True,
    }  # fmt: skip
    assert cluster_competence["keys_open"] == "after_final_wave_closed"
