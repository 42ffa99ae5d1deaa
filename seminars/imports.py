"""The sessions of a quarter taken over from a table; they become drafts, to be looked through and published."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.imports.places import Places
from app.accounts.imports.words import Words, parse_full_name, parse_subjects
from app.accounts.models import Cluster, Person
from app.accounts.names import is_same_name
from app.accounts.queries import catalogue, list_schools
from app.clock import at_local
from app.db import db
from app.imports.cells import is_nothing, parse_date, parse_times, parse_whole, split_list, word_key
from app.imports.spec import Act, Checked, Context, Spec, Table, TableRow
from app.permissions import Actor, Permission
from app.text import sort_key
from seminars import queries
from seminars.forms import MOST_SEATS
from seminars.imports_columns import COLUMNS
from seminars.models import SeminarSession, SessionState
from seminars.services import sessions
from seminars.services.sessions import Details, When

_USUAL_LENGTH = timedelta(minutes=90)
_USUAL_SEATS = 20
_ONLINE = ("онлайн", "дистанционно", "вкс", "online")


@dataclass(frozen=True)
class SessionRow:
    """A session as the row describes it, and the draft it corrects."""

    details: Details
    when: When
    session: SeminarSession | None = None


class Sessions(Spec):
    """Sessions of the practice seminar."""

    kind = "sessions"
    permission = Permission.SEMINAR_MANAGE
    title = _("Sessions of the quarter")
    row_title = _("Session")
    lead = _(
        "Dates, topics, places and hosts. Sessions become drafts: nobody is told before you publish them."
    )
    file_name = _("sessions-template")
    list_endpoint = "seminars.index"
    columns = COLUMNS

    def allowed_values(self, cluster: Cluster, today: date) -> dict[str, list[str]]:
        return {
            "form": [entry.name for entry in catalogue("event_form", today)],
            "competences": list(queries.competence_names().values()),
            "place": [school.short_name for school in list_schools([cluster.id], on=today)],
            "subjects": [entry.name for entry in catalogue("subject", today)],
        }

    def check(self, table: Table, context: Context) -> list[Checked]:
        reader = _Reader(context)
        checked = [reader.read(row) for row in table.rows]
        lines: dict[tuple[datetime, str], int] = {}
        known = _sessions_of(context.cluster.id)
        for row in checked:
            if row.act is Act.LEAVE:
                continue
            key = (row.data.when.starts_at, word_key(row.data.details.title))
            if (earlier := lines.setdefault(key, row.line)) != row.line:
                row.error(_("repeats row %(line)s", line=earlier))
            elif session := known.get(key):
                _compare(row, session)
        return checked

    def apply(self, rows: Iterable[Checked], context: Context, actor: Actor | None) -> None:
        series = queries.list_series([context.cluster.id])
        parent = (
            series[-1]
            if series
            else sessions.create_series(context.cluster.id, gettext("Permanent practice-oriented seminar"))
        )
        for row in rows:
            data: SessionRow = row.data
            if data.session is None:
                sessions.plan_session(parent, data.details, data.when)
            else:
                sessions.describe_session(data.session.id, data.details, now=context.now)
                sessions.reschedule(data.session.id, data.when, now=context.now)


def _sessions_of(cluster_id: int) -> dict[tuple[datetime, str], SeminarSession]:
    """Sessions of the cluster by beginning and topic; those called off do not count."""
    found = db.session.scalars(
        select(SeminarSession)
        .options(selectinload(SeminarSession.hosts))
        .where(SeminarSession.cluster_id == cluster_id, SeminarSession.state != SessionState.CANCELLED)
    )
    return {(session.starts_at, word_key(session.title)): session for session in found}


def _compare(row: Checked, session: SeminarSession) -> None:
    """A draft is corrected; people know of a published session already, so a table does not change it."""
    details, when = _completed(row.data, session)
    if details == _stored_details(session) and when == _stored_when(session):
        row.act = Act.NOTHING
    elif session.state is SessionState.DRAFT:
        row.data, row.act = SessionRow(details, when, session), Act.UPDATE
    else:
        row.act = Act.LEAVE
        row.warn(_("the session is published already: change it on its page, people are told"))


def _completed(data: SessionRow, session: SeminarSession) -> tuple[Details, When]:
    """What the row leaves empty, and what the table has no column for, stays as stored."""
    details, when = _stored_details(session), _stored_when(session)
    said = ("summary", "competences", "subjects", "host_ids")
    return (
        replace(
            details,
            title=data.details.title,
            form=data.details.form,
            capacity=data.details.capacity,
            **{name: getattr(data.details, name) for name in said if getattr(data.details, name)},
        ),
        replace(
            when,
            **{field.name: value for field in fields(When) if (value := getattr(data.when, field.name))},
        ),
    )


def _stored_when(session: SeminarSession) -> When:
    return When(**{field.name: getattr(session, field.name) for field in fields(When)})


def _stored_details(session: SeminarSession) -> Details:
    values: dict[str, Any] = {
        field.name: getattr(session, field.name) for field in fields(Details) if field.name != "host_ids"
    }
    values["competences"], values["subjects"] = tuple(session.competences), tuple(session.subjects)
    return Details(**values, host_ids=tuple(host.person_id for host in session.hosts))


class _Reader:
    """Reads rows by the words, places and people of one cluster."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._places = Places(context.cluster)
        self._people = queries.list_possible_hosts(context.cluster.id)
        self._forms = Words("event_form", context.today)
        self._subjects = Words("subject", context.today)
        self._competences = {
            word_key(text): code for code, name in queries.competence_names().items() for text in (code, name)
        }

    def read(self, row: TableRow) -> Checked:
        checked = Checked(row.line, row["title"][:120])
        if not row["title"]:
            checked.error(_("the topic is missing"))
        starts_at, ends_at = self._times(row, checked)
        place_id, room, link = self._place(row, checked)
        details = Details(
            title=row["title"][:200],
            form=self._form(row, checked),
            capacity=_capacity(row, checked),
            summary=row["summary"] or None,
            competences=self._known_competences(row, checked),
            subjects=self._known_subjects(row, checked),
            host_ids=self._hosts(row, checked),
        )
        if starts_at is not None and ends_at is not None:
            checked.data = SessionRow(details, When(starts_at, ends_at, place_id, room, link))
        return checked

    def _times(self, row: TableRow, checked: Checked) -> tuple[datetime | None, datetime | None]:
        day = parse_date(row["day"])
        begins = parse_times(row["starts"])
        if day is None:
            checked.error(_("the date «%(text)s» is not understood", text=row["day"]))
        if begins is None:
            checked.error(_("the time «%(text)s» is not understood", text=row["starts"]))
        if day is None or begins is None:
            return None, None
        starts_at = self._at(day, begins[0])
        end = parse_times(row["ends"])
        last = end[0] if end else begins[1]
        ends_at = self._at(day, last) if last else starts_at + _USUAL_LENGTH
        if last is None:
            checked.warn(_("the end is missing: an hour and a half is taken"))
        if ends_at <= starts_at:
            checked.error(_("the session ends before it begins"))
        elif starts_at <= self._context.now:
            checked.warn(_("the day has passed already"))
        return starts_at, ends_at

    def _at(self, day: date, at: time) -> datetime:
        return at_local(day, at, self._context.cluster.time_zone)

    def _form(self, row: TableRow, checked: Checked) -> str:
        entry = self._forms.find(row["form"])
        if entry is None:
            nearest = self._forms.suggest(row["form"]) if row["form"] else None
            checked.error(
                _("unknown form «%(text)s»; perhaps «%(nearest)s»", text=row["form"], nearest=nearest)
                if nearest
                else _("unknown form «%(text)s»", text=row["form"])
            )
            return ""
        return entry.code

    def _place(self, row: TableRow, checked: Checked) -> tuple[int | None, str | None, str | None]:
        """Organisation, room and link of «СОШ № 21, каб. 12», of «онлайн» or of an address in the web."""
        text, room, link = row["place"], row["room"] or None, row["online_url"] or None
        if text.startswith(("http://", "https://")):
            text, link = "", text
        if link is not None and not link.startswith(("http://", "https://")):
            checked.warn(_("«%(text)s» is not a link and is left out", text=link))
            link = None
        if is_nothing(text) or word_key(text) in _ONLINE:
            if link is None and not room:
                checked.warn(_("neither a place nor a link: add one before publishing"))
            return None, room, link
        name, _comma, rest = text.partition(",")
        if place := self._places.find(name) or self._places.find(text):
            return place.id, room or rest.strip()[:120] or None, link
        checked.warn(_("«%(text)s» is not an organisation of the cluster: it is kept as a room", text=text))
        return None, room or text[:120], link

    def _known_competences(self, row: TableRow, checked: Checked) -> tuple[str, ...]:
        codes = []
        for text in split_list(row["competences"], lambda part: word_key(part) in self._competences):
            code = self._competences.get(word_key(text))
            if code is None:
                checked.warn(_("competence «%(text)s» is not in the list and is left out", text=text))
            elif code not in codes:
                codes.append(code)
        return tuple(codes)

    def _known_subjects(self, row: TableRow, checked: Checked) -> tuple[str, ...]:
        codes, unknown = parse_subjects(split_list(row["subjects"], self._subjects.knows), self._subjects)
        for text in unknown:
            checked.warn(_("subject «%(text)s» is not in the list and is left out", text=text))
        return tuple(codes)

    def _hosts(self, row: TableRow, checked: Checked) -> tuple[int, ...]:
        ids = []
        for text in [] if is_nothing(row["host"]) else split_list(row["host"]):
            found = self._find_people(text)
            if len(found) == 1:
                ids.append(found[0].id)
            else:
                checked.warn(
                    _("several people are called «%(text)s»: choose the host later", text=text)
                    if found
                    else _("there is no «%(text)s» in the cluster: choose the host later", text=text)
                )
        return tuple(dict.fromkeys(ids))

    def _find_people(self, text: str) -> list[Person]:
        parts = parse_full_name(text)
        if parts is None:
            return []
        return [
            person
            for person in self._people
            if sort_key(person.surname) == sort_key(parts.surname)
            and is_same_name(person.name, parts.name)
            and is_same_name(person.patronymic, parts.patronymic)
        ]


def _capacity(row: TableRow, checked: Checked) -> int:
    number = parse_whole(row["capacity"])
    if number is None or not 1 <= number <= MOST_SEATS:
        checked.warn(_("the number of places is missing: %(number)s is taken", number=_USUAL_SEATS))
        return _USUAL_SEATS
    return number


SESSIONS = Sessions()
