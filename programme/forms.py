"""A row of the plan, and its state."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.forms import DateField, Form, LongTextField, OptionalTextField, choices
from programme.models import STATES_WITH_REASON, PlanItem, PlanItemState
from programme.services import PlanItemData
from programme.state_names import STATE_NAMES


class PlanItemForm(Form):
    """What a row says. Dates are for reminders and the list of what is late; the period's words are for print."""

    title = LongTextField(
        _("What is done"), [DataRequired(_("Say what is done.")), Length(max=500)], render_kw={"rows": 2}
    )
    number = OptionalTextField(
        _("Number"), [Optional(), Length(max=20)], description=_("As in the programme: 2.1")
    )
    stage = OptionalTextField(_("Stage"), [Optional(), Length(max=200)])
    period_text = OptionalTextField(
        _("Period in words"), [Optional(), Length(max=200)], description=_("As it is printed: every quarter")
    )
    from_on = DateField(_("Begins on"), validators=[Optional()])
    until_on = DateField(
        _("Ends on"),
        validators=[Optional()],
        description=_("Without it the item cannot become overdue."),
    )
    executor = OptionalTextField(_("Executor"), [Optional(), Length(max=300)])
    expected_result = LongTextField(
        _("Expected result"), [Optional(), Length(max=1000)], render_kw={"rows": 2}
    )

    def __init__(self, stages: Sequence[str], item: PlanItem | None = None, **kwargs: Any) -> None:
        super().__init__(obj=item, **kwargs)
        self.stages = stages
        self.stage.render_kw = {"list": "stages", "autocomplete": "off"}

    def as_data(self) -> PlanItemData:
        return PlanItemData(
            title=self.title.data,
            number=self.number.data,
            stage=self.stage.data,
            period_text=self.period_text.data,
            from_on=self.from_on.data,
            until_on=self.until_on.data,
            executor=self.executor.data,
            expected_result=self.expected_result.data or None,
        )


class StateForm(Form):
    """Where a row stands."""

    state = SelectField(_("State"), validators=[InputRequired()])
    reason = OptionalTextField(
        _("Reason"), [Length(max=500)], description=_("Needed when the item is moved or dropped.")
    )

    def __init__(self, item: PlanItem | None = None, **kwargs: Any) -> None:
        initial = {"state": item.state.value, "reason": item.state_reason} if item else {}
        super().__init__(data=initial, prefix="state-", **kwargs)
        self.state.choices = choices((state.value, STATE_NAMES[state]) for state in PlanItemState)

    def validate_reason(self, field: Any) -> None:
        if self.state.data in STATES_WITH_REASON and not field.data:
            raise ValidationError(str(_("Say in a few words why the item is moved or dropped.")))
