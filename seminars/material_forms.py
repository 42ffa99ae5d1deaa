"""Forms of materials."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.forms import DateField, Form, LongTextField, OptionalTextField, TextField, choices
from seminars.models import Access

ACCESS_LABELS = {
    Access.CLUSTER: _("All teachers of the cluster"),
    Access.REGISTERED: _("Those registered for the session"),
    Access.ATTENDED: _("Those who attended the session"),
    Access.PUBLIC: _("Everybody, without signing in"),
}


class ContentForm(Form):
    """A file or a link: one of the two."""

    file = FileField(
        _("File"), description=_("Up to 200 MB: documents, presentations, pictures, video, archives.")
    )
    url = OptionalTextField(_("or a link"), [Optional(), Length(max=1000)])

    def validate_url(self, field: Any) -> None:
        has_file = bool(self.file.data and getattr(self.file.data, "filename", ""))
        if has_file == bool(field.data):
            raise ValidationError(_("Choose a file or give a link, one of the two."))


class DetailsForm(Form):
    """What a material is called and who may take it."""

    title = TextField(_("Title"), [DataRequired(_("Enter the title.")), Length(max=200)])
    summary = LongTextField(_("In short"), [Optional(), Length(max=2000)])
    access = SelectField(_("Who may take it"), choices=choices(ACCESS_LABELS.items()))
    available_from = DateField(_("Open from"), [Optional()])
    available_until = DateField(_("Open until, inclusive"), [Optional()])

    def validate_available_until(self, field: Any) -> None:
        if field.data and self.available_from.data and field.data < self.available_from.data:
            raise ValidationError(_("The last day is before the first one."))


class NewMaterialForm(DetailsForm, ContentForm):
    """A new material, of a session or of a whole series."""

    belongs_to = SelectField(_("Belongs to"), [InputRequired()])


class NewVersionForm(ContentForm):
    """The next version of a material."""

    note = OptionalTextField(_("What changed"), [Optional(), Length(max=300)])
