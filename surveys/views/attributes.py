"""What a respondent checks about herself before the first question."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import InputRequired

from app.accounts.forms.people import ProfileForm
from app.accounts.models import Person
from app.accounts.queries import find_person, list_schools
from app.accounts.services import PersonData
from app.errors import NotFound


class AttributesForm(ProfileForm):
    """School, position, subjects, category and service; the consent where none is in force.

    The right to post it is the personal link, so it carries no token of the session.
    """

    class Meta:
        csrf = False

    consent = BooleanField(
        _("I consent to the processing of my personal data for the diagnostics"),
        validators=[
            InputRequired(_("To take part, tick the consent; without it choose “Do not take part”."))
        ],
    )

    def as_data_of(self, person: Person) -> PersonData:
        """The person's data with what was corrected here."""
        school = self._schools.get(self.organisation.data or "")
        is_elsewhere = all(person.organisation_id != offered.id for offered in self._schools.values())
        return replace(
            PersonData.of(person),
            # Who works at a centre or an institute finds no school of her own in the list.
            organisation_id=school.id if school else person.organisation_id if is_elsewhere else None,
            position=self.position.data,
            subjects=tuple(self.subjects.data or ()),
            category=self.category.data,
            extra_category=self.extra_category.data,
            service_band=self.service_band.data,
        )


def attributes_form(person_id: int, on: date, *, asks_consent: bool, **kwargs: Any) -> AttributesForm:
    """The form filled with what is known, or with what was posted."""
    person = find_person(person_id)
    if person is None:
        raise NotFound
    form = AttributesForm(list_schools([person.cluster_id]), on, person, **kwargs)
    for other in ("surname", "name", "patronymic", "phone", *([] if asks_consent else ["consent"])):
        del form[other]
    return form
