"""The coordinator's list: each line by its rule, nothing of another cluster, few statements."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from app.accounts.models import AddressState
from app.clock import local_date, utcnow
from app.db import db, transaction
from app.jobs.models import Job, JobState
from app.mail.models import Letter, LetterState
from app.pages.blocks import coordinator
from app.pages.due import DueKind, list_due
from app.pages.reading import Reading
from app.permissions import Role
from programme.models import PlanItemState
from seminars.models import SessionState, SessionWish
from seminars.services import notices
from surveys.models import Snapshot, WaveState
from tests.factories.people import add, make_account, make_cluster, make_person, sign_in
from tests.factories.programme import make_plan_item
from tests.factories.seminars import make_registration, make_session
from tests.factories.surveys import make_assignment, make_diagnostic, make_response, make_wave

MOST_STATEMENTS = 12


@pytest.fixture
def cluster(app):
    return make_cluster()


def kinds(cluster, now=None, **options):
    return [due.kind for due in list_due(cluster.id, now or utcnow(), **options)]


def only(cluster, now=None):
    (due,) = list_due(cluster.id, now or utcnow())
    return due


def make_letter(person, **overrides):
    values = {
        "cluster_id": person.cluster_id,
        "kind": notices.ANNOUNCED,
        "person_id": person.id,
        "subject_key": "session:1",
        "message_id": f"<{person.id}@example.org>",
        "state": LetterState.FAILED,
    }
    add(Letter(**{**values, **overrides}))


def test_a_cluster_with_nothing_has_nothing_to_do(cluster):
    assert list_due(cluster.id, utcnow(), for_administrator=True) == []


def test_overdue_items_of_the_plan_are_counted_together(cluster):
    yesterday = local_date(utcnow(), cluster.time_zone) - timedelta(days=1)
    make_plan_item(cluster, until_on=yesterday)
    make_plan_item(cluster, until_on=yesterday, state=PlanItemState.IN_PROGRESS)
    make_plan_item(cluster, until_on=yesterday, state=PlanItemState.DONE)
    make_plan_item(cluster, until_on=yesterday + timedelta(days=1))
    due = only(cluster)
    assert (due.kind, due.count, due.is_late) == (DueKind.PLAN_OVERDUE, 2, True)
    assert (due.endpoint, due.values) == ("plan.index", {"state": "overdue"})


@pytest.mark.parametrize(("days", "is_soon"), [(1, True), (7, True), (8, False)])
def test_a_wave_is_named_in_its_last_week(cluster, days, is_soon):
    now = utcnow()
    make_wave(make_diagnostic(cluster), closes_at=now + timedelta(days=days))
    assert kinds(cluster, now) == ([DueKind.WAVE_CLOSES] if is_soon else [])


def test_figures_wait_until_their_newest_edition_is_published(cluster):
    diagnostic = make_diagnostic(cluster)
    make_wave(diagnostic, state=WaveState.SCORED)
    now = utcnow()
    values = {"diagnostic_id": diagnostic.id, "kind": "starting", "built_at": now, "content": {}}
    add(Snapshot(**values, number=1, published_at=now))
    assert list_due(cluster.id, now) == []
    add(Snapshot(**values, number=2))
    due = only(cluster, now)
    assert due.kind is DueKind.PUBLISH
    assert due.values == {"diagnostic_id": diagnostic.public_id, "kind": "starting"}


def test_a_session_ahead_needs_care_when_few_come_or_some_wait(cluster):
    now = utcnow()
    soon = now + timedelta(days=5)
    make_session(cluster, title="Мало", capacity=6, starts_at=soon)
    enough = make_session(cluster, title="Хватает", capacity=3, starts_at=soon)
    make_registration(enough, now=now)
    full = make_session(cluster, title="Очередь", capacity=1, starts_at=soon)
    make_registration(full, now=now)
    make_registration(full, now=now)
    make_session(cluster, title="Нескоро", starts_at=now + timedelta(days=20))
    make_session(cluster, title="Черновик", starts_at=soon, state=SessionState.DRAFT)
    found = {due.name: (due.kind, due.count, due.of) for due in list_due(cluster.id, now) if due.name}
    assert found == {"Мало": (DueKind.FEW_REGISTERED, 0, 6), "Очередь": (DueKind.QUEUE, 1, 1)}


def test_a_session_held_waits_for_its_attendance_until_it_is_closed(cluster):
    now = utcnow()
    session = make_session(cluster, starts_at=now - timedelta(days=1))
    due = only(cluster, now)
    assert (due.kind, due.is_late, due.values) == (
        DueKind.ATTENDANCE,
        True,
        {"public_id": session.public_id},
    )
    with transaction():
        session.state = SessionState.CLOSED
    assert list_due(cluster.id, now) == []


def test_teachers_are_counted_as_not_invited_or_not_reached(cluster):
    for values in ({}, {"email": None}, {"email_state": AddressState.SHARED}):
        make_account(make_person(cluster, **values), Role.TEACHER, active=False)
    # By a slip, and by an invitation: both are in.
    make_account(make_person(cluster, email=None), Role.TEACHER)
    make_account(make_person(cluster), Role.TEACHER, active=False, invited_at=utcnow())
    make_account(make_person(cluster, email_state=AddressState.FAILING), Role.TEACHER)
    make_account(make_person(cluster), Role.DIRECTOR, active=False)
    found = [(due.kind, due.count) for due in list_due(cluster.id, utcnow())]
    assert found == [(DueKind.NEVER_INVITED, 1), (DueKind.NO_ADDRESS, 3)]


def test_letters_that_failed_lately_are_counted_without_diagnostic_ones(cluster):
    person, now = make_person(cluster), utcnow()
    make_letter(person)
    make_letter(person, subject_key="session:2", message_id="<2@x>", state=LetterState.UNKNOWN)
    make_letter(person, subject_key="session:3", message_id="<3@x>", state=LetterState.SENT)
    make_letter(
        person,
        subject_key="session:4",
        message_id="<4@x>",
        created_at=now - timedelta(days=15),
    )
    make_letter(person, kind="diagnostic_invitation", message_id="<5@x>")
    due = only(cluster, now)
    assert (due.kind, due.count, due.endpoint) == (DueKind.FAILED_LETTERS, 2, "people.index")


def test_failed_jobs_are_told_to_administrators_alone(cluster):
    add(Job(kind="prune_jobs", queue="import", key="1", state=JobState.DEAD))
    assert kinds(cluster) == []
    assert kinds(cluster, for_administrator=True) == [DueKind.DEAD_JOBS]


def test_open_wishes_lead_to_planning_by_competence(cluster):
    for code, answered_at in (("DLAB", None), ("DLAB", None), ("PROJ", utcnow())):
        person = make_person(cluster)
        add(SessionWish(cluster_id=cluster.id, person_id=person.id, competence=code, answered_at=answered_at))
    due = only(cluster)
    assert (due.kind, due.count, due.values) == (DueKind.WISHES, 2, {"competence": "DLAB"})


def fill(cluster, n=3):
    """Everything there is to do, `n` times."""
    now = utcnow()
    for number in range(n):
        make_plan_item(cluster, until_on=local_date(now, cluster.time_zone) - timedelta(days=2))
        make_session(cluster, starts_at=now - timedelta(days=2))
        make_session(cluster, capacity=9, starts_at=now + timedelta(days=2))
        wave = make_wave(make_diagnostic(cluster), closes_at=now + timedelta(days=2))
        person = make_person(cluster, surname=f"Тайная{number}")
        make_response(make_assignment(wave, person), submitted_at=now)
        make_account(person, Role.TEACHER, active=False)
        make_letter(person)
        add(SessionWish(cluster_id=cluster.id, person_id=person.id, competence="DLAB"))


def test_nothing_of_another_cluster_is_listed(cluster):
    fill(make_cluster())
    assert list_due(cluster.id, utcnow()) == []


def count_statements(work):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        db.session.expire_all()
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_the_number_of_statements_does_not_grow_with_what_there_is(cluster):
    fill(cluster, 1)
    first = count_statements(lambda: list_due(cluster.id, utcnow()))
    fill(cluster, 4)
    assert count_statements(lambda: list_due(cluster.id, utcnow())) == first <= MOST_STATEMENTS


def test_the_block_is_for_whoever_runs_the_cluster(cluster):
    head = make_account(make_person(cluster), Role.CENTRE_HEAD)
    assert coordinator.block(Reading(head.as_actor(), cluster, utcnow())) is None


def test_the_block_shows_coverage_in_counts_and_no_deficit_before_publication(app, cluster):
    fill(cluster, 1)
    actor = make_account(make_person(cluster), Role.COORDINATOR).as_actor()
    with app.test_request_context():
        context = coordinator.block(Reading(actor, cluster, utcnow()))
    assert [(counts.invited, counts.is_told) for _wave, counts in context["waves"]] == [(1, False)]
    assert context["deficits"] is None
    assert context["steps"][0].code == "schools"
    assert DueKind.WISHES not in {due.kind for due in context["due"]}
    assert [(one.values, one.name, one.count) for one in context["wishes"]] == [
        ({"competence": "DLAB"}, "Цифровая лаборатория", 1)
    ]


def test_deficits_are_the_lowest_topics_that_were_published(app, cluster):
    def scale(code, percent, **more):
        name = {"ru": code, "en": code}
        return {
            "code": code,
            "name": name,
            "is_overall": False,
            "is_shown": True,
            "starting": percent,
            **more,
        }

    diagnostic, now = make_diagnostic(cluster), utcnow()
    content = {
        "levels": [{"from": 0, "is_deficit": True}, {"from": 60, "is_deficit": False}],
        "scales": [
            scale("A", 59),
            scale("B", 40, is_coarse=True),
            scale("C", 70),
            scale("D", 30, final=80),
            {"code": "E", "name": {"ru": "E"}, "is_overall": False, "is_shown": False},
            scale("Z", 10, is_overall=True),
        ],
    }
    values = {"diagnostic_id": diagnostic.id, "kind": "starting", "built_at": now, "content": content}
    add(Snapshot(**values, number=1))
    assert coordinator.find_deficits(cluster.id, "ru") is None
    with transaction():
        db.session.execute(update(Snapshot).values(published_at=now))
    found = coordinator.find_deficits(cluster.id, "ru")
    assert [(topic.code, topic.percent, topic.is_coarse) for topic in found.topics] == [
        ("B", 40, True),
        ("A", 59, False),
    ]
    assert coordinator.find_deficits(make_cluster().id, "ru") is None


def test_a_new_cluster_begins_with_its_first_steps_and_one_primary_action(client, cluster):
    page = sign_in(client, make_account(make_person(cluster), Role.COORDINATOR)).get("/").text
    assert "Первые шаги" in page
    assert "Просроченного нет" in page
    assert page.count("btn-primary") == 1


def test_the_page_of_a_busy_cluster_names_nobody_who_answered(client, cluster):
    fill(cluster)
    page = sign_in(client, make_account(make_person(cluster), Role.COORDINATOR)).get("/").text
    assert "Не внесена посещаемость" in page
    assert "Тайная" not in page
    # One invited person: a count would be a name.
    assert "Ответили не меньше" not in page
