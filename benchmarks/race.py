"""Two hundred people press the button of a session with thirty places at the same moment."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from benchmarks.accounts import session_cookies
from benchmarks.browser import FORM_TYPE, Browser
from benchmarks.tables import show
from benchmarks.tree import Tree

PEOPLE, PLACES = 200, 30
PLACES_TAKEN = """
SELECT registration.place, count(*) FROM registration
JOIN seminar_session ON seminar_session.id = registration.session_id
WHERE seminar_session.public_id = %s GROUP BY registration.place
"""


@dataclass(frozen=True)
class Race:
    session: str
    cookies: Sequence[dict[str, str]]


def measure(tree: Tree, runs: int) -> None:
    rows = []
    for race in _prepare(tree, runs):
        browsers = [Browser(tree.port, cookies) for cookies in race.cookies]
        address = f"/seminar/sessions/{race.session}"
        tokens = [browser.get(address).hidden_fields()["csrf_token"] for browser in browsers]
        for browser in browsers:
            browser.reconnect()
        before, started = tree.cpu(), time.monotonic()
        for browser, token in zip(browsers, tokens, strict=True):
            browser.send("POST", f"{address}/register", urlencode({"csrf_token": token}), FORM_TYPE)
        statuses = Counter(browser.receive().status for browser in browsers)
        seconds, after = time.monotonic() - started, tree.cpu()
        with tree.database() as connection:
            places = dict(connection.execute(PLACES_TAKEN, (race.session,)).fetchall())
        is_exact = places == {"confirmed": PLACES, "queued": PEOPLE - PLACES}
        refused = sum(count for status, count in statuses.items() if status != 303)
        cpu = sum(after[group] - before[group] for group in ("web", "database"))
        rows.append((f"{seconds:.2f}", "yes" if is_exact else f"no: {places}", str(refused), f"{cpu:.0f}"))
        for browser in browsers:
            browser.close()
    head = ("wall, s", "exactly 30 of 200", "replies other than 303", "web + database, ms of CPU in all")
    show("200 people race for 30 places", head, rows)


def _prepare(tree: Tree, runs: int) -> list[Race]:
    with tree.application() as flask_app:
        from app.clock import utcnow
        from app.permissions import Role
        from tests.factories.people import make_account, make_cluster, make_person
        from tests.factories.seminars import make_session

        cluster = make_cluster(name="Кластер для гонки")
        accounts = [make_account(make_person(cluster), Role.TEACHER) for _person in range(PEOPLE)]
        cookies = [session_cookies(flask_app, account.fs_uniquifier) for account in accounts]
        starts_at = utcnow() + timedelta(days=10)
        sessions = [make_session(cluster, capacity=PLACES, starts_at=starts_at) for _run in range(runs)]
        return [Race(str(session.public_id), cookies) for session in sessions]
