"""People with scored responses, for the tests of results."""

from typing import Any

from app.accounts.models import Account, Person
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from surveys.models import Response, Wave, WaveKind, WaveState
from surveys.services.scoring import score_responses
from surveys.services.wave_statistics import measure_wave
from tests.factories.people import make_account, make_person
from tests.factories.surveys import make_assignment, make_diagnostic, make_response, make_wave
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
