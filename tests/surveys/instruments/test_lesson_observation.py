"""The observation sheet: one indicator a competence, marks 0..3, nothing merged with the diagnostics."""

INDICATORS = ["O-DLAB", "O-PROJ", "O-FGOS", "O-FLIT", "O-DIGI", "O-SAFE", "O-PSYC", "O-NETW"]


def test_one_indicator_a_competence(lesson_observation):
    items = lesson_observation["items"]
    assert [item["code"] for item in items] == INDICATORS
    assert [item["competence"] for item in items] == [code.removeprefix("O-") for code in INDICATORS]
    assert {(item["type"], item["answer_scale"]) for item in items} == {("likert", "evidence")}


def test_marks(lesson_observation):
    evidence = lesson_observation["answer_scales"]["evidence"]
    assert [option["value"] for option in evidence["options"]] == [0, 1, 2, 3]
    assert evidence["not_applicable"]["ru"] == "не относится к этому занятию"


def test_competences_are_those_of_the_diagnostics(lesson_observation, cluster_competence):
    def names(instrument):
        return [(one["code"], one["name"], one["short_name"]) for one in instrument["competences"]]

    assert names(lesson_observation) == names(cluster_competence)


def test_scales_and_the_one_page(lesson_observation):
    scales = {scale["code"]: scale for scale in lesson_observation["scales"]}
    for code in INDICATORS:
        scale = scales.pop(code.removeprefix("O-"))
        assert (scale["method"], scale["items"], scale["min_answered"]) == ("mean_percent", [code], 1)
    assert list(scales) == ["overall"]
    assert scales["overall"]["min_scales"] == 6
    assert [page["items"] for page in lesson_observation["pages"]] == [INDICATORS]


def test_says_nothing_of_levels(lesson_observation):
    assert "levels" not in lesson_observation
