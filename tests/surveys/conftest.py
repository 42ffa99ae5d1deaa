"""A cluster and its coordinator's browser, as most pages here need them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Cluster
from app.permissions import Role
from tests.factories.people import make_account, make_cluster, make_person, sign_in


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    return make_cluster()


@pytest.fixture
def coordinator(client: FlaskClient, cluster: Cluster) -> FlaskClient:
    return sign_in(client, make_account(make_person(cluster), Role.COORDINATOR))
