"""The sections of the site as one person sees them; what they may not open is not offered."""

from collections.abc import Collection
from typing import Any, NamedTuple

from flask import current_app, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.permissions import Actor, Permission, find_actor


class Section(NamedTuple):
    """An entry of the navigation; it is the current one on every page of its blueprints."""

    title: Any
    endpoint: str
    permission: Permission
    blueprints: Collection[str]
    unless: Permission | None = None
    """Who holds this has a wider section of the same name."""


SECTIONS = (
    Section(_("Home"), "pages.home", Permission.HOME_VIEW, {"pages"}),
    Section(
        _("Diagnostics"),
        "diagnostics.index",
        Permission.DIAGNOSTIC_COUNTS_VIEW,
        {"diagnostics", "rosters", "own_diagnostics"},
    ),
    Section(
        _("Diagnostics"),
        "own_diagnostics.index",
        Permission.SURVEY_ANSWER,
        {"own_diagnostics"},
        unless=Permission.DIAGNOSTIC_COUNTS_VIEW,
    ),
    Section(_("Paper forms"), "paper.index", Permission.PAPER_ENTER, {"paper"}),
    Section(_("My results"), "results.index", Permission.SURVEY_ANSWER, {"results"}),
    Section(_("Seminar"), "seminars.index", Permission.SEMINAR_VIEW, {"seminars"}),
    Section(_("Materials"), "materials.library", Permission.MATERIAL_VIEW, {"materials"}),
    Section(_("Outcomes"), "group_results.index", Permission.COMPARISON_VIEW, {"group_results"}),
    Section(_("Plan"), "plan.index", Permission.PLAN_VIEW, {"plan", "start"}),
    Section(_("People"), "people.index", Permission.PEOPLE_VIEW, {"people", "organisations"}),
    Section(_("Jobs"), "jobs.index", Permission.JOBS_MANAGE, {"jobs"}),
    Section(_("Letters"), "letters_admin.index", Permission.JOBS_MANAGE, {"letters_admin"}),
)


def tell_sections() -> dict[str, Any]:
    """For every page. One behind a personal link belongs to no section: it would read the rights for nothing."""
    view = current_app.view_functions.get(request.endpoint or "")
    actor = None if getattr(view, "is_by_link", False) else find_actor()
    return {
        "home_url": url_for("pages.home"),
        "navigation": sections_for(actor) if actor else [],
        "footer_links": _footer_links(actor),
    }


def sections_for(actor: Actor) -> list[tuple[str, str, bool]]:
    """Title, address and whether the page asked for lies there."""
    return [
        (str(section.title), url_for(section.endpoint), request.blueprint in section.blueprints)
        for section in SECTIONS
        if actor.may(section.permission) and not (section.unless and actor.may(section.unless))
    ]


def _footer_links(actor: Actor | None) -> list[tuple[str, str]]:
    links = [] if actor else [(gettext("Open materials"), url_for("materials.library"))]
    if current_app.config["OPORA_DEMO"]:
        links.append((gettext("Mailbox of the demo"), url_for("mailbox.index")))
    return links
