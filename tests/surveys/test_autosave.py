"""Autosave: merged key by key in order of arrival, dropped when repeated, never half-written."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import ConsentKind
from app.accounts.services.consents import withdraw_consent
from app.clock import utcnow
from app.db import db, transaction
from surveys.models import Response, ResponseLogEntry
from surveys.queries.answering import find_sitting_by_id
from surveys.services.answering import begin_response, refuse
from tests.factories.surveys import consent_to_diagnostics, link_path, make_assignment, make_response


@pytest.fixture
def assignment(app):
    assignment = make_assignment()
    consent_to_diagnostics(assignment.person)
    return assignment


@pytest.fixture
def save(client, assignment):
    path = f"{link_path(assignment)}/answers"

    def send(changes, *, client_id="tab1", seq=1, base_revision=0, browser=client):
        message = {"client": client_id, "seq": seq, "base_revision": base_revision, "changes": changes}
        return browser.patch(path, json=message)

    return send


def stored() -> Response:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Response)).one()


def log() -> list[ResponseLogEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(ResponseLogEntry).order_by(ResponseLogEntry.id)))


def test_changes_are_merged_key_by_key(save):
    assert save({"S-DLAB-1": {"v": "4"}}).json["revision"] == 1
    second = save({"S-DLAB-2": {"m": "na"}, "S-DLAB-1": {"v": "5"}}, seq=2, base_revision=1)
    assert second.json == {"revision": 2, "changed_elsewhere": [], "problems": {}}
    assert stored().answers == {"S-DLAB-1": {"v": "5"}, "S-DLAB-2": {"m": "na"}}
    assert [entry.overwritten for entry in log()] == [
        {"S-DLAB-1": {}},
        {"S-DLAB-1": {"v": "4"}, "S-DLAB-2": {}},
    ]


def test_a_message_sent_twice_counts_once(save):
    first = save({"S-DLAB-1": {"v": "4"}})
    save({"S-DLAB-1": {"v": "2"}}, client_id="tab2")
    again = save({"S-DLAB-1": {"v": "4"}})
    assert (first.status_code, again.status_code) == (200, 200)
    assert stored().answers == {"S-DLAB-1": {"v": "2"}}
    assert len(log()) == 2


def test_a_stale_base_is_merged_and_told(save, app):
    save({"S-DLAB-1": {"v": "4"}})
    other = save({"S-DLAB-1": {"v": "2"}}, client_id="tab2", base_revision=0, browser=app.test_client())
    assert other.status_code == 200
    assert other.json["changed_elsewhere"] == ["S-DLAB-1"]
    assert stored().answers == {"S-DLAB-1": {"v": "2"}}
    assert log()[1].overwritten == {"S-DLAB-1": {"v": "4"}}  # the loser can be found again


def test_what_can_be_read_is_saved_and_the_rest_named(save):
    reply = save(
        {
            "S-DLAB-1": {"v": "4"},
            "S-DLAB-2": {"v": "17"},
            "NOWHERE-1": {"v": "4"},
            "R-DLAB-now": {"v": "4"},  # of the final wave
        }
    )
    assert reply.status_code == 422
    assert sorted(reply.json["problems"]) == ["NOWHERE-1", "R-DLAB-now", "S-DLAB-2"]
    assert stored().answers == {"S-DLAB-1": {"v": "4"}}


@pytest.mark.parametrize(
    "answer",
    [
        {"v": "x" * 1_000_000},
        {"v": "до\x00после"},
        {"v": "\ud800"},
        {"v": ["a"]},
        {"v": None},
        {"m": "not_shown"},
        {"v": "a", "m": "na"},
        [],
        None,
        7,
    ],
    ids=lambda answer: str(answer)[:20].encode("ascii", "replace").decode(),
)
def test_a_bad_text_is_refused_in_words(save, answer):
    reply = save({"T-1": answer})
    assert reply.status_code == 422
    assert list(reply.json["problems"]) == ["T-1"]
    assert stored().answers == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"client": "a", "seq": 1, "base_revision": 0, "changes": {"K-DLAB-3": {"v": NaN}}}',
        b'{"client": "a", "seq": 1, "base_revision": 0, "changes": {"K-DLAB-3": {"v": -Infinity}}}',
        b'{"client": "a", "seq": true, "base_revision": 0, "changes": {}}',
        b'{"client": "a", "seq": -1, "base_revision": 0, "changes": {}}',
        b'{"client": "", "seq": 1, "base_revision": 0, "changes": {}}',
        b'{"client": "\\u0000", "seq": 1, "base_revision": 0, "changes": {}}',
        b'{"client": "a", "seq": 99999999999999999999, "base_revision": 0, "changes": {}}',
        b'{"client": "a", "seq": 1, "base_revision": 0, "changes": ' + b"[" * 100_000,
        b'{"client": "a", "seq": 1, "base_revision": 0}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_message_is_422(client, assignment, body):
    reply = client.patch(
        f"{link_path(assignment)}/answers",
        data=body,
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert reply.status_code == 422
    assert reply.json["error"]
    assert log() == []


def test_an_infinite_number_is_no_answer(client, assignment):
    body = b'{"client": "a", "seq": 1, "base_revision": 0, "changes": {"K-DLAB-3": {"v": 1e999}}}'
    reply = client.patch(f"{link_path(assignment)}/answers", data=body, content_type="application/json")
    assert reply.status_code == 422
    assert stored().answers == {}


def test_a_huge_message_is_413(client, assignment):
    reply = client.patch(f"{link_path(assignment)}/answers", data=b" " * (2 * 1024 * 1024 + 1))
    assert reply.status_code == 413


def test_after_the_wave_has_closed(save, assignment):
    save({"S-DLAB-1": {"v": "4"}})
    with transaction():
        assignment.wave.closes_at = utcnow()
    late = save({"S-DLAB-1": {"v": "5"}}, seq=2)
    assert late.status_code == 403
    assert stored().answers == {"S-DLAB-1": {"v": "4"}}


def test_after_submitting_it_is_kept_in_the_log_alone(save, assignment, client):
    save({"S-DLAB-1": {"v": "4"}})
    with transaction():
        response = stored()
        response.submitted_at, response.submit_key = utcnow(), "key"
    late = save({"S-DLAB-1": {"v": "5"}}, seq=2)
    assert late.status_code == 409
    assert stored().answers == {"S-DLAB-1": {"v": "4"}}
    assert (log()[-1].changes, log()[-1].overwritten) == ({"S-DLAB-1": {"v": "5"}}, None)


def test_without_consent_or_after_refusing_nothing_is_taken(app, client):
    no_consent = make_assignment()
    refused = make_assignment()
    consent_to_diagnostics(refused.person)
    with transaction():
        refused.refused_at = utcnow()
    message = {"client": "a", "seq": 1, "base_revision": 0, "changes": {"S-DLAB-1": {"v": "4"}}}
    for assignment in (no_consent, refused):
        assert client.patch(f"{link_path(assignment)}/answers", json=message).status_code == 403
    assert db.session.scalars(select(Response)).all() == []


@pytest.mark.parametrize("change", ["refused", "withdrawn"])
def test_what_was_begun_takes_nothing_more_after_a_refusal_or_a_withdrawn_consent(save, assignment, change):
    save({"S-DLAB-1": {"v": "4"}})
    with transaction():
        if change == "refused":
            refuse(assignment.id, now=utcnow())
        else:
            withdraw_consent(assignment.person_id, ConsentKind.DIAGNOSTICS, None, utcnow())
    assert save({"S-DLAB-1": {"v": "5"}}, seq=2).status_code == 403
    assert stored().answers == {"S-DLAB-1": {"v": "4"}}


def test_nothing_begins_under_a_consent_withdrawn_since_it_was_read(app):
    assignment = make_assignment()
    consent_to_diagnostics(assignment.person)
    with transaction():
        read = find_sitting_by_id(assignment.public_id)
    with transaction():
        withdraw_consent(assignment.person_id, ConsentKind.DIAGNOSTICS, None, utcnow())
    with transaction():
        begun = begin_response(read, device="a", language="ru", order_seed=1, now=utcnow())
    assert begun.draft is None
    assert db.session.scalars(select(Response)).all() == []


def test_a_replaced_link_opens_nothing(app, client, assignment):
    old = link_path(assignment)
    with transaction():
        assignment.generation, assignment.link_hash = 2, b"\0" * 32
    message = {"client": "a", "seq": 1, "base_revision": 0, "changes": {"S-DLAB-1": {"v": "4"}}}
    assert client.patch(f"{old}/answers", json=message).status_code == 404
    assert client.get(old).status_code == 404


def test_the_memory_of_pages_is_bounded(save, assignment):
    response = make_response(
        assignment, clients={f"page{n}": [1, n] for n in range(400)}, revision=400, device="d"
    )
    save({"S-DLAB-1": {"v": "4"}}, client_id="newest")
    clients = db.session.get_one(Response, response.id, populate_existing=True).clients
    assert len(clients) == 200
    assert clients["newest"] == [1, 401]
    assert "page0" not in clients


def test_messages_survive_any_order_of_two_devices(save):
    for seq in (1, 2, 3):
        save({"S-DLAB-1": {"v": str(seq)}}, client_id="a", seq=seq)
        save({"S-DLAB-2": {"v": str(seq)}}, client_id="b", seq=seq)
    assert stored().answers == {"S-DLAB-1": {"v": "3"}, "S-DLAB-2": {"v": "3"}}
    assert json.dumps(stored().clients, sort_keys=True) == '{"a": [3, 5], "b": [3, 6]}'


def test_a_person_who_left_is_told_so(client, assignment):
    with transaction():
        assignment.person.left_on = utcnow().date() - timedelta(days=2)
    assert client.get(link_path(assignment)).status_code == 403
