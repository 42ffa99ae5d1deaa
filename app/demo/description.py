"""The demonstration as a program reads it: accounts, personal links, pages, the folder of letters."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from sqlalchemy import select

from app.db import db
from app.demo.accounts import list_accounts
from app.demo.loading import NotLoaded, find_demo
from app.embedded.home import Home
from seminars.models import SeminarSession, SessionState
from surveys.links import link_for
from surveys.models import Assignment, Diagnostic, Response, Snapshot, Wave, WaveState

PAGES = {
    "home": "pages.home",
    "sign_in": "security.login",
    "my_diagnostics": "own_diagnostics.index",
    "profile": "results.index",
    "seminar": "seminars.index",
    "seminar_calendar": "seminars.calendar",
    "materials": "materials.library",
    "diagnostics": "diagnostics.index",
    "instruments": "instruments.index",
    "comparisons": "group_results.index",
    "plan": "plan.index",
    "first_steps": "start.index",
    "paper": "paper.index",
    "people": "people.index",
    "organisations": "organisations.index",
    "jobs": "jobs.index",
    "letters": "letters_admin.index",
    "mailbox": "mailbox.index",
    "account": "accounts.profile",
}


def describe(flask_app: Flask) -> dict[str, Any]:
    """What a visitor's program needs to walk through everything."""
    cluster = find_demo()
    if cluster is None:
        raise NotLoaded
    return {
        "base_url": current_app.config["BASE_URL"],
        "accounts": [asdict(account) for account in list_accounts()],
        "survey_links": [link_for(assignment) for assignment in _unanswered(cluster.id)],
        "pages": _pages(flask_app, cluster.id),
        "mail": str(Home(Path(flask_app.config["OPORA_HOME"])).mail),
    }


def _unanswered(cluster_id: int) -> list[Assignment]:
    """Places in the open wave nobody has touched."""
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Wave)
            .join(Diagnostic)
            .outerjoin(Response, Response.assignment_id == Assignment.id)
            .where(Diagnostic.cluster_id == cluster_id, Wave.state == WaveState.OPEN, Response.id.is_(None))
            .order_by(Assignment.id)
        )
    )


def _pages(flask_app: Flask, cluster_id: int) -> dict[str, str]:
    """Paths of the pages there are, the shown session and the waves among them."""
    pages = {
        name: url_for(endpoint) for name, endpoint in PAGES.items() if endpoint in flask_app.view_functions
    }
    session = db.session.scalars(
        select(SeminarSession)
        .where(SeminarSession.cluster_id == cluster_id, SeminarSession.state == SessionState.PUBLISHED)
        .order_by(SeminarSession.starts_at)
        .limit(1)
    ).one_or_none()
    if session is not None:
        pages["next_session"] = url_for("seminars.session", public_id=session.public_id)
    published = db.session.scalars(
        select(Diagnostic.public_id)
        .join(Snapshot)
        .where(
            Diagnostic.cluster_id == cluster_id,
            Snapshot.kind == "comparison",
            Snapshot.published_at.is_not(None),
        )
        .order_by(Diagnostic.id.desc(), Snapshot.number.desc())
        .limit(1)
    ).one_or_none()
    if published is not None:
        pages["comparison"] = url_for("group_results.show", diagnostic_id=published, kind="comparison")
    for wave in db.session.scalars(
        select(Wave).join(Diagnostic).where(Diagnostic.cluster_id == cluster_id).order_by(Wave.id)
    ):
        name = "open_wave" if wave.state is WaveState.OPEN else f"archive_{wave.kind}_wave"
        pages[name] = url_for("diagnostics.wave", public_id=wave.public_id)
    return pages
