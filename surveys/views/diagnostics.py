"""The coordinator's diagnostics: setting one up, opening its waves, watching counts."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.clock import local_date, utcnow
from app.db import transaction
from app.errors import NotAllowed, NotFound
from app.formats import page_language
from app.mail.quiet_hours import after_quiet_hours
from app.permissions import Permission, current_actor, requires
from surveys import policies
from surveys.forms import DiagnosticForm, ExtendForm, WaveForm
from surveys.models import Diagnostic, Wave, WaveKind, WaveState
from surveys.queries import diagnostics as queries
from surveys.queries import rosters
from surveys.school_calendar import busy_times
from surveys.services import diagnostics, reminders, waves
from surveys.versions import compiled_version

bp = Blueprint("diagnostics", __name__, url_prefix="/diagnostics", template_folder="../templates")

USUAL_LENGTH = timedelta(days=14)
FIGURES = {WaveKind.STARTING: "starting", WaveKind.FINAL: "comparison"}
"""What is published after a wave."""


def managed_diagnostic(public_id: UUID) -> Diagnostic:
    """The diagnostic, for those who lead it."""
    diagnostic = queries.get_diagnostic(public_id, current_actor())
    policies.ensure_manages(current_actor(), diagnostic)
    return diagnostic


def managed_wave(public_id: UUID) -> Wave:
    wave = queries.get_wave(public_id, current_actor())
    policies.ensure_manages(current_actor(), wave.diagnostic)
    return wave


def today_of(diagnostic: Diagnostic) -> date:
    return local_date(utcnow(), diagnostic.cluster.time_zone)


def _versions() -> list[tuple[str, str]]:
    """Published versions to choose from, in words."""
    language = page_language()
    return [
        (
            str(version.public_id),
            _(
                "%(title)s, version %(number)s",
                title=compiled_version(version.id).title.in_language(language),
                number=version.number,
            ),
        )
        for version in queries.list_versions()
    ]


def _version_id(form: WaveForm) -> int:
    return queries.get_version(UUID(form.version.data)).id


def _last_day(wave: Wave) -> date:
    return local_date(wave.closes_at - timedelta(microseconds=1), wave.diagnostic.cluster.time_zone)


@bp.get("")
@requires(Permission.DIAGNOSTIC_COUNTS_VIEW, Permission.DIAGNOSTIC_MANAGE)
def index() -> ResponseReturnValue:
    """Diagnostics of the reader's clusters."""
    found = queries.list_diagnostics(current_actor())
    counts = _counts([wave for diagnostic in found for wave in diagnostic.waves])
    return render_template(
        "surveys/diagnostics/index.html",
        diagnostics=found,
        counts=counts,
        can_manage=bool(policies.managed_clusters(current_actor())),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.DIAGNOSTIC_MANAGE)
def new() -> ResponseReturnValue:
    """A new diagnostic; nobody is invited by it."""
    own = current_user.person.cluster
    managed = policies.managed_clusters(current_actor())
    if own.id not in managed:
        raise NotAllowed
    today = local_date(utcnow(), own.time_zone)
    versions = _versions()
    form = DiagnosticForm(versions, today, data={"last_day": today + USUAL_LENGTH})
    if not form.validate_on_submit():
        page = render_template("surveys/diagnostics/new.html", form=form, has_versions=bool(versions))
        return page, 422 if form.is_submitted() else 200
    with transaction():
        wave = diagnostics.create_diagnostic(
            own.id,
            title=form.title.data,
            version_id=_version_id(form),
            last_day=form.last_day.data,
            sends_reminders=form.sends_reminders.data,
            now=utcnow(),
        )
    return redirect(url_for("rosters.choose", public_id=wave.diagnostic.public_id), 303)


@bp.get("/<uuid:public_id>")
@requires(Permission.DIAGNOSTIC_COUNTS_VIEW, Permission.DIAGNOSTIC_MANAGE)
def show(public_id: UUID) -> ResponseReturnValue:
    """The way of a diagnostic: its list of people and its waves."""
    diagnostic = queries.get_diagnostic(public_id, current_actor())
    return render_template(
        "surveys/diagnostics/show.html",
        diagnostic=diagnostic,
        waves={wave.kind.value: wave for wave in diagnostic.waves},
        counts=_counts(diagnostic.waves),
        roster=queries.count_roster(diagnostic.id),
        can_manage=policies.can_manage(current_actor(), diagnostic),
    )


@bp.post("/<uuid:public_id>/discard")
@requires(Permission.DIAGNOSTIC_MANAGE)
def discard(public_id: UUID) -> ResponseReturnValue:
    """Delete a diagnostic nobody was invited to."""
    diagnostic = managed_diagnostic(public_id)
    with transaction():
        diagnostics.discard(diagnostic.id)
    flash(_("The diagnostics “%(title)s” are deleted.", title=diagnostic.title), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/waves/<uuid:public_id>")
@requires(Permission.DIAGNOSTIC_COUNTS_VIEW, Permission.DIAGNOSTIC_MANAGE)
def wave(public_id: UUID) -> ResponseReturnValue:
    """A wave in counts; one in preparation shows what opening it will do."""
    actor = current_actor()
    found = queries.get_wave(public_id, actor)
    diagnostic = found.diagnostic
    can_manage = policies.can_manage(actor, diagnostic)
    today = today_of(diagnostic)
    if found.state is WaveState.PREPARATION:
        if not can_manage:
            raise NotFound
        return _review(found)
    waiting = None
    if can_manage and found.state is WaveState.OPEN:
        waiting = rosters.reach_of(diagnostic.id, found.id, on=today)
    return render_template(
        "surveys/diagnostics/wave.html",
        wave=found,
        diagnostic=diagnostic,
        counts=_counts([found])[found.id],
        letters=queries.count_invitations(found.id) if can_manage else None,
        schools=queries.list_school_states(
            found.id, viewer_id=actor.person_id, now=utcnow(), time_zone=diagnostic.cluster.time_zone
        ),
        waiting=waiting,
        reminders=_reminders(found),
        can_manage=can_manage,
        figures=FIGURES.get(found.kind) if found.state in (WaveState.SCORED, WaveState.PUBLISHED) else None,
        can_publish=actor.may(Permission.COMPARISON_PUBLISH, cluster_id=diagnostic.cluster_id),
        can_read=actor.may(Permission.COMPARISON_VIEW, cluster_id=diagnostic.cluster_id),
        definition=compiled_version(found.version_id),
        language=page_language(),
    )


def _counts(waves: Sequence[Wave]) -> dict[int, queries.WaveCounts]:
    """Counts as the reader may know them."""
    return queries.count_waves([wave.id for wave in waves], viewer_id=current_actor().person_id, now=utcnow())


def _reminders(wave: Wave) -> list[date]:
    if not wave.sends_reminders:
        return []
    zone = wave.diagnostic.cluster.time_zone
    begins = wave.opened_at or utcnow()
    return [
        local_date(after_quiet_hours(moment, zone), zone)
        for moment in reminders.moments(begins, wave.closes_at)
    ]


def _review(wave: Wave) -> str:
    diagnostic, now = wave.diagnostic, utcnow()
    today = today_of(diagnostic)
    zone = diagnostic.cluster.time_zone
    leaves_at = now if diagnostic.cluster.is_demo else after_quiet_hours(now, zone)
    return render_template(
        "surveys/diagnostics/review.html",
        wave=wave,
        diagnostic=diagnostic,
        reach=rosters.reach_of(diagnostic.id, wave.id, on=today),
        leaves_at=leaves_at if leaves_at > now else None,
        reminders=_reminders(wave),
        busy=busy_times(today, _last_day(wave)),
        definition=compiled_version(wave.version_id),
        language=page_language(),
    )


@bp.route("/waves/<uuid:public_id>/settings", methods=["GET", "POST"])
@requires(Permission.DIAGNOSTIC_MANAGE)
def settings(public_id: UUID) -> ResponseReturnValue:
    """Dates, version and reminders of a wave in preparation."""
    found = managed_wave(public_id)
    if found.state is not WaveState.PREPARATION:
        raise waves.WrongWaveState
    present = {
        "version": str(found.version.public_id),
        "last_day": _last_day(found),
        "sends_reminders": found.sends_reminders,
    }
    form = WaveForm(_versions(), today_of(found.diagnostic), data=present)
    if not form.validate_on_submit():
        page = render_template("surveys/diagnostics/settings.html", form=form, wave=found)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        waves.change_preparation(
            found.id,
            version_id=_version_id(form),
            last_day=form.last_day.data,
            sends_reminders=form.sends_reminders.data,
            now=utcnow(),
        )
    return redirect(url_for(".wave", public_id=public_id), 303)


@bp.route("/<uuid:public_id>/waves/<any(interim, final):kind>/new", methods=["GET", "POST"])
@requires(Permission.DIAGNOSTIC_MANAGE)
def new_wave(public_id: UUID, kind: str) -> ResponseReturnValue:
    """A later wave on the same list of people."""
    diagnostic = managed_diagnostic(public_id)
    starting = next((wave for wave in diagnostic.waves if wave.kind is WaveKind.STARTING), None)
    if starting is None or starting.state in (WaveState.PREPARATION, WaveState.OPEN):
        raise waves.NothingToCompareWith
    today = today_of(diagnostic)
    present = {"version": str(starting.version.public_id), "last_day": today + USUAL_LENGTH}
    form = WaveForm(_versions(), today, data=present)
    if not form.validate_on_submit():
        page = render_template(
            "surveys/diagnostics/new_wave.html", form=form, diagnostic=diagnostic, kind=kind
        )
        return page, 422 if form.is_submitted() else 200
    with transaction():
        prepared = waves.prepare_wave(
            diagnostic.id,
            WaveKind(kind),
            version_id=_version_id(form),
            last_day=form.last_day.data,
            sends_reminders=form.sends_reminders.data,
            now=utcnow(),
        )
    return redirect(url_for(".wave", public_id=prepared.public_id), 303)


@bp.post("/waves/<uuid:public_id>/open")
@requires(Permission.DIAGNOSTIC_MANAGE)
def open_wave(public_id: UUID) -> ResponseReturnValue:
    """Everybody in the list gets a place, a link and a letter."""
    found = managed_wave(public_id)
    with transaction():
        invited = waves.open_wave(found.id, now=utcnow(), actor=current_actor())
    if invited.people:
        flash(_told(invited), "success")
    return redirect(url_for(".wave", public_id=public_id), 303)


@bp.post("/waves/<uuid:public_id>/invite")
@requires(Permission.DIAGNOSTIC_MANAGE)
def invite(public_id: UUID) -> ResponseReturnValue:
    """Invite those who were put into the list after the opening."""
    found = managed_wave(public_id)
    now = utcnow()
    with transaction():
        invited = waves.invite_added(found.id, now=now)
    flash(_told(invited), "success")
    return redirect(url_for(".wave", public_id=public_id), 303)


def _told(invited: waves.Invited) -> str:
    people = ngettext("%(num)d person is invited.", "%(num)d people are invited.", invited.people)
    letters = ngettext("%(num)d letter is on its way.", "%(num)d letters are on their way.", invited.letters)
    return f"{people} {letters}"


@bp.route("/waves/<uuid:public_id>/extend", methods=["GET", "POST"])
@requires(Permission.DIAGNOSTIC_MANAGE)
def extend(public_id: UUID) -> ResponseReturnValue:
    """A later last day."""
    found = managed_wave(public_id)
    if found.state is not WaveState.OPEN:
        raise waves.WrongWaveState
    present = _last_day(found)
    form = ExtendForm(present, data={"last_day": present + timedelta(days=7)})
    if not form.validate_on_submit():
        page = render_template("surveys/diagnostics/extend.html", form=form, wave=found)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        waves.extend_wave(found.id, last_day=form.last_day.data, now=utcnow(), actor=current_actor())
    flash(_("The deadline is moved. Letters sent from now on name the new day."), "success")
    return redirect(url_for(".wave", public_id=public_id), 303)


@bp.post("/waves/<uuid:public_id>/close")
@requires(Permission.DIAGNOSTIC_MANAGE)
def close(public_id: UUID) -> ResponseReturnValue:
    """End the wave before its deadline."""
    found = managed_wave(public_id)
    with transaction():
        waves.close_wave(found.id, now=utcnow(), actor=current_actor())
    flash(_("The wave is closed. Scores are completed in the background."), "success")
    return redirect(url_for(".wave", public_id=public_id), 303)
