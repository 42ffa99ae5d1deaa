"""Generated load: rows as answering leaves them, in a cluster apart."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.accounts.models import Cluster, Consent, Person
from app.clock import utcnow
from app.db import db, transaction
from app.demo.load import open_bench_wave, store_responses
from app.demo.load_instrument import load_document
from app.demo.loading import ForeignData, ensure_demo
from surveys.definition import load_definition
from surveys.models import Assignment, Response, Score, Wave, WaveKind, WaveState
from surveys.services.scoring import score_responses
from tests.factories.people import make_cluster

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("pages", [1, 8])
def test_the_instrument_has_forty_required_questions(pages):
    source = json.dumps(load_document(pages)).encode()
    definition, problems = load_definition(source, "load.json")
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert len(definition.items) == 40
    assert all(item.is_required for item in definition.items)
    assert len(definition.pages) == pages


def test_responses_are_pairs_of_the_same_people_and_can_be_scored():
    with transaction():
        ids = store_responses(21, NOW)
    rows = db.session.execute(
        select(Wave.kind, func.count()).select_from(Response).join(Assignment).join(Wave).group_by(Wave.kind)
    ).all()
    assert dict(rows) == {WaveKind.STARTING: 11, WaveKind.FINAL: 10}
    assert db.session.scalar(select(func.count()).select_from(Person)) == 11
    with transaction():
        score_responses(ids, NOW)
    assert db.session.scalar(select(func.count(Score.response_id.distinct()))) == 21
    assert db.session.scalar(select(func.count()).where(Score.percent.is_(None))) == 0


def test_a_second_store_adds_to_the_first_in_the_same_cluster():
    for _ in range(2):
        with transaction():
            store_responses(2, NOW)
    assert db.session.scalar(select(func.count()).select_from(Cluster)) == 1
    assert db.session.scalar(select(func.count()).select_from(Response)) == 4


def test_links_open_a_wave_of_people_who_consented():
    with transaction():
        opened = open_bench_wave(3, 2, NOW)
    assert len(set(opened.links)) == 3
    assert [len(page) for page in opened.pages] == [20, 20]
    wave = db.session.scalars(select(Wave)).one()
    assert (str(wave.public_id), wave.state) == (opened.wave, WaveState.OPEN)
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 3
    assert db.session.scalar(select(func.count()).where(Person.profile_checked_at.is_(None))) == 0


def test_a_link_leads_to_the_questions(app):
    with transaction():
        opened = open_bench_wave(1, 1, utcnow())
    page = app.test_client().get(opened.links[0].removeprefix(app.config["BASE_URL"]), follow_redirects=True)
    assert page.status_code == 200
    assert 'name="i.Q-1"' in page.text


def test_the_demonstration_is_not_loaded_beside_a_real_cluster():
    make_cluster()
    with pytest.raises(ForeignData):
        ensure_demo(NOW)
