"""Regular letters: a coordinator's week, a head's month. What they say is read when they leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.accounts.models import Cluster
from app.clock import utcnow
from app.db import db
from app.mail.letters import LetterKind, register
from app.mail.models import Letter
from app.pages import summaries
from app.pages.due import list_due
from app.pages.school_quarter import Scope
from app.permissions import Permission
from surveys.queries.group_results import list_readable


def _week(letter: Letter) -> Mapping[str, Any]:
    due = list_due(letter.cluster_id, utcnow())
    return {
        "late": [one for one in due if one.is_late],
        "ahead": [one for one in due if not one.is_late],
        "until": summaries.end_of_week(letter.period, _time_zone(letter)),
    }


def _is_week_full(letter: Letter, now: datetime) -> bool:
    """Not after its week, nor when all has been done meanwhile."""
    return now < summaries.end_of_week(letter.period, _time_zone(letter)) and bool(
        list_due(letter.cluster_id, now)
    )


def _month(letter: Letter) -> Mapping[str, Any]:
    scope = Scope(letter.payload["organisation_id"], letter.cluster_id)
    starts_from, _before = summaries.bounds_of_month(letter.period, _time_zone(letter))
    published = list_readable([letter.cluster_id])
    return {
        "period": summaries.school_month(scope, letter.period, now=utcnow()),
        "month": starts_from,
        "published": published[0] if published else None,
    }


def _still_heads(letter: Letter, _now: datetime) -> bool:
    """The school's affairs are told to whoever looks after it when the letter leaves."""
    account = letter.person.account
    return account is not None and account.as_actor().may(
        Permission.SCHOOL_VIEW,
        cluster_id=letter.cluster_id,
        organisation_id=letter.payload["organisation_id"],
    )


def _time_zone(letter: Letter) -> str:
    return db.session.get_one(Cluster, letter.cluster_id).time_zone


register(
    LetterKind(
        summaries.COORDINATOR_SUMMARY,
        "pages/letters/coordinator_summary",
        _week,
        title=_("Weekly summaries for coordinators"),
        is_current=_is_week_full,
    )
)
register(
    LetterKind(
        summaries.HEAD_SUMMARY,
        "pages/letters/head_summary",
        _month,
        title=_("Monthly summaries for heads of centres"),
        is_current=_still_heads,
    )
)
