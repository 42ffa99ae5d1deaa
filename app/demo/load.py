"""Generated load for measuring: people, submitted responses, personal links; in a cluster of its own."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select, text

from app.accounts.models import Cluster, ConsentKind, Grant, OrganisationKind
from app.accounts.queries import find_account_by_login, find_consent_text, list_schools
from app.accounts.services import (
    ClusterData,
    OrganisationData,
    add_organisation,
    create_cluster,
    ensure_catalogues,
    ensure_consent_texts,
)
from app.clock import end_of_day, local_date
from app.db import db
from app.demo.load_instrument import N_OPTIONS, load_document
from app.demo.responses import add_closed_wave
from app.demo.source import read
from app.permissions import Role
from surveys.definition.model import Definition
from surveys.links import link_for
from surveys.models import Assignment, Diagnostic, Wave, WaveKind
from surveys.services import diagnostics, waves
from surveys.services.instruments import publish_document
from surveys.versions import compiled_version

CLUSTER = "Кластер для измерений"
N_SCHOOLS = 30
SEED = 40
HELD_DAYS_AGO = {WaveKind.STARTING: 200, WaveKind.FINAL: 20}
RISE = 0.4  # of the final answers above the starting ones, in options
WROTE = timedelta(minutes=7)


@dataclass(frozen=True)
class BenchLinks:
    """Personal links of an open wave of forty required questions."""

    wave: str
    pages: list[list[str]]  # codes of the questions, page by page
    links: list[str]


def store_responses(count: int, now: datetime) -> list[int]:
    """Store so many submitted responses: half to a starting, half to a final wave of the same people.

    Both waves are closed and nothing is scored. Returns the ids of the responses.
    """
    cluster = _ensure_cluster(now)
    version_id = _publish(1, now)
    diagnostic = Diagnostic(cluster_id=cluster.id, title=f"Измерение: ответов {count}")
    db.session.add(diagnostic)
    db.session.flush()
    _add_people(cluster, diagnostic.id, (count + 1) // 2, now)
    ids: list[int] = []
    for kind, n_people in ((WaveKind.STARTING, (count + 1) // 2), (WaveKind.FINAL, count // 2)):
        wave = _closed_wave(diagnostic, version_id, kind, cluster, now)
        db.session.execute(_ASSIGN, {"wave_id": wave.id, "diagnostic_id": diagnostic.id, "count": n_people})
        _copy_responses(wave, compiled_version(version_id), rise=RISE * (kind is WaveKind.FINAL))
        ids += db.session.scalars(_IDS, {"wave_id": wave.id}).all()
    return ids


def open_bench_wave(n_people: int, n_pages: int, now: datetime) -> BenchLinks:
    """Open a wave to people who consented and whose data are checked, so that a link leads to the questions."""
    cluster = _ensure_cluster(now)
    wave = diagnostics.create_diagnostic(
        cluster.id,
        title=f"Измерение: анкета на {n_people} человек",
        version_id=_publish(n_pages, now),
        last_day=local_date(now, cluster.time_zone) + timedelta(days=30),
        sends_reminders=False,
        now=now,
    )
    _add_people(cluster, wave.diagnostic_id, n_people, now)
    waves.open_wave(wave.id, now=now, invites=False)
    assignments = db.session.scalars(
        select(Assignment).where(Assignment.wave_id == wave.id).order_by(Assignment.id)
    )
    return BenchLinks(
        wave=str(wave.public_id),
        pages=[list(page.items) for page in compiled_version(wave.version_id).pages],
        links=[link_for(assignment) for assignment in assignments],
    )


def _ensure_cluster(now: datetime) -> Cluster:
    """The cluster of all load, which the demonstration's coordinator may look at."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('opora load'))"))
    found = db.session.scalars(select(Cluster).where(Cluster.name == CLUSTER)).one_or_none()
    if found is not None:
        return found
    ensure_catalogues()
    ensure_consent_texts(now)
    cluster = create_cluster(ClusterData(name=CLUSTER, district_name=CLUSTER))
    for number in range(1, N_SCHOOLS + 1):
        school = OrganisationData(
            kind=OrganisationKind.SCHOOL, name=f"Школа {number:02}", short_name=f"Школа {number:02}"
        )
        add_organisation(cluster.id, school, actor=None)
    coordinator = find_account_by_login("coordinator")
    if coordinator is not None and coordinator.person.cluster.is_demo:
        db.session.add(Grant(person_id=coordinator.person_id, role=Role.COORDINATOR, cluster_id=cluster.id))
    db.session.flush()
    return cluster


def _publish(n_pages: int, now: datetime) -> int:
    document = json.dumps(load_document(n_pages), ensure_ascii=False).encode()
    return publish_document(document, "load.json", now=now).version.id


def _add_people(cluster: Cluster, diagnostic_id: int, count: int, now: datetime) -> None:
    """People with schools, positions and the rest, a consent each, in the roster; no accounts, no addresses."""
    district = read("district")
    consent_text = find_consent_text(ConsentKind.DIAGNOSTICS)
    db.session.execute(
        _PEOPLE,
        {
            "count": count,
            "cluster_id": cluster.id,
            "diagnostic_id": diagnostic_id,
            "now": now,
            "schools": [school.id for school in list_schools([cluster.id])],
            "positions": list(district["positions"]),
            "subjects": list(district["subjects"]),
            "categories": list(district["categories"]),
            "bands": list(district["service_bands"]),
            "consent_text_id": consent_text.id if consent_text else None,
        },
    )


def _closed_wave(
    diagnostic: Diagnostic, version_id: int, kind: WaveKind, cluster: Cluster, now: datetime
) -> Wave:
    opened_at = now - timedelta(days=HELD_DAYS_AGO[kind])
    closed_at = end_of_day(local_date(opened_at + timedelta(days=14), cluster.time_zone), cluster.time_zone)
    return add_closed_wave(diagnostic.id, version_id, kind, opened_at=opened_at, closed_at=closed_at)


def _copy_responses(wave: Wave, definition: Definition, *, rise: float) -> None:
    """A submitted response for every assignment of the wave, over COPY."""
    assignments = db.session.execute(_ASSIGNED, {"wave_id": wave.id}).all()
    submitted_at = wave.closes_at - timedelta(days=1)
    columns = (
        "assignment_id, consent_id, answers, revision, order_seed, attributes, seconds,"
        " started_at, saved_at, submitted_at, submit_key"
    )
    driver: Any = db.session.connection().connection.driver_connection
    answers = _answers([item.code for item in definition.items], rise)
    with driver.cursor() as cursor, cursor.copy(f"COPY response ({columns}) FROM STDIN") as copy:
        for (assignment_id, consent_id, attributes), given in zip(assignments, answers, strict=False):
            copy.write_row(
                (
                    assignment_id,
                    consent_id,
                    given,
                    1,
                    assignment_id % 2**31,
                    json.dumps(attributes),
                    '{"self": 400}',
                    submitted_at - WROTE,
                    submitted_at,
                    submitted_at,
                    f"load-{assignment_id}",
                )
            )


def _answers(codes: Sequence[str], rise: float) -> Iterator[str]:
    """Answer documents without end: people differ, and items scatter around each."""
    rng = Random(SEED)  # noqa: S311 - reproducible load, no secret
    pieces = [[f'"{code}": {{"v": "{value}"}}' for value in range(1, N_OPTIONS + 1)] for code in codes]
    # A ready ladder of item values by the person's own level: drawing each item anew takes four times as long.
    ladders = [_ladder(rng, level / 10) for level in range(10 * N_OPTIONS)]
    while True:
        level = min(max(rng.gauss(2.0 + rise, 0.8), 0.0), N_OPTIONS - 1)
        ladder = ladders[int(level * 10)]
        values = rng.choices(ladder, k=len(codes))
        yield "{" + ", ".join([piece[value] for piece, value in zip(pieces, values, strict=True)]) + "}"


def _ladder(rng: Random, level: float) -> list[int]:
    drawn: Iterable[float] = (rng.gauss(level, 0.9) for _ in range(60))
    return [min(max(round(value), 0), N_OPTIONS - 1) for value in drawn]


_PEOPLE = text(
    """
WITH added AS (
  INSERT INTO person (cluster_id, surname, name, sort_key, organisation_id, position, subjects, category,
                      service_band, profile_checked_at, email_state)
  SELECT :cluster_id, 'Участник', n::text, 'участник ' || n,
         (CAST(:schools AS bigint[]))[1 + n % cardinality(CAST(:schools AS bigint[]))],
         (CAST(:positions AS text[]))[1 + n % cardinality(CAST(:positions AS text[]))],
         ARRAY[(CAST(:subjects AS text[]))[1 + n % cardinality(CAST(:subjects AS text[]))]],
         (CAST(:categories AS text[]))[1 + n % cardinality(CAST(:categories AS text[]))],
         (CAST(:bands AS text[]))[1 + (n / 4) % cardinality(CAST(:bands AS text[]))],
         :now, 'usable'
    FROM generate_series(1, :count) AS n
  RETURNING id
), consented AS (
  INSERT INTO consent (person_id, consent_text_id, operator, given_at)
  SELECT id, :consent_text_id, 'Измерения', :now FROM added
)
INSERT INTO roster_entry (diagnostic_id, person_id) SELECT :diagnostic_id, id FROM added
"""
)
_ASSIGN = text(
    """
INSERT INTO assignment (wave_id, person_id)
SELECT :wave_id, person_id FROM roster_entry WHERE diagnostic_id = :diagnostic_id ORDER BY person_id LIMIT :count
"""
)
_ASSIGNED = text(
    """
SELECT a.id, c.id,
       jsonb_build_object(
         'organisation_id', p.organisation_id, 'position', p.position, 'subjects', p.subjects,
         'category', p.category, 'extra_category', p.extra_category, 'service_band', p.service_band)
  FROM assignment a JOIN person p ON p.id = a.person_id JOIN consent c ON c.person_id = p.id
 WHERE a.wave_id = :wave_id ORDER BY a.id
"""
)
_IDS = text(
    "SELECT r.id FROM response r JOIN assignment a ON a.id = r.assignment_id WHERE a.wave_id = :wave_id"
)
