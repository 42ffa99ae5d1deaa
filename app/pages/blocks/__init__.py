"""What the start page shows in each role: a module a role, joined in the order below."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from flask import render_template
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.pages.blocks import teacher
from app.permissions import Actor, Role

Build = Callable[[Actor, datetime], dict[str, Any] | None]


class Block(NamedTuple):
    """A role's part of the page; `build` makes the context of `template`, None where there is nothing."""

    role: Role
    heading: Any
    template: str
    build: Build


class Part(NamedTuple):
    """A block as it stands on one person's page."""

    heading: str
    html: Markup


BLOCKS = (Block(Role.TEACHER, _("As a teacher"), "teacher.html", teacher.block),)


def build_parts(actor: Actor, now: datetime) -> list[Part]:
    """The blocks of all roles the person has; two roles with the same block share it."""
    parts: dict[str, Part] = {}
    for block in BLOCKS:
        if block.role not in actor.roles or block.template in parts:
            continue
        context = block.build(actor, now)
        if context is not None:
            html = render_template(f"pages/blocks/{block.template}", **{"now": now, **context})
            parts[block.template] = Part(str(block.heading), Markup(html))  # noqa: S704 - escaped by Jinja
    return list(parts.values())
