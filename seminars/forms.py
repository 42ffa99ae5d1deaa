"""Forms of the seminar: a session, when and where it is held, a line of its programme."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.accounts.models import Organisation, Person
from app.accounts.queries import catalogue
from app.clock import at_local, end_of_day, local_date, start_of_day
from app.formats import full_name, local
from app.forms import (
    CheckboxListField,
    DateField,
    Form,
    LongTextField,
    OptionalTextField,
    TextField,
    choices,
    code_or_none,
)
from seminars.models import SeminarSession, SessionSlot
from seminars.services.sessions import Details, SlotDetails, When

NOT_CHOSEN = _("not chosen")
MOST_SEATS = 2000
_NO_TIME = _("Enter the time, for example 14:30.")


def _is_web_address(_form: Form, field: Any) -> None:
    if field.data:
        parts = urlsplit(field.data)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValidationError(_("The link begins with https:// or http://."))


class WhenForm(Form):
    """When and where a session is held."""

    day = DateField(_("Day"), [InputRequired(_("Choose the day."))])
    starts = TimeField(_("Begins at"), [InputRequired(_NO_TIME)])
    ends = TimeField(_("Ends at"), [InputRequired(_NO_TIME)])
    organisation = SelectField(_("Where"), coerce=code_or_none, validators=[Optional()])
    room = OptionalTextField(_("Room"), [Optional(), Length(max=120)])
    online_url = OptionalTextField(
        _("Link for joining online"),
        [Optional(), Length(max=500), _is_web_address],
        description=_("Shown to registered people only."),
        render_kw={"inputmode": "url"},
    )

    def offer_places(self, places: Sequence[Organisation], time_zone: str, today: date | None = None) -> None:
        """Let one choose among `places`, by the clock of `time_zone`, and no day before `today`."""
        self._time_zone, self._earliest = time_zone, today
        self._places = {str(place.public_id): place for place in places}
        self.organisation.choices = choices(
            ((key, place.short_name) for key, place in self._places.items()), empty=NOT_CHOSEN
        )

    def validate_day(self, field: Any) -> None:
        if field.data is None:
            return  # it could not be read, and that is told already
        if self._earliest is not None and field.data < self._earliest:
            raise ValidationError(_("This day has passed already."))
        if field.data > date(2100, 1, 1):
            raise ValidationError(_("This day is too far away."))

    def validate_ends(self, field: Any) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("The end must be later than the beginning."))

    def as_when(self) -> When:
        place = self._places.get(self.organisation.data or "")
        return When(
            starts_at=at_local(self.day.data, self.starts.data, self._time_zone),
            ends_at=at_local(self.day.data, self.ends.data, self._time_zone),
            organisation_id=place.id if place else None,
            room=self.room.data,
            online_url=self.online_url.data,
        )


def when_shown(session: SeminarSession, time_zone: str) -> dict[str, Any]:
    """What `WhenForm` shows of a session."""
    return {
        "day": local_date(session.starts_at, time_zone),
        "starts": local(session.starts_at, time_zone).time(),
        "ends": local(session.ends_at, time_zone).time(),
        "organisation": str(session.organisation.public_id) if session.organisation else None,
        "room": session.room,
        "online_url": session.online_url,
    }


class DetailsForm(Form):
    """What a session is about, and how one gets into it."""

    title = TextField(_("Topic"), [DataRequired(_("Enter the topic.")), Length(max=200)])
    form = SelectField(_("Form"), validators=[InputRequired()])
    capacity = IntegerField(
        _("Number of places"),
        [
            InputRequired(_("Enter the number of places.")),
            NumberRange(1, MOST_SEATS, _("From 1 to 2000 places.")),
        ],
    )
    host = SelectField(_("Host"), coerce=code_or_none, validators=[Optional()])
    second_host = SelectField(_("Second host"), coerce=code_or_none, validators=[Optional()])
    competences = CheckboxListField(_("Competences"), validators=[Optional()])
    subjects = CheckboxListField(
        _("Subjects"), validators=[Optional()], description=_("None chosen means that everybody is invited.")
    )
    summary = LongTextField(_("What it is about"), [Optional(), Length(max=4000)])
    what_to_bring = LongTextField(_("What to bring"), [Optional(), Length(max=1000)])
    level = SelectField(_("Level of the event"), validators=[Optional()])
    sign_up_opens_on = DateField(_("Registration from"), [Optional()])
    sign_up_closes_on = DateField(
        _("Registration until, inclusive"), [Optional()], description=_("Otherwise until the beginning.")
    )

    def offer_people(
        self, people: Sequence[Person], competences: Iterable[tuple[str, str]], time_zone: str
    ) -> None:
        """Let one choose hosts among `people` and topics among `competences`."""
        self._time_zone = time_zone
        self._people = {str(person.public_id): person for person in people}
        self.form.choices = choices((entry.code, entry.name) for entry in catalogue("event_form"))
        self.level.choices = choices((entry.code, entry.name) for entry in catalogue("event_level"))
        self.competences.choices = choices(competences)
        self.subjects.choices = choices((entry.code, entry.name) for entry in catalogue("subject"))
        for field in (self.host, self.second_host):
            field.choices = people_choices(people)

    def validate_sign_up_closes_on(self, field: Any) -> None:
        opens_on = self.sign_up_opens_on.data
        if field.data and opens_on and field.data < opens_on:
            raise ValidationError(_("Registration cannot end before it begins."))

    def as_details(self) -> Details:
        hosts = (self._people.get(field.data or "") for field in (self.host, self.second_host))
        opens_on, closes_on = self.sign_up_opens_on.data, self.sign_up_closes_on.data
        return Details(
            title=self.title.data,
            form=self.form.data,
            capacity=self.capacity.data,
            summary=self.summary.data or None,
            what_to_bring=self.what_to_bring.data or None,
            competences=tuple(self.competences.data or ()),
            subjects=tuple(self.subjects.data or ()),
            level=self.level.data or "municipal",
            sign_up_opens_at=start_of_day(opens_on, self._time_zone) if opens_on else None,
            sign_up_closes_at=end_of_day(closes_on, self._time_zone) if closes_on else None,
            host_ids=tuple(host.id for host in hosts if host is not None),
        )


def people_choices(people: Sequence[Person]) -> list[Any]:
    """People to choose one of, with their schools: namesakes are told apart."""
    return choices(
        (
            (
                str(person.public_id),
                f"{full_name(person)}, {person.organisation.short_name}"
                if person.organisation
                else full_name(person),
            )
            for person in people
        ),
        empty=NOT_CHOSEN,
    )


def details_shown(session: SeminarSession, time_zone: str) -> dict[str, Any]:
    """What `DetailsForm` shows of a session."""
    hosts = [str(host.person.public_id) for host in session.hosts]
    closes_at = session.sign_up_closes_at
    return {
        "title": session.title,
        "form": session.form,
        "capacity": session.capacity,
        "host": hosts[0] if hosts else None,
        "second_host": hosts[1] if len(hosts) > 1 else None,
        "competences": session.competences,
        "subjects": session.subjects,
        "summary": session.summary,
        "what_to_bring": session.what_to_bring,
        "level": session.level,
        "sign_up_opens_on": _day_of(session.sign_up_opens_at, time_zone),
        "sign_up_closes_on": _day_of(closes_at - timedelta(microseconds=1) if closes_at else None, time_zone),
    }


def _day_of(moment: datetime | None, time_zone: str) -> date | None:
    return local_date(moment, time_zone) if moment else None


class PlannedSessionForm(WhenForm, DetailsForm):
    """A session not published yet: everything at once."""


class CapacityForm(Form):
    """The number of places alone."""

    capacity = IntegerField(
        _("Number of places"),
        [
            InputRequired(_("Enter the number of places.")),
            NumberRange(1, MOST_SEATS, _("From 1 to 2000 places.")),
        ],
    )


class CallOffForm(Form):
    """Why a session is cancelled, in the words people are told."""

    reason = LongTextField(
        _("Reason"),
        [Optional(), Length(max=500)],
        description=_("Stands in the letter to everybody registered."),
    )


class SlotForm(Form):
    """A line of the programme."""

    starts = TimeField(_("Begins at"), [InputRequired(_NO_TIME)])
    ends = TimeField(_("Ends at"), [InputRequired(_NO_TIME)])
    title = TextField(_("Title"), [DataRequired(_("Enter the title.")), Length(max=200)])
    form = SelectField(_("Form"), validators=[InputRequired()])
    speaker = SelectField(_("Speaker"), coerce=code_or_none, validators=[Optional()])
    second_speaker = SelectField(_("Second speaker"), coerce=code_or_none, validators=[Optional()])
    guests = OptionalTextField(
        _("Guest speakers"),
        [Optional(), Length(max=300)],
        description=_("Those who are not in the list of people, separated by commas."),
    )
    room = OptionalTextField(_("Room"), [Optional(), Length(max=120)])
    online_url = OptionalTextField(
        _("Link for joining online"), [Optional(), Length(max=500), _is_web_address]
    )

    def offer_people(self, people: Sequence[Person], day: date, time_zone: str) -> None:
        """Let one choose speakers among `people`; times are of that day by the clock of `time_zone`."""
        self._day, self._time_zone = day, time_zone
        self._people = {str(person.public_id): person for person in people}
        self.form.choices = choices((entry.code, entry.name) for entry in catalogue("event_form"))
        for field in (self.speaker, self.second_speaker):
            field.choices = people_choices(people)

    def validate_ends(self, field: Any) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("The end must be later than the beginning."))

    def as_slot(self) -> SlotDetails:
        speakers = (self._people.get(field.data or "") for field in (self.speaker, self.second_speaker))
        return SlotDetails(
            starts_at=at_local(self._day, self.starts.data, self._time_zone),
            ends_at=at_local(self._day, self.ends.data, self._time_zone),
            form=self.form.data,
            title=self.title.data,
            room=self.room.data,
            online_url=self.online_url.data,
            speaker_ids=tuple(person.id for person in speakers if person is not None),
            guests=tuple(name.strip() for name in (self.guests.data or "").split(",") if name.strip()),
        )


def slot_shown(slot: SessionSlot, time_zone: str) -> dict[str, Any]:
    """What `SlotForm` shows of a line of the programme."""
    people = [str(speaker.person.public_id) for speaker in slot.speakers if speaker.person]
    return {
        "starts": local(slot.starts_at, time_zone).time(),
        "ends": local(slot.ends_at, time_zone).time(),
        "title": slot.title,
        "form": slot.form,
        "speaker": people[0] if people else None,
        "second_speaker": people[1] if len(people) > 1 else None,
        "guests": ", ".join(speaker.guest_name for speaker in slot.speakers if speaker.guest_name),
        "room": slot.room,
        "online_url": slot.online_url,
    }
