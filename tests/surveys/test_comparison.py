"""The comparison of a cluster: pairs only, unrounded deltas, published by one act, nothing of few people."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from threading import Barrier, Thread
from typing import Any

import numpy as np
import openpyxl
import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from app.clock import utcnow
from app.db import db, transaction
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from surveys.models import Diagnostic, Response, Snapshot, Wave, WaveState
from surveys.services.snapshots import TooLittleChanged, build_figures, publish_snapshot, store
from surveys.services.waves import close_wave
from surveys.signals import scoring_corrected
from tests.factories.jobs import run_jobs
from tests.factories.people import make_account, make_person, make_school, sign_in
from tests.factories.surveys import make_diagnostic, make_wave
from tests.surveys.results_cases import final_of, likert, make_cohort, make_people, topics_document

pytestmark = pytest.mark.usefixtures("app")


def draw_nothing(content: Any) -> dict[str, str]:
    return {}


def closed(wave: Wave) -> Wave:
    with transaction():
        close_wave(wave.id, now=utcnow())
    return wave


def build(wave: Wave, kind: str = "comparison") -> Snapshot:
    with transaction():
        build_figures(wave.id, utcnow(), draw_nothing)
    return db.session.scalars(select(Snapshot).where(Snapshot.kind == kind)).one()


def publish(snapshot: Snapshot) -> Snapshot:
    with transaction():
        return publish_snapshot(snapshot.id, utcnow())


def by_code(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["code"]: entry for entry in entries}


def answer_of(rng: np.random.Generator, shift: float = 0) -> dict[str, Any]:
    return likert(*np.clip(np.round(rng.normal(3 + shift, 1.1, 6)), 1, 5).astype(int).tolist())


def random_diagnostic(
    n: int = 60, *, seed: int = 1, n_final_only: int = 0, n_starting_only: int = 6, schools: int = 4
) -> tuple[Diagnostic, Wave, Wave]:
    """People in schools of unlike sizes, most of them in both waves, all closed."""
    rng = np.random.default_rng(seed)
    diagnostic = make_diagnostic()
    places = [make_school(diagnostic.cluster) for _school in range(schools)]
    people = make_people(diagnostic.cluster, n + n_final_only)
    at = np.minimum(rng.geometric(0.4, n) - 1, schools - 1)

    def attributes(place: int) -> dict[str, Any]:
        return {
            "organisation_id": places[at[place]].id,
            "position": ("teacher", "methodist")[int(rng.random() < 0.2)],
            "subjects": rng.choice(
                ["physics", "chemistry", "biology", "labour"], rng.integers(1, 3), False
            ).tolist(),
            "category": ("first", "highest", "none")[int(rng.integers(3))],
            "service_band": ("under_3", "over_20")[int(rng.random() < 0.8)],
        }

    starting = make_wave(diagnostic, document=topics_document())
    make_cohort(starting, people[:n], lambda _place: answer_of(rng), attributes)
    closed(starting)
    final = final_of(starting)
    make_cohort(final, people[n_starting_only:], lambda _place: answer_of(rng, 0.6))
    closed(final)
    return diagnostic, starting, final


def test_builds_and_a_publication_at_once_wait_for_each_other(app: Flask) -> None:
    _diagnostic, starting, _final = random_diagnostic()
    snapshot_id, wave_id = build(starting, "starting").id, starting.id
    barrier, failures = Barrier(4), []

    def run(work: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    work()
            except Exception as error:
                failures.append(error)

    builds = [lambda: build_figures(wave_id, utcnow(), draw_nothing)] * 3
    works = [*builds, lambda: publish_snapshot(snapshot_id, utcnow())]
    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_hand_worked_comparison():
    # twelve pairs: six rise from 50 to 75 %, six stay at 25 %: means 37.5 and 50.0, change 12.5
    diagnostic = make_diagnostic()
    people = make_people(diagnostic.cluster, 14)
    starting = make_wave(diagnostic, document=topics_document())
    make_cohort(starting, people[:13], lambda place: likert(*[3 if place < 6 else 2] * 6))
    closed(starting)
    final = final_of(starting)
    make_cohort(final, [*people[:12], people[13]], lambda place: likert(*[4 if place < 6 else 2] * 6))
    content = build(closed(final)).content
    assert content["counts"] == {
        "invited": 13,
        "starting": 13,
        "final": 13,
        "paired": 12,
        "excluded": 0,
        "starting_only": 1,
        "final_only": 1,
    }
    overall = by_code(content["scales"])["overall"]
    assert (overall["n"], overall["starting"], overall["final"], overall["delta"]) == (12, 37.5, 50.0, 12.5)
    assert overall["median"] == 12.5
    # SD of the change 13.056, t(11) = 2.201: 12.5 -/+ 8.3
    assert (overall["low"], overall["high"]) == (4.2, 20.8)
    assert overall["starting_levels"] == [6, 6, 0, 0]
    assert overall["final_levels"] == [6, 0, 6, 0]
    assert "moved" not in overall
    assert overall["is_fallback"] is True


def test_counts_by_change_need_thirty_people_or_five_in_every_cell():
    diagnostic = make_diagnostic()
    people = make_people(diagnostic.cluster, 30)
    starting = make_wave(diagnostic, document=topics_document())
    make_cohort(starting, people, lambda place: likert(*[3 if place % 3 else 2] * 6))
    final = final_of(closed(starting))
    make_cohort(final, people, lambda place: likert(*[4 if place % 3 else 2] * 6))
    overall = by_code(build(closed(final)).content["scales"])["overall"]
    assert overall["moved"] == [20, 10, 0]
    assert overall["transitions"] == [[10, 0, 0, 0], [0, 0, 20, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert sum(overall["verdicts"]) == 30


def test_flagged_responses_leave_the_figures_with_a_count():
    _diagnostic, _starting, final = random_diagnostic(n=40, n_starting_only=0)
    with transaction():
        for response in db.session.scalars(select(Response).order_by(Response.id).limit(3)):
            response.flags = ["too_fast"]
    content = build(final).content
    assert content["counts"]["excluded"] == 3
    assert content["counts"]["paired"] == 37
    assert by_code(content["scales"])["overall"]["n"] == 37


@pytest.mark.parametrize("n", [0, 1, 4])
def test_under_five_pairs_show_counts_alone(client, n):
    diagnostic = make_diagnostic()
    people = make_people(diagnostic.cluster, n)
    starting = make_wave(diagnostic, document=topics_document())
    rng = np.random.default_rng(2)
    make_cohort(starting, people, lambda _place: answer_of(rng))
    final = final_of(closed(starting))
    make_cohort(final, people, lambda _place: answer_of(rng))
    snapshot = publish(build(closed(final)))
    assert snapshot.content["counts"]["paired"] == n
    assert all(
        set(scale) <= {"code", "name", "short_name", "is_overall", "is_shown"}
        for scale in snapshot.content["scales"]
    )
    assert all(not one["groups"] for one in snapshot.content["slices"])
    account = make_account(make_person(diagnostic.cluster), Role.COUNCIL_MEMBER)
    page = sign_in(client, account).get(f"/results/{diagnostic.public_id}/comparison")
    assert page.status_code == 200


def test_five_to_nine_pairs_are_rounded_to_five_points():
    diagnostic = make_diagnostic()
    people = make_people(diagnostic.cluster, 8)
    starting = make_wave(diagnostic, document=topics_document())
    make_cohort(starting, people, lambda place: likert(*[2 + place % 3] * 5, 4))
    final = final_of(closed(starting))
    make_cohort(final, people, lambda place: likert(*[2 + (place + 1) % 4] * 5, 4))
    overall = by_code(build(closed(final)).content["scales"])["overall"]
    assert overall["is_coarse"]
    assert overall["starting"] % 5 == overall["final"] % 5 == overall["delta"] % 5 == 0
    assert not {"low", "median", "starting_levels", "moved", "verdicts", "transitions"} & set(overall)


def test_building_again_replaces_what_waits_and_never_what_is_published():
    diagnostic, _starting, final = random_diagnostic()
    first = build(final)
    again = build(final)
    assert (again.id, again.number) == (first.id, 1)
    before = json.dumps(publish(again).content)
    with transaction():
        store(diagnostic.id, "comparison", utcnow(), draw_nothing)
    rows = db.session.scalars(select(Snapshot).order_by(Snapshot.number)).all()
    assert [(row.number, row.published_at is None) for row in rows] == [(1, False), (2, True)]
    assert json.dumps(rows[0].content) == before


def test_a_withdrawal_of_a_few_people_is_not_published_beside_the_earlier_figures():
    diagnostic, _starting, final = random_diagnostic()
    publish(build(final))
    with transaction():
        last = db.session.scalar(select(func.max(Response.id)))
        db.session.execute(delete(Response).where(Response.id == last))
        second = store(diagnostic.id, "comparison", utcnow(), draw_nothing)
    with pytest.raises(TooLittleChanged):
        publish(second)


def test_closing_the_waves_builds_everything_by_jobs():
    rng = np.random.default_rng(5)
    diagnostic = make_diagnostic()
    people = make_people(diagnostic.cluster, 12)
    starting = make_wave(diagnostic, document=topics_document())
    make_cohort(starting, people, lambda _place: answer_of(rng))
    closed(starting)
    run_jobs()
    snapshot = db.session.scalars(select(Snapshot)).one()
    assert snapshot.kind == "starting"
    assert all("<svg" in snapshot.charts[f"levels.ru.{size}"] for size in ("wide", "narrow"))
    assert db.session.get_one(Wave, starting.id).state is WaveState.SCORED


def test_the_starting_figures_print_groups_roughly_and_the_whole_in_whole_percents():
    _diagnostic, starting, _final = random_diagnostic(n=80)
    content = build(starting, "starting").content
    assert all(isinstance(scale["starting"], int) for scale in content["scales"])
    groups = [group for one in content["slices"] for group in one["groups"]]
    assert groups
    for group in groups:
        values = [group["starting"], *(value for cell in group["cells"].values() for value in cell.values())]
        assert all(value is None or value % 5 == 0 for value in values)


def test_nearly_the_same_people_as_in_the_published_start_have_no_level_counts_twice():
    _diagnostic, starting, final = random_diagnostic(n=60, n_starting_only=2)
    publish(build(starting, "starting"))
    overall = by_code(build(final).content["scales"])["overall"]
    assert "starting_levels" not in overall
    assert "transitions" not in overall


def test_a_comparison_built_before_the_start_was_published_is_built_anew():
    _diagnostic, starting, final = random_diagnostic(n=60, n_starting_only=2)
    comparison = build(final)
    publish(build(starting, "starting"))
    with pytest.raises(TooLittleChanged):
        publish(comparison)
    run_jobs("report")
    db.session.refresh(comparison)
    assert publish(comparison).published_at is not None


def test_schools_stand_alphabetically_without_numbers_of_answers():
    _diagnostic, _starting, final = random_diagnostic(n=90, schools=5)
    schools = by_code(build(final).content["slices"])["school"]["groups"]
    names = [group["name"] for group in schools]
    assert names == sorted(names)
    assert len(names) >= 2
    assert all(group["n"] is None for group in schools)


# Pages


def published(**values: Any) -> Diagnostic:
    diagnostic, starting, final = random_diagnostic(**values)
    publish(build(starting, "starting"))
    publish(build(final))
    return diagnostic


@pytest.mark.parametrize("kind", ["starting", "comparison"])
def test_published_figures_are_read_by_those_who_may_and_not_found_by_others(client, kind):
    diagnostic = published()
    path = f"/results/{diagnostic.public_id}/{kind}"
    for role in Role:
        answer = sign_in(client, make_account(make_person(diagnostic.cluster), role)).get(path)
        expected = 200 if Permission.COMPARISON_VIEW in ROLE_PERMISSIONS[role] else 403
        assert answer.status_code == expected, role
    stranger = make_account(make_person(), Role.COORDINATOR)
    for suffix in ("", ".xlsx", "/publish"):
        assert sign_in(client, stranger).get(f"{path}{suffix}").status_code == 404


def test_before_publication_there_is_no_page_and_no_figure_to_confirm(client):
    diagnostic, _starting, final = random_diagnostic()
    snapshot = build(final)
    account = make_account(make_person(diagnostic.cluster), Role.COORDINATOR)
    path = f"/results/{diagnostic.public_id}/comparison"
    assert sign_in(client, account).get(path).status_code == 404
    page = client.get(f"{path}/publish").get_data(as_text=True)
    assert snapshot.content["counts"]["paired"] == 54
    assert "<b>50</b>" in page  # exact, the number would show who withdraws
    assert "<b>54</b>" not in page
    assert "%" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    token = re.search(r'csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"number": snapshot.number, "csrf_token": token[1]}
    assert client.post(f"{path}/publish", data=form).status_code == 302
    assert client.get(path).status_code == 200
    assert db.session.get_one(Wave, final.id).state is WaveState.PUBLISHED


def test_the_page_prints_what_the_snapshot_holds(client):
    diagnostic = published()
    account = make_account(make_person(diagnostic.cluster), Role.COORDINATOR)
    page = sign_in(client, account).get(f"/results/{diagnostic.public_id}/comparison").get_data(as_text=True)
    content = db.session.scalars(select(Snapshot.content).where(Snapshot.kind == "comparison")).one()
    overall = by_code(content["scales"])["overall"]
    assert str(overall["starting"]).replace(".", ",") in page
    assert "Запланировать занятие" in page
    assert "Не предназначено для сравнения школ" in page
    assert "/seminar/sessions/new?competence=T" in page


def test_the_spreadsheet_holds_the_figures_of_the_page(client):
    diagnostic = published()
    account = make_account(make_person(diagnostic.cluster), Role.COUNCIL_MEMBER)
    answer = sign_in(client, account).get(f"/results/{diagnostic.public_id}/comparison.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    content = db.session.scalars(select(Snapshot.content).where(Snapshot.kind == "comparison")).one()
    rows = {row[0]: row for row in book.worksheets[0].iter_rows(values_only=True)}
    overall = by_code(content["scales"])["overall"]
    assert rows["Общий индекс"][1:5] == (
        overall["n"],
        overall["starting"],
        overall["final"],
        overall["delta"],
    )
    sheets = {sheet.title for sheet in book.worksheets}
    assert "По школам" in sheets
    assert len(sheets) == 2 + len(content["slices"])


def test_the_coordinator_may_have_the_figures_built_anew(client):
    diagnostic = published()
    account = make_account(make_person(diagnostic.cluster), Role.COORDINATOR)
    page = sign_in(client, account).get("/results").get_data(as_text=True)
    assert page.count(f"/results/{diagnostic.public_id}/") == 2
    path = f"/results/{diagnostic.public_id}/comparison"
    page = client.get(path).get_data(as_text=True)
    token = re.search(r'csrf_token" value="([^"]+)"', page)
    assert token is not None
    assert client.get(f"{path}/publish").status_code == 409
    assert client.post(f"{path}/rebuild", data={"csrf_token": token[1]}).status_code == 302
    run_jobs("report")
    assert "Новые цифры ждут публикации" in client.get(path).get_data(as_text=True)
    page = client.get(f"{path}/publish").get_data(as_text=True)
    form = {"number": "2", "csrf_token": token[1]}
    assert client.post(f"{path}/publish", data=form).status_code == 302
    assert "выпуск 2" in client.get(path).get_data(as_text=True)
    assert "выпуск 1" in client.get(f"{path}?number=1").get_data(as_text=True)


def test_corrected_keys_lead_to_new_figures_of_closed_waves():
    _diagnostic, starting, _final = random_diagnostic(n=12)
    publish(build(starting, "starting"))
    with transaction():
        scoring_corrected.send(version_id=starting.version_id, scoring_id=0)
    run_jobs()
    waiting = db.session.scalars(select(Snapshot.kind).where(Snapshot.published_at.is_(None))).all()
    assert sorted(waiting) == ["comparison", "starting"]
