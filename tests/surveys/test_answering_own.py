"""Starting without the letter, and answering on paper."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import AddressState
from app.accounts.services import ensure_consent_texts
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from surveys.models import Assignment, Response
from tests.factories.people import make_account, make_person, sign_in
from tests.factories.surveys import link_path, make_assignment, make_response, make_wave
from tests.surveys.items.browser_form import posted


def test_own_diagnostics_lead_where_the_letter_leads(app, client):
    assignment = make_assignment()
    foreign = make_assignment()
    sign_in(client, make_account(assignment.person, Role.TEACHER))

    page = client.get("/diagnostics/mine")
    assert page.status_code == 200
    assert link_path(assignment) in page.text
    assert link_path(foreign) not in page.text


def test_states_of_own_diagnostics(app, client):
    now = utcnow()
    person = make_person()
    waves = [make_wave() for _ in range(3)]
    assignments = [make_assignment(wave, person) for wave in waves]
    make_response(assignments[0], submitted_at=now)
    with transaction():
        assignments[1].refused_at = now
        waves[2].closes_at = now - timedelta(minutes=1)
    sign_in(client, make_account(person, Role.TEACHER))

    page = client.get("/diagnostics/mine").text
    for words in ("пройдена", "Вы не участвуете", "закрыта"):
        assert words in page
    completed = db.session.scalars(select(Response)).one()
    assert f"/profile/{completed.public_id}" in page
    assert link_path(assignments[0]) not in page


def paper_wave():
    wave = make_wave()
    person = make_person(wave.diagnostic.cluster, email=None)
    assignment = make_assignment(wave, person)
    operator = make_account(make_person(wave.diagnostic.cluster), Role.PAPER_OPERATOR)
    with transaction():
        ensure_consent_texts(utcnow())
    return wave, assignment, operator


def test_a_paper_form_is_entered_by_its_code(app, client):
    wave, assignment, operator = paper_wave()
    sign_in(client, operator)
    assert client.get("/paper").status_code == 200

    overview = f"/paper/{wave.public_id}"
    fields = posted(client.get(overview).text)
    assert client.post(f"{overview}/codes", data=fields).status_code == 302
    db.session.expire_all()
    code = db.session.get_one(Assignment, assignment.id).paper_code
    assert code is not None
    address = f"{overview}/{assignment.public_id}"
    printed = client.get(f"{address}/form").text
    assert code in printed
    assert assignment.person.surname not in printed

    page = client.get(address)
    assert assignment.person.surname not in page.text
    fields = posted(page.text) | {"i.S-DLAB-1": "4"}
    assert client.post(address, data=fields).status_code == 422  # the consent is not signed
    fields["consent"] = "1"
    assert client.post(address, data={**fields, "i.K-DLAB-3": "99"}).status_code == 422
    assert db.session.scalars(select(Response)).all() == []

    assert client.post(address, data=fields).status_code == 303
    assert client.post(address, data=fields).status_code == 303  # sent twice
    response = db.session.scalars(select(Response)).one()
    assert response.submitted_at is not None
    assert response.consent_id is not None
    assert response.answers["S-DLAB-1"] == {"v": "4"}
    assert response.device == "paper"

    assert ">внесён<" in client.get(overview).text
    assert client.post(address, data={**fields, "key": "another"}).status_code == 409


def test_the_operator_does_not_learn_who_has_answered_at_a_screen(app, client):
    wave, assignment, operator = paper_wave()
    shared = make_person(wave.diagnostic.cluster, email_state=AddressState.SHARED)
    make_assignment(wave, shared)
    sign_in(client, operator)
    overview = f"/paper/{wave.public_id}"
    client.post(f"{overview}/codes", data=posted(client.get(overview).text))
    before = client.get(overview).text
    assert shared.surname in before
    make_response(assignment, submitted_at=utcnow())
    after = client.get(overview).text
    for words in (assignment.person.surname, ">внесён<"):
        assert after.count(words) == before.count(words)
    assert client.get(f"{overview}/{assignment.public_id}").status_code == 200


def test_paper_of_another_cluster_is_not_there(app, client):
    wave, assignment, _operator = paper_wave()
    _other_wave, _assignment, stranger = paper_wave()
    sign_in(client, stranger)
    for path in ("", f"/{assignment.public_id}", f"/{assignment.public_id}/form"):
        assert client.get(f"/paper/{wave.public_id}{path}").status_code == 404


def test_a_person_with_an_address_has_no_paper_entry(app, client):
    wave, _assignment, operator = paper_wave()
    with_address = make_assignment(wave)
    sign_in(client, operator)
    assert client.get(f"/paper/{wave.public_id}/{with_address.public_id}").status_code == 404
