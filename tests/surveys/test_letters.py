"""Letters of diagnostics: to whom, when, what they say, and that they stop."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import AddressState, ConsentKind
from app.accounts.services.consents import withdraw_consent
from app.clock import utcnow
from app.db import db, transaction
from app.mail import letters as outgoing
from app.mail.letters import kind_of
from app.mail.models import Letter
from app.mail.outbox import Cancelled
from app.mail.rendering import render
from app.mail.sender import why_not
from app.permissions import Role
from surveys import links
from surveys.models import Assignment, Response, RosterEntry, Snapshot, Wave, WaveKind, WaveState
from surveys.services import announcements, answering, erasure, reminders, waves
from surveys.signals import figures_requested
from tests.factories.jobs import run_jobs
from tests.factories.people import add, make_account, make_cluster, make_person
from tests.factories.surveys import (
    consent_to_diagnostics,
    make_assignment,
    make_diagnostic,
    make_response,
    make_version,
    make_wave,
)

DAY = timedelta(days=1)


def queued(kind: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def invited(**overrides: Any) -> tuple[Assignment, Letter]:
    """One person of a wave just opened, with the invitation that waits."""
    diagnostic = make_diagnostic()
    person = make_person(diagnostic.cluster, **overrides)
    add(RosterEntry(diagnostic_id=diagnostic.id, person_id=person.id))
    now = utcnow()
    wave = make_wave(diagnostic, state=WaveState.PREPARATION, opened_at=None)
    with transaction():
        waves.open_wave(wave.id, now=now)
    return db.session.scalars(select(Assignment)).one(), queued("diagnostic_invitation")[0]


def text_of(letter: Letter) -> str:
    message = rendered(letter)
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert len(html.get_content()) > 500
    assert "\n\n\n" not in plain.get_content().replace("\r", "")
    return str(message["Subject"]) + "\n" + str(plain.get_content())


def rendered(letter: Letter) -> EmailMessage:
    return render(letter, kind_of(letter.kind), letter.person, now=utcnow())


def test_an_invitation_says_all_it_owes(app: Flask) -> None:
    assignment, letter = invited()
    told = text_of(letter)
    for part in (
        "Малая диагностика",
        "около 6 минут",
        "Ответьте, пожалуйста, до",
        links.link_for(assignment),
        "Участие добровольное",
        "«Не участвовать»",
        "видите только Вы",
        "Почему",
    ):
        assert part in told, part


def test_a_link_is_not_kept_in_the_row(app: Flask) -> None:
    assignment, letter = invited()
    token = links.token_for(assignment.id, 1)
    assert token not in str(letter.payload) + letter.subject_key + letter.period
    assert token in text_of(letter)


def test_a_new_link_comes_by_a_letter_that_says_so(app: Flask) -> None:
    assignment, first = invited()
    with transaction():
        waves.reissue_link(assignment.id)
    db.session.expire_all()
    _first, second = queued("diagnostic_invitation")
    told = text_of(second)
    assert "Новая ссылка" in told
    assert links.token_for(assignment.id, 2) in told
    # the first letter, should it still wait, leads to the working link too
    assert links.token_for(assignment.id, 2) in text_of(first)


def submit(assignment: Assignment) -> None:
    make_response(assignment, submitted_at=utcnow())


def refuse(assignment: Assignment) -> None:
    with transaction():
        answering.refuse(assignment.id, now=utcnow())


def close(assignment: Assignment) -> None:
    with transaction():
        waves.close_wave(assignment.wave_id, now=utcnow())


def change_nothing(_assignment: Assignment) -> None:
    pass


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (change_nothing, None),
        (submit, Cancelled.NOT_CURRENT),
        (refuse, Cancelled.NOT_CURRENT),
        (close, Cancelled.NOT_CURRENT),
    ],
)
@pytest.mark.parametrize("kind", ["diagnostic_invitation", "diagnostic_reminder"])
def test_no_letter_leaves_after_answers_refusal_or_closing(
    app: Flask, kind: str, happens: Callable[[Assignment], None], reason: Cancelled | None
) -> None:
    assignment, letter = invited()
    happens(assignment)
    db.session.expire_all()
    with transaction():
        letter.kind = kind
    assert why_not(letter, kind_of(kind)) == reason


def test_an_address_that_became_shared_gets_no_link(app: Flask) -> None:
    _assignment, letter = invited()
    with transaction():
        letter.person.email_state = AddressState.SHARED
    assert why_not(letter, kind_of(letter.kind)) == Cancelled.SHARED_ADDRESS


def test_invitations_wait_for_the_morning(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    night = utcnow().replace(hour=16, minute=0, second=0, microsecond=0) + DAY  # 23:00 in Novokuznetsk
    monkeypatch.setattr(outgoing, "utcnow", lambda: night)
    _assignment, letter = invited()
    assert letter.next_try_at == night + timedelta(hours=9)


def remind(wave: Wave, now: Any) -> int:
    with transaction():
        return reminders.remind_wave(wave.id, now=now)


def awaited(wave: Wave, **overrides: Any) -> Assignment:
    assignment = make_assignment(wave, make_person(wave.diagnostic.cluster), **overrides)
    with transaction():
        assignment.invited_at = wave.opens_at
    return assignment


@pytest.fixture
def wave(app: Flask) -> Wave:
    """A wave of three weeks that has just begun."""
    now = utcnow()
    return make_wave(opens_at=now, opened_at=now, closes_at=now + 21 * DAY)


def test_reminders_go_after_five_days_and_two_days_before_the_end(wave: Wave) -> None:
    awaited(wave)
    sent = {day: remind(wave, wave.opens_at + day * DAY) for day in (0, 1, 4, 5, 6, 7, 18, 19, 20)}
    assert sent == {0: 0, 1: 0, 4: 0, 5: 1, 6: 0, 7: 0, 18: 0, 19: 1, 20: 0}
    assert [letter.period.split(":")[0] for letter in queued("diagnostic_reminder")] == ["day+5", "closing"]
    assert "Диагностика ещё идёт" in text_of(queued("diagnostic_reminder")[0])


def test_only_those_who_are_awaited_are_reminded(wave: Wave) -> None:
    submit(awaited(wave))
    refuse(awaited(wave))
    person = make_person(wave.diagnostic.cluster, email=None)
    make_assignment(wave, person)
    begun = awaited(wave)
    make_response(begun)
    assert remind(wave, wave.opens_at + 5 * DAY) == 1
    assert [letter.person_id for letter in queued("diagnostic_reminder")] == [begun.person_id]


def test_the_second_run_of_an_hour_reminds_nobody_twice(wave: Wave) -> None:
    awaited(wave)
    assert [remind(wave, wave.opens_at + 5 * DAY) for _run in range(2)] == [1, 0]


def test_reminders_can_be_switched_off(wave: Wave) -> None:
    awaited(wave)
    with transaction():
        wave.sends_reminders = False
    assert remind(wave, wave.opens_at + 5 * DAY) == 0


def test_an_extended_wave_has_a_last_call_of_its_own(wave: Wave) -> None:
    awaited(wave)
    assert remind(wave, wave.closes_at - 2 * DAY) == 1
    with transaction():
        db.session.execute(update(Letter).values(created_at=wave.closes_at - 2 * DAY))
        waves.lock_wave(wave.id).closes_at = wave.closes_at + 14 * DAY
    assert remind(wave, wave.closes_at - 2 * DAY) == 1


def test_a_day_more_is_no_reason_to_write_again_within_two_days(wave: Wave) -> None:
    awaited(wave)
    last_call = wave.closes_at - 2 * DAY
    assert remind(wave, last_call) == 1
    with transaction():
        db.session.execute(update(Letter).values(created_at=last_call))
        waves.lock_wave(wave.id).closes_at = wave.closes_at + DAY
    assert remind(wave, last_call + DAY) == 0


@pytest.mark.parametrize(("days", "planned"), [(21, [5, 19]), (10, [5, 8]), (9, [7]), (3, [])])
def test_the_coordinator_is_told_the_days_of_reminders(days: int, planned: list[int]) -> None:
    opened_at = utcnow()
    moments = reminders.moments(opened_at, opened_at + days * DAY)
    assert [(moment - opened_at).days for moment in moments] == planned


def test_withdrawing_the_consent_erases_answers_and_stops_letters(wave: Wave) -> None:
    assignment = awaited(wave)
    consent = consent_to_diagnostics(assignment.person)
    make_response(assignment, consent_id=consent.id, answers={"S-1": {"v": "4"}})
    with transaction():
        withdraw_consent(assignment.person_id, ConsentKind.DIAGNOSTICS, None, utcnow())
    run_jobs("report")
    assert db.session.scalars(select(Response.id)).all() == []
    db.session.refresh(assignment)
    assert assignment.refused_at is not None
    assert remind(wave, wave.opens_at + 5 * DAY) == 0


def test_a_consent_given_anew_covers_what_was_answered_under_it(wave: Wave) -> None:
    """Erasing is a job: by the time it runs the person may have come back and answered again."""
    assignment = awaited(wave)
    former = consent_to_diagnostics(assignment.person)
    again = make_assignment(make_wave(), assignment.person)
    make_response(assignment, consent_id=former.id)
    with transaction():
        withdraw_consent(assignment.person_id, ConsentKind.DIAGNOSTICS, None, utcnow())
    renewed = consent_to_diagnostics(assignment.person)
    kept = make_response(again, consent_id=renewed.id)
    run_jobs("report")
    assert db.session.scalars(select(Response.id)).all() == [kept.id]


def test_an_account_closed_takes_its_answers_with_it(wave: Wave) -> None:
    assignment = awaited(wave)
    consent = consent_to_diagnostics(assignment.person)
    make_response(assignment, consent_id=consent.id, submitted_at=utcnow())
    other = awaited(wave)
    kept = make_response(other, consent_id=consent_to_diagnostics(other.person).id)
    with transaction():
        withdraw_consent(assignment.person_id, ConsentKind.ACCOUNT, None, utcnow())
    run_jobs("report")
    assert db.session.scalars(select(Response.id)).all() == [kept.id]


def test_figures_that_wait_are_built_anew_without_the_erased_answers(wave: Wave) -> None:
    assignment = awaited(wave)
    consent = consent_to_diagnostics(assignment.person)
    make_response(assignment, consent_id=consent.id, submitted_at=utcnow())
    asked = []
    close(assignment)
    with transaction():
        withdraw_consent(assignment.person_id, ConsentKind.DIAGNOSTICS, None, utcnow())
    with figures_requested.connected_to(lambda _sender, wave_id: asked.append(wave_id)), transaction():
        assert erasure.erase_responses(assignment.person_id, now=utcnow()) == 1
        assert erasure.erase_responses(assignment.person_id, now=utcnow()) == 0
    assert asked == [wave.id]


def test_a_ready_profile_is_told_by_a_link_alone(wave: Wave) -> None:
    response = make_response(awaited(wave), submitted_at=utcnow())
    for _run in range(2):
        with transaction():
            announcements.announce_profiles([response.id], now=utcnow())
    (letter,) = queued("profile_ready")
    told = text_of(letter)
    assert f"/profile/{response.public_id}" in told
    assert "%" not in told


def test_scores_of_long_ago_are_no_news(wave: Wave) -> None:
    response = make_response(awaited(wave), submitted_at=utcnow() - 10 * DAY)
    with transaction():
        announcements.announce_profiles([response.id], now=utcnow())
    assert queued("profile_ready") == []


def comparison(shown: bool = True) -> dict[str, Any]:
    figures = {"is_shown": shown, "starting": 52.825, "final": 64.4625, "delta": 11.6}
    return {
        "counts": {"paired": 86},
        "scales": [
            {"code": "overall", "name": {"ru": "Все темы"}, "is_overall": True, **figures},
            {"code": "DLAB", "name": {"ru": "Лаборатории"}, "is_overall": False, **figures},
        ],
    }


@pytest.mark.parametrize("shown", [True, False])
def test_the_final_summary_carries_published_figures_only(app: Flask, shown: bool) -> None:
    cluster = make_cluster()
    diagnostic = make_diagnostic(cluster)
    now = utcnow()
    final = make_wave(
        diagnostic,
        kind=WaveKind.FINAL,
        state=WaveState.SCORED,
        closes_at=now,
        closed_at=now,
        version_id=make_version().id,
    )
    response = make_response(make_assignment(final, make_person(cluster)), submitted_at=now)
    make_assignment(final, make_person(cluster))  # has not answered: no letter
    head = make_account(make_person(cluster), Role.CENTRE_HEAD).person
    make_account(make_person(cluster), Role.COORDINATOR)  # publishes: no letter
    make_account(make_person(), Role.COUNCIL_MEMBER)  # of another cluster
    add(
        Snapshot(
            diagnostic_id=diagnostic.id,
            kind="comparison",
            number=1,
            built_at=now,
            published_at=now,
            content=comparison(shown),
            basis={},
        )
    )
    with transaction():
        waves.mark_published(final.id, now=now)
    run_jobs("mail")
    (letter,) = queued("final_summary")
    told = text_of(letter)
    assert f"/profile/{response.public_id}" in told
    assert ("+11,6 п. п." in told.replace("\xa0", " ")) is shown
    assert ("Лаборатории" in told) is shown
    (to_reader,) = queued("group_summary")
    assert to_reader.person_id == head.id
    told = text_of(to_reader)
    assert f"/results/{diagnostic.public_id}/comparison" in told
    assert ("+11,6 п. п." in told.replace("\xa0", " ")) is shown
