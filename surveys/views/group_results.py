"""Group figures: the list, a publication, its spreadsheet, and the coordinator's step of publishing."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import utcnow
from app.db import transaction
from app.errors import NotFound
from app.formats import page_language
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment
from app.text import whole_number
from surveys.group_exports import workbook
from surveys.group_tables import level_names, slice_tables
from surveys.models import Diagnostic, Snapshot
from surveys.queries import group_results as queries
from surveys.queries.diagnostics import steps_of
from surveys.scale_roles import plain
from surveys.services import snapshots
from surveys.signals import figures_requested
from surveys.slices import find_slice

bp = Blueprint("group_results", __name__, url_prefix="/results", template_folder="../templates")

ADDRESS = "/<uuid:diagnostic_id>/<any(starting, comparison):kind>"
Kind = Literal["starting", "comparison"]


@bp.get("")
@requires(Permission.COMPARISON_VIEW)
def index() -> ResponseReturnValue:
    found = queries.list_readable(current_actor().clusters(Permission.COMPARISON_VIEW))
    return render_template("surveys/results/published.html", found=found)


@bp.get(ADDRESS)
@requires(Permission.COMPARISON_VIEW)
def show(diagnostic_id: UUID, kind: Kind) -> ResponseReturnValue:
    diagnostic, snapshot = _published(diagnostic_id, kind)
    language = page_language()
    actor = current_actor()
    return render_template(
        f"surveys/results/{kind}.html",
        diagnostic=diagnostic,
        snapshot=snapshot,
        content=snapshot.content,
        level_cuts=[(plain(level["from"]), level["title"][language]) for level in snapshot.content["levels"]],
        level_names=level_names(snapshot.content, language),
        tables=slice_tables(snapshot.content, language),
        chart=_chart(snapshot.charts, f"levels.{language}"),
        language=language,
        may_plan=actor.may(Permission.SEMINAR_MANAGE, cluster_id=diagnostic.cluster_id),
        may_publish=_may_publish(diagnostic),
        has_newer=_may_publish(diagnostic) and snapshots.find_working(diagnostic.id, kind) is not None,
    )


@bp.get(f"{ADDRESS}.xlsx")
@requires(Permission.COMPARISON_VIEW)
def export(diagnostic_id: UUID, kind: Kind) -> ResponseReturnValue:
    diagnostic, snapshot = _published(diagnostic_id, kind)
    if snapshot.published_at is None:
        raise NotFound
    language = page_language()
    stream = workbook(
        snapshot.content,
        slice_tables(snapshot.content, language),
        title=diagnostic.title,
        published_at=snapshot.published_at,
        language=language,
        is_comparison=kind == "comparison",
    )
    return attachment(stream, f"opora-{kind}-{snapshot.number}")


@bp.get(f"{ADDRESS}/publish")
@requires(Permission.COMPARISON_PUBLISH)
def confirm(diagnostic_id: UUID, kind: Kind) -> ResponseReturnValue:
    """What is confirmed are counts and rules: until publication nobody sees a figure, the coordinator neither."""
    diagnostic = _to_publish(diagnostic_id)
    snapshot = snapshots.get_working(diagnostic.id, kind)
    groups: list[tuple[Any, int, int]] = [
        (found.title, shown, hidden)
        for code, shown, hidden in snapshots.groups_in_words(snapshot.content)
        if (found := find_slice(code)) is not None
    ]
    return render_template(
        "surveys/results/publish.html",
        diagnostic=diagnostic,
        kind=kind,
        snapshot=snapshot,
        invited=snapshot.content["counts"]["invited"],
        at_least=_in_steps(snapshot.content["counts"]),
        groups=[(str(title), shown, hidden) for title, shown, hidden in groups],
    )


def _in_steps(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts that wait are built anew after each withdrawal: exact ones would show it."""
    return {name: steps_of(counts[name]) for name in ("starting", "final", "paired") if name in counts}


@bp.post(f"{ADDRESS}/publish")
@requires(Permission.COMPARISON_PUBLISH)
def publish(diagnostic_id: UUID, kind: Kind) -> ResponseReturnValue:
    diagnostic = _to_publish(diagnostic_id)
    with transaction():
        snapshot = snapshots.get_numbered(
            diagnostic.id, kind, request.form.get("number", 0, type=whole_number)
        )
        snapshots.publish_snapshot(snapshot.id, utcnow())
    flash(_("The figures are published."), "success")
    return redirect(url_for(".show", diagnostic_id=diagnostic_id, kind=kind))


@bp.post(f"{ADDRESS}/rebuild")
@requires(Permission.COMPARISON_PUBLISH)
def rebuild(diagnostic_id: UUID, kind: Kind) -> ResponseReturnValue:
    diagnostic = _to_publish(diagnostic_id)
    wave_id = queries.find_wave_id(diagnostic.id, snapshots.WAVE_OF_KIND[kind])
    if wave_id is None:
        raise NotFound
    with transaction():
        figures_requested.send(wave_id=wave_id)
    flash(_("The figures are being built anew. They will wait here for publication."), "info")
    return redirect(url_for(".index"))


def _published(diagnostic_id: UUID, kind: Kind) -> tuple[Diagnostic, Snapshot]:
    clusters = current_actor().clusters(Permission.COMPARISON_VIEW)
    diagnostic = queries.get_diagnostic(diagnostic_id, clusters)
    return diagnostic, snapshots.get_published(
        diagnostic.id, kind, request.args.get("number", type=whole_number)
    )


def _to_publish(diagnostic_id: UUID) -> Diagnostic:
    return queries.get_diagnostic(
        diagnostic_id, current_actor().whole_clusters(Permission.COMPARISON_PUBLISH)
    )


def _may_publish(diagnostic: Diagnostic) -> bool:
    return diagnostic.cluster_id in current_actor().whole_clusters(Permission.COMPARISON_PUBLISH)


def _chart(stored: Mapping[str, str], name: str) -> dict[str, str]:
    """The sizes of one chart; empty where none was drawn."""
    return {key.rpartition(".")[2]: svg for key, svg in stored.items() if key.rpartition(".")[0] == name}
