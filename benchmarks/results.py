"""Storing, scoring and comparing many responses: how fast, and what a page of the comparison costs."""

import time

from benchmarks.accounts import session_cookies
from benchmarks.browser import Browser
from benchmarks.tables import show
from benchmarks.tree import Tree

VISITS = 40
COMPARED = "SELECT max(id) FROM diagnostic"


def measure(tree: Tree, sizes: list[int]) -> None:
    rows = [_measure(tree, size) for size in sizes]
    head = (
        "responses",
        "stored in, s",
        "scored a second",
        "scoring one: worker + database, ms",
        "both waves' figures built in, s",
        "building: its process + database, s of CPU",
        "page: web + database, ms",
        "page, KiB",
    )
    show("Many responses: storing, scoring, comparing", head, rows)


def _measure(tree: Tree, size: int) -> tuple[str, ...]:
    started = time.monotonic()
    tree.demo("--responses", str(size))
    stored = time.monotonic() - started
    scored, scoring_cost = _score(tree, size)
    built, building_cost, address, cookies = _publish(tree)
    browser = Browser(tree.port, cookies)
    for _warming in range(8):
        page = browser.get(address)
    before = tree.cpu()
    for _visit in range(VISITS):
        browser.get(address)
    after = tree.cpu()
    browser.close()
    cost = sum(after[group] - before[group] for group in ("web", "database")) / VISITS
    kib = len(page.body.encode()) / 1024
    return (
        f"{size:,}",
        f"{stored:.1f}",
        f"{size / scored:,.0f}",
        f"{scoring_cost:.2f}",
        f"{built:.1f}",
        f"{building_cost:.1f}",
        f"{cost:.1f}",
        f"{kib:.0f}",
    )


def _score(tree: Tree, size: int) -> tuple[float, float]:
    """Seconds from the commit that adds the jobs to the last score, and milliseconds of CPU a response."""
    tree.wait_until_idle()
    with tree.application():
        from sqlalchemy import text

        from app.db import db, transaction
        from tasks.scoring import add_scoring

        ids = db.session.scalars(text(_IDS)).all()
        before = tree.cpu()
        with transaction():
            add_scoring(ids)
        started = time.monotonic()
    with tree.database() as connection:
        while connection.execute(_LEFT).fetchone() != (0,):
            time.sleep(0.1)
        seconds = time.monotonic() - started
    tree.wait_until_idle()  # pairs are compared as well
    after = tree.cpu()
    return seconds, sum(after[group] - before[group] for group in ("worker", "database")) / size


_IDS = """
SELECT response.id FROM response JOIN assignment ON assignment.id = response.assignment_id
JOIN wave ON wave.id = assignment.wave_id WHERE wave.diagnostic_id = (SELECT max(id) FROM diagnostic)
"""
_LEFT = "SELECT count(*) FROM job WHERE kind = 'score_response' AND state IN ('waiting', 'running')"


def _publish(tree: Tree) -> tuple[float, float, str, dict[str, str]]:
    """Build the figures of the newest diagnostic, publish the comparison.

    Seconds, seconds of CPU, the address, a coordinator's cookies.
    """
    with tree.application() as flask_app:
        from sqlalchemy import select

        from app.accounts.queries import find_account_by_login
        from app.clock import utcnow
        from app.db import db, transaction
        from surveys import charts
        from surveys.models import Diagnostic, Wave
        from surveys.services.snapshots import build_figures, find_working, publish_snapshot

        diagnostic = db.session.scalars(select(Diagnostic).order_by(Diagnostic.id.desc()).limit(1)).one()
        waves = db.session.scalars(select(Wave.id).where(Wave.diagnostic_id == diagnostic.id)).all()
        started, began, database = time.monotonic(), time.process_time(), tree.cpu()["database"]
        for wave_id in waves:
            with transaction():
                build_figures(wave_id, utcnow(), charts.draw)
        seconds = time.monotonic() - started
        cost = time.process_time() - began + (tree.cpu()["database"] - database) / 1000
        with transaction():
            snapshot = find_working(diagnostic.id, "comparison")
            if snapshot is None:
                raise LookupError("no comparison was built")
            publish_snapshot(snapshot.id, utcnow())
        coordinator = find_account_by_login("coordinator")
        if coordinator is None:
            raise LookupError("coordinator")
        address = f"/results/{diagnostic.public_id}/comparison"
        return seconds, cost, address, session_cookies(flask_app, coordinator.fs_uniquifier)
