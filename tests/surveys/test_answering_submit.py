"""Submitting: once, by whoever is first, with nothing lost; and what a forwarded link may show."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Account
from app.clock import utcnow
from app.db import db, transaction
from app.jobs.models import Job
from app.permissions import Role
from surveys.models import Assignment, Response, ResponseLogEntry
from tests.factories.people import make_account, sign_in
from tests.factories.surveys import (
    consent_to_diagnostics,
    link_path,
    make_assignment,
    make_wave,
    one_page_document,
)
from tests.surveys.items.browser_form import posted

SHORT = one_page_document(4)
FULL = {f"i.Q-{number}": "3" for number in range(1, 5)}


@pytest.fixture
def assignment(app) -> Assignment:
    assignment = make_assignment(make_wave(document=SHORT))
    consent_to_diagnostics(assignment.person)
    return assignment


@pytest.fixture
def path(assignment) -> str:
    return link_path(assignment)


def stored() -> Response:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Response)).one()


def late_changes() -> list[dict]:
    db.session.rollback()
    return [
        entry.changes
        for entry in db.session.scalars(select(ResponseLogEntry).order_by(ResponseLogEntry.id))
        if entry.overwritten is None
    ]


def at_once(*works: Callable[[], object]) -> list[object]:
    """The results of all works, begun at the same moment in threads."""
    barrier = Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        barrier.wait()
        results[place] = work()

    threads = [Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_sending_twice_with_one_key_gives_one_receipt(path, client):
    fields = posted(client.get(path).text).to_dict() | FULL
    first = client.post(f"{path}/submit", data=fields)
    again = client.post(f"{path}/submit", data=fields)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert len(db.session.scalars(select(Job).where(Job.kind == "score_response")).all()) == 1


def test_another_key_after_sending_is_told_when(path, client):
    fields = posted(client.get(path).text).to_dict() | FULL
    client.post(f"{path}/submit", data=fields)
    second = client.post(f"{path}/submit", data={**fields, "i.Q-1": "5", "key": "other"})
    assert second.status_code == 409
    assert "уже отправлены" in second.text
    assert stored().answers["Q-1"] == {"v": "3"}
    assert late_changes()[-1]["Q-1"] == {"v": "5"}
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("same_key", [True, False])
def test_two_submits_at_once(app, path, client, same_key):
    page = posted(client.get(path).text).to_dict()
    client.post(f"{path}/submit", data=page)  # begun, refused for lack of answers
    page = posted(client.get(path).text).to_dict()
    cookie = client._cookies
    browsers = [app.test_client(), app.test_client()]
    for browser in browsers:
        browser._cookies = dict(cookie)

    def send(place: int) -> Callable[[], int]:
        value = str(place + 1)
        key = "same" if same_key else f"key{place}"
        fields = {**page, **dict.fromkeys(FULL, value), "key": key}
        return lambda: browsers[place].post(f"{path}/submit", data=fields).status_code

    statuses = at_once(send(0), send(1))
    assert sorted(statuses) == ([303, 303] if same_key else [303, 409])
    response = stored()
    assert response.submitted_at is not None
    values = {answer["v"] for answer in response.answers.values()}
    assert len(values) == 1  # the answers of one of them, not a mixture
    if not same_key:
        (lost,) = late_changes()
        assert {answer["v"] for answer in lost.values()} == {"1", "2"} - values


def test_two_first_submits_at_once(app, path):
    """Neither finds a response: one row comes of it."""
    browsers = [app.test_client(), app.test_client()]
    page = posted(browsers[0].get(path).text).to_dict()
    statuses = at_once(
        *(
            lambda browser=browser, n=n: (
                browser.post(f"{path}/submit", data={**page, **FULL, "key": f"key{n}"}).status_code
            )
            for n, browser in enumerate(browsers)
        )
    )
    assert sorted(statuses) == [303, 409]
    assert stored().submitted_at is not None


def test_autosave_and_submit_at_once(app, path):
    browser = app.test_client()
    page = posted(browser.get(path).text).to_dict()
    message = {"client": "tab", "seq": 1, "base_revision": 0, "changes": {"Q-1": {"v": "5"}}}
    other = app.test_client()
    saved, sent = at_once(
        lambda: other.patch(f"{path}/answers", json=message).status_code,
        lambda: browser.post(f"{path}/submit", data={**page, **FULL}).status_code,
    )
    if sent == 303:  # the submit came first: the autosave is late, kept in the log alone
        assert saved == 409
        assert stored().answers["Q-1"] == {"v": "3"}
        assert late_changes() == [{"Q-1": {"v": "5"}}]
    else:  # the autosave came first: two devices, two answers
        assert (saved, sent) == (200, 409)
        assert stored().submitted_at is None
        assert stored().answers["Q-1"] == {"v": "5"}
        assert late_changes() == [{"Q-1": {"v": "3"}}]


def test_two_devices_saving_at_once(app, path):
    browsers = [app.test_client(), app.test_client()]
    bodies = [
        {"client": f"tab{n}", "seq": 1, "base_revision": 0, "changes": {f"Q-{n + 1}": {"v": "5"}}}
        for n in range(2)
    ]
    statuses = at_once(
        *(
            lambda b=browser, body=body: b.patch(f"{path}/answers", json=body).status_code
            for browser, body in zip(browsers, bodies, strict=True)
        )
    )
    assert statuses == [200, 200]
    assert stored().answers == {"Q-1": {"v": "5"}, "Q-2": {"v": "5"}}
    assert stored().revision == 2


def test_a_conflict_shows_both_sides_and_is_settled_by_the_same_form(path, client):
    page = posted(client.get(path).text).to_dict()
    message = {"client": "other", "seq": 1, "base_revision": 0, "changes": {"Q-1": {"v": "5"}}}
    client.patch(f"{path}/answers", json=message)

    conflict = client.post(f"{path}/submit", data={**page, **FULL})
    assert conflict.status_code == 409
    assert "5 из 5" in conflict.text
    assert 'value="3" checked' in conflict.text
    assert "Q-2" not in conflict.text
    assert stored().answers == {"Q-1": {"v": "5"}, **{f"Q-{n}": {"v": "3"} for n in (2, 3, 4)}}

    settled = client.post(f"{path}/submit", data=posted(conflict.text))
    assert settled.status_code == 303
    assert stored().answers["Q-1"] == {"v": "3"}


def test_sending_an_old_page_anew_is_no_conflict_with_oneself(path, client):
    """Back in a browser without script brings the page as it was first drawn."""
    page = posted(client.get(path).text).to_dict()
    assert client.post(f"{path}/submit", data={**page, **FULL, "i.Q-2": ""}).status_code == 422
    assert client.post(f"{path}/submit", data={**page, **FULL, "i.Q-1": "4"}).status_code == 303
    assert stored().answers == {"Q-1": {"v": "4"}, **{f"Q-{n}": {"v": "3"} for n in (2, 3, 4)}}


def test_two_tabs_without_script_keep_each_others_answers(path, client):
    page = posted(client.get(path).text).to_dict()  # what both tabs show
    client.post(f"{path}/submit", data={**page, "i.Q-1": "5"})
    client.post(f"{path}/submit", data={**page, "i.Q-2": "4"})
    answers = stored().answers
    assert (answers["Q-1"], answers["Q-2"]) == ({"v": "5"}, {"v": "4"})


def save(client, path, answer, *, tab, seq=1, base_revision=0):
    message = {"client": tab, "seq": seq, "base_revision": base_revision, "changes": {"Q-1": {"v": answer}}}
    assert client.patch(f"{path}/answers", json=message).status_code == 200


def test_going_on_in_one_tab_keeps_what_another_has_changed_since(path, client):
    page = posted(client.get(path).text).to_dict() | {"client": "first"}
    save(client, path, "2", tab="first")
    save(client, path, "4", tab="second", base_revision=1)
    client.post(f"{path}/p/{page['page']}", data={**page, **FULL, "i.Q-1": "2", "go": "next"})
    assert stored().answers["Q-1"] == {"v": "4"}

    client.post(f"{path}/p/{page['page']}", data={**page, **FULL, "i.Q-1": "5", "go": "next"})
    assert stored().answers["Q-1"] == {"v": "5"}  # changed here after all, and its autosave was lost


def test_sending_in_one_tab_what_another_has_changed_since_is_a_conflict(path, client):
    page = posted(client.get(path).text).to_dict() | {"client": "first"}
    save(client, path, "2", tab="first")
    save(client, path, "4", tab="second", base_revision=1)
    conflict = client.post(f"{path}/submit", data={**page, **FULL, "i.Q-1": "2"})
    assert conflict.status_code == 409
    assert "4 из 5" in conflict.text
    assert stored().answers["Q-1"] == {"v": "4"}


def test_a_stranger_does_not_learn_answers_from_a_conflict(app, path, client):
    stranger = app.test_client()
    page = posted(stranger.get(path).text).to_dict()
    message = {"client": "other", "seq": 1, "base_revision": 0, "changes": {"Q-1": {"v": "5"}}}
    client.patch(f"{path}/answers", json=message)

    conflict = stranger.post(f"{path}/submit", data={**page, **FULL})
    assert conflict.status_code == 409
    assert "чтобы увидеть его, войдите" in conflict.text
    assert conflict.text.count("5 из 5") == 1  # the option itself


def test_another_browser_sees_only_what_is_unanswered(app, path, client, assignment):
    message = {"client": "a", "seq": 1, "base_revision": 0, "changes": {"Q-1": {"v": "5"}}}
    client.patch(f"{path}/answers", json=message)

    forwarded = app.test_client().get(path).text
    assert 'data-item="Q-1"' not in forwarded
    assert 'data-item="Q-2"' in forwarded
    assert "Отвечено 1 из 4" in forwarded
    assert 'data-item="Q-1"' in client.get(path).text

    owner = sign_in(app.test_client(), make_account(assignment.person, Role.TEACHER))
    assert 'value="5" checked' in owner.get(path).text
    colleague = sign_in(app.test_client(), make_account(None, Role.COORDINATOR))
    assert 'data-item="Q-1"' not in colleague.get(path).text


def test_what_a_second_browser_answers_it_sees_itself(app, path, client):
    for n, browser in ((1, client), (2, second := app.test_client())):
        message = {"client": "x", "seq": n, "base_revision": 0, "changes": {f"Q-{n}": {"v": "5"}}}
        browser.patch(f"{path}/answers", json=message)
    seen = second.get(path).text
    assert 'data-item="Q-1"' not in seen
    assert 'data-item="Q-2"' in seen


def test_the_receipt_tells_a_stranger_nothing(app, path, client):
    client.post(f"{path}/submit", data=posted(client.get(path).text).to_dict() | FULL)
    assert "data-receipt" in client.get(f"{path}/receipt").text
    stranger = app.test_client()
    assert "data-receipt" not in stranger.get(f"{path}/receipt").text
    assert stranger.post(f"{path}/password").status_code == 404


def test_who_sends_sees_the_receipt_though_another_browser_began(app, path, client):
    message = {"client": "a", "seq": 1, "base_revision": 0, "changes": {"Q-1": {"v": "5"}}}
    client.patch(f"{path}/answers", json=message)
    second = app.test_client()
    fields = posted(second.get(path).text).to_dict() | {name: "3" for name in FULL if name != "i.Q-1"}
    assert second.post(f"{path}/submit", data=fields).status_code == 303
    assert "data-receipt" in second.get(f"{path}/receipt").text
    assert second.post(f"{path}/password").status_code == 404
    assert stored().answers["Q-1"] == {"v": "5"}


def test_the_receipt_leads_to_a_password(app, path, client: FlaskClient, assignment):
    make_account(assignment.person, active=False)
    assert client.post(f"{path}/password").status_code == 404  # a forwarded letter opens no account
    client.post(f"{path}/submit", data=posted(client.get(path).text).to_dict() | FULL)
    assert f'action="{path}/password"' in client.get(f"{path}/receipt").text
    there = client.post(f"{path}/password")
    assert there.status_code == 303
    assert "/invitation/" in there.location
    assert client.get(there.location).status_code == 200

    with transaction():
        account = db.session.scalars(select(Account)).one()
        account.activated_at = utcnow()
    assert client.post(f"{path}/password").status_code == 404


def test_pages_of_a_link_keep_it_secret(path, client):
    for page in (client.get(path), client.get(f"{path}/nowhere")):
        assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    headers = client.get(path).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_refusing_is_as_easy_and_can_be_undone(app, client):
    assignment = make_assignment(make_wave(document=SHORT))
    consent_to_diagnostics(assignment.person, checked=False)
    path = link_path(assignment)
    assert client.post(f"{path}/begin", data={"choice": "refuse"}).status_code == 303
    again = client.get(path)
    assert again.status_code == 200
    assert "Вы решили не участвовать" in again.text
    assert client.post(f"{path}/begin", data={"choice": "take_part"}).status_code == 303
    assert 'data-item="Q-1"' in client.get(path).text
    db.session.expire_all()
    assert db.session.get_one(Assignment, assignment.id).refused_at is None


@pytest.mark.parametrize(
    "odd", [{"i.NOPE": "1"}, {"i.NOPE.a": "1"}, {"shown": "Q-1 NOPE"}, {"page": "nowhere"}]
)
def test_a_form_of_another_questionnaire_is_refused_and_changes_nothing(path, client, odd):
    page = posted(client.get(path).text).to_dict()
    save(client, path, "2", tab="first")
    for address in ("/submit", f"/p/{odd.get('page', page['page'])}"):
        reply = client.post(path + address, data={**page, **FULL, **odd})
        assert reply.status_code in (404, 422)
        assert 'role="alert"' in reply.text or "<h1" in reply.text
    assert stored().answers == {"Q-1": {"v": "2"}}
    assert stored().submitted_at is None


def test_hostile_forms_are_answered_in_words(path, client):
    page = posted(client.get(path).text).to_dict()
    for hostile in (
        {"i.Q-1": "17"},
        {"i.Q-1": "\x00"},
        {"i.Q-1": "\ud800".encode("utf-8", "surrogatepass")},
        {"base_revision": "-7"},
        {"base_revision": "9" * 50},
        {"opened": "x", "shown": "\x00"},
        {"page": "nowhere"},
    ):
        reply = client.post(f"{path}/submit", data={**page, **hostile})
        assert reply.status_code == 422, hostile
    assert stored().submitted_at is None
    assert client.post(f"{path}/submit", data={**page, **FULL, "key": "\x00"}).status_code == 303
    assert client.post(f"{path}/p/nowhere", data=page).status_code == 404
