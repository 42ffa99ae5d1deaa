"""Regular letters: planned for a stated week or month, one to a person, none when there is nothing to say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import AddressState
from app.clock import local_date, utcnow
from app.db import db, transaction
from app.jobs.timed import Period
from app.mail.letters import kind_of
from app.mail.models import Letter, LetterState
from app.mail.rendering import render
from app.pages import summaries
from app.permissions import Role
from programme.models import PlanItem, PlanItemState
from tasks import summaries as planning
from tests.factories.jobs import run_jobs
from tests.factories.mail import send_letters
from tests.factories.people import make_account, make_cluster, make_person, make_school
from tests.factories.programme import make_plan_item
from tests.factories.seminars import make_registration, make_session


@pytest.fixture
def cluster(app):
    return make_cluster(is_demo=True)  # without quiet hours


@pytest.fixture
def coordinator(cluster):
    person = make_person(cluster)
    make_account(person, Role.COORDINATOR)
    return person


@pytest.fixture
def head(cluster):
    person = make_person(cluster, organisation_id=make_school(cluster, name="СОШ № 7").id)
    make_account(person, Role.CENTRE_HEAD, organisation_id=person.organisation_id)
    return person


def this_week():
    return Period(utcnow() - timedelta(minutes=1), utcnow() + timedelta(days=6))


def plan(work, period=None):
    with transaction():
        work(period or this_week())
    run_jobs()


def make_late(cluster):
    yesterday = local_date(utcnow(), cluster.time_zone) - timedelta(days=1)
    make_plan_item(cluster, title="Отчёт & справка", until_on=yesterday)


def make_trip(cluster, person):
    """A session ahead with this person."""
    now = utcnow()
    session = make_session(cluster, title="Датчики <pH> & свет", starts_at=now + timedelta(days=5))
    make_registration(session, person, now=now)
    return session


def letters():
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()


def text_of(letter, part="plain"):
    with transaction():
        message = render(letter, kind_of(letter.kind), letter.person, now=utcnow())
    return message["Subject"], message.get_body((part,)).get_content()


def test_weeks_are_iso_weeks_and_months_are_over():
    assert summaries.week_of(date(2027, 1, 3)) == "2026-W53"
    assert summaries.week_of(date(2026, 11, 23)) == "2026-W48"
    assert summaries.month_before(date(2027, 1, 1)) == "2026-12"
    assert summaries.bounds_of_month("2026-12", "Asia/Novokuznetsk") == (
        datetime(2026, 11, 30, 17, tzinfo=UTC),
        datetime(2026, 12, 31, 17, tzinfo=UTC),
    )
    assert summaries.end_of_week("2026-W48", "Asia/Novokuznetsk") == datetime(2026, 11, 29, 17, tzinfo=UTC)


def test_a_coordinator_gets_one_letter_a_week_however_often_it_is_planned(cluster, coordinator):
    make_late(cluster)
    plan(planning.plan_weeks)
    plan(planning.plan_weeks)
    (letter,) = letters()
    week = summaries.week_of(local_date(utcnow(), cluster.time_zone))
    assert (letter.kind, letter.person_id, letter.period) == ("coordinator_summary", coordinator.id, week)


def test_with_nothing_to_do_no_letter_comes(cluster, coordinator):
    plan(planning.plan_weeks)
    assert letters() == []


def test_a_week_that_is_over_is_not_written_of(cluster, coordinator):
    make_late(cluster)
    long_ago = utcnow() - timedelta(days=21)
    plan(planning.plan_weeks, Period(long_ago, long_ago + timedelta(days=7)))
    assert letters() == []


def test_what_is_done_before_the_letter_leaves_stops_it(cluster, coordinator):
    make_late(cluster)
    plan(planning.plan_weeks)
    with transaction():
        db.session.execute(PlanItem.__table__.update().values(state=PlanItemState.DONE))
    send_letters()
    (letter,) = letters()
    assert letter.state is LetterState.CANCELLED


def test_the_week_is_told_in_lines_each_with_its_link(cluster, coordinator):
    make_late(cluster)
    session = make_session(cluster, title="Датчики <pH> & свет", starts_at=utcnow() + timedelta(days=5))
    plan(planning.plan_weeks)
    (letter,) = letters()
    subject, plain = text_of(letter)
    assert subject == "Дела недели: 2 пункта"
    assert "1 пункт плана просрочен" in plain
    assert "http://127.0.0.1:8000/plan?state=overdue" in plain
    assert "Мало записавшихся: «Датчики <pH> & свет»" in plain
    assert f"http://127.0.0.1:8000/seminar/sessions/{session.public_id}/people" in plain
    assert "Почему пришло это письмо: по понедельникам координатору" in plain
    assert "/letters/stop/" in plain
    html = text_of(letter, "html")[1]
    assert "Датчики &lt;pH&gt; &amp; свет" in html
    assert f'href="http://127.0.0.1:8000/seminar/sessions/{session.public_id}/people"' in html


def test_coordinators_of_two_clusters_read_of_their_own(cluster, coordinator):
    make_late(cluster)
    other = make_cluster(is_demo=True)
    make_account(make_person(other), Role.COORDINATOR)
    plan(planning.plan_weeks)
    assert [letter.person_id for letter in letters()] == [coordinator.id]


def test_nobody_without_a_role_in_force_or_an_address_is_written_to(cluster):
    make_late(cluster)
    make_account(make_person(cluster, email=None), Role.COORDINATOR)
    make_account(make_person(cluster, left_on=utcnow().date()), Role.COORDINATOR)
    make_account(make_person(cluster), Role.DIRECTOR)
    plan(planning.plan_weeks)
    assert letters() == []


def test_a_head_gets_one_letter_about_the_month_that_is_over(cluster, head):
    make_trip(cluster, head)
    plan(planning.plan_months)
    tomorrow = utcnow() + timedelta(seconds=1)
    plan(planning.plan_months, Period(tomorrow, tomorrow + timedelta(days=1)))
    (letter,) = letters()
    month = summaries.month_before(local_date(utcnow(), cluster.time_zone))
    assert (letter.kind, letter.person_id, letter.period) == ("head_summary", head.id, month)
    subject, plain = text_of(letter)
    assert subject.startswith("СОШ № 7: сводка за ")
    assert "Датчики <pH> & свет" in plain
    assert "раз в месяц руководителю центра" in plain
    assert "Датчики &lt;pH&gt; &amp; свет" in text_of(letter, "html")[1]


def test_a_school_with_nothing_to_tell_gets_no_letter(cluster, head):
    plan(planning.plan_months)
    assert letters() == []


def test_a_head_reads_of_the_own_school_alone(cluster, head):
    other = make_school(cluster)
    make_trip(cluster, make_person(cluster, organisation_id=other.id))
    plan(planning.plan_months)
    assert letters() == []


def test_whoever_is_head_no_longer_gets_nothing(cluster, head):
    make_trip(cluster, head)
    plan(planning.plan_months)
    with transaction():
        for grant in head.account.grants:
            grant.until_on = local_date(utcnow(), cluster.time_zone) - timedelta(days=1)
    send_letters()
    assert letters()[0].state is LetterState.CANCELLED


def test_failing_addresses_alone_are_worth_a_letter(cluster, head):
    make_person(cluster, organisation_id=head.organisation_id, email_state=AddressState.FAILING)
    plan(planning.plan_months)
    (letter,) = letters()
    assert "1 адрес педагогов школы не принимает письма" in text_of(letter)[1]
