"""People with scored responses, for the tests of results."""

from collections.abc import Callable, Sequence
from typing import Any

from app.accounts.models import Account, Cluster, Person
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from surveys.models import Assignment, Response, Wave, WaveKind, WaveState
from surveys.services.scoring import score_responses
from surveys.services.wave_statistics import measure_wave
from tests.factories.people import make_account, make_person
from tests.factories.surveys import (
    make_assignment,
    make_diagnostic,
    make_response,
    make_wave,
    one_page_document,
)
from tests.surveys import hand_worked


def submit(wave: Wave, answers: dict[str, Any], person: Person | None = None, **overrides: Any) -> Response:
    values = {"answers": answers, "submitted_at": utcnow(), **overrides}
    return make_response(make_assignment(wave, person), **values)


def score(*responses: Response) -> None:
    with transaction():
        score_responses([response.id for response in responses], utcnow())


def measure(wave: Wave) -> None:
    with transaction():
        measure_wave(wave.id)


def hand_worked_response() -> tuple[Account, Response, Wave]:
    """The response scored on paper, in an open starting wave, with the account of its owner."""
    diagnostic = make_diagnostic()
    wave = make_wave(diagnostic, document=hand_worked.document())
    person = make_person(diagnostic.cluster)
    response = submit(wave, hand_worked.answers(), person)
    return make_account(person, Role.TEACHER), response, wave


def final_of(wave: Wave, **overrides: Any) -> Wave:
    """The final wave that follows a starting one, which is closed by then."""
    with transaction():
        db.session.get_one(Wave, wave.id).state = WaveState.CLOSED
    values = {
        "kind": WaveKind.FINAL,
        "version_id": wave.version_id,
        "state": WaveState.OPEN,
        **overrides,
    }
    return make_wave(wave.diagnostic, **values)


def make_cohort(
    wave: Wave,
    people: Sequence[Person],
    answers: Callable[[int], dict[str, Any]],
    attributes: Callable[[int], dict[str, Any]] = lambda place: {},
    **overrides: Any,
) -> list[Response]:
    """A submitted and scored response of each person, in one go."""
    with transaction():
        assignments = [Assignment(wave_id=wave.id, person_id=person.id) for person in people]
        db.session.add_all(assignments)
        db.session.flush()
        responses = [
            Response(
                assignment_id=assignment.id,
                order_seed=1,
                answers=answers(place),
                attributes=attributes(place),
                submitted_at=utcnow(),
                submit_key="key",
                **overrides,
            )
            for place, assignment in enumerate(assignments)
        ]
        db.session.add_all(responses)
        db.session.flush()
        ids = [response.id for response in responses]
        score_responses(ids, utcnow())
    return responses


def make_people(cluster: Cluster, n: int) -> list[Person]:
    with transaction():
        people = [
            Person(cluster_id=cluster.id, surname=f"Ветрова{place}", name="Анна", sort_key=f"ветрова{place}")
            for place in range(n)
        ]
        db.session.add_all(people)
    return people


def likert(*values: int) -> dict[str, Any]:
    """Answers to a page of likert items, by one number a group of items."""
    return {f"Q-{place}": {"v": str(value)} for place, value in enumerate(values, start=1)}


def topics_document(n_topics: int = 3) -> dict[str, Any]:
    """Topics of two items each, an overall index, four levels from 0, 40, 60, 80."""
    document = one_page_document(2 * n_topics, required=False)
    codes = [f"T{place}" for place in range(1, n_topics + 1)]
    for place, item in enumerate(document["items"]):
        item["competence"] = codes[place // 2]
    titles = (
        ("low", 0, "низкий"),
        ("basic", 40, "базовый"),
        ("elevated", 60, "повышенный"),
        ("high", 80, "высокий"),
    )
    return {
        **document,
        "code": f"topics_{n_topics}",
        "competences": [{"code": code, "name": f"Тема {code}"} for code in codes],
        "levels": [
            {"code": code, "from": cut, "title": title, "is_deficit": cut < 60} for code, cut, title in titles
        ],
        "scales": [
            *(
                {
                    "code": code,
                    "competence": code,
                    "part": "self",
                    "method": "mean_percent",
                    "items": [f"Q-{2 * place + 1}", f"Q-{2 * place + 2}"],
                    "min_answered": 1,
                }
                for place, code in enumerate(codes)
            ),
            {
                "code": "overall",
                "title": "Общий индекс",
                "method": "mean_of_scales",
                "scales": codes,
                "min_scales": 1,
            },
        ],
        "pages": [
            {
                "code": "all",
                "part": "self",
                "title": "Анкета",
                "items": [item["code"] for item in document["items"]],
            }
        ],
    }
