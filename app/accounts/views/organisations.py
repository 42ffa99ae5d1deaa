"""Schools, centres and partners of the cluster, and the cluster itself."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import policies, queries, services
from app.accounts.exports import organisations_table
from app.accounts.forms.organisations import KIND_NAMES, ClusterForm, OrganisationForm
from app.accounts.models import Organisation, OrganisationKind
from app.accounts.views.scope import cluster_of_reader
from app.clock import local_date, utcnow
from app.db import transaction
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment
from app.text import clean_text

bp = Blueprint("organisations", __name__, url_prefix="/organisations")


def _cluster_id() -> int:
    return cluster_of_reader(Permission.ORGANISATION_MANAGE)


def _asked_for(cluster_id: int) -> list[Organisation]:
    """The list as the address narrows it."""
    kind = request.args.get("kind", "")
    kinds = (OrganisationKind(kind),) if kind in set(OrganisationKind) else ()
    search = clean_text(request.args.get("q", ""))[:100]
    return queries.list_organisations([cluster_id], kinds=kinds, search=search)


@bp.get("")
@requires(Permission.ORGANISATION_MANAGE)
def index() -> ResponseReturnValue:
    """Everything that belongs to the cluster, by kind."""
    cluster_id = _cluster_id()
    return render_template(
        "accounts/organisations.html",
        organisations=_asked_for(cluster_id),
        people=queries.count_people_by_organisation(cluster_id),
        kind_names=KIND_NAMES,
        kind_choices=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        core_id=queries.get_cluster(cluster_id).core_organisation_id,
    )


@bp.get("/export.xlsx")
@requires(Permission.ORGANISATION_MANAGE)
def export() -> ResponseReturnValue:
    """The list as it is filtered."""
    cluster_id = _cluster_id()
    people = queries.count_people_by_organisation(cluster_id)
    today = local_date(utcnow(), queries.get_cluster(cluster_id).time_zone)
    file = organisations_table(_asked_for(cluster_id), people, KIND_NAMES)
    return attachment(file, _("schools") + f"-{today.isoformat()}")


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE)
def add() -> ResponseReturnValue:
    """A new school, centre or partner."""
    cluster_id = _cluster_id()
    policies.ensure_manages_organisations(current_actor(), cluster_id)
    form = OrganisationForm(queries.list_schools([cluster_id]))
    if not form.validate_on_submit():
        page = render_template("accounts/organisation_form.html", form=form, shown=None)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        organisation = services.add_organisation(cluster_id, form.as_data(), actor=current_actor())
    flash(_("%(name)s is added.", name=organisation.short_name), "success")
    return redirect(url_for(".card", organisation_id=organisation.public_id))


@bp.get("/<uuid:organisation_id>")
@requires(Permission.ORGANISATION_MANAGE)
def card(organisation_id: UUID) -> ResponseReturnValue:
    """What is known of an organisation, its centres, how many people it has."""
    cluster_id = _cluster_id()
    organisation = _get(organisation_id)
    return render_template(
        "accounts/organisation.html",
        shown=organisation,
        membership=queries.get_membership(organisation.id, cluster_id),
        centres=queries.list_centres_of(organisation.id),
        people=queries.count_people_by_organisation(cluster_id).get(organisation.id, 0),
        kind_names=KIND_NAMES,
        is_core=queries.get_cluster(cluster_id).core_organisation_id == organisation.id,
    )


@bp.route("/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE)
def edit(organisation_id: UUID) -> ResponseReturnValue:
    """Correct what is known of an organisation."""
    cluster_id = _cluster_id()
    policies.ensure_manages_organisations(current_actor(), cluster_id)
    organisation = _get(organisation_id)
    membership = queries.get_membership(organisation.id, cluster_id)
    form = OrganisationForm(queries.list_schools([cluster_id]), organisation, membership)
    if not form.validate_on_submit():
        page = render_template("accounts/organisation_form.html", form=form, shown=organisation)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        services.update_organisation(
            queries.lock_organisation(organisation.id), cluster_id, form.as_data(), actor=current_actor()
        )
    flash(_("The changes are saved."), "success")
    return redirect(url_for(".card", organisation_id=organisation.public_id))


@bp.post("/<uuid:organisation_id>/core")
@requires(Permission.ORGANISATION_MANAGE)
def make_core(organisation_id: UUID) -> ResponseReturnValue:
    """The innovation core: exactly one school of the cluster."""
    cluster_id = _cluster_id()
    policies.ensure_manages_organisations(current_actor(), cluster_id)
    organisation = _get(organisation_id)
    with transaction():
        services.set_core(cluster_id, organisation, actor=current_actor())
    flash(_("%(name)s is the core of the cluster now.", name=organisation.short_name), "success")
    return redirect(url_for(".card", organisation_id=organisation.public_id))


@bp.route("/cluster", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_MANAGE)
def cluster() -> ResponseReturnValue:
    """The cluster's names and contacts."""
    cluster_id = _cluster_id()
    policies.ensure_manages_organisations(current_actor(), cluster_id)
    form = ClusterForm(queries.get_cluster(cluster_id))
    if not form.validate_on_submit():
        page = render_template("accounts/cluster.html", form=form)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        services.update_cluster(cluster_id, form.as_data(), actor=current_actor())
    flash(_("The changes are saved."), "success")
    return redirect(url_for(".index"))


def _get(organisation_id: UUID) -> Organisation:
    clusters = current_actor().clusters(Permission.ORGANISATION_MANAGE)
    return queries.get_organisation(organisation_id, clusters & {_cluster_id()})
