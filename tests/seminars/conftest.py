"""A cluster with its catalogues, and people signed in to it."""

import pytest

from app.accounts.services import ensure_catalogues
from app.db import transaction
from app.permissions import Role
from tests.factories.people import make_account, make_cluster, make_person, sign_in


@pytest.fixture
def cluster(app):
    with transaction():
        ensure_catalogues()
    return make_cluster()


@pytest.fixture
def enter(app, cluster):
    """A client signed in as a new person of the cluster with these roles (a teacher's, if none)."""

    def signed_in(*roles, person=None):
        client = app.test_client()
        return sign_in(client, make_account(person or make_person(cluster), *(roles or (Role.TEACHER,))))

    return signed_in
