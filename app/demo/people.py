"""The district's organisations, people, accounts, grants and consents."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.accounts.models import (
    Account,
    Cluster,
    Consent,
    ConsentKind,
    Grant,
    Organisation,
    OrganisationKind,
    Person,
)
from app.accounts.queries import find_consent_text, operator_of
from app.accounts.services import (
    ClusterData,
    OrganisationData,
    PersonData,
    add_organisation,
    add_person,
    create_cluster,
    password_hash,
)
from app.db import db
from app.demo.accounts import PASSWORD
from app.demo.invention import Invented, invent_teachers
from app.demo.source import read
from app.permissions import Role
from app.text import sort_key


@dataclass(frozen=True)
class District:
    """What was made, by the names the other parts of the demonstration use."""

    cluster: Cluster
    schools: Mapping[str, Organisation]  # by short name
    teachers: Mapping[str, Person]  # the 134, by address
    shown: Mapping[str, Person]  # by login of the account table
    heads: Mapping[str, Person]  # of centres, by the school's short name

    def participants(self) -> list[Person]:
        """The 112 teachers of the schools with centres, in the order they were invented."""
        return [self.teachers[person.email] for person in invent_teachers() if person.in_cluster]


def make_district(now: datetime) -> District:
    """Make the whole district in the open transaction."""
    source = read("district")
    cluster = create_cluster(ClusterData(**source["cluster"]), is_demo=True)
    schools, places = _make_organisations(cluster, source)
    cluster.core_organisation_id = places["core"].id
    invented = invent_teachers()
    teachers = {person.email: _add_teacher(cluster, person, schools, now) for person in invented}
    shown = {person.login: teachers[person.email] for person in invented if person.login}
    for entry in read("accounts"):
        if "person" in entry:
            shown[entry["login"]] = _add_official(cluster, entry, places, source["domain"], now)
    _grant_further_roles(cluster, invented, teachers, shown)
    everybody = [*teachers.values(), *(shown[e["login"]] for e in read("accounts") if "person" in e)]
    _open_accounts(everybody, {person.id: login for login, person in shown.items()}, now)
    heads = {person.school: teachers[person.email] for person in invented if person.is_head}
    return District(cluster=cluster, schools=schools, teachers=teachers, shown=shown, heads=heads)


def find_teachers(cluster_id: int) -> dict[str, Person]:
    """The invented teachers of a loaded district by address, without those who have left it since."""
    addresses = [person.email for person in invent_teachers()]
    found = db.session.scalars(
        select(Person).where(
            Person.cluster_id == cluster_id, Person.email.in_(addresses), Person.left_on.is_(None)
        )
    )
    return {str(person.email): person for person in found}


def _make_organisations(
    cluster: Cluster, source: Mapping[str, Any]
) -> tuple[dict[str, Organisation], dict[str, Organisation]]:
    region = _territory(OrganisationKind.REGION, source["region"], None)
    municipality = _territory(OrganisationKind.MUNICIPALITY, source["municipality"], region)
    schools, places = {}, {}
    for school in source["schools"]:
        made = schools[school["short"]] = add_organisation(
            cluster.id,
            OrganisationData(
                kind=OrganisationKind.SCHOOL,
                name=school["name"],
                short_name=school["short"],
                parent_id=municipality.id,
                address=school["town"],
                pupils=school["pupils"],
                staff=school.get("staff"),
            ),
            actor=None,
        )
        if school.get("core"):
            places["core"] = made
        if centre := school.get("centre"):
            add_organisation(cluster.id, _centre(made, centre), actor=None)
    for partner in source["partners"]:
        places[partner["code"]] = add_organisation(
            cluster.id,
            OrganisationData(
                kind=OrganisationKind(partner["kind"]),
                name=partner["name"],
                short_name=partner["short"],
                parent_id=region.id if partner["kind"] == "institute" else municipality.id,
            ),
            actor=None,
        )
    return schools, places


def _centre(school: Organisation, centre: Mapping[str, Any]) -> OrganisationData:
    return OrganisationData(
        kind=OrganisationKind.CENTRE,
        name=f"Центр образования «Точка роста», {school.short_name}",
        short_name=f"«Точка роста», {school.short_name}",
        parent_id=school.id,
        address=school.address,
        profile=centre["profile"],
        opened_year=centre["year"],
    )


def _territory(kind: OrganisationKind, name: str, parent: Organisation | None) -> Organisation:
    made = Organisation(
        kind=kind,
        name=name,
        short_name=name,
        sort_key=sort_key(name),
        parent_id=parent.id if parent else None,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _add_teacher(
    cluster: Cluster, person: Invented, schools: Mapping[str, Organisation], now: datetime
) -> Person:
    return add_person(
        cluster.id,
        PersonData(
            surname=person.surname,
            name=person.name,
            patronymic=person.patronymic,
            organisation_id=schools[person.school].id,
            position=person.position,
            subjects=person.subjects,
            category=person.category,
            extra_category=person.extra_category,
            service_band=person.service_band,
            email=person.email,
        ),
        actor=None,
        now=now,
    )


def _add_official(
    cluster: Cluster,
    entry: Mapping[str, Any],
    places: Mapping[str, Organisation],
    domain: str,
    now: datetime,
) -> Person:
    surname, name, patronymic = entry["person"]
    role = Role(entry["role"])
    place = places[entry["at"]]
    person = add_person(
        cluster.id,
        PersonData(
            surname=surname,
            name=name,
            patronymic=patronymic,
            organisation_id=place.id,
            position=entry["position"],
            email=f"{entry['login']}@{domain}",
        ),
        actor=None,
        now=now,
        roles=() if role is Role.DIRECTOR else (role,),
    )
    if role is Role.DIRECTOR:
        _grant(person, role, place)
    return person


def _grant_further_roles(
    cluster: Cluster,
    invented: list[Invented],
    teachers: Mapping[str, Person],
    shown: Mapping[str, Person],
) -> None:
    """Heads of centres sit in the council; some teachers host, register, mentor."""
    for person in invented:
        if person.is_head:
            head = teachers[person.email]
            _grant(head, Role.CENTRE_HEAD, head.organisation_id)
            _grant(head, Role.COUNCIL_MEMBER)
    _grant(shown["coordinator"], Role.COUNCIL_MEMBER)
    _grant(shown["authority"], Role.COUNCIL_MEMBER)
    _grant(shown["host"], Role.HOST)
    _grant(shown["mentor"], Role.MENTOR)
    _grant(shown["registrar"], Role.REGISTRAR)
    db.session.flush()


def _grant(person: Person, role: Role, place: Organisation | int | None = None) -> None:
    organisation_id = place.id if isinstance(place, Organisation) else place
    db.session.add(
        Grant(
            person_id=person.id,
            role=role,
            cluster_id=person.cluster_id,
            organisation_id=organisation_id,
        )
    )


def _open_accounts(people: list[Person], logins: Mapping[int, str], now: datetime) -> None:
    """Active accounts that share one password, each with the consent to an account."""
    hashed = password_hash(PASSWORD)
    db.session.execute(
        insert(Account),
        [
            {
                "person_id": person.id,
                "email": person.email,
                "username": logins.get(person.id),
                "password": hashed,
                "active": True,
                "invited_at": now,
                "activated_at": now,
                "fs_uniquifier": secrets.token_hex(32),
            }
            for person in people
        ],
    )
    add_consents(people, ConsentKind.ACCOUNT, now)


def add_consents(people: list[Person], kind: ConsentKind, given_at: datetime) -> None:
    """Everybody's yes to the newest text of `kind`, in one statement."""
    text = find_consent_text(kind)
    if text is None:
        raise LookupError(f"there is no text of the consent {kind}")
    db.session.execute(
        insert(Consent),
        [
            {
                "person_id": person.id,
                "consent_text_id": text.id,
                "operator": operator_of(person.cluster),
                "given_at": given_at,
            }
            for person in people
        ],
    )
