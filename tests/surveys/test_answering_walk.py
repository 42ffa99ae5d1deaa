"""From the link to the receipt, by the plain form."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import utcnow
from app.db import db
from surveys.models import Response, ResponseLogEntry
from tests.factories.surveys import (
    consent_to_diagnostics,
    link_path,
    make_assignment,
    make_wave,
    one_page_document,
)
from tests.surveys.items.browser_form import posted


def stored() -> Response:
    db.session.expire_all()
    return db.session.scalars(select(Response)).one()


@pytest.fixture
def assignment(app):
    assignment = make_assignment()
    consent_to_diagnostics(assignment.person)
    return assignment


def test_consent_leads_straight_to_the_first_question(app, client: FlaskClient):
    assignment = make_assignment()
    with app.test_request_context():
        from app.accounts.services import ensure_consent_texts
        from app.db import transaction

        with transaction():
            ensure_consent_texts(utcnow())
    path = link_path(assignment)

    greeting = client.get(path)
    assert greeting.status_code == 200
    assert 'name="consent"' in greeting.text
    assert "checked" not in greeting.text.split('name="consent"')[1].split(">")[0]

    refused = client.post(f"{path}/begin", data={"choice": "take_part"})
    assert refused.status_code == 422

    begun = client.post(f"{path}/begin", data={"choice": "take_part", "consent": "y"})
    assert begun.status_code == 303
    first = client.get(begun.location)
    assert "S-DLAB-1" in first.text
    assert stored().attributes["subjects"] == []
    assert stored().consent_id is not None


def test_a_page_at_a_time_to_the_receipt(app, client: FlaskClient, assignment):
    path = link_path(assignment)
    page = client.get(path)
    address = f"{path}/p/self-dlab"
    assert f'action="{address}"' in page.text

    fields = posted(page.text)
    fields["i.S-DLAB-1"], fields["i.S-DLAB-2"], fields["go"] = "__na", "__na", "next"
    page = client.post(address, data=fields)
    assert page.location == f"{path}/p/self-proj"
    assert stored().answers == {"S-DLAB-1": {"m": "na"}, "S-DLAB-2": {"m": "na"}}

    for _step in range(5):
        if page.location.endswith("/finish"):
            break
        html = client.get(page.location).text
        page = client.post(page.location, data=posted(html) | {"go": "next"})
    assert page.location == f"{path}/finish"

    finish = client.get(page.location)
    assert finish.status_code == 200
    sent = client.post(f"{path}/submit", data=posted(finish.text))
    assert sent.location == f"{path}/receipt"
    receipt = client.get(sent.location)
    assert "data-receipt=" in receipt.text
    response = stored()
    assert response.submitted_at is not None
    assert response.answers["S-PROJ-1"] == {"m": "skipped"}
    assert response.answers["K-DLAB-1"] == {"m": "not_shown"}
    assert "R-DLAB-now" not in response.answers  # a question of the final wave alone


def test_a_page_of_required_items_is_one_post(app, client: FlaskClient):
    assignment = make_assignment(make_wave(document=one_page_document()))
    consent_to_diagnostics(assignment.person)
    path = link_path(assignment)
    fields = posted(client.get(path).text)
    answers = {f"i.Q-{number}": "3" for number in range(1, 41)}

    incomplete = client.post(f"{path}/submit", data={**fields, **answers, "i.Q-7": ""})
    assert incomplete.status_code == 422
    assert "item-wrong" in incomplete.text
    assert incomplete.text.count("data-item=") == 40  # nothing given is taken off the page
    assert stored().submitted_at is None
    assert len(stored().answers) == 40

    fields = posted(incomplete.text) | {"i.Q-7": "5"}
    sent = client.post(f"{path}/submit", data=fields)
    assert sent.status_code == 303, sent.text
    assert "data-receipt" in client.get(sent.location).text
    assert stored().answers["Q-7"] == {"v": "5"}
    entries = db.session.scalars(select(ResponseLogEntry).order_by(ResponseLogEntry.revision)).all()
    assert [len(entry.changes) for entry in entries] == [40, 1]


def test_closing_at_the_moment(app, client: FlaskClient, assignment):
    wave = assignment.wave
    wave.closes_at = utcnow() - timedelta(seconds=1)
    db.session.commit()
    for path in ("", "/p/self-dlab", "/finish"):
        assert client.get(link_path(assignment) + path).status_code == 403
    assert client.post(f"{link_path(assignment)}/submit", data={}).status_code == 403
    told = client.get(link_path(assignment)).text
    assert "Диагностика закрыта" in told
    assert "Ваша роль" not in told


def test_a_page_hidden_meanwhile_is_saved_and_left(client: FlaskClient, assignment):
    """Another tab has said that the topic does not apply while its tasks stood open here."""
    path = link_path(assignment)
    page = posted(client.get(f"{path}/p/tasks-dlab").text).to_dict()
    changes = {"S-DLAB-1": {"m": "na"}, "S-DLAB-2": {"m": "na"}}
    message = {"client": "tab", "seq": 1, "base_revision": 0, "changes": changes}
    assert client.patch(f"{path}/answers", json=message).status_code == 200

    reply = client.post(f"{path}/p/tasks-dlab", data={**page, "i.K-DLAB-3": "7", "go": "next"})
    assert reply.location == path
    assert stored().answers["K-DLAB-3"] == {"v": 7}
    assert client.get(f"{path}/p/tasks-dlab").location == path
