"""Schools, centres and partners; the cluster itself."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField
from wtforms.validators import (
    DataRequired,
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from app.accounts import queries
from app.accounts.models import Cluster, ClusterMembership, Organisation, OrganisationKind
from app.accounts.services import ClusterData, OrganisationData
from app.forms import DateField, Form, OptionalTextField, TextField, choices, code_or_none

KIND_NAMES: dict[OrganisationKind, Any] = {
    OrganisationKind.SCHOOL: _("school"),
    OrganisationKind.CENTRE: _("Growth Point centre"),
    OrganisationKind.INSTITUTE: _("institute"),
    OrganisationKind.AUTHORITY: _("education authority"),
    OrganisationKind.MUNICIPALITY: _("municipality"),
    OrganisationKind.REGION: _("region"),
}
_HEADCOUNT = [Optional(), NumberRange(0, 100_000, _("A whole number, please."))]


class OrganisationForm(Form):
    """What is known of an organisation and since when it is in the cluster."""

    kind = SelectField(_("What it is"), validators=[InputRequired()])
    name = TextField(
        _("Full name"),
        [DataRequired(_("Enter the name.")), Length(max=300)],
        description=_("As in documents: МБОУ «СОШ № 22»."),
    )
    short_name = TextField(
        _("Short name"),
        [DataRequired(_("Enter the short name.")), Length(max=100)],
        description=_("For lists and tables: СОШ № 22."),
    )
    parent = SelectField(_("Unit of the school"), coerce=code_or_none)
    profile = SelectField(_("Profile of the centre"), coerce=code_or_none, validators=[Optional()])
    opened_year = IntegerField(_("Year opened"), [Optional(), NumberRange(1800, 2100, _("A year, please."))])
    address = OptionalTextField(_("Address"), [Optional(), Length(max=300)])
    email = OptionalTextField(
        _("E-mail"),
        [Optional(), Length(max=254), Email(_("This does not look like an address: name@example.ru."))],
    )
    pupils = IntegerField(_("Pupils"), _HEADCOUNT)
    staff = IntegerField(_("Teaching staff"), _HEADCOUNT)
    from_on = DateField(_("In the cluster since"), validators=[Optional()])
    until_on = DateField(_("In the cluster until"), validators=[Optional()])

    def __init__(
        self,
        schools: Sequence[Organisation],
        organisation: Organisation | None = None,
        membership: ClusterMembership | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data=_as_shown(organisation, membership), **kwargs)
        self.kind.choices = choices((kind.value, name) for kind, name in KIND_NAMES.items())
        others = [school for school in schools if organisation is None or school.id != organisation.id]
        self._schools = {str(school.public_id): school for school in others}
        self.parent.choices = choices(
            ((key, school.short_name) for key, school in self._schools.items()),
            empty=_("not a unit of a school"),
        )
        self.profile.choices = choices(
            ((entry.code, entry.name) for entry in queries.catalogue("centre_profile")), empty=_("not chosen")
        )

    def validate_parent(self, field: Any) -> None:
        if self.kind.data == OrganisationKind.CENTRE and not field.data:
            raise ValidationError(str(_("A centre is a unit of a school: choose the school.")))

    def validate_until_on(self, field: Any) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(str(_("The last day lies before the first.")))

    def as_data(self) -> OrganisationData:
        """What was typed, with the school's id for its public one."""
        is_centre = self.kind.data == OrganisationKind.CENTRE
        parent = self._schools.get(self.parent.data or "") if is_centre else None
        return OrganisationData(
            kind=OrganisationKind(self.kind.data),
            name=self.name.data,
            short_name=self.short_name.data,
            parent_id=parent.id if parent else None,
            address=self.address.data,
            email=self.email.data,
            profile=self.profile.data if is_centre else None,
            opened_year=self.opened_year.data,
            pupils=self.pupils.data,
            staff=self.staff.data,
            from_on=self.from_on.data,
            until_on=self.until_on.data,
        )


class ClusterForm(Form):
    """The cluster's names, whom its people ask, who answers for their data."""

    name = TextField(_("Name of the cluster"), [DataRequired(_("Enter the name.")), Length(max=200)])
    district_name = TextField(_("District"), [DataRequired(_("Enter the district.")), Length(max=200)])
    help_name = OptionalTextField(
        _("Whom to ask for help"),
        [Optional(), Length(max=120)],
        description=_("Stands at the foot of every page."),
    )
    help_phone = OptionalTextField(_("Telephone for help"), [Optional(), Length(max=30)])
    operator_name = OptionalTextField(
        _("Operator of personal data"),
        [Optional(), Length(max=300)],
        description=_("The legal entity named in consents. If empty, the core school of the cluster."),
    )
    operator_address = OptionalTextField(_("Address of the operator"), [Optional(), Length(max=300)])

    def __init__(self, cluster: Cluster, **kwargs: Any) -> None:
        fields = ClusterData.__dataclass_fields__
        super().__init__(data={name: getattr(cluster, name) for name in fields}, **kwargs)

    def as_data(self) -> ClusterData:
        return ClusterData(**{name: self[name].data for name in ClusterData.__dataclass_fields__})


def _as_shown(
    organisation: Organisation | None, membership: ClusterMembership | None
) -> dict[str, str | int | date | None]:
    if organisation is None:
        return {"kind": OrganisationKind.SCHOOL.value}
    names = ("name", "short_name", "profile", "opened_year", "address", "email", "pupils", "staff")
    return {
        **{name: getattr(organisation, name) for name in names},
        "kind": organisation.kind.value,
        "parent": str(organisation.parent.public_id) if organisation.parent else None,
        "from_on": membership.from_on if membership else None,
        "until_on": membership.until_on if membership else None,
    }
