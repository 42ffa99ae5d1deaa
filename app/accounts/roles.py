"""What roles are called, and what each is limited to."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.permissions import Role

ROLE_NAMES: dict[Role, Any] = {
    Role.TEACHER: _("teacher"),
    Role.HOST: _("session host"),
    Role.REGISTRAR: _("registrar"),
    Role.MENTOR: _("mentor"),
    Role.CENTRE_HEAD: _("head of centre"),
    Role.DIRECTOR: _("school director"),
    Role.COORDINATOR: _("coordinator"),
    Role.COUNCIL_MEMBER: _("council member"),
    Role.ADVISER: _("academic adviser"),
    Role.OBSERVER: _("observer"),
    Role.AUTHORITY: _("education authority"),
    Role.PAPER_OPERATOR: _("paper operator"),
    Role.ADMINISTRATOR: _("administrator"),
}

ROLE_DUTIES: dict[Role, Any] = {
    Role.TEACHER: _("takes diagnostics, enrols in sessions"),
    Role.HOST: _("runs sessions, uploads materials, marks attendance"),
    Role.REGISTRAR: _("marks who has come"),
    Role.MENTOR: _("helps with a route the teacher has opened"),
    Role.CENTRE_HEAD: _("sees the people and the figures of the own school"),
    Role.DIRECTOR: _("reads and approves what concerns the own school"),
    Role.COORDINATOR: _("manages people, sessions, diagnostics and the plan of the cluster"),
    Role.COUNCIL_MEMBER: _("reads summaries and prepares meetings"),
    Role.ADVISER: _("reads aggregates of the cluster"),
    Role.OBSERVER: _("fills in observation sheets of sessions"),
    Role.AUTHORITY: _("reads published aggregates of the cluster"),
    Role.PAPER_OPERATOR: _("types paper forms in"),
    Role.ADMINISTRATOR: _("looks after accounts, jobs and letters"),
}

ROLES_OF_ORGANISATION = frozenset({Role.CENTRE_HEAD, Role.DIRECTOR})
"""Roles that make sense in one organisation only; the others hold in the whole cluster or in one."""
