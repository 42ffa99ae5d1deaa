"""The library of materials: looking, taking, adding, renewing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from app.accounts.queries import catalogue
from app.clock import end_of_day, local_date, start_of_day, utcnow
from app.db import transaction
from app.errors import InvalidInput, NotFound
from app.permissions import Actor, Permission, current_actor, find_actor, go_and_sign_in, public, requires
from app.spreadsheets import attachment
from app.storage import storage
from app.text import clean_text, whole_number
from app.uploads import accepts_upload, release_connection
from seminars.exports import materials_table
from seminars.material_forms import ACCESS_LABELS, DetailsForm, NewMaterialForm, NewVersionForm
from seminars.models import Access, Material, MaterialVersion, SeminarSession
from seminars.policies import can_run
from seminars.queries import materials as queries
from seminars.services import materials as services

bp = Blueprint("materials", __name__, template_folder="../templates")


@bp.get("/materials")
@public("guests see the public materials, others what is open to them")
def library() -> str:
    actor, now = find_actor(), utcnow()
    wanted = _asked(actor)
    page = queries.page_of_materials(actor, wanted, now, request.args.get("page", 1, type=whole_number))
    can_add = actor is not None and (
        actor.may(Permission.SEMINAR_MANAGE) or actor.may(Permission.SESSION_HOST)
    )
    return render_template(
        "seminars/materials/library.html",
        page=page,
        wanted=wanted,
        forms=[("", _("any")), *((entry.code, entry.name) for entry in catalogue("event_form"))],
        can_add=can_add,
        access_labels=ACCESS_LABELS,
        managed=queries.managed_among(actor, [version.material_id for version in page.items]),
    )


@bp.get("/materials/export.xlsx")
@requires(Permission.MATERIAL_VIEW)
def export() -> ResponseReturnValue:
    """The materials open to the reader, as they are filtered."""
    actor, now = current_actor(), utcnow()
    time_zone = current_user.person.cluster.time_zone
    file = materials_table(queries.list_materials(actor, _asked(actor), now), time_zone)
    return attachment(file, _("materials") + f"-{local_date(now, time_zone).isoformat()}")


def _asked(actor: Actor | None) -> queries.MaterialFilter:
    """The filter in the address; what was put away is for those signed in."""
    return queries.MaterialFilter(
        words=clean_text(request.args.get("q", ""))[:200],
        form=clean_text(request.args.get("form", "")) or None,
        by_use=request.args.get("order") == "use",
        archived=bool(actor) and request.args.get("state") == "archived",
    )


@bp.get("/materials/<uuid:public_id>")
@public("public materials are for guests too; the query lets nobody take another's")
def download(public_id: UUID) -> ResponseReturnValue:
    """The file or the link. A guest is led to sign in whether or not there is such a material."""
    actor, number = find_actor(), request.args.get("version", type=whole_number)
    version = queries.find_open_version(public_id, actor, utcnow(), number=number)
    if version is not None:
        return _send(version)
    if actor is None:
        return go_and_sign_in()
    raise NotFound


@bp.route("/materials/new", methods=["GET", "POST"])
@requires(Permission.SEMINAR_MANAGE, Permission.SESSION_HOST)
@accepts_upload
def new() -> ResponseReturnValue:
    actor = current_actor()
    owners = queries.list_owners(actor)
    form = NewMaterialForm(belongs_to=request.args.get("session"))
    form.belongs_to.choices = [(owner.key, owner.label) for owner in owners]
    if not form.validate_on_submit():
        return _form_page("new.html", form, owners=owners)
    owner = next(owner for owner in owners if owner.key == form.belongs_to.data)
    try:
        content = _read_content(form)
    except InvalidInput as problem:
        return _refused("new.html", form, problem, owners=owners)
    zone = owner.time_zone
    with transaction():
        material = services.add_material(
            cluster_id=owner.cluster_id,
            series_id=owner.series_id,
            session_id=owner.session_id,
            title=form.title.data,
            summary=form.summary.data or None,
            access=Access(form.access.data),
            content=content,
            actor_person_id=actor.person_id,
            available_from=form.available_from.data and start_of_day(form.available_from.data, zone),
            available_until=form.available_until.data and end_of_day(form.available_until.data, zone),
        )
    flash(_("The material is added."), "success")
    return redirect(url_for(".manage", public_id=material.public_id))


@bp.get("/materials/<uuid:public_id>/manage")
@requires(Permission.SEMINAR_MANAGE, Permission.SESSION_HOST)
def manage(public_id: UUID) -> str:
    material = queries.get_managed_material(public_id, current_actor())
    return _manage_page(material, NewVersionForm())


@bp.post("/materials/<uuid:public_id>/versions")
@requires(Permission.SEMINAR_MANAGE, Permission.SESSION_HOST)
@accepts_upload
def add_version(public_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    material = queries.get_managed_material(public_id, actor)
    form = NewVersionForm()
    if not form.validate_on_submit():
        return _manage_page(material, form), 422
    try:
        content = _read_content(form)
    except InvalidInput as problem:
        form.file.errors = [*form.file.errors, str(problem)]
        return _manage_page(material, form), problem.status
    with transaction():
        material = queries.get_managed_material(public_id, actor)
        services.add_version(material, content=content, actor_person_id=actor.person_id, note=form.note.data)
    flash(_("The new version is in its place."), "success")
    return redirect(url_for(".manage", public_id=public_id))


@bp.route("/materials/<uuid:public_id>/edit", methods=["GET", "POST"])
@requires(Permission.SEMINAR_MANAGE, Permission.SESSION_HOST)
def edit(public_id: UUID) -> ResponseReturnValue:
    material = queries.get_managed_material(public_id, current_actor())
    zone = material.series.cluster.time_zone
    form = DetailsForm(
        title=material.title,
        summary=material.summary or "",
        access=material.access,
        available_from=material.available_from and local_date(material.available_from, zone),
        available_until=material.available_until and queries.last_day(material.available_until, zone),
    )
    if not form.validate_on_submit():
        return _form_page("edit.html", form, material=material)
    with transaction():
        material = queries.get_managed_material(public_id, current_actor())
        material.title, material.summary = form.title.data, form.summary.data or None
        material.access = Access(form.access.data)
        material.available_from = form.available_from.data and start_of_day(form.available_from.data, zone)
        material.available_until = form.available_until.data and end_of_day(form.available_until.data, zone)
    flash(_("Saved."), "success")
    return redirect(url_for(".manage", public_id=public_id))


@bp.post("/materials/<uuid:public_id>/archive")
@requires(Permission.SEMINAR_MANAGE, Permission.SESSION_HOST)
def archive(public_id: UUID) -> ResponseReturnValue:
    with transaction():
        material = queries.get_managed_material(public_id, current_actor())
        services.archive(material, now=utcnow())
    flash(_("The material is put away: teachers do not see it. You can bring it back."), "success")
    return redirect(url_for(".manage", public_id=public_id))


@bp.post("/materials/<uuid:public_id>/restore")
@requires(Permission.SEMINAR_MANAGE, Permission.SESSION_HOST)
def restore(public_id: UUID) -> ResponseReturnValue:
    with transaction():
        services.restore(queries.get_managed_material(public_id, current_actor()))
    flash(_("The material is back in the library."), "success")
    return redirect(url_for(".manage", public_id=public_id))


def session_materials(session: SeminarSession, actor: Actor, now: datetime) -> Markup | None:
    """The materials of a session on its page: those open to the reader, and how the others would open."""
    return Markup(  # noqa: S704 - a rendered template
        render_template(
            "seminars/_materials.html",
            session=session,
            materials=queries.list_of_session(session.id, actor, now),
            materials_closed=queries.count_closed_to(session.id, actor, now),
            can_run=can_run(actor, session),
        )
    )


def _read_content(form: Any) -> services.Content:
    """Store the file or take the link; no connection is held while the bytes move."""
    upload: FileStorage | None = form.file.data
    if upload is None or not upload.filename:
        return services.link_content(form.url.data)
    release_connection()
    stored = storage().put(upload.stream, limit=current_app.config["MAX_MATERIAL_BYTES"])
    return services.file_content(stored, clean_text(upload.filename))


def _form_page(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    return render_template(
        f"seminars/materials/{template}", form=form, **context
    ), 422 if form.errors else 200


def _refused(template: str, form: Any, problem: InvalidInput, **context: Any) -> ResponseReturnValue:
    """The form again with what was wrong beside the field; the file itself must be chosen anew."""
    field = form.url if isinstance(problem, services.UnusableLink) else form.file
    field.errors = [*field.errors, str(problem)]
    return render_template(f"seminars/materials/{template}", form=form, **context), problem.status


def _manage_page(material: Material, form: NewVersionForm) -> str:
    return render_template(
        "seminars/materials/manage.html",
        material=material,
        versions=queries.list_versions(material.id),
        form=form,
        access_labels=ACCESS_LABELS,
    )


def _send(version: MaterialVersion) -> ResponseReturnValue:
    if version.url is not None:
        _count(version)
        return render_template("seminars/materials/leaving.html", version=version, material=version.material)
    assert version.file is not None
    if _begins_at_the_start():
        _count(version)
    release_connection()
    prefix = current_app.config["FILES_PROXY_PREFIX"]
    sha256, media_type = version.file.sha256, version.file.media_type
    if prefix:
        response = Response(content_type=media_type)
        response.headers["X-Accel-Redirect"] = f"{prefix}{sha256[:2]}/{sha256}"
        response.headers.set("Content-Disposition", "attachment", filename=version.file_name)
    else:
        response = send_file(
            storage().path(sha256),
            mimetype=media_type,
            as_attachment=True,
            download_name=version.file_name,
            etag=sha256,
            conditional=True,
        )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _begins_at_the_start() -> bool:
    """A download is counted once: its first request, not the ones that resume it or ask whether it changed."""
    if request.method == "HEAD" or request.if_none_match:
        return False
    wanted = request.range
    return wanted is None or wanted.ranges[0][0] == 0


def _count(version: MaterialVersion) -> None:
    release_connection()
    with transaction():
        services.count_download(version.id)
