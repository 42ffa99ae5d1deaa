"""Every route, walked by everybody: no role sees or does more than its declared access and its cluster allow.

The objects are the demonstration's; a person of its cluster meets them as own, a person of a second cluster as
foreign. A new route with a new parameter fails here until `objects.py` says what stands in its address.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from app.accounts.models import Account
from app.clock import utcnow
from app.db import db
from app.demo.loading import ensure_demo, find_demo
from app.permissions import ROLE_PERMISSIONS, Role
from tests.architecture.objects import (
    Values,
    count_objects,
    fill,
    foreign_parts,
    own_objects,
    parameters,
    people_of_both,
)
from tests.conftest import empty_tables
from tests.factories.people import sign_in

CSRF_SECRET = "c" * 40
DEAD_SERVICE = {"health.healthz": "says 503 where no worker runs, as in these tests"}

"""Answers of 5xx that are right."""

NOT_SHOWN = {
    "assets": "the table names no file: their hashes change",
    "accounts.first_password": "after a code of a printed slip",
    "diagnostics.new_wave": "while no wave is open",
    "diagnostics.settings": "before the wave opens",
    "group_results.confirm": "while there is something new to publish",
    "health.healthz": "where a worker runs",
    "instruments.changes": "where there is a former version",
    "mailbox.html": "where the catcher has a letter",
    "mailbox.read": "where the catcher has a letter",
    "metrics.metrics": "to whoever knows the token",
}
"""Pages nobody sees in the demonstration as it is loaded, and when they are seen."""

FOR_ALL_CLUSTERS = {
    "instruments.preview": "an instrument belongs to no cluster: all of them use it",
    "results.state": "tells whether a worker has been there, to whoever knows an address that cannot be guessed",
}
"""Objects another cluster may see, and why."""


@dataclass(frozen=True)
class Visit:
    """What one person got from one address."""

    endpoint: str
    method: str
    path: str
    status: int
    location: str = ""
    fault: str = ""

    @property
    def is_sent_to_sign_in(self) -> bool:
        return self.status in (302, 303) and self.location.startswith("/sign-in?")

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint}) -> {self.status} {self.location}{self.fault}"


@dataclass
class Site:
    """The application over the demonstration, and who walks it."""

    flask_app: Flask
    own: dict[Role, Account]
    strangers: dict[Role, Account]
    values: Values
    foreign: Values
    seen: dict[Role, list[Visit]] = field(default_factory=dict)

    def rules(self, method: str) -> list[Rule]:
        found = [rule for rule in self.flask_app.url_map.iter_rules() if method in rule.methods]
        return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))

    def access(self, endpoint: str) -> Any:
        return self.flask_app.view_functions[endpoint].access

    def is_open(self, endpoint: str) -> bool:
        """Whether a route is for everybody, or for whoever holds the link."""
        return isinstance(self.access(endpoint), str)

    def is_for(self, endpoint: str, role: Role) -> bool:
        return self.is_open(endpoint) or bool(self.access(endpoint) & ROLE_PERMISSIONS[role])

    def visit(self, rule: Rule, method: str, account: Account | None, values: Values | None = None) -> Visit:
        """Go there as `account` (None: a guest), with an empty form and its token where something is sent."""
        path = self.flask_app.url_map.bind("localhost").build(
            rule.endpoint, fill(rule, values or self.values), method=method
        )
        db.session.remove()  # as a request of its own
        client = self.flask_app.test_client()
        if account is not None:
            sign_in(client, db.session.get_one(Account, account.id))
            db.session.remove()
        sent = {}
        if method != "GET":
            with client.session_transaction() as session:
                session["csrf_token"] = CSRF_SECRET
            signer = URLSafeTimedSerializer(self.flask_app.secret_key, salt="wtf-csrf-token")
            sent = {"data": {"csrf_token": signer.dumps(CSRF_SECRET)}}
        try:
            response = client.open(path, method=method, **sent)
        except Exception as error:  # what a server would answer with 500
            return Visit(rule.endpoint, method, path, 500, fault=repr(error)[:300])
        return Visit(rule.endpoint, method, path, response.status_code, response.location or "")


def told(visits: list[Visit]) -> str:
    return "\n" + "\n".join(map(str, visits))


def broken(visits: list[Visit]) -> list[Visit]:
    return [visit for visit in visits if visit.status >= 500 and visit.endpoint not in DEAD_SERVICE]


@pytest.fixture(scope="module")
def site(migrated_app: Flask) -> Iterator[Site]:
    with migrated_app.app_context():
        assert ensure_demo(utcnow())
        own, strangers = people_of_both()
        cluster = find_demo()
        values = own_objects(cluster, own[Role.TEACHER], own[Role.HOST])
        yield Site(migrated_app, own, strangers, values, foreign_parts(strangers[Role.TEACHER]))
        db.session.remove()
    with migrated_app.app_context():
        empty_tables(db.engine)


def pages_of(site: Site, role: Role) -> list[Visit]:
    """All pages as this role of the demonstration gets them; walked once."""
    if role not in site.seen:
        site.seen[role] = [site.visit(rule, "GET", site.own[role]) for rule in site.rules("GET")]
    return site.seen[role]


@pytest.mark.parametrize("role", Role)
def test_pages_open_by_permission(site: Site, role: Role):
    """A page is refused exactly where the role lacks the permission, or by a policy told here; none breaks."""
    visits = pages_of(site, role)
    refused = [v for v in visits if not site.is_for(v.endpoint, role)]

    assert broken(visits) == [], told(broken(visits))
    wrong = [v for v in refused if v.status != 403]
    assert wrong == [], f"{role} lacks the permission and is not refused:" + told(wrong)
    wrong = [v for v in visits if v not in refused and (v.status == 403 or v.is_sent_to_sign_in)]
    assert wrong == [], f"{role} holds the permission and is refused:" + told(wrong)


def test_every_page_is_shown_to_somebody(site: Site):
    """Else the table leads to nothing, and the walk proves nothing."""
    shown = {v.endpoint for role in Role for v in pages_of(site, role) if v.status < 400}
    never = {rule.endpoint for rule in site.rules("GET")} - shown

    assert never == set(NOT_SHOWN)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_guest_is_sent_to_sign_in(site: Site, method: str):
    visits = [site.visit(rule, method, None) for rule in site.rules(method)]

    assert broken(visits) == [], told(broken(visits))
    # What a guest sends has no address to come back to.
    sent = [v for v in visits if v.is_sent_to_sign_in or (method != "GET" and v.location == "/sign-in")]
    wrong = [v for v in visits if not site.is_open(v.endpoint) and v not in sent]
    assert wrong == [], "open to guests:" + told(wrong)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_objects_of_another_cluster_are_not_found(site: Site, method: str):
    """Whatever role a person holds in her own cluster; a policy that opens more is told in FOR_ALL_CLUSTERS."""
    visits = [
        site.visit(rule, method, site.strangers[role])
        for rule in site.rules(method)
        if count_objects(rule)
        for role in Role
        if site.is_for(rule.endpoint, role)
    ]
    assert visits or method == "PATCH"
    wrong = [v for v in visits if v.status != 404 and v.endpoint not in FOR_ALL_CLUSTERS]
    assert wrong == [], "seen from another cluster:" + told(wrong)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_object_is_not_reached_through_an_own_one(site: Site, method: str):
    """As the last of two objects in an address: somebody of another cluster in one's own list."""
    visits = [
        site.visit(rule, method, site.own[role], {**site.values, **site.foreign})
        for rule in site.rules(method)
        if count_objects(rule) > 1
        for role in Role
        if site.is_for(rule.endpoint, role)
    ]
    assert visits
    wrong = [v for v in visits if v.status not in (404, 422)]  # 422: the empty form is refused before
    assert wrong == [], "reached through an own object:" + told(wrong)


def test_every_second_object_has_a_foreign_one(site: Site):
    rules = [rule for rule in site.flask_app.url_map.iter_rules() if count_objects(rule) > 1]
    assert {list(parameters(rule).values())[-1] for rule in rules} == set(site.foreign)


@pytest.mark.parametrize("role", Role)
def test_empty_forms_break_nothing(site: Site, role: Role):
    """Last in the file: what an empty form may do, it does."""
    rules = [(rule, method) for method in ("POST", "PATCH") for rule in site.rules(method)]
    visits = [site.visit(rule, method, site.own[role]) for rule, method in rules]

    assert broken(visits) == [], told(broken(visits))
    wrong = [v for v in visits if not site.is_for(v.endpoint, role) and v.status != 403]
    assert wrong == [], f"{role} lacks the permission and is not refused:" + told(wrong)
    wrong = [v for v in visits if v.is_sent_to_sign_in]
    assert wrong == [], "signed in and sent to sign in:" + told(wrong)
