"""What the start page shows in each role: a module a role, joined in the order below."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import render_template
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.pages.blocks import (
    administrator,
    coordinator,
    host,
    mentor,
    observer,
    overview,
    paper,
    registrar,
    school,
    teacher,
)
from app.pages.reading import Reading
from app.permissions import Role

Build = Callable[[Reading], dict[str, Any] | None]


class Block(NamedTuple):
    """A role's part of the page; `build` makes the context of `template`, None where there is nothing."""

    role: Role
    heading: Any
    template: str
    build: Build


class Part(NamedTuple):
    """A block as it stands on one person's page; `anchor` is its address there."""

    anchor: str
    heading: str
    html: Markup


class ActionStyle:
    """Gives out the looks of the buttons: whoever asks first has the one primary action of the page."""

    def __init__(self) -> None:
        self._is_given = False

    def __call__(self) -> str:
        style = "btn-outline-primary" if self._is_given else "btn-primary"
        self._is_given = True
        return style


BLOCKS = (
    Block(Role.COORDINATOR, _("As the coordinator"), "coordinator.html", coordinator.block),
    Block(Role.CENTRE_HEAD, _("As the head of a centre"), "school.html", school.block),
    Block(Role.DIRECTOR, _("As a school director"), "school.html", school.block),
    Block(Role.TEACHER, _("As a teacher"), "teacher.html", teacher.block),
    Block(Role.HOST, _("As a session host"), "host.html", host.block),
    Block(Role.REGISTRAR, _("As a registrar"), "registrar.html", registrar.block),
    Block(Role.MENTOR, _("As a mentor"), "mentor.html", mentor.block),
    Block(Role.OBSERVER, _("As an observer"), "observer.html", observer.block),
    Block(Role.COUNCIL_MEMBER, _("As a council member"), "overview.html", overview.block),
    Block(Role.ADVISER, _("As the academic adviser"), "overview.html", overview.block),
    Block(Role.AUTHORITY, _("As the education authority"), "overview.html", overview.block),
    Block(Role.PAPER_OPERATOR, _("As a paper operator"), "paper.html", paper.block),
    Block(Role.ADMINISTRATOR, _("As the administrator"), "administrator.html", administrator.block),
)
"""What a person answers for stands above what is their own: the first part is the first screen."""


def build_parts(reading: Reading) -> list[Part]:
    """The blocks of all roles the person has; two roles with the same block share it."""
    parts: dict[str, Part] = {}
    action_style = ActionStyle()
    for block in BLOCKS:
        if block.role not in reading.actor.roles or block.template in parts:
            continue
        context = block.build(reading)
        if context is not None:
            html = render_template(
                f"pages/blocks/{block.template}", now=reading.now, action_style=action_style, **context
            )
            parts[block.template] = Part(
                block.role.value.replace("_", "-"),
                str(block.heading),
                Markup(html),  # noqa: S704 - escaped by Jinja
            )
    return list(parts.values())
