"""Lists of teachers: what each row says, whom it may stand for, and how it is taken over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _

from app.accounts import services
from app.accounts.imports.known import KnownPeople
from app.accounts.imports.people_columns import COLUMNS
from app.accounts.imports.places import Places
from app.accounts.imports.queries import list_cluster_people, list_heads
from app.accounts.imports.words import (
    NameParts,
    Words,
    name_parts,
    parse_category,
    parse_full_name,
    parse_service,
    parse_subjects,
)
from app.accounts.models import Cluster, Person
from app.accounts.names import is_same_name
from app.accounts.queries import catalogue, list_schools, normal_login
from app.accounts.services import PersonData
from app.imports.cells import is_nothing, is_yes, split_list
from app.imports.spec import NEW, SKIP, Act, Checked, Context, Option, Spec, Table, TableRow
from app.permissions import Actor, Permission, Role
from app.text import sort_key

_NAMES = ("surname", "name", "patronymic")
_NAME_LENGTH = 80
_ROWS_AT_ONCE = 50
_PHONE_DIGITS = range(5, 16)


@dataclass(frozen=True)
class PersonRow:
    """What a row gives: columns with a value only, so that an empty cell erases nothing."""

    given: Mapping[str, Any]
    is_head: bool
    person: Person | None = None


class People(Spec):
    """The cluster's teachers."""

    kind = "people"
    permission = Permission.PEOPLE_MANAGE
    title = _("Teachers")
    row_title = _("Teacher")
    lead = _("A list of teachers with their schools: your own table will do, in any order of columns.")
    file_name = _("teachers-template")
    list_endpoint = "people.index"
    columns = COLUMNS
    alternatives = (("full_name",), ("surname", "name"))

    def allowed_values(self, cluster: Cluster, today: date) -> dict[str, list[str]]:
        kinds = {
            "position": "position",
            "subjects": "subject",
            "category": "category",
            "extra_category": "extra_category",
            "service_band": "service_band",
        }
        return {
            "school": [school.short_name for school in list_schools([cluster.id], on=today)],
            **{key: [entry.name for entry in catalogue(kind, today)] for key, kind in kinds.items()},
        }

    def check(self, table: Table, context: Context) -> list[Checked]:
        reader = _Reader(context)
        checked = [reader.read(row) for row in table.rows]
        _compare_rows(checked)
        known, heads = KnownPeople(list_cluster_people(context.cluster.id)), list_heads(context.cluster.id)
        for row in checked:
            if row.act is not Act.LEAVE:
                _find_person(row, known, heads, context.answers.get(row.line, ""))
        return checked

    def apply(self, rows: Iterable[Checked], context: Context, actor: Actor | None) -> None:
        heads = list_heads(context.cluster.id)
        remaining = iter(rows)
        while chunk := list(islice(remaining, _ROWS_AT_ONCE)):
            for data, person in _save([row.data for row in chunk], context, actor):
                head_of = (person.id, data.given["organisation_id"])
                if data.is_head and head_of not in heads:
                    heads.add(head_of)
                    services.add_grant(
                        person,
                        Role.CENTRE_HEAD,
                        organisation_id=head_of[1],
                        from_on=context.today,
                        until_on=None,
                        actor=actor,
                    )


class _Reader:
    """Reads rows by the catalogues and schools of one cluster."""

    def __init__(self, context: Context) -> None:
        self.places = Places(context.cluster)
        self.words = {
            kind: Words(kind, context.today)
            for kind in ("position", "subject", "extra_category", "service_band")
        }

    def read(self, row: TableRow) -> Checked:
        checked = Checked(row.line, row["full_name"] or f"{row['surname']} {row['name']}".strip())
        given = {
            **self._name(row, checked),
            **self._place(row, checked),
            **self._work(row, checked),
            **self._category(row, checked),
            **_contacts(row, checked),
        }
        checked.data = PersonRow(
            {key: value for key, value in given.items() if value}, is_yes(row["is_head"])
        )
        self._flag_school_address(checked)
        return checked

    def _name(self, row: TableRow, checked: Checked) -> dict[str, Any]:
        parts = (
            name_parts(row["surname"], row["name"], row["patronymic"])
            if row["surname"] and row["name"]
            else parse_full_name(row["full_name"] or row["surname"])
        )
        if parts is None:
            checked.error(_("surname and first name are needed"))
            return {}
        if any(not _is_name(part) for part in (parts.surname, parts.name, parts.patronymic or "а")):
            checked.error(_("this is not a name: «%(text)s»", text=checked.title[:100]))
        elif len(parts.name.rstrip(".")) == 1:
            checked.warn(_("initials instead of the first name: certificates need it in full"))
        checked.title = " ".join(part for part in (parts.surname, parts.name, parts.patronymic) if part)
        return _as_given(parts)

    def _place(self, row: TableRow, checked: Checked) -> dict[str, Any]:
        text = row["school"]
        if not text:
            checked.error(_("the school is not named"))
            return {}
        place = self.places.find(text)
        if place is None:
            nearest, text = self.places.suggest(text), text.strip('«»"“”„ ')
            checked.error(
                _("unknown school «%(text)s»; perhaps «%(nearest)s»", text=text, nearest=nearest)
                if nearest
                else _("unknown school «%(text)s»", text=text)
            )
            return {}
        return {"organisation_id": place.id}

    def _work(self, row: TableRow, checked: Checked) -> dict[str, Any]:
        positions, subjects = self.words["position"], self.words["subject"]
        texts = (
            []
            if is_nothing(row["subjects"])
            else split_list(row["subjects"], lambda t: bool(subjects.find_inflected(t)))
        )
        code, text = None, row["position"]
        if not is_nothing(text):
            if entry := positions.find(text):
                code = entry.code
            elif beginning := positions.find_beginning(text):
                code, rest = beginning[0].code, beginning[1]
                of_rest, strange = parse_subjects(
                    split_list(rest, lambda t: bool(subjects.find_inflected(t))), subjects
                )
                if strange:
                    checked.warn(
                        _("position «%(text)s» is taken as «%(name)s»", text=text, name=beginning[0].name)
                    )
                elif not texts:
                    return {"position": code, "subjects": of_rest}
            else:
                _unknown_position(checked, text, positions.suggest(text))
        codes, unknown = parse_subjects(texts, subjects)
        for word in unknown:
            nearest = subjects.suggest(word)
            checked.warn(
                _(
                    "subject «%(text)s» is not in the list and is left out; perhaps «%(nearest)s»",
                    text=word,
                    nearest=nearest,
                )
                if nearest
                else _("subject «%(text)s» is not in the list and is left out", text=word)
            )
        return {"position": code, "subjects": codes}

    def _category(self, row: TableRow, checked: Checked) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if text := row["category"]:
            category, extra = parse_category(text)
            given = {"category": category, "extra_category": extra}
            if category is None:
                checked.warn(_("category «%(text)s» is not understood and is left empty", text=text))
        if not is_nothing(text := row["extra_category"]):
            entry = self.words["extra_category"].find(text)
            if entry is None:
                checked.warn(_("extra category «%(text)s» is not understood and is left empty", text=text))
            else:
                given["extra_category"] = entry.code
        if not is_nothing(text := row["service_band"]):
            given["service_band"] = parse_service(text, self.words["service_band"])
            if given["service_band"] is None:
                checked.warn(_("length of service «%(text)s» is not understood and is left empty", text=text))
        return given

    def _flag_school_address(self, checked: Checked) -> None:
        place = self.places.addresses.get(checked.data.given.get("email", ""))
        if place is not None:
            checked.warn(
                _("the address belongs to «%(school)s»: no personal links go there", school=place.short_name)
            )


def _as_given(parts: NameParts) -> dict[str, Any]:
    return {"surname": parts.surname, "name": parts.name, "patronymic": parts.patronymic}


def _is_name(part: str) -> bool:
    letters = part.replace("-", "").replace(" ", "").replace("'", "").replace("’", "").rstrip(".")
    return letters.isalpha() and len(part) <= _NAME_LENGTH


def _unknown_position(checked: Checked, text: str, nearest: str | None) -> None:
    checked.error(
        _("unknown position «%(text)s»; perhaps «%(nearest)s»", text=text, nearest=nearest)
        if nearest
        else _("unknown position «%(text)s»", text=text)
    )


def _contacts(row: TableRow, checked: Checked) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if not is_nothing(row["email"]):
        parts = [part for part in split_list(row["email"].replace(" ", ",")) if part] or [""]
        # Words beside an address («раб.», «нет почты») are no second address.
        first, *others = [part for part in parts if "@" in part] or parts[:1]
        try:
            given["email"] = normal_login(validate_email(first, check_deliverability=False).normalized)
        except EmailNotValidError:
            checked.error(_("«%(text)s» does not look like an address of e-mail", text=row["email"]))
        if others:
            checked.warn(_("several addresses: the first is taken, %(address)s", address=first))
    if not is_nothing(row["phone"]):
        digits = "".join(character for character in row["phone"] if character.isdecimal())
        if len(digits) in _PHONE_DIGITS and all(c.isdecimal() or c in " +()-" for c in row["phone"]):
            given["phone"] = row["phone"]
        else:
            checked.warn(_("telephone «%(text)s» is not understood and is left empty", text=row["phone"]))
    return given


def _compare_rows(checked: Sequence[Checked]) -> None:
    """The same person twice, one address for several, namesakes of two schools."""
    first_of: dict[tuple[Any, ...], int] = {}
    by_email: dict[str, list[Checked]] = defaultdict(list)
    by_name: dict[str, list[Checked]] = defaultdict(list)
    for row in checked:
        if row.act is Act.LEAVE:
            continue
        given = row.data.given
        name, place, email = sort_key(row.title), given.get("organisation_id"), given.get("email")
        keys = [(name, email)] if email else [(name, place, None)]
        earlier = next((first_of[key] for key in keys if key in first_of), None)
        if earlier is not None:
            row.error(_("repeats row %(line)s", line=earlier))
            continue
        first_of.update(dict.fromkeys(keys, row.line))
        by_name[name].append(row)
        if email:
            by_email[email].append(row)
    for email, rows in by_email.items():
        for row in rows if len(rows) > 1 else ():
            others = ", ".join(str(other.line) for other in rows if other is not row)
            row.warn(
                _(
                    "address %(email)s also stands in row %(lines)s: no personal links go there",
                    email=email,
                    lines=others,
                )
            )
    for rows in by_name.values():
        for row in rows[1:]:
            row.warn(
                _(
                    "the same name stands in row %(line)s; if it is one person, leave one row",
                    line=rows[0].line,
                )
            )


def _find_person(row: Checked, known: KnownPeople, heads: set[tuple[int, int]], answer: str) -> None:
    """Say whom the row is about; where that is not certain, ask."""
    match = known.match(dict(row.data.given))
    for certain in (match.sure, match.likely):
        if certain is not None and certain.left_on is None and not _changes(row.data, certain, heads):
            row.data, row.act = replace(row.data, person=certain), Act.NOTHING
            return
    if match.sure is not None and match.sure.left_on is None:
        row.data, row.act = replace(row.data, person=match.sure), Act.UPDATE
        return
    candidates = [person for person in (match.sure, match.likely, *match.alike) if person is not None]
    if not candidates:
        return
    by_answer = {str(person.public_id): person for person in candidates}
    row.options = [
        *(Option(key, _describe(person)) for key, person in by_answer.items()),
        Option(NEW, _("another person: add")),
        Option(SKIP, _("do not load this row")),
    ]
    is_likely = match.likely is not None and match.likely.left_on is None
    default = str(match.likely.public_id) if match.likely is not None and is_likely else SKIP
    row.answer = answer if answer in {option.value for option in row.options} else default
    row.warn(
        _("a person of this name is in this school already: the row corrects their data")
        if is_likely
        else _("may be somebody known already: choose")
    )
    if row.answer in by_answer:
        row.data, row.act = replace(row.data, person=by_answer[row.answer]), Act.UPDATE
    else:
        row.act = Act.ADD if row.answer == NEW else Act.LEAVE


def _describe(person: Person) -> Any:
    name = " ".join(part for part in (person.surname, person.name, person.patronymic) if part)
    place = person.organisation.short_name if person.organisation else ""
    details = ", ".join(part for part in (name, place, person.email or "") if part)
    if person.left_on is not None:
        return _("correct and bring back: %(details)s", details=details)
    return _("correct: %(details)s", details=details)


def _changes(data: PersonRow, person: Person, heads: set[tuple[int, int]]) -> bool:
    """Whether the row says anything that is not stored yet."""
    if data.is_head and (person.id, data.given["organisation_id"]) not in heads:
        return True
    return bool(_corrections(data.given, person))


def _corrections(given: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """What differs from the stored; a name is not shortened to initials, nor ё taken out of it."""
    return {
        key: value
        for key, value in given.items()
        if getattr(person, key) != value
        and not (key in _NAMES and _is_shorter_name(value, getattr(person, key)))
    }


def _is_shorter_name(written: str, stored: str | None) -> bool:
    return bool(stored) and is_same_name(stored, written) and len(written) <= len(stored or "")


def _save(rows: Sequence[PersonRow], context: Context, actor: Actor | None) -> list[tuple[PersonRow, Person]]:
    """Each row with its person: those known corrected, the others added together."""
    new = [row for row in rows if row.person is None]
    described = [PersonData(**row.given) for row in new]
    saved = list(zip(new, services.add_people(context.cluster.id, described, actor=actor), strict=True))
    saved += [(row, _correct(row, row.person, context, actor)) for row in rows if row.person is not None]
    return saved


def _correct(row: PersonRow, person: Person, context: Context, actor: Actor | None) -> Person:
    if person.left_on is not None:
        services.return_to_cluster(person, actor=actor, now=context.now)
    corrected = replace(PersonData.of(person), **_corrections(row.given, person))
    return services.update_person(person, corrected, actor=actor, now=context.now)


PEOPLE = People()
