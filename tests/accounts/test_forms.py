"""Forms give back what they show, and refuse what no page should send."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.accounts import queries, services
from app.accounts.errors import TooManyAttempts
from app.accounts.forms.organisations import OrganisationForm
from app.accounts.forms.passwords import AddressForm, NewPasswordForm
from app.accounts.forms.people import GrantForm, PersonForm
from app.accounts.models import ClusterMembership, OrganisationKind
from app.accounts.services import OrganisationData, PersonData
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from tests.accounts.conftest import PASSWORD, Place
from tests.factories.people import make_account, make_person, make_school

pytestmark = pytest.mark.usefixtures("catalogues", "page")
TODAY = date(2026, 11, 24)
OPEN = {"meta": {"csrf": False}}


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    """A page is opened: forms take what is stored, not what was sent."""
    with app.test_request_context("/"):
        yield


def sent(app: Flask, **fields: Any) -> Any:
    return app.test_request_context("/", method="POST", data=fields)


def test_a_person_opened_and_saved_unchanged_stays_as_stored(place: Place):
    person = make_person(
        place.cluster,
        organisation_id=place.school.id,
        position="teacher",
        subjects=["physics", "labour"],
        category="highest",
        extra_category="mentor",
        service_band="11_20",
        phone="+7 900 000-00-00",
    )

    form = PersonForm([place.school, place.other_school], TODAY, person, **OPEN)

    stored = replace(PersonData.of(person), subjects=("physics", "labour"))
    assert form.as_data(form.email.data) == stored


def test_a_word_no_longer_offered_stays_with_whoever_has_it(app: Flask, place: Place):
    had = make_person(place.cluster, subjects=["technology"])
    fields = {"surname": "Ёлкина", "name": "Мария", "subjects": "technology"}

    with sent(app, **fields):
        assert PersonForm([], TODAY, had, **OPEN).validate()
    with sent(app, **fields):
        other = PersonForm([], TODAY, place.teacher, **OPEN)
        assert not other.validate()
        assert set(other.errors) == {"subjects"}


def test_a_school_that_was_not_offered_is_refused(app: Flask, place: Place):
    fields = {"surname": "Ёлкина", "name": "Мария", "organisation": str(place.other_school.public_id)}

    with sent(app, **fields):
        form = PersonForm([place.school], TODAY, **OPEN)
        assert not form.validate()
        assert set(form.errors) == {"organisation"}


@pytest.mark.parametrize("role", [Role.CENTRE_HEAD, Role.DIRECTOR])
def test_a_role_of_a_school_asks_which(app: Flask, place: Place, role: Role):
    with sent(app, role=role.value):
        form = GrantForm([role], [place.school], **OPEN)
        assert not form.validate()
        assert set(form.errors) == {"organisation"}
    with sent(app, role=role.value, organisation=str(place.school.public_id)):
        form = GrantForm([role], [place.school], **OPEN)
        assert form.validate()
        assert form.organisation_id == place.school.id


def test_a_role_that_is_not_offered_is_refused(app: Flask):
    with sent(app, role=Role.ADMINISTRATOR.value):
        form = GrantForm([Role.HOST], [], **OPEN)
        assert not form.validate()
        assert set(form.errors) == {"role"}


def test_a_centre_opened_and_saved_unchanged_stays_as_stored(place: Place):
    membership = db.session.scalars(
        db.select(ClusterMembership).where(ClusterMembership.organisation_id == place.school.id)
    ).one()
    values = {
        "kind": OrganisationKind.CENTRE,
        "name": "Центр «Точка роста»",
        "short_name": "Точка роста",
        "parent_id": place.school.id,
        "address": "ул. Школьная, 1",
        "email": "centre@example.org",
        "profile": "digital_humanitarian",
        "opened_year": 2020,
        "pupils": 100,
        "staff": 5,
    }
    centre = make_school(place.cluster, **values)

    form = OrganisationForm([place.school], centre, membership, **OPEN)

    assert form.as_data() == OrganisationData(
        **values, from_on=membership.from_on, until_on=membership.until_on
    )


def test_a_centre_is_of_a_school_and_a_school_is_of_none(app: Flask, place: Place):
    parent = str(place.school.public_id)
    fields = {"name": "Центр", "short_name": "Центр", "profile": "digital_humanitarian"}

    with sent(app, kind="centre", **fields):
        form = OrganisationForm([place.school], **OPEN)
        assert not form.validate()
        assert set(form.errors) == {"parent"}
    with sent(app, kind="school", parent=parent, **fields):
        form = OrganisationForm([place.school], **OPEN)
        assert form.validate()
        assert (form.as_data().parent_id, form.as_data().profile) == (None, None)


def test_a_school_is_not_offered_as_a_unit_of_itself(place: Place):
    form = OrganisationForm([place.school, place.other_school], place.school, **OPEN)

    assert [choice.value for choice in form.parent.choices] == ["", str(place.other_school.public_id)]


@pytest.mark.parametrize("password", ["sokolova.teacher", "Sokolova.Teacher1"])
def test_the_mailbox_is_no_password(app: Flask, place: Place, password: str):
    account = make_account(place.teacher, email="sokolova.teacher@example.org")

    with sent(app, password=password, password_again=password):
        form = NewPasswordForm(account, **OPEN)
        assert not form.validate()
        assert set(form.errors) == {"password"}


def test_guessing_the_present_password_is_slowed_down(app: Flask, place: Place):
    account = place.coordinator
    with transaction():
        services.set_password(queries.lock_account(account.id), PASSWORD, utcnow())

    def is_taken(current: str) -> bool:
        with sent(app, email="new@example.org", current=current):
            return bool(AddressForm(account, **OPEN).validate())

    assert is_taken(PASSWORD)
    assert [is_taken("не тот пароль") for _guess in range(5)] == [False] * 5
    with pytest.raises(TooManyAttempts):
        is_taken(PASSWORD)
