"""What other parts show on a session's page below its programme; each adds itself when the application is made."""

from collections.abc import Callable, Sequence
from datetime import datetime

from markupsafe import Markup

from app.permissions import Actor
from seminars.models import SeminarSession

Section = Callable[[SeminarSession, Actor, datetime], Markup | None]
"""Rendered HTML, or None where the reader has nothing to see."""

_sections: list[Section] = []


def add_section(section: Section) -> Section:
    """Show `section` on every session's page; adding it again changes nothing."""
    if section not in _sections:
        _sections.append(section)
    return section


def sections_of(session: SeminarSession, actor: Actor, now: datetime) -> Sequence[Markup]:
    """What the reader sees, in the order of adding."""
    shown = (section(session, actor, now) for section in _sections)
    return [html for html in shown if html is not None]
