"""Instruments: their versions, what differs, the questionnaire as a teacher sees it, publishing a file."""

from itertools import groupby
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import utcnow
from app.db import transaction
from app.errors import NotFound
from app.formats import page_language
from app.permissions import Permission, current_actor, requires
from app.text import whole_number
from surveys import policies
from surveys.definition import compare
from surveys.definition.source import MOST_BYTES
from surveys.forms import InstrumentForm
from surveys.items.rendering import render_page
from surveys.models import InstrumentVersion, WaveKind
from surveys.queries import diagnostics as queries
from surveys.services import instruments
from surveys.versions import compiled_version
from surveys.views.sitting import prompt_of, title_of

bp = Blueprint("instruments", __name__, url_prefix="/instruments", template_folder="../templates")

MOST_SHOWN = 200
SEED = 1


@bp.get("")
@requires(Permission.INSTRUMENT_VIEW)
def index() -> ResponseReturnValue:
    """Published instruments with their versions."""
    grouped = groupby(queries.list_versions(), key=lambda version: version.instrument_id)
    return render_template(
        "surveys/instruments/index.html",
        instruments=[
            [(version, compiled_version(version.id)) for version in group] for _id, group in grouped
        ],
        language=page_language(),
        can_publish=current_actor().may(Permission.INSTRUMENT_PUBLISH),
    )


@bp.get("/<uuid:public_id>/changes")
@requires(Permission.INSTRUMENT_VIEW)
def changes(public_id: UUID) -> ResponseReturnValue:
    """What differs from the version before."""
    version = queries.get_version(public_id)
    former = _version_before(version)
    if former is None:
        raise NotFound
    change = compare(compiled_version(former.id), compiled_version(version.id))
    return render_template(
        "surveys/instruments/changes.html",
        version=version,
        former=former,
        change=change,
        shown=change.differences[:MOST_SHOWN],
        definition=compiled_version(version.id),
        language=page_language(),
    )


@bp.get("/<uuid:public_id>")
@requires(Permission.INSTRUMENT_VIEW)
def preview(public_id: UUID) -> ResponseReturnValue:
    """One page of the questionnaire, without keys; nothing can be sent."""
    version = queries.get_version(public_id)
    definition, language = compiled_version(version.id), page_language()
    kind = request.args.get("wave", WaveKind.STARTING.value)
    if kind not in set(WaveKind):
        raise NotFound
    pages = definition.pages_for(kind)
    number = request.args.get("page", 1, type=whole_number)
    if not 1 <= number <= len(pages):
        raise NotFound
    page = pages[number - 1]
    return render_template(
        "surveys/instruments/preview.html",
        version=version,
        definition=definition,
        kind=kind,
        kinds=[
            one.value for one in WaveKind if definition.pages_for(one) != definition.pages_for("starting")
        ],
        number=number,
        total=len(pages),
        page_title=title_of(page, definition, language),
        prompt=prompt_of(page, definition, language),
        html=render_page(f"version {version.id}", definition.items_of(page), language, {}, SEED),
        language=language,
    )


@bp.route("/publish", methods=["GET", "POST"])
@requires(Permission.INSTRUMENT_PUBLISH)
def publish() -> ResponseReturnValue:
    """Check a file: its problems by line, and what publishing it would do."""
    form = InstrumentForm()
    if not form.validate_on_submit():
        page = render_template("surveys/instruments/publish.html", form=form)
        return page, 422 if form.is_submitted() else 200
    name = form.file.data.filename
    return _report(form, form.file.data.read(MOST_BYTES + 1), name)


@bp.post("/publish/confirm")
@requires(Permission.INSTRUMENT_PUBLISH)
def confirm() -> ResponseReturnValue:
    """Publish the document that was checked, which the page sends back."""
    source, name = request.form.get("source", "").encode("utf-8", "replace"), request.form.get("name", "")
    definition, _problems = instruments.check_document(source, name)
    if definition is None or instruments.foresee(definition).objection is not None:
        return _report(InstrumentForm(formdata=None), source, name)
    foreseen = instruments.foresee(definition)
    if foreseen.outcome == "rescored" and foreseen.version_id is not None:
        policies.ensure_corrects_scoring(current_actor(), queries.clusters_using(foreseen.version_id))
    with transaction():
        published = instruments.publish_document(source, name, now=utcnow())
    words = {
        "published": _("The version is published. New waves can use it."),
        "unchanged": _("This version was published before; nothing has changed."),
        "rescored": _(
            "The keys are corrected: all answers to this version are scored anew in the background."
        ),
    }
    flash(words[published.outcome], "success")
    return redirect(url_for(".preview", public_id=published.version.public_id), 303)


def _report(form: InstrumentForm, source: bytes, name: str) -> ResponseReturnValue:
    definition, problems = instruments.check_document(source, name)
    page = render_template(
        "surveys/instruments/publish.html",
        form=form,
        is_checked=True,
        name=name,
        problems=problems,
        definition=definition,
        foreseen=instruments.foresee(definition) if definition else None,
        source=source.decode() if definition else "",
        language=page_language(),
    )
    return page, 200 if definition is not None else 422


def _version_before(version: InstrumentVersion) -> InstrumentVersion | None:
    older = [
        other
        for other in queries.list_versions()
        if other.instrument_id == version.instrument_id and other.id < version.id
    ]
    return older[0] if older else None
