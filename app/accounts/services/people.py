"""People of a cluster: added, corrected, gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update

from app.accounts.errors import OutsideCluster
from app.accounts.models import Account, AddressState, Organisation, Person
from app.accounts.names import person_sort_key
from app.accounts.queries import find_account_of, is_member, normal_login
from app.accounts.services.audit import managing_role, record_of_person
from app.accounts.services.grants import add_grant, end_all_grants, give_first_roles
from app.accounts.services.one_time import void_links
from app.accounts.services.passwords import end_sessions
from app.accounts.signals import person_left
from app.clock import local_date
from app.db import db
from app.mail import letters
from app.permissions import Actor, Role


@dataclass(frozen=True, kw_only=True)
class PersonData:
    """What is known of a person; codes are of the catalogues."""

    surname: str
    name: str
    patronymic: str | None = None
    organisation_id: int | None = None
    position: str | None = None
    subjects: Sequence[str] = ()
    category: str | None = None
    extra_category: str | None = None
    service_band: str | None = None
    email: str | None = None
    phone: str | None = None

    @classmethod
    def of(cls, person: Person) -> "PersonData":
        """What is stored of `person` now, to be changed with `dataclasses.replace`."""
        return cls(**{field: getattr(person, field) for field in cls.__dataclass_fields__})


def add_person(
    cluster_id: int,
    data: PersonData,
    *,
    actor: Actor | None,
    now: datetime,
    roles: Sequence[Role] = (Role.TEACHER,),
) -> Person:
    """A new person of the cluster with `roles` in the whole of it; no account, no letter yet.

    Look-alikes are shown by `queries.find_duplicates` beforehand: two people may share a name.
    """
    (person,) = add_people(cluster_id, [data], actor=actor, roles=roles)
    return person


def add_people(
    cluster_id: int,
    described: Sequence[PersonData],
    *,
    actor: Actor | None,
    roles: Sequence[Role] = (Role.TEACHER,),
) -> list[Person]:
    """Many new people by as many statements as one takes."""
    for organisation_id in {data.organisation_id for data in described}:
        _ensure_member(cluster_id, organisation_id)
    people = [Person(cluster_id=cluster_id, **_columns(data)) for data in described]
    db.session.add_all(people)
    db.session.flush()
    _flag_addresses(people)
    give_first_roles(people, roles, actor=actor)
    for person in people:
        record_of_person("person_added", person, actor)
    return people


def update_person(person: Person, data: PersonData, *, actor: Actor | None, now: datetime) -> Person:
    """Correct what is known of a person; who signs in by an address signs in by the new one."""
    if data.organisation_id != person.organisation_id:
        _ensure_member(person.cluster_id, data.organisation_id)
    former_email = person.email
    columns = _columns(data)
    changed = sorted(name for name, value in columns.items() if getattr(person, name) != value)
    for name, value in columns.items():
        setattr(person, name, value)
    db.session.flush()
    if person.email != former_email:
        _flag_addresses([person])
        _flag_others_with(former_email, person)
        _move_sign_in(person, former_email, actor, now)
    if changed:
        record_of_person("person_changed", person, actor, fields=changed)
    return person


def confirm_profile(person: Person, data: PersonData, *, actor: Actor | None, now: datetime) -> Person:
    """The person looked through the profile and says it is right."""
    update_person(person, data, actor=actor, now=now)
    person.profile_checked_at = now
    return person


def leave_cluster(person: Person, *, on: date, actor: Actor | None, now: datetime) -> None:
    """The person works here no longer: roles end, sign-in closes; what was done stays."""
    end_all_grants(person, on=on, actor=actor)
    person.left_on = on
    account = find_account_of(person.id)
    if account is not None:
        account.active = False
        end_sessions(account)
        void_links(account.id, now)
    record_of_person("person_left", person, actor, on=on.isoformat())
    person_left.send(person_id=person.id)


def return_to_cluster(person: Person, *, actor: Actor | None, now: datetime) -> None:
    """The person is back as a teacher; other roles are given anew."""
    person.left_on = None
    account = find_account_of(person.id)
    if account is not None and account.password is not None:
        account.active = True
    today = local_date(now, person.cluster.time_zone)
    add_grant(person, Role.TEACHER, organisation_id=None, from_on=today, until_on=None, actor=actor)
    record_of_person("person_returned", person, actor)


def close_account(person: Person, *, actor: Actor | None, now: datetime) -> None:
    """Delete the account and the contacts; the name stays where documents bear it."""
    leave_cluster(person, on=local_date(now, person.cluster.time_zone), actor=actor, now=now)
    account = find_account_of(person.id)
    if account is not None:
        db.session.delete(account)
    former_email = person.email
    person.email = person.phone = None
    person.email_state = AddressState.USABLE
    person.position = person.category = person.extra_category = person.service_band = None
    person.subjects = []
    db.session.flush()
    _flag_others_with(former_email, person)
    letters.forget_given_addresses(person.id)
    record_of_person("account_closed", person, actor)


def mark_address(person_id: int, state: AddressState) -> None:
    """What the post office says of the person's address."""
    db.session.execute(update(Person).where(Person.id == person_id).values(email_state=state))


def _columns(data: PersonData) -> dict[str, object]:
    return {
        **{field: getattr(data, field) for field in PersonData.__dataclass_fields__},
        "subjects": list(data.subjects),
        "email": normal_login(data.email) if data.email else None,
        "sort_key": person_sort_key(data.surname, data.name, data.patronymic),
    }


def _ensure_member(cluster_id: int, organisation_id: int | None) -> None:
    if organisation_id is not None and not is_member(organisation_id, cluster_id):
        raise OutsideCluster


def _flag_addresses(people: Collection[Person]) -> None:
    """An address of several people, or the school's own, never gets a personal link."""
    emails = {person.email for person in people if person.email}
    of_schools = set(
        db.session.scalars(
            select(func.lower(Organisation.email)).where(func.lower(Organisation.email).in_(emails))
        )
    )
    holders = _holders_of(emails)
    for person in people:
        others = [other for other in holders if other.email == person.email and other is not person]
        for other in others:
            other.email_state = AddressState.SHARED
        is_shared = bool(others) or person.email in of_schools
        person.email_state = AddressState.SHARED if is_shared else AddressState.USABLE


def _flag_others_with(email: str | None, person: Person) -> None:
    """Whoever shared the address with `person` may have it alone now."""
    if email:
        _flag_addresses([other for other in _holders_of({email}) if other is not person])


def _holders_of(emails: Collection[str]) -> Sequence[Person]:
    """People at work who have one of the addresses."""
    return db.session.scalars(select(Person).where(Person.email.in_(emails), Person.left_on.is_(None))).all()


def _move_sign_in(person: Person, former_email: str | None, actor: Actor | None, now: datetime) -> None:
    account = find_account_of(person.id)
    if account is None:
        return
    former_login = account.email or former_email
    if account.email == former_email:
        is_free = person.email is not None and person.email_state is AddressState.USABLE
        if is_free or account.username is not None:
            account.email = person.email if is_free else None
    # Links sent to the former address must not open the account.
    void_links(account.id, now)
    if account.activated_at is not None and not (actor and actor.person_id == person.id):
        _tell_of_change(account, person, former_login, actor, now)


def _tell_of_change(
    account: Account, person: Person, former_login: str | None, actor: Actor | None, now: datetime
) -> None:
    """Nobody moves another's sign-in unseen: who can read the new address can restore the password there."""
    end_sessions(account)
    role = managing_role(actor, person.cluster_id)
    record_of_person("sign_in_address_changed", person, actor, by_role=role)
    if former_login is not None:
        letters.queue(
            "sign_in_address_changed",
            person_id=person.id,
            cluster_id=person.cluster_id,
            subject_key=f"account:{account.id}",
            period=now.isoformat(),
            payload={"address": former_login, "by": actor.person_id if actor else None, "role": role},
        )
