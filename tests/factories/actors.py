"""People as requests know them, made of grants alone, without a database."""

from datetime import date

from app.permissions import Actor, Role, Scope

HERE, THERE = 1, 2
SCHOOL, OTHER_SCHOOL = 10, 20


def make_scope(role: Role, cluster: int = HERE, school: int | None = None, **period: date) -> Scope:
    """A grant in a cluster, or in one school of it."""
    return Scope(role, cluster, school, period.get("from_on"), period.get("until_on"))


def make_actor(*scopes: Scope | Role, person_id: int = 1) -> Actor:
    """Somebody with these grants; a bare role holds in the whole of `HERE`."""
    return Actor(
        account_id=1,
        person_id=person_id,
        scopes=tuple(scope if isinstance(scope, Scope) else make_scope(scope) for scope in scopes),
    )
