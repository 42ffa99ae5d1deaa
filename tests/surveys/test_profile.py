"""A profile: its owner's alone, strengths before growth zones, keys only when nobody answers any more."""

import re

import pytest
from sqlalchemy import select

from app.db import db, transaction
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from surveys.models import ScaleChange, Wave, WaveState
from surveys.queries.results import get_own_response, scores_of
from surveys.services.person_changes import compare_people
from surveys.services.profiles import Profile, build_profile
from surveys.services.scoring import scoring_plan
from surveys.signals import response_submitted
from tests.factories.jobs import run_jobs
from tests.factories.people import make_account, make_person, sign_in
from tests.factories.surveys import make_assignment, make_diagnostic, make_wave, one_page_document
from tests.surveys import hand_worked
from tests.surveys.results_cases import (
    final_of,
    hand_worked_response,
    likert,
    measure,
    score,
    submit,
    topics_document,
)

pytestmark = pytest.mark.usefixtures("app")


def profile_of(response, language: str = "ru", *, keys_are_open: bool = False) -> Profile:
    own = get_own_response(response.public_id, response.assignment.person_id)
    return build_profile(
        scoring_plan(own.scoring_id),
        scores_of(own.id, own.scoring_id),
        own.answers,
        language=language,
        keys_are_open=keys_are_open,
    )


def page(client, response, account, suffix: str = "") -> str:
    answer = sign_in(client, account).get(f"/profile/{response.public_id}{suffix}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_two_strengths_come_first_and_at_most_three_growth_zones():
    _account, response, _wave = hand_worked_response()
    score(response)
    profile = profile_of(response)
    assert [topic.code for topic in profile.strengths] == ["DIGI", "PSYC"]
    assert [topic.code for topic in profile.growth_zones] == ["SAFE", "PROJ", "NETW"]
    assert profile.overall is not None
    assert profile.overall.percent == hand_worked.OVERALL


def profile_of_topics(*values: int, n_topics: int | None = None) -> tuple[list[str], list[str]]:
    """Strengths and growth zones where each topic was answered by the same number twice; the cut is at 60."""
    doubled = [value for value in values for _item in range(2)]
    response = submit(make_wave(document=topics_document(n_topics or len(values))), likert(*doubled))
    score(response)
    profile = profile_of(response)
    return [topic.code for topic in profile.strengths], [topic.code for topic in profile.growth_zones]


@pytest.mark.parametrize(
    ("values", "strengths", "zones"),
    [
        # answers of 1, 2, 3, 4, 5 are 0, 25, 50, 75, 100 percent
        ((5, 4, 4, 1), ["T1", "T2"], ["T4"]),
        ((5, 4), ["T1", "T2"], []),
        ((4, 3, 2, 2, 1), ["T1", "T2"], ["T5", "T3", "T4"]),
        ((4, 3, 3), ["T1"], ["T2", "T3"]),
        ((2, 3, 3, 1), ["T2", "T3"], ["T4", "T1"]),
        ((3, 2), ["T1"], ["T2"]),
        ((3, 3, 3), [], ["T1", "T2", "T3"]),
        ((2, 2, 2, 2, 2), [], ["T1", "T2", "T3"]),
    ],
    ids=[
        "a high topic is a strength however many are equal to it",
        "nothing below the cut",
        "a low one is a strength where the rest are lower",
        "a low one equal to the next is none",
        "all low, two above the rest",
        "all low, the weaker of two is no strength",
        "all equal and low",
        "equal ones stand in the order of the instrument",
    ],
)
def test_a_strength_is_high_or_stands_above_all_the_rest(values, strengths, zones):
    assert profile_of_topics(*values) == (strengths, zones)


def test_a_single_low_topic_is_a_growth_zone_and_no_strength():
    assert profile_of_topics(2, n_topics=3) == ([], ["T1"])
    assert profile_of_topics(5, n_topics=3) == (["T1"], [])


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ((5, 4, 4, 4, 1, 1), "повышенный", "сильнее остальных"),
        ((4, 4, 3, 3, 1, 1), "базовый, 50 %, сильнее остальных", "сильнее остального"),
        ((3, 3, 2, 2, 1, 1), "сильнее остального, хотя уровень «повышенный» ещё впереди", "слишком мало"),
        ((2, 2, 2, 2, 2, 2), "Лучшие темы получились одинаково", "сильнее остальных"),
        ((2, 2), "Измерена только одна тема", "сильнее остальных"),
        ((), "Чтобы назвать их, ответов не хватило", "не выделяется"),
    ],
)
def test_the_page_says_truthfully_what_the_strengths_are(client, values, said, unsaid):
    diagnostic = make_diagnostic()
    person = make_person(diagnostic.cluster)
    response = submit(make_wave(diagnostic, document=topics_document(3)), likert(*values), person)
    score(response)
    html = page(client, response, make_account(person, Role.TEACHER)).replace("\xa0", " ")
    assert said in html
    assert unsaid not in html


def test_what_does_not_apply_is_neither_a_strength_nor_a_growth_zone():
    _account, response, _wave = hand_worked_response()
    score(response)
    topic = next(topic for topic in profile_of(response).topics if topic.code == "FGOS")
    assert (topic.standing, topic.tasks, topic.is_deficit) == (None, [], False)


def test_tasks_done_well_and_to_look_at_are_named_by_topic_without_keys():
    _account, response, _wave = hand_worked_response()
    score(response)
    tasks = {topic.code: topic.tasks for topic in profile_of(response).topics}
    assert [task.is_done_well for task in tasks["DLAB"]] == [True, False]
    assert [task.is_done_well for task in tasks["PROJ"]] == [True, False]
    assert all((task.key, task.text, task.rationale) == ([], "", "") for task in tasks["DLAB"])


def test_the_gap_of_self_rating_and_tasks_is_told_from_25_points():
    _account, response, _wave = hand_worked_response()
    score(response)
    # NETW: 58.33 and 33.33, exactly 25 apart; DLAB 20.8 apart
    gaps = {topic.code: topic.gap for topic in profile_of(response).topics}
    assert gaps == {"DLAB": 0, "PROJ": 0, "FGOS": 0, "FLIT": 0, "DIGI": 0, "SAFE": 0, "PSYC": 0, "NETW": 1}


@pytest.mark.parametrize(("value", "neighbour"), [("2", None), ("3", "low")])
def test_a_score_near_a_cut_names_both_levels(value, neighbour):
    # answers of 3 are 50 %, on the cut; answers of 2 are 25 %
    wave = make_wave(document=one_page_document(4))
    response = submit(wave, {f"Q-{item}": {"v": value} for item in range(1, 5)})
    score(response)
    standing = profile_of(response).topics[0].standing
    assert standing is not None
    assert (standing.neighbour.code if standing.neighbour else None) == neighbour


def test_the_page_says_who_has_opened_it_and_never_the_word_deficit(client):
    account, response, _wave = hand_worked_response()
    score(response)
    html = page(client, response, account)
    assert "только Вы" in html
    assert "дефицит" not in html.lower()
    assert "Зоны роста" in html
    assert html.index("Сильные стороны") < html.index("Зоны роста")


def test_the_page_waits_for_the_worker_by_itself(client):
    account, response, _wave = hand_worked_response()
    answer = sign_in(client, account).get(f"/profile/{response.public_id}")
    assert answer.headers["Refresh"] == "3"
    state = client.get(f"/profile/{response.public_id}/state.json").get_json()
    assert state == {"ready": False, "url": f"/profile/{response.public_id}"}
    score(response)
    assert client.get(f"/profile/{response.public_id}/state.json").get_json()["ready"] is True
    assert "Refresh" not in client.get(f"/profile/{response.public_id}").headers


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_finds_a_profile_whatever_the_role(client, role):
    _account, response, wave = hand_worked_response()
    score(response)
    other = make_account(make_person(wave.diagnostic.cluster), role)
    for path in ("", "/comparison"):
        assert sign_in(client, other).get(f"/profile/{response.public_id}{path}").status_code == 404


def test_a_guest_is_sent_to_sign_in(client):
    _account, response, _wave = hand_worked_response()
    assert client.get(f"/profile/{response.public_id}").status_code == 302


def test_no_role_has_a_permission_for_other_peoples_results():
    """The introduction promises: only you see your answers and your profile."""
    intro = hand_worked.document()["intro"]["ru"]
    assert "Ваши ответы и профиль видите только Вы" in re.sub(r"\s+", " ", intro)
    about_results = {p for p in Permission if re.search(r"result|profile|score|answer|response", p.value)}
    assert about_results == {
        Permission.OWN_PROFILE_EDIT,
        Permission.OWN_RESULTS_VIEW,
        Permission.SURVEY_ANSWER,
    }
    aggregates = {role for role in Role if Permission.COMPARISON_VIEW in ROLE_PERMISSIONS[role]}
    # «Директор Вашей школы, руководитель центра, координатор, совет, управление образования, консультант».
    assert aggregates == {
        Role.CENTRE_HEAD,
        Role.DIRECTOR,
        Role.COORDINATOR,
        Role.COUNCIL_MEMBER,
        Role.AUTHORITY,
        Role.ADVISER,
    }


def test_earlier_results_rest_while_the_final_wave_waits_for_its_owner(client):
    account, response, wave = hand_worked_response()
    score(response)
    final = final_of(wave)
    make_assignment(final, account.person)
    assert "Откроется после отправки" in page(client, response, account)
    with transaction():
        db.session.get_one(Wave, final.id).state = WaveState.CLOSED
    assert "Сильные стороны" in page(client, response, account)


def test_keys_open_when_the_final_wave_has_closed(client):
    account, response, wave = hand_worked_response()
    score(response)
    tasks = {item["code"]: item for item in hand_worked.document()["items"]}
    key_words = tasks["K-DLAB-1"]["rationale"]["ru"]
    assert key_words not in page(client, response, account)
    final_of(wave, state=WaveState.CLOSED)
    assert key_words in page(client, response, account)


def paired() -> tuple:
    account, response, wave = hand_worked_response()
    final = final_of(wave)
    better = {
        **hand_worked.answers(),
        "S-SAFE-1": {"v": "3"},
        "S-SAFE-2": {"v": "3"},
        "S-NETW-1": {"v": "5"},
        "S-NETW-2": {"v": "5"},
        "R-DLAB-then": {"v": "2"},
        "R-DLAB-now": {"v": "4"},
    }
    return account, response, submit(final, better, account.person)


def test_the_fallback_decides_while_reliability_is_unknown(client):
    account, starting, final = paired()
    score(starting, final)
    with transaction():
        compare_people([final.id])
        compare_people([final.id])
    changes = {row.scale: row for row in db.session.scalars(select(ScaleChange))}
    # SAFE: two answers of six rise by 2 of 4: 16.7 points of self-rating, 10.0 of the index.
    assert changes["SAFE"].final_percent - changes["SAFE"].starting_percent == pytest.approx(10)
    assert (changes["SAFE"].verdict, changes["SAFE"].rule) == ("up", "fallback")
    assert (changes["DLAB"].verdict, changes["DLAB"].threshold) == ("within", 10)
    assert "FGOS" not in changes
    assert "DLAB.then" not in changes
    html = page(client, final, account, "/comparison")
    assert "рост подтверждается" in html
    assert "25 → 75" in html


def test_the_starting_wave_decides_once_thirty_people_have_answered():
    diagnostic = make_diagnostic()
    wave = make_wave(diagnostic, document=one_page_document(4))

    def answers(person: int, more: int = 0) -> dict:
        values = [1 + (person + (item == 3 and person % 3 == 0)) % 4 for item in range(4)]
        return {f"Q-{item + 1}": {"v": str(min(5, value + more))} for item, value in enumerate(values)}

    people = [make_person(diagnostic.cluster) for _person in range(30)]
    starting = [submit(wave, answers(n), person) for n, person in enumerate(people)]
    score(*starting)
    measure(wave)
    finals = [submit(final_of(wave), answers(1, more=2), people[1])]
    score(*finals)
    run_jobs()
    with transaction():
        compare_people([finals[0].id])
    change = db.session.scalars(select(ScaleChange)).one()
    assert change.rule == "reliable_change"
    assert change.reliable_change_index is not None
    assert abs(change.reliable_change_index) > 1.96
    assert change.verdict == "up"


def test_a_scored_pair_is_compared_by_jobs():
    _account, starting, final = paired()
    with transaction():
        response_submitted.send(response_id=starting.id)
        response_submitted.send(response_id=final.id)
    run_jobs()
    assert db.session.scalars(select(ScaleChange.verdict).where(ScaleChange.scale == "SAFE")).one() == "up"


def test_the_list_of_own_results_leads_to_each(client):
    account, starting, final = paired()
    page = sign_in(client, account).get("/profile").get_data(as_text=True)
    assert f"/profile/{starting.public_id}" in page
    assert f"/profile/{final.public_id}" in page
    empty = sign_in(client, make_account(make_person(), Role.TEACHER)).get("/profile").get_data(as_text=True)
    assert "Здесь пока пусто" in empty
