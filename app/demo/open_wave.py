"""This school year's diagnostics: the starting wave is open, few have answered so far."""

from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select, update

from app.accounts.models import AddressState, Person
from app.db import db
from app.demo.calendar import DemoCalendar
from app.demo.invention import Invented, invent_teachers
from app.demo.people import District
from app.demo.respondents import invent_starting_answers
from app.demo.responses import attributes_of, consent_ids, response_row
from app.demo.source import read
from surveys.definition.model import Definition
from surveys.items.base import Answer
from surveys.models import Assignment, Response, Wave
from surveys.services import diagnostics, paper, scoring, waves
from surveys.versions import compiled_version

SEED = 8
OPENED_DAYS_AGO = 3
CLOSES_IN_DAYS = 12
N_SUBMITTED, N_BEGUN, N_ON_PAPER = 8, 4, 3
PAGES_BEGUN = (1, 2, 3, 5)
GROWTH = 4.0  # of the means since the archive's start: a year of work shows


def open_starting_wave(district: District, version_id: int, calendar: DemoCalendar, now: datetime) -> Wave:
    """Invite the 112, let 8 submit and 4 begin; nobody of the account table is among them."""
    opened_at = now - timedelta(days=OPENED_DAYS_AGO)
    wave = diagnostics.create_diagnostic(
        district.cluster.id,
        title=f"Диагностика {calendar.school_year}/{(calendar.school_year + 1) % 100:02} учебного года",
        version_id=version_id,
        last_day=calendar.today + timedelta(days=CLOSES_IN_DAYS),
        sends_reminders=True,
        now=opened_at,
    )
    diagnostics.add_to_roster(wave.diagnostic_id, [person.id for person in district.participants()])
    # Their letters left three days ago; those a visitor finds in the mailbox are queued one by one.
    waves.open_wave(wave.id, now=opened_at, invites=False)
    _answer(district, wave, now)
    return wave


def _answer(district: District, wave: Wave, now: datetime) -> None:
    definition = compiled_version(wave.version_id)
    rng = Random(SEED)  # noqa: S311 - a reproducible invention, no secret
    invented = _respondents(district, rng)
    means = {code: mean + GROWTH for code, mean in read("programme")["diagnostics"]["starting"].items()}
    answers = invent_starting_answers(rng, definition, invented, means)
    people = [district.teachers[person.email] for person in invented]
    assignments = {
        person_id: assignment_id
        for assignment_id, person_id in db.session.execute(
            select(Assignment.id, Assignment.person_id).where(Assignment.wave_id == wave.id)
        )
    }
    consents = consent_ids([person.id for person in people])
    submitted = [
        response_row(
            assignments[person.id],
            person,
            given,
            submitted_at=now - timedelta(hours=5 + 7 * number),
            consent_id=consents[person.id],
            rng=rng,
            is_final=False,
        )
        for number, (person, given) in enumerate(zip(people[:N_SUBMITTED], answers, strict=False))
    ]
    ids = db.session.scalars(insert(Response).returning(Response.id), submitted).all()
    begun = [
        _draft(
            assignments[person.id], consents[person.id], person, _first_pages(definition, given, pages), now
        )
        for person, given, pages in zip(people[N_SUBMITTED:], answers[N_SUBMITTED:], PAGES_BEGUN, strict=True)
    ]
    db.session.execute(insert(Response), begun)
    scoring.score_responses(ids, now)
    _hand_out_paper(district, wave, [person.id for person in people])


def _hand_out_paper(district: District, wave: Wave, respondents: Collection[int]) -> None:
    """Some gave an address that colleagues read too: a form with a code waits for them."""
    without_link = [
        district.teachers[person.email].id
        for person in invent_teachers()
        if person.in_cluster and person.login is None
    ]
    chosen = [person_id for person_id in without_link if person_id not in respondents][:N_ON_PAPER]
    db.session.execute(update(Person).where(Person.id.in_(chosen)).values(email_state=AddressState.SHARED))
    paper.give_codes(wave.id)


def _respondents(district: District, rng: Random) -> list[Invented]:
    """Those who answered or began: people who consented before and stand in no account table."""
    answered_before = consent_ids([person.id for person in district.participants()])
    free = [
        person
        for person in invent_teachers()
        if person.in_cluster
        and person.login is None
        and district.teachers[person.email].id in answered_before
    ]
    return rng.sample(free, N_SUBMITTED + N_BEGUN)


def _first_pages(definition: Definition, answers: dict[str, Answer], pages: int) -> dict[str, Answer]:
    shown = [code for page in definition.pages_for("starting")[:pages] for code in page.items]
    return {code: answers[code] for code in shown}


def _draft(
    assignment_id: int, consent_id: int, person: Person, answers: dict[str, Answer], now: datetime
) -> dict[str, object]:
    saved_at = now - timedelta(hours=20)
    return {
        "assignment_id": assignment_id,
        "consent_id": consent_id,
        "answers": answers,
        "revision": len(answers),
        "order_seed": assignment_id,
        "attributes": attributes_of(person),
        "seconds": {"self": 12 * len(answers)},
        "started_at": saved_at - timedelta(minutes=6),
        "saved_at": saved_at,
    }
