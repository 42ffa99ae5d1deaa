from collections.abc import Callable
from typing import Any

import pytest

from tests.surveys.definition.documents import codes_of, entry, problems_of, small_document, warnings_of

Document = dict[str, Any]


def after(change: Callable[[Document], object]) -> Document:
    document = small_document()
    change(document)
    return document


def scale(code: str, **settings: Any) -> Callable[[Document], object]:
    return lambda document: entry(document, "scales", code).update(settings)


def page(code: str, **settings: Any) -> Callable[[Document], object]:
    return lambda document: entry(document, "pages", code).update(settings)


def item(code: str, **settings: Any) -> Callable[[Document], object]:
    return lambda document: entry(document, "items", code).update(settings)


def points_of_ratings(document: Document) -> None:
    ratings = entry(document, "scales", "PROJ.self")
    ratings["method"] = "points_percent"
    del ratings["min_answered"]


def ratings_and_tasks(document: Document) -> None:
    ratings = entry(document, "scales", "DLAB.self")
    ratings["items"] = ["S-DLAB-1", "K-DLAB-1"]
    del ratings["part"], entry(document, "pages", "tasks-dlab")["show_if"]


def circle(document: Document) -> None:
    entry(document, "scales", "DLAB")["weights"] = {"PROJ": 1.0}
    entry(document, "scales", "PROJ")["weights"] = {"DLAB": 1.0}


def tower(document: Document) -> None:
    title = {"ru": "т", "en": "t"}
    for height in range(500):
        below = f"t{height - 1}" if height else "DLAB"
        document["scales"].append(
            {"code": f"t{height}", "title": title, "method": "weighted", "weights": {below: 1}}
        )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.update(version="1"), "bad_version"),
        (lambda d: d.update(languages=["ru", "ru"]), "bad_languages"),
        (lambda d: d.update(languages=["en"]), "no_russian"),
        (lambda d: d["title"].pop("ru"), "missing_primary"),
        (lambda d: d["title"].update(de="Klein"), "unknown_language"),
        (lambda d: d["items"].append(d["items"][0]), "duplicate_code"),
        (lambda d: d["items"][5]["options"].append(d["items"][5]["options"][0]), "duplicate_code"),
        (lambda d: d["scales"].append(d["scales"][0]), "duplicate_code"),
        (item("S-DLAB-1", competence="NONE"), "unknown_code"),
        (item("S-DLAB-1", answer_scale="closenes"), "unknown_code"),
        (lambda d: d["quality"]["straight_lining"].update(part="selfs"), "unknown_code"),
        (lambda d: d["levels"][0].update({"from": 5}), "levels_start"),
        (lambda d: d["levels"][2].update({"from": 50}), "levels_order"),
        (lambda d: d["alternative_levels"]["two_levels"][1].update({"from": 0}), "levels_order"),
        (lambda d: d["competences"][0]["feedback"].pop("basic"), "missing_feedback"),
        (lambda d: d["competences"][0]["feedback"].update(best={"ru": "а", "en": "a"}), "unknown_code"),
        (page("self-dlab", items=["S-DLAB-1", "S-DLAB-9"]), "unknown_code"),
        (page("self-dlab", items=["S-DLAB-1"]), "unplaced_item"),
        (page("self-proj", items=["S-PROJ-1", "S-PROJ-2", "S-DLAB-1"]), "placed_twice"),
        (page("self-proj", items=["S-PROJ-1", "S-PROJ-2", "S-PROJ-1"]), "placed_twice"),
        (page("last-words", part="self"), "parts_mixed"),
        (page("last-words", waves=["second"]), "unknown_value"),
        (lambda d: d["parts"].append({"code": "more", "title": {"ru": "а", "en": "a"}}), "empty_part"),
        (scale("DLAB.self", items=["S-DLAB-1", "S-DLAB-9"]), "unknown_code"),
        (scale("DLAB.self", items=["S-DLAB-1", "S-DLAB-1"]), "repeated_item"),
        (scale("DLAB.self", items=["S-DLAB-1", "K-DLAB-1"]), "wrong_part"),
        (scale("DLAB.self", min_answered=3), "least_too_large"),
        (lambda d: entry(d, "scales", "DLAB.self").pop("min_answered"), "missing_argument"),
        (scale("DLAB.self", weights={"DLAB": 1}), "extra_argument"),
        (scale("DLAB", weights={"DLAB.self": 0.6, "DLAB.tasks": 0.5}), "weights_sum"),
        (scale("DLAB", weights={"DLAB.self": 1, "DLAB.tasks": 0}), "zero_weight"),
        (scale("DLAB", weights={"DLAB.self": 0.6, "DLAB.task": 0.4}), "unknown_code"),
        (scale("overall", scales=["DLAB", "DLAB"]), "repeated_scale"),
        (scale("overall", min_scales=3), "least_too_large"),
        (lambda d: entry(d, "scales", "overall").pop("title"), "no_title"),
        (scale("DLAB", weights={"DLAB": 1.0}), "scale_cycle"),
        (circle, "scale_cycle"),
        (tower, "deep_scales"),
        (scale("DLAB.tasks", items=["K-DLAB-1", "T-1"]), "unscored_item"),
        (points_of_ratings, "points_not_from_zero"),
        (ratings_and_tasks, "mixed_ranges"),
        (page("tasks-dlab", show_if="count_na(DLAB.self"), "expression"),
        (page("tasks-dlab", show_if="count_na(DLAB) > 1"), "expression"),
        (page("tasks-dlab", show_if="answered(K-PROJ-1)"), "expression"),
        (page("tasks-dlab", show_if="answered(K-DLAB-1)"), "expression"),
        (page("tasks-dlab", show_if="answered(R-DLAB-now)"), "expression"),
        (item("S-DLAB-1", required_if="answered(T-1)"), "expression"),
        (lambda d: entry(d, "items", "K-PROJ-1").update(correct_order=["a", "b"]), "item"),
        (lambda d: entry(d, "items", "K-PROJ-3").update(pairs={"1": "X", "2": "R"}), "item"),
    ],
)  # fmt: skip
def test_a_contradiction_is_an_error(change: Callable[[Document], object], code: str):
    assert code in codes_of(after(change))


def test_the_error_of_an_item_names_the_item():
    problems = problems_of(after(item("K-PROJ-1", correct_order=["a", "b"])))
    assert [problem.path for problem in problems] == ["items[8].correct_order"]


def test_a_page_of_the_final_wave_may_speak_of_what_only_that_wave_asks():
    change = page("last-words", waves=["final"], show_if="answered(R-DLAB-now)")
    assert codes_of(after(change)) == set()


def test_an_item_may_stand_on_two_pages_of_different_waves():
    def change(document: Document) -> None:
        entry(document, "pages", "last-words")["waves"] = ["starting", "interim"]
        document["pages"].append({"code": "again", "part": "tasks", "waves": ["final"], "items": ["T-1"]})

    assert codes_of(after(change)) == set()


def test_an_absent_translation_is_a_warning_with_the_fallback_shown():
    assert warnings_of(after(lambda d: d["title"].pop("en"))) == {"missing_translation"}


def test_a_competence_without_any_feedback_is_a_warning():
    assert warnings_of(after(lambda d: d["competences"][0].pop("feedback"))) == {"no_feedback"}


def test_an_item_of_another_competence_in_a_scale_is_a_warning():
    def change(document: Document) -> None:
        entry(document, "scales", "DLAB.self")["items"].append("S-PROJ-1")

    assert warnings_of(after(change)) == {"other_competence"}


def test_scales_without_levels_are_a_warning():
    def change(document: Document) -> None:
        del document["levels"], document["alternative_levels"]
        for competence in document["competences"]:
            del competence["feedback"]

    assert warnings_of(after(change)) == {"no_levels"}
