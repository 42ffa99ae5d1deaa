"""Generated answers: what the programme's figures rest on."""

from pathlib import Path
from random import Random

import pytest

from app.demo.answers import TaskBook, _whole
from app.demo.invention import invent_teachers
from app.demo.profiles import Band, draw_indexes
from app.demo.respondents import invent_respondents
from surveys.definition import load_definition
from surveys.items.coding import score
from surveys.scale_scores import ScoringPlan

INSTRUMENT = Path(__file__).parents[2] / "surveys" / "instruments" / "cluster_competence.yaml"


@pytest.fixture(scope="module")
def definition():
    found, _problems = load_definition(INSTRUMENT.read_bytes(), INSTRUMENT.name)
    return found


@pytest.fixture(scope="module")
def respondents(definition):
    return invent_respondents(definition, [person for person in invent_teachers() if person.in_cluster])


def test_the_same_answers_come_every_time(definition, respondents):
    again = invent_respondents(definition, [person for person in invent_teachers() if person.in_cluster])
    assert again == respondents


def test_nobody_earns_a_quality_flag(definition, respondents):
    plan = ScoringPlan(definition)
    for wave in ("starting", "final"):
        answers = [taken for each in respondents if (taken := getattr(each, wave)) is not None]
        flags = plan.flags(plan.codes(answers), [{}] * len(answers), wave)
        assert [names for names in flags if names] == []


def test_every_item_of_the_wave_has_an_answer(definition, respondents):
    for wave in ("starting", "final"):
        asked = {item.code for item in definition.items_for(wave)}
        assert all(set(taken) == asked for each in respondents if (taken := getattr(each, wave)) is not None)


def test_tasks_are_answered_for_exactly_the_points_asked(definition):
    book, rng = TaskBook(definition), Random(1)
    for competence in definition.competences:
        for percent in (0.0, 33.0, 50.0, 100.0):
            wanted = book.choose(competence.code, percent)
            given = book.answers(competence.code, wanted, rng)
            earned = [score(definition.item(code), answer) for code, answer in given.items()]
            assert earned == pytest.approx(list(wanted))


def test_whole_answers_add_up_and_stay_on_the_scale():
    rng = Random(2)
    for total in range(25):
        whole = _whole([total / 6 + rng.gauss(0, 1) for _ in range(6)], total)
        assert sum(whole) == total
        assert all(0 <= value <= 4 for value in whole)


def test_indexes_keep_to_their_levels_and_to_the_mean():
    bands = [Band(0, 40)] * 14 + [Band(40, 60)] * 47 + [Band(60, 80)] * 23 + [Band(80, 100)] * 2
    drawn = draw_indexes(Random(3), bands, [52.8] * 86, mean=52.825)
    assert sum(drawn) / 86 == pytest.approx(52.825)
    assert all(band.low < index < band.high for band, index in zip(bands, drawn, strict=True))


def test_a_mean_beyond_the_levels_is_refused():
    with pytest.raises(ValueError, match="mean"):
        draw_indexes(Random(4), [Band(0, 40)] * 3, [30.0] * 3, mean=70.0)
