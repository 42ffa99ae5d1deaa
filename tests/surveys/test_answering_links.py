"""Personal links: derived by the key alone, looked up by their hash."""

from sqlalchemy import select

from app.db import db
from surveys import links
from surveys.models import Assignment
from tests.factories.surveys import link_path, make_assignment


def test_a_link_is_found_by_its_hash(app):
    assignment = make_assignment()
    token = link_path(assignment).removeprefix("/d/")

    found = db.session.scalars(
        select(Assignment.id).where(Assignment.link_hash == links.link_hash(token))
    ).all()
    assert found == [assignment.id]
    assert links.link_for(assignment) == f"{app.config['BASE_URL']}/d/{token}"


def test_another_generation_or_key_gives_another_link(app, monkeypatch):
    tokens = {links.token_for(7, 1), links.token_for(7, 2), links.token_for(71, 1)}
    monkeypatch.setitem(app.config, "LINK_KEY", "another")
    tokens.add(links.token_for(7, 1))
    assert len(tokens) == 4
    assert {len(token) for token in tokens} == {43}
