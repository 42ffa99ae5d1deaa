"""Who may do what: permissions, roles, the actor of a request, and how a route declares its access."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """Roles a person may hold, each within a scope (a cluster or an organisation) and a period."""

    TEACHER = "teacher"
    HOST = "host"
    REGISTRAR = "registrar"
    MENTOR = "mentor"
    CENTRE_HEAD = "centre_head"
    DIRECTOR = "director"
    COORDINATOR = "coordinator"
    COUNCIL_MEMBER = "council_member"
    ADVISER = "adviser"
    OBSERVER = "observer"
    AUTHORITY = "authority"
    PAPER_OPERATOR = "paper_operator"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One name an act; a policy decides about the object the act is for."""

    HOME_VIEW = "home.view"
    OWN_PROFILE_EDIT = "own_profile.edit"
    OWN_RESULTS_VIEW = "own_results.view"
    SURVEY_ANSWER = "survey.answer"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    ORGANISATION_MANAGE = "organisation.manage"
    DIAGNOSTIC_MANAGE = "diagnostic.manage"
    DIAGNOSTIC_COUNTS_VIEW = "diagnostic.counts.view"
    INSTRUMENT_VIEW = "instrument.view"
    INSTRUMENT_PUBLISH = "instrument.publish"
    COMPARISON_VIEW = "comparison.view"
    COMPARISON_PUBLISH = "comparison.publish"
    PAPER_ENTER = "paper.enter"
    SEMINAR_VIEW = "seminar.view"
    SEMINAR_REGISTER = "seminar.register"
    SEMINAR_MANAGE = "seminar.manage"
    SESSION_HOST = "session.host"
    ATTENDANCE_MARK = "attendance.mark"
    MATERIAL_VIEW = "material.view"
    SESSION_OBSERVE = "session.observe"
    ROUTE_MENTOR = "route.mentor"
    PLAN_VIEW = "plan.view"
    PLAN_MANAGE = "plan.manage"
    SCHOOL_VIEW = "school.view"
    JOBS_MANAGE = "jobs.manage"


_EVERYONE = {
    Permission.HOME_VIEW,
    Permission.OWN_PROFILE_EDIT,
    Permission.OWN_RESULTS_VIEW,
    Permission.SEMINAR_VIEW,
    Permission.MATERIAL_VIEW,
}
_AGGREGATES = {Permission.COMPARISON_VIEW, Permission.PLAN_VIEW}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(_EVERYONE | extra)
    for role, extra in {
        Role.TEACHER: {Permission.SURVEY_ANSWER, Permission.SEMINAR_REGISTER},
        # A host marks attendance in sessions of their own, by seminars.policies.
        Role.HOST: {Permission.SESSION_HOST, Permission.SEMINAR_REGISTER},
        Role.REGISTRAR: {Permission.ATTENDANCE_MARK},
        Role.MENTOR: {Permission.ROUTE_MENTOR},
        Role.CENTRE_HEAD: {
            Permission.SCHOOL_VIEW,
            Permission.PEOPLE_VIEW,
            Permission.SEMINAR_REGISTER,
            *_AGGREGATES,
        },
        Role.DIRECTOR: {Permission.SCHOOL_VIEW, Permission.PEOPLE_VIEW, *_AGGREGATES},
        Role.COORDINATOR: {
            Permission.PEOPLE_VIEW,
            Permission.PEOPLE_MANAGE,
            Permission.ORGANISATION_MANAGE,
            Permission.DIAGNOSTIC_MANAGE,
            Permission.DIAGNOSTIC_COUNTS_VIEW,
            Permission.INSTRUMENT_VIEW,
            Permission.INSTRUMENT_PUBLISH,
            Permission.COMPARISON_PUBLISH,
            Permission.SEMINAR_MANAGE,
            Permission.SEMINAR_REGISTER,
            Permission.ATTENDANCE_MARK,
            Permission.PLAN_MANAGE,
            *_AGGREGATES,
        },
        Role.COUNCIL_MEMBER: {*_AGGREGATES, Permission.DIAGNOSTIC_COUNTS_VIEW},
        Role.ADVISER: {*_AGGREGATES, Permission.DIAGNOSTIC_COUNTS_VIEW, Permission.INSTRUMENT_VIEW},
        Role.OBSERVER: {Permission.SESSION_OBSERVE},
        Role.AUTHORITY: {*_AGGREGATES},
        Role.PAPER_OPERATOR: {Permission.PAPER_ENTER},
        Role.ADMINISTRATOR: {Permission.JOBS_MANAGE, Permission.PEOPLE_VIEW, Permission.PEOPLE_MANAGE},
    }.items()
}

SECOND_FACTOR_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Scope:
    """A grant as the actor holds it: a role in a cluster or in one organisation of a cluster."""

    role: Role
    cluster_id: int
    organisation_id: int | None
    from_on: date | None
    until_on: date | None

    def holds_on(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (
            self.until_on is None or day <= self.until_on
        )


@dataclass(frozen=True)
class Actor:
    """The person behind a request with the grants in force today; read anew on each request."""

    account_id: int
    person_id: int
    scopes: tuple[Scope, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(scope.role for scope in self.scopes)

    def may(
        self, permission: Permission, *, cluster_id: int | None = None, organisation_id: int | None = None
    ) -> bool:
        """Whether some grant gives `permission`, in the given cluster and organisation where they are named."""
        return any(
            permission in ROLE_PERMISSIONS[scope.role]
            and (cluster_id is None or scope.cluster_id == cluster_id)
            and (organisation_id is None or scope.organisation_id in (None, organisation_id))
            for scope in self.scopes
        )

    def clusters(self, permission: Permission) -> frozenset[int]:
        """Clusters in which `permission` holds, whether for the whole cluster or a part of it."""
        return frozenset(s.cluster_id for s in self.scopes if permission in ROLE_PERMISSIONS[s.role])

    def whole_clusters(self, permission: Permission) -> frozenset[int]:
        """Clusters in which `permission` holds for everything."""
        return frozenset(
            s.cluster_id
            for s in self.scopes
            if s.organisation_id is None and permission in ROLE_PERMISSIONS[s.role]
        )

    def organisations(self, permission: Permission) -> frozenset[int]:
        """Organisations for which `permission` is given apart from any whole cluster."""
        return frozenset(
            s.organisation_id
            for s in self.scopes
            if s.organisation_id is not None and permission in ROLE_PERMISSIONS[s.role]
        )


def current_actor() -> Actor:
    """The signed-in person of this request; only inside a route that `requires` a permission."""
    actor: Actor | None = getattr(g, "actor", None)
    if actor is None:
        if not current_user.is_authenticated:
            raise NotAllowed
        actor = g.actor = current_user.as_actor()
    return actor


def find_actor() -> Actor | None:
    """The signed-in person, or None for a guest and for whoever has yet to set up her second factor."""
    if not current_user.is_authenticated or lacks_second_factor():
        return None
    return current_actor()


def lacks_second_factor() -> bool:
    """Whether the signed-in person holds a role that needs a second factor and has none."""
    return bool(
        current_app.config["SECOND_FACTOR_REQUIRED"]
        and current_actor().roles & SECOND_FACTOR_ROLES
        and not current_user.has_second_factor
    )


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Open the route to signed-in people who hold one of `permissions` in any scope.

    The view still asks a policy about the object. Guests are sent to sign in and come back after.
    """

    def mark(view: View) -> View:
        view.access = frozenset(permissions)  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Open the route to everybody; `reason` says why that is right."""

    def mark(view: View) -> View:
        view.access = reason  # type: ignore[attr-defined]
        return view

    return mark


def by_link(reason: str) -> Callable[[View], View]:
    """Open the route to whoever holds the secret in its address or in the page's draft token.

    Such a route takes no authority from the sign-in cookie, hence needs no CSRF token.
    """

    def mark(view: View) -> View:
        view.access = reason  # type: ignore[attr-defined]
        view.is_by_link = True  # type: ignore[attr-defined]
        return view

    return mark


def check_access() -> Any:
    """Before each request: deny what declares nothing, send guests to sign in, refuse the rest."""
    if request.endpoint is None:
        return None  # no such address: the 404 page follows
    view = current_app.view_functions[request.endpoint]
    access = getattr(view, "access", None)
    if access is None:
        raise NotAllowed
    if isinstance(access, str):
        return None
    if not current_user.is_authenticated:
        return go_and_sign_in()
    actor = current_actor()
    if not any(actor.may(permission) for permission in access):
        raise NotAllowed
    if lacks_second_factor():
        return go_and_sign_in()
    return None


def go_and_sign_in() -> Response:
    """To the sign-in page and back here, or to what the signed-in person lacks: the second factor."""
    if current_user.is_authenticated:
        return redirect(url_for("security.two_factor_setup"))
    asked = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("security.login", next=asked))
