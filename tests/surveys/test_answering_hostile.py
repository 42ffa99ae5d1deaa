"""A seeded storm of odd requests at every answering route: each is answered, none breaks the server."""

import json
from random import Random

import pytest

from tests.factories.surveys import consent_to_diagnostics, link_path, make_assignment

CODES = ("S-DLAB-1", "S-DLAB-2", "K-DLAB-1", "K-DLAB-2", "K-DLAB-3", "K-PROJ-1", "K-PROJ-3", "T-1", "nowhere")
VALUES = (
    *(None, True, 1, 1.5, 10**40, -0.0, "4", "a", "__na", "", "\x00", "\ud83d", "9" * 5000, "7,0"),
    *([], ["a"], ["a", "a"], ["a", "b", "c"], [[]], {}, {"a": 1}, {"a": "F", "1": "F"}, {"a": {"b": 1}}),
)
FIELDS = (
    *(f"i.{code}" for code in CODES),
    *("i.K-PROJ-1.a", "i.K-PROJ-1.b", "i.K-PROJ-3.1", "shown", "base_revision", "opened", "client", "page"),
    *("go", "key", "choice", "consent", "subjects", "organisation", "position"),
)
TYPED = ("", "4", "__na", "a", "\x00", "1", "99", "-1", "7,0", "b", "F", "self-dlab", "x" * 100)
PAGES = ("/p/self-dlab", "/p/tasks-dlab", "/p/tasks-proj", "/p/last-words", "/p/nowhere", "/password")
LAST = ("/submit", "/begin")
SHOWN = ("", "/about", "/finish", "/receipt", "/p/self-dlab", "/p/tasks-proj", "/p/%00", "/p/" + "x" * 3000)


@pytest.mark.parametrize("seed", range(3))
def test_no_request_breaks_the_server(app, client, seed):
    assignment = make_assignment()
    consent_to_diagnostics(assignment.person)
    path = link_path(assignment)
    random = Random(seed)
    for n in range(200):
        kind = random.random()
        if kind < 0.4:
            message = {
                "client": random.choice("ab"),
                "seq": n + 1,
                "base_revision": random.choice([0, 1, 5, 10**6]),
                "changes": {
                    random.choice(CODES): random.choice(
                        [{"v": random.choice(VALUES)}, {"m": random.choice(VALUES)}, random.choice(VALUES)]
                    )
                    for _change in range(3)
                },
            }
            reply = client.patch(f"{path}/answers", data=json.dumps(message), content_type="application/json")
        elif kind < 0.85:
            fields = {random.choice(FIELDS): random.choice(TYPED) for _field in range(8)}
            reply = client.post(path + random.choice(PAGES if n < 180 else LAST), data=fields)
        else:
            reply = client.get(path + random.choice(SHOWN))
        assert reply.status_code < 500, (seed, n)


@pytest.mark.parametrize("token", ["x", "%00" * 43, "a" * 43, "ё" * 43, "x" * 5000])
def test_a_link_that_is_none_is_not_found(client, token):
    assert client.get(f"/d/{token}").status_code == 404
