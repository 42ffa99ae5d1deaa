"""What the seminar shows on a profile, and attendance as a slice of comparisons."""

from datetime import timedelta

import pytest
from flask import render_template

from app.db import transaction
from seminars import queries
from seminars.services.wishes import wish_for_session
from surveys import profile_sections, slices
from surveys.profile_sections import ProfileReader, Topic
from surveys.slices import People
from tests.factories.people import make_cluster, make_person
from tests.factories.seminars import NOW, make_registration, make_session

ZONES = (Topic("DLAB", "Цифровые лаборатории"), Topic("PROJ", "Проекты"))


@pytest.fixture
def person(cluster):
    return make_person(cluster, subjects=["chemistry"])


def reader(person, zones=ZONES):
    return ProfileReader(person.id, person.cluster_id, 1, tuple(person.subjects), zones, NOW)


def suggest(person, competences=("DLAB", "PROJ")):
    found = queries.suggest_sessions(
        person_id=person.id,
        cluster_id=person.cluster_id,
        subjects=person.subjects,
        competences=competences,
        now=NOW,
    )
    return [suggestion.session for suggestion in found]


def section_of(person, zones=ZONES):
    makers = profile_sections.sections_for(reader(person, zones))
    return next((part for part in makers if part.template == "seminars/_suggested.html"), None)


def test_own_subject_goes_before_the_nearest_and_three_are_the_most(cluster, person):
    def at(days, **values):
        return make_session(cluster, competences=["DLAB"], starts_at=NOW + timedelta(days=days), **values)

    near_foreign = at(1, subjects=["physics"])
    own_later, own_sooner = at(9, subjects=["chemistry"]), at(5, subjects=["chemistry", "biology"])
    open_to_all = at(7)
    at(11)
    assert suggest(person) == [own_sooner, open_to_all, own_later]
    assert near_foreign not in suggest(person)


def test_only_what_can_be_joined_at_once_is_suggested(cluster, person):
    fits = make_session(cluster, competences=["PROJ"])
    make_session(cluster, competences=["NETW"])
    make_session(cluster, competences=["DLAB"], starts_at=NOW - timedelta(days=1))
    make_session(cluster, competences=["DLAB"], state="draft")
    make_session(cluster, competences=["DLAB"], sign_up_opens_at=NOW + timedelta(days=1))
    make_session(cluster, competences=["DLAB"], sign_up_closes_at=NOW)
    make_session(make_cluster(), competences=["DLAB"])
    full = make_session(cluster, competences=["DLAB"], capacity=1)
    make_registration(full)
    own = make_session(cluster, competences=["DLAB"])
    make_registration(own, person)
    awaited = make_session(cluster, competences=["DLAB"], capacity=1)
    first, _second = make_registration(awaited), make_registration(awaited)
    assert first.id
    with transaction():
        awaited.capacity = 2  # not filled yet: the place is the one's who waits
    assert suggest(person) == [fits]
    assert suggest(person, ()) == []


def test_the_profile_says_why_and_offers_the_wish_where_nothing_fits(app, cluster, person):
    session = make_session(cluster, competences=["DLAB"], capacity=4, starts_at=NOW + timedelta(days=6))
    section = section_of(person)
    with app.test_request_context("/profile"):
        html = render_template(section.template, section=section.values)
    assert (
        "Тема занятия — Ваша зона роста «Цифровые лаборатории», занятие через 6 дней, свободно 4 места."
        in html
    )
    assert f"/seminar/sessions/{session.public_id}/register" in html
    assert "Нужно такое занятие" in html
    assert [zone.code for zone in section.values["uncovered"]] == ["PROJ"]
    with transaction():
        wish_for_session(person, "PROJ", now=NOW)
    assert section_of(person).values["wished"] == {"PROJ"}


def test_a_zone_one_is_registered_for_needs_no_wish(cluster, person):
    make_registration(make_session(cluster, competences=["DLAB", "PROJ"]), person)
    assert section_of(person).values["uncovered"] == []


def test_without_growth_zones_nothing_is_suggested(cluster, person):
    assert section_of(person, ()) is None


def test_attendance_is_a_slice_in_the_order_of_the_people(cluster):
    band = slices.find_slice("attendance_band")
    ids = [make_person(cluster).id for _ in range(2)]
    people = People(cluster.id, ids, [{}, {}], NOW, NOW + timedelta(days=1))
    assert band.groups_of(people) == [("0",), ("0",)]
    assert list(band.order()) == ["0", "1-3", "4+"]
    assert [band.name_of(code) for code in band.order()] == [
        "ни одного занятия",
        "от 1 до 3 занятий",
        "4 занятия и больше",
    ]
