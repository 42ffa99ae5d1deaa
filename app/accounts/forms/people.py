"""What is known of a person: as the person corrects it and as the coordinator does."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, Regexp, ValidationError

from app.accounts import queries
from app.accounts.models import Organisation, Person
from app.accounts.roles import ROLE_NAMES, ROLES_OF_ORGANISATION
from app.accounts.services import PersonData
from app.forms import CheckboxListField, DateField, Form, OptionalTextField, TextField, choices, code_or_none
from app.permissions import Role

NOT_CHOSEN = _("not chosen")
_LETTERS_ONLY = Regexp(r"^[^\d@<>{}\[\]\\/|]+$", message=_("A name has no digits and no special signs."))


class ProfileForm(Form):
    """The attributes that slices and letters rest on; codes come from the catalogues of that day."""

    surname = TextField(_("Surname"), [DataRequired(_("Enter the surname.")), Length(max=80), _LETTERS_ONLY])
    name = TextField(
        _("First name"), [DataRequired(_("Enter the first name.")), Length(max=80), _LETTERS_ONLY]
    )
    patronymic = OptionalTextField(_("Patronymic"), [Optional(), Length(max=80), _LETTERS_ONLY])
    organisation = SelectField(_("School"), coerce=code_or_none, validators=[Optional()])
    position = SelectField(_("Position"), coerce=code_or_none, validators=[Optional()])
    subjects = CheckboxListField(_("Subjects"), validators=[Optional()])
    category = SelectField(_("Qualification category"), coerce=code_or_none, validators=[Optional()])
    extra_category = SelectField(_("Extra category"), coerce=code_or_none, validators=[Optional()])
    service_band = SelectField(_("Length of service"), coerce=code_or_none, validators=[Optional()])
    phone = OptionalTextField(
        _("Telephone"),
        [
            Optional(),
            Length(max=30),
            Regexp(r"^[\d +()\-]{5,}$", message=_("Digits, please: +7 384 312-34-56.")),
        ],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )

    def __init__(
        self, schools: Sequence[Organisation], on: date, person: Person | None = None, **kwargs: Any
    ) -> None:
        initial = _as_shown(person) if person else {}
        super().__init__(data=initial, **kwargs)
        self._schools = {str(school.public_id): school for school in schools}
        self.organisation.choices = choices(
            ((key, school.short_name) for key, school in self._schools.items()), empty=NOT_CHOSEN
        )
        for kind, field in (
            ("position", self.position),
            ("category", self.category),
            ("extra_category", self.extra_category),
            ("service_band", self.service_band),
        ):
            field.choices = choices(_offered(kind, on, {getattr(person, kind, None)}), empty=NOT_CHOSEN)
        self.subjects.choices = choices(_offered("subject", on, set(person.subjects if person else ())))

    def as_data(self, email: str | None) -> PersonData:
        """What was typed, with the school's id for its public one."""
        school = self._schools.get(self.organisation.data or "")
        return PersonData(
            surname=self.surname.data,
            name=self.name.data,
            patronymic=self.patronymic.data,
            organisation_id=school.id if school else None,
            position=self.position.data,
            subjects=tuple(self.subjects.data or ()),
            category=self.category.data,
            extra_category=self.extra_category.data,
            service_band=self.service_band.data,
            email=email,
            phone=self.phone.data,
        )


class PersonForm(ProfileForm):
    """The coordinator's form: the address as well."""

    email = OptionalTextField(
        _("E-mail"),
        [Optional(), Length(max=254), Email(_("This does not look like an address: name@example.ru."))],
        description=_("The person's own. An address shared by several people gets no personal links."),
        render_kw={"inputmode": "email", "autocomplete": "off", "autocapitalize": "none"},
    )


class GrantForm(Form):
    """A role with its scope and period."""

    role = SelectField(_("Role"), validators=[InputRequired(_("Choose a role."))])
    organisation = SelectField(_("Limited to the school"), coerce=code_or_none)
    from_on = DateField(_("From"), validators=[Optional()])
    until_on = DateField(_("Until"), validators=[Optional()])

    def __init__(self, offered: Sequence[Role], schools: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices(((role.value, ROLE_NAMES[role]) for role in offered), empty=NOT_CHOSEN)
        self._schools = {str(school.public_id): school for school in schools}
        self.organisation.choices = choices(
            ((key, school.short_name) for key, school in self._schools.items()), empty=_("the whole cluster")
        )

    @property
    def organisation_id(self) -> int | None:
        """The school the role is limited to."""
        school = self._schools.get(self.organisation.data or "")
        return school.id if school else None

    def validate_organisation(self, field: Any) -> None:
        if not field.data and self.role.data in ROLES_OF_ORGANISATION:
            raise ValidationError(str(_("This role holds in one school: choose it.")))

    def validate_until_on(self, field: Any) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(str(_("The last day lies before the first.")))


class LeaveForm(Form):
    """The day a person leaves the cluster."""

    on = DateField(_("Last working day has passed on"), validators=[InputRequired(_("Choose the day."))])


def _offered(kind: str, on: date, chosen: set[str | None]) -> list[tuple[str, str]]:
    """Entries of that day, and those chosen before although they are no longer offered."""
    return [
        (entry.code, entry.name)
        for entry in queries.catalogue(kind)
        if entry.holds_on(on) or entry.code in chosen
    ]


def _as_shown(person: Person) -> dict[str, Any]:
    fields = ("surname", "name", "patronymic", "position", "subjects", "category", "extra_category")
    shown = {field: getattr(person, field) for field in (*fields, "service_band", "phone", "email")}
    shown["organisation"] = str(person.organisation.public_id) if person.organisation else None
    return shown
