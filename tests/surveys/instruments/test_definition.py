"""The built-in instruments pass the checks every author's instrument passes."""

import pytest

from surveys.definition.loading import load_definition


@pytest.fixture
def load(instrument_folder):
    def load(name):
        return load_definition((instrument_folder / name).read_bytes(), name)

    return load


def test_the_diagnostics_is_without_remarks(load):
    definition, problems = load("cluster_competence.yaml")
    assert [str(problem) for problem in problems] == []
    assert (definition.code, definition.version) == ("cluster_competence", "1.1")


def test_the_final_wave_adds_the_retrospective_alone(load):
    definition, _problems = load("cluster_competence.yaml")
    added = {item.code for item in definition.items_for("final")} - {
        item.code for item in definition.items_for("starting")
    }
    assert len(added) == 16
    assert all(code.startswith("R-") for code in added)
    assert {item.code for item in definition.items_for("starting")} == {
        item.code for item in definition.items if not item.code.startswith("R-")
    }


def test_the_observation_sheet_has_no_levels_on_purpose(load):
    """One lesson is no ground for a level, so the only remark is that there are none."""
    definition, problems = load("lesson_observation.yaml")
    assert [(problem.severity, problem.code) for problem in problems] == [("warning", "no_levels")]
    assert definition.level_for(50.0) is None
