"""Lists of schools: each row is a school and, where it has one, its centre."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.accounts import services
from app.accounts.imports.places import Places
from app.accounts.imports.schools_columns import COLUMNS
from app.accounts.imports.words import Words
from app.accounts.models import Cluster, Organisation, OrganisationKind
from app.accounts.names import school_key
from app.accounts.queries import catalogue, get_membership, list_centres_of
from app.accounts.services import OrganisationData
from app.imports.cells import is_nothing, parse_whole, word_key
from app.imports.spec import Act, Checked, Context, Spec, Table, TableRow
from app.permissions import Actor, Permission

_QUOTED = re.compile(r"[«\"“](.+)[»\"”]")
_LONG_KINDS = (
    (re.compile(r"средняя (?:общеобразовательная )?школа", re.IGNORECASE), "СОШ"),
    (re.compile(r"основная (?:общеобразовательная )?школа", re.IGNORECASE), "ООШ"),
    (re.compile(r"начальная (?:общеобразовательная )?школа", re.IGNORECASE), "НОШ"),
)
_NAME_LENGTH, _SHORT_NAME_LENGTH = 300, 100


@dataclass(frozen=True)
class SchoolRow:
    """What a row gives: columns with a value only, so that an empty cell erases nothing."""

    given: Mapping[str, Any]
    # Empty for a school without a centre.
    centre: Mapping[str, Any] = field(default_factory=dict)  # profile, opened_year
    school: Organisation | None = None


class Schools(Spec):
    """Schools of the cluster and their centres."""

    kind = "schools"
    permission = Permission.ORGANISATION_MANAGE
    title = _("Schools and centres")
    row_title = _("School")
    lead = _("A list of the schools of the cluster; a school with a centre has its profile in the same row.")
    file_name = _("schools-template")
    list_endpoint = "organisations.index"
    columns = COLUMNS

    def allowed_values(self, cluster: Cluster, today: date) -> dict[str, list[str]]:
        return {"centre": [entry.name for entry in catalogue("centre_profile", today)]}

    def check(self, table: Table, context: Context) -> list[Checked]:
        places, profiles = Places(context.cluster), Words("centre_profile", context.today)
        checked = [_read(row, profiles) for row in table.rows]
        lines: dict[tuple[str, ...], int] = {}
        for row in checked:
            if row.act is Act.LEAVE:
                continue
            earlier = lines.setdefault(school_key(row.data.given["name"]), row.line)
            if earlier != row.line:
                row.error(_("repeats row %(line)s", line=earlier))
                continue
            school = places.find_same(row.data.given["name"]) or places.find_same(
                row.data.given["short_name"]
            )
            if school is not None:
                row.data = replace(row.data, school=school)
                row.act = Act.UPDATE if _changes(row.data, school) else Act.NOTHING
        return checked

    def apply(self, rows: Iterable[Checked], context: Context, actor: Actor | None) -> None:
        for row in rows:
            _apply(row.data, context.cluster.id, actor)


def short_name_of(name: str) -> str:
    """«СОШ № 21» of «Муниципальное … учреждение "Средняя общеобразовательная школа № 21"»."""
    quoted = _QUOTED.search(name)
    short = quoted[1] if quoted else re.sub(r"^М[БАК]?[ОН]?[ОУ]+\s+", "", name)
    for long, abbreviation in _LONG_KINDS:
        short = long.sub(abbreviation, short)
    return short.strip()[:_SHORT_NAME_LENGTH]


def _read(row: TableRow, profiles: Words) -> Checked:
    name = row["name"]
    checked = Checked(row.line, name[:_SHORT_NAME_LENGTH])
    if not name:
        checked.error(_("the school is not named"))
    elif len(name) > _NAME_LENGTH or not school_key(name):
        checked.error(_("this is not a name of a school: «%(text)s»", text=checked.title))
    given: dict[str, Any] = {
        "name": name,
        "short_name": row["short_name"][:_SHORT_NAME_LENGTH] or short_name_of(name),
        "address": row["address"][:_NAME_LENGTH],
        "email": _email(row, checked),
        "pupils": _count(row, "pupils", checked),
        "staff": _count(row, "staff", checked),
    }
    checked.data = SchoolRow(
        {key: value for key, value in given.items() if value not in (None, "")},
        _centre(row, profiles, checked),
    )
    return checked


def _email(row: TableRow, checked: Checked) -> str | None:
    if is_nothing(row["email"]):
        return None
    try:
        return str(validate_email(row["email"], check_deliverability=False).normalized)
    except EmailNotValidError:
        checked.warn(
            _("«%(text)s» does not look like an address of e-mail and is left out", text=row["email"])
        )
        return None


def _count(row: TableRow, key: str, checked: Checked) -> int | None:
    if is_nothing(row[key]):
        return None
    number = parse_whole(row[key])
    if number is None or not 0 <= number <= 100_000:
        checked.warn(_("«%(text)s» is not a number and is left out", text=row[key]))
        return None
    return number


def _centre(row: TableRow, profiles: Words, checked: Checked) -> dict[str, Any]:
    if is_nothing(row["centre"]):
        return {}
    text = row["centre"]
    centre: dict[str, Any] = {"profile": _profile(text, profiles)}
    if centre["profile"] is None:
        checked.warn(_("the profile «%(text)s» is not understood: the centre is added without it", text=text))
    year = parse_whole(row["opened_year"])
    if year is not None and 1800 < year < 2100:
        centre["opened_year"] = year
    return centre


def _profile(text: str, profiles: Words) -> str | None:
    """The profile's code; in practice people write a word of it («цифровой», «естественно-научный»)."""
    if entry := profiles.find(text):
        return entry.code
    key = word_key(text)
    if "цифров" in key or "гуманитарн" in key:
        return "digital_humanitarian"
    if "естественно" in key or "технологич" in key:
        return "science_technology"
    return None


def _apply(data: SchoolRow, cluster_id: int, actor: Actor | None) -> None:
    school = data.school
    if school is None:
        described = OrganisationData(kind=OrganisationKind.SCHOOL, **data.given)
        school = services.add_organisation(cluster_id, described, actor=actor)
    elif _school_changes(data, school):
        _update(school, data.given, cluster_id, actor)
    if not data.centre:
        return
    centres = list_centres_of(school.id)
    if not centres:
        # The centre's name is kept as written, in the language of whoever loads the table.
        name = gettext("Growth Point education centre, %(school)s", school=school.short_name)
        services.add_organisation(
            cluster_id,
            OrganisationData(
                kind=OrganisationKind.CENTRE,
                name=name,
                short_name=gettext("Growth Point, %(school)s", school=school.short_name),
                parent_id=school.id,
                address=school.address,
                **data.centre,
            ),
            actor=actor,
        )
    elif _centre_changes(data, centres[0]):
        known = {key: value for key, value in data.centre.items() if value is not None}
        _update(centres[0], known, cluster_id, actor)


def _update(
    organisation: Organisation, given: Mapping[str, Any], cluster_id: int, actor: Actor | None
) -> None:
    membership = get_membership(organisation.id, cluster_id)
    stored = {
        name: getattr(membership if name in ("from_on", "until_on") else organisation, name)
        for name in OrganisationData.__dataclass_fields__
    }
    services.update_organisation(
        organisation, cluster_id, OrganisationData(**{**stored, **given}), actor=actor
    )


def _changes(data: SchoolRow, school: Organisation) -> bool:
    if _school_changes(data, school):
        return True
    if not data.centre:
        return False
    centres = list_centres_of(school.id)
    return not centres or _centre_changes(data, centres[0])


def _school_changes(data: SchoolRow, school: Organisation) -> bool:
    return any(getattr(school, key) != value for key, value in data.given.items())


def _centre_changes(data: SchoolRow, centre: Organisation) -> bool:
    return any(value is not None and getattr(centre, key) != value for key, value in data.centre.items())


SCHOOLS = Schools()
