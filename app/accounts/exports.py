"""Tables of people and organisations to work with in a spreadsheet."""

import io
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from app.accounts.models import Organisation, OrganisationKind, Person
from app.accounts.queries import catalogue_name
from app.accounts.roles import ROLE_NAMES
from app.permissions import Role
from app.spreadsheets import Cell, table


def people_table(people: Sequence[Person], roles: Mapping[int, Sequence[Role]]) -> io.BytesIO:
    """People, one a row; the headings are those a table to load has."""
    columns = (
        (_("Surname"), 17),
        (_("First name"), 13),
        (_("Patronymic"), 16),
        (_("School"), 21),
        (_("Position"), 20),
        (_("Subjects"), 22),
        (_("Qualification category"), 19),
        (_("Extra category"), 17),
        (_("Length of service"), 14),
        (_("E-mail"), 34),
        (_("Telephone"), 19),
        (_("Roles"), 22),
    )
    return table(_("People"), columns, (_of_person(person, roles.get(person.id, ())) for person in people))


def _of_person(person: Person, roles: Sequence[Role]) -> list[Cell]:
    return [
        person.surname,
        person.name,
        person.patronymic,
        person.organisation.short_name if person.organisation else "",
        catalogue_name("position", person.position),
        ", ".join(catalogue_name("subject", code) for code in person.subjects),
        catalogue_name("category", person.category),
        catalogue_name("extra_category", person.extra_category),
        catalogue_name("service_band", person.service_band),
        person.email,
        person.phone,
        ", ".join(str(ROLE_NAMES[role]) for role in roles),
    ]


def organisations_table(
    organisations: Sequence[Organisation], people: Mapping[int, int], kinds: Mapping[OrganisationKind, object]
) -> io.BytesIO:
    """Schools, centres and partners, one a row."""
    columns = (
        (_("Short name"), 26),
        (_("Full name"), 36),
        (_("What it is"), 18),
        (_("Unit of the school"), 20),
        (_("Profile of the centre"), 28),
        (_("Year opened"), 10),
        (_("Address"), 28),
        (_("E-mail"), 28),
        (_("Pupils"), 12),
        (_("Teaching staff"), 14),
        (_("People here"), 12),
    )
    rows: list[list[Cell]] = [
        [
            organisation.short_name,
            organisation.name,
            str(kinds[organisation.kind]),
            organisation.parent.short_name if organisation.parent else "",
            catalogue_name("centre_profile", organisation.profile),
            organisation.opened_year,
            organisation.address,
            organisation.email,
            organisation.pupils,
            organisation.staff,
            people.get(organisation.id, 0),
        ]
        for organisation in organisations
    ]
    return table(_("Schools and centres"), columns, rows)
