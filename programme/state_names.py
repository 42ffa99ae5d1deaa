"""What the states and the oddities of plan items are called."""

from typing import Any

from flask_babel import lazy_gettext as _

from programme.models import PlanItemState
from programme.periods import Oddity

STATE_NAMES: dict[PlanItemState, Any] = {
    PlanItemState.PLANNED: _("planned"),
    PlanItemState.IN_PROGRESS: _("in progress"),
    PlanItemState.DONE: _("carried out"),
    PlanItemState.MOVED: _("moved"),
    PlanItemState.DROPPED: _("dropped"),
}

ODDITY_NAMES: dict[Oddity, Any] = {
    Oddity.ENDS_BEFORE_START: _("the period ends before it starts"),
    Oddity.VERY_LONG: _("the period is longer than two years"),
}
