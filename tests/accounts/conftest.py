"""A cluster with a coordinator, as most tests here need it."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import services
from app.accounts.models import Account, Cluster, Organisation, Person
from app.clock import utcnow
from app.db import transaction
from app.permissions import Role
from tests.factories.people import make_account, make_cluster, make_person, make_school, sign_in

PASSWORD = "тихая река за школой"


@dataclass
class Place:
    """A cluster of two schools, its coordinator and a teacher of the first school."""

    cluster: Cluster
    school: Organisation
    other_school: Organisation
    coordinator: Account
    teacher: Person


@pytest.fixture
def texts(app: Flask) -> None:
    with transaction():
        services.ensure_consent_texts(utcnow())


@pytest.fixture
def catalogues(app: Flask) -> None:
    with transaction():
        services.ensure_catalogues()


@pytest.fixture
def place(app: Flask) -> Place:
    return make_place()


def make_place() -> Place:
    cluster = make_cluster()
    school, other = make_school(cluster), make_school(cluster)
    coordinator = make_account(make_person(cluster, surname="Соколова"), Role.COORDINATOR)
    teacher = make_person(cluster, organisation_id=school.id)
    return Place(cluster, school, other, coordinator, teacher)


@pytest.fixture
def as_coordinator(client: FlaskClient, place: Place) -> FlaskClient:
    return sign_in(client, place.coordinator)
