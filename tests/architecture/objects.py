"""The demonstration as the objects behind every address, with people of its cluster and of another one."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter

from app.accounts.models import (
    Account,
    Cluster,
    ClusterMembership,
    Grant,
    OneTimeLinkKind,
    Organisation,
    Person,
)
from app.accounts.services.one_time import new_token
from app.clock import utcnow
from app.db import db, transaction
from app.demo.loading import find_demo
from app.imports.models import ImportRun
from app.mail.models import Letter, LetterState
from app.mail.opt_outs import stop_token
from app.permissions import Role
from programme.models import PlanItem
from seminars.links import calendar_token, hash_of
from seminars.models import (
    Access,
    CalendarFeed,
    Material,
    Registration,
    SeminarSession,
    SessionHost,
    SessionSlot,
    SessionState,
)
from surveys.models import (
    Assignment,
    Diagnostic,
    InstrumentVersion,
    Response,
    ScaleChange,
    Wave,
    WaveState,
)
from tests.factories.people import add, make_account, make_cluster, make_person
from tests.factories.seminars import make_session
from tests.factories.surveys import link_path, make_assignment, make_diagnostic, make_wave


class UnknownParameter(Exception):
    """A route has a parameter the table of objects does not name: add it there."""


PARAMETER = re.compile(r"<(?:[^<>]+:)?(\w+)>")
Values = dict[str, Any]
"""What stands in an address: the rule up to a parameter -> its value."""


def parameters(rule: Rule) -> dict[str, str]:
    """Name of each parameter -> the rule's text up to its end, which says of what the parameter is."""
    return {found[1]: rule.rule[: found.end()] for found in PARAMETER.finditer(rule.rule)}


def count_objects(rule: Rule) -> int:
    """How many objects an address names by their identifiers."""
    return sum(isinstance(kind, UUIDConverter | IntegerConverter) for kind in rule._converters.values())


def fill(rule: Rule, values: Values) -> dict[str, Any]:
    """Values for all parameters of a rule; raises `UnknownParameter`."""
    filled = {}
    for name, text in parameters(rule).items():
        if text not in values:
            raise UnknownParameter(f"{rule.endpoint}: what stands at the end of {text!r}?")
        filled[name] = values[text]
    return filled


def first(of: InstrumentedAttribute[Any], *conditions: Any, join: Any = None) -> Any:
    """The oldest row's `of`, where the conditions hold; there must be one."""
    statement = select(of).select_from(of.class_)
    for target in join or ():
        statement = statement.join(*target) if isinstance(target, tuple) else statement.join(target)
    return db.session.scalars(statement.where(*conditions).order_by(of.class_.id).limit(1)).one()


def own_objects(cluster: Cluster, teacher: Account, host: Account) -> Values:
    """Objects of the demonstration; the teacher has answered, the host runs the session."""
    return {
        **_people_objects(cluster),
        **_diagnostic_objects(cluster, teacher),
        **_seminar_objects(cluster, host),
        "/imports/<kind>": "people",
        "/plan/<uuid:item_id>": first(PlanItem.public_id, PlanItem.cluster_id == cluster.id),
        "/second-factor/<token>": "no-such-state",
        "/second-factor/passkeys/<token>": "no-such-state",
        "/sign-in/passkey/<token>": "no-such-state",
        "/templates/<kind>": "people",
        "/admin/mailbox/<name>": "no-such-letter",
        "/assets/<version>": "0",
        "/assets/<version>/<path:path>": "no-such-file.css",
    }


def _people_objects(cluster: Cluster) -> Values:
    """A person with an account, a letter and a table to load; links of the kinds that sign in."""
    person = make_person(cluster)
    account = make_account(person, Role.TEACHER)
    invited = make_account(make_person(cluster), Role.TEACHER, active=False)
    run = ImportRun(
        cluster_id=cluster.id,
        kind="people",
        file_name="педагоги.csv",
        headings=["Фамилия", "Имя"],
        rows=[[2, ["Ветрова", "Анна"]]],
        mapping={},
    )
    letter = Letter(
        cluster_id=cluster.id,
        kind="invitation",
        person_id=person.id,
        subject_key=f"account:{account.id}",
        state=LetterState.FAILED,
        message_id="walked@example.org",
    )
    add(run, letter)
    now = utcnow()
    with transaction():
        invitation = new_token(invited.id, OneTimeLinkKind.INVITATION, now)
        recovery = new_token(account.id, OneTimeLinkKind.RECOVERY, now)
    return {
        "/account/consents/<kind>": "diagnostics",
        "/admin/letters/<uuid:letter_id>": letter.public_id,
        "/imports/runs/<uuid:run_id>": run.public_id,
        "/invitation/<token>": invitation,
        "/letters/stop/<token>": stop_token(person.public_id, "diagnostic_reminder"),
        "/organisations/<uuid:organisation_id>": first(
            Organisation.public_id, ClusterMembership.cluster_id == cluster.id, join=(ClusterMembership,)
        ),
        "/people/<uuid:person_id>": person.public_id,
        "/people/<uuid:person_id>/roles/<int:grant_id>": first(Grant.id, Grant.person_id == person.id),
        "/recovery/<token>": recovery,
    }


def _diagnostic_objects(cluster: Cluster, teacher: Account) -> Values:
    """The open wave with people who have not begun, and the archive with the teacher's profile."""
    wave = db.session.scalars(
        select(Wave).join(Diagnostic).where(Wave.state == WaveState.OPEN, Diagnostic.cluster_id == cluster.id)
    ).one()
    untouched = db.session.scalars(
        select(Assignment)
        .outerjoin(Response, Response.assignment_id == Assignment.id)
        .where(Assignment.wave_id == wave.id, Response.id.is_(None))
        .order_by(Assignment.id)
    ).all()
    by_link, on_paper, listed = untouched[:3]
    with transaction():
        db.session.get(Assignment, on_paper.id).paper_code = "А-1"
    archive_id = first(Diagnostic.public_id, Diagnostic.cluster_id == cluster.id)
    return {
        "/d/<token>": link_path(by_link).removeprefix("/d/"),
        "/d/<token>/p/<code>": "self-dlab",
        "/diagnostics/<uuid:public_id>": wave.diagnostic.public_id,
        "/diagnostics/<uuid:public_id>/people/<uuid:person_id>": listed.person.public_id,
        "/diagnostics/<uuid:public_id>/people/links/<uuid:assignment_id>": listed.public_id,
        "/diagnostics/<uuid:public_id>/waves/<any(interim, final):kind>": "final",
        "/diagnostics/waves/<uuid:public_id>": wave.public_id,
        "/instruments/<uuid:public_id>": first(InstrumentVersion.public_id),
        "/paper/<uuid:wave_id>": wave.public_id,
        "/paper/<uuid:wave_id>/<uuid:assignment_id>": on_paper.public_id,
        "/profile/<uuid:response_id>": first(
            Response.public_id,
            Assignment.person_id == teacher.person_id,
            join=(Assignment, (ScaleChange, ScaleChange.final_response_id == Response.id)),
        ),
        "/results/<uuid:diagnostic_id>": archive_id,
        "/results/<uuid:diagnostic_id>/<any(starting, comparison):kind>": "comparison",
    }


def _seminar_objects(cluster: Cluster, host: Account) -> Values:
    """A session ahead with slots, run by the host, a material of it that is not public, a person, a calendar."""
    session = db.session.scalars(
        select(SeminarSession)
        .join(Registration)
        .join(SessionSlot)
        .where(SeminarSession.state == SessionState.PUBLISHED, SeminarSession.starts_at > utcnow())
        .order_by(SeminarSession.id)
        .limit(1)
    ).one()
    material = db.session.scalars(
        select(Material).where(Material.access != Access.PUBLIC).order_by(Material.id).limit(1)
    ).one()
    person = make_person(cluster)
    feed = calendar_token(person.id, 1)
    add(
        SessionHost(session_id=session.id, person_id=host.person_id),
        CalendarFeed(person_id=person.id, link_hash=hash_of(feed)),
    )
    with transaction():
        material.session_id = session.id
    return {
        "/calendar/<token>": feed,
        "/materials/<uuid:public_id>": material.public_id,
        "/seminar/sessions/<uuid:public_id>": session.public_id,
        "/seminar/sessions/<uuid:public_id>/attendance/<uuid:person_id>": person.public_id,
        "/seminar/sessions/<uuid:public_id>/people/<uuid:person_id>": person.public_id,
        "/seminar/sessions/<uuid:public_id>/programme/<uuid:slot_id>": first(
            SessionSlot.public_id, SessionSlot.session_id == session.id
        ),
    }


def foreign_parts(stranger: Account) -> Values:
    """Objects of another cluster that stand second in an address, after an object of one's own."""
    cluster = stranger.person.cluster
    assignment = make_assignment(make_wave(make_diagnostic(cluster)), paper_code="Б-1")
    session = make_session(cluster)
    slot = SessionSlot(
        session_id=session.id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        form="masterclass",
        title="Чужое выступление",
    )
    person: UUID = stranger.person.public_id
    add(slot)
    return {
        "/diagnostics/<uuid:public_id>/people/<uuid:person_id>": person,
        "/diagnostics/<uuid:public_id>/people/links/<uuid:assignment_id>": assignment.public_id,
        "/paper/<uuid:wave_id>/<uuid:assignment_id>": assignment.public_id,
        "/people/<uuid:person_id>/roles/<int:grant_id>": first(
            Grant.id, Grant.person_id == stranger.person_id
        ),
        "/seminar/sessions/<uuid:public_id>/attendance/<uuid:person_id>": person,
        "/seminar/sessions/<uuid:public_id>/people/<uuid:person_id>": person,
        "/seminar/sessions/<uuid:public_id>/programme/<uuid:slot_id>": slot.public_id,
    }


def make_people(cluster: Cluster) -> dict[Role, Account]:
    """An account for each role in the whole cluster."""
    return {role: make_account(make_person(cluster), role) for role in Role}


def respondent(cluster: Cluster) -> Account:
    """A teacher of the demonstration who has answered both waves of the archive."""
    person_id = first(
        Assignment.person_id,
        Person.cluster_id == cluster.id,
        join=(Person, Response, (ScaleChange, ScaleChange.final_response_id == Response.id)),
    )
    return db.session.scalars(select(Account).where(Account.person_id == person_id)).one()


def people_of_both() -> tuple[dict[Role, Account], dict[Role, Account]]:
    """For each role an account in the demonstration and one in a second cluster."""
    cluster = find_demo()
    assert cluster is not None
    own = {**make_people(cluster), Role.TEACHER: respondent(cluster)}
    return own, make_people(make_cluster())
