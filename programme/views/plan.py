"""The plan of joint activity: rows by stage, what is late, correcting and moving on."""

from itertools import groupby
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Cluster
from app.clock import local_date, utcnow
from app.db import transaction
from app.errors import NotAllowed
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment
from app.text import clean_text
from programme import policies, queries, services
from programme.exports import plan_table
from programme.forms import PlanItemForm, StateForm
from programme.models import PlanItem, PlanItemState
from programme.periods import find_oddity
from programme.state_names import ODDITY_NAMES, STATE_NAMES

bp = Blueprint("plan", __name__, url_prefix="/plan", template_folder="../templates")


def _cluster() -> Cluster:
    """The reader's own cluster, if the plan there is open to them."""
    cluster: Cluster = current_user.person.cluster
    if not policies.can_view_plan(current_actor(), cluster.id):
        raise NotAllowed
    return cluster


def _filter() -> queries.PlanFilter:
    state = request.args.get("state", "")
    return queries.PlanFilter(
        search=clean_text(request.args.get("q", ""))[:100],
        stage=clean_text(request.args.get("stage", ""))[:200],
        state=PlanItemState(state) if state in set(PlanItemState) else None,
        only_overdue=state == "overdue",
    )


@bp.get("")
@requires(Permission.PLAN_VIEW)
def index() -> ResponseReturnValue:
    """The plan by stage; what is late is marked in words."""
    cluster, actor = _cluster(), current_actor()
    today = local_date(utcnow(), cluster.time_zone)
    items = queries.list_plan(actor, cluster.id, _filter(), today)
    return render_template(
        "programme/plan.html",
        groups=[(stage, list(rows)) for stage, rows in groupby(items, key=lambda item: item.stage or "")],
        counts=queries.count_plan(cluster.id, today),
        stages=queries.list_stages(cluster.id),
        state_names=STATE_NAMES,
        today=today,
        manages=policies.can_manage_plan(actor, cluster.id),
    )


@bp.get("/export.xlsx")
@requires(Permission.PLAN_VIEW)
def export() -> ResponseReturnValue:
    """The plan as it is filtered."""
    cluster = _cluster()
    today = local_date(utcnow(), cluster.time_zone)
    items = queries.list_plan(current_actor(), cluster.id, _filter(), today)
    return attachment(plan_table(items, today), _("plan") + f"-{today.isoformat()}")


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.PLAN_MANAGE)
def add() -> ResponseReturnValue:
    """A new row at the end."""
    cluster = _cluster()
    policies.ensure_manages_plan(current_actor(), cluster.id)
    form = PlanItemForm(queries.list_stages(cluster.id))
    if not form.validate_on_submit():
        page = render_template("programme/plan_add.html", form=form)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        item = services.add_item(cluster.id, form.as_data(), actor=current_actor(), now=utcnow())
    _say_saved(item)
    return redirect(url_for(".index"))


@bp.get("/<uuid:item_id>")
@requires(Permission.PLAN_VIEW)
def card(item_id: UUID) -> ResponseReturnValue:
    """A row in full; who manages the plan corrects it here."""
    return _card(queries.get_item(item_id, current_actor()))


def _card(
    item: PlanItem, *, form: PlanItemForm | None = None, state_form: StateForm | None = None
) -> ResponseReturnValue:
    today = local_date(utcnow(), current_user.person.cluster.time_zone)
    oddity = find_oddity(item.from_on, item.until_on)
    page = render_template(
        "programme/plan_item.html",
        item=item,
        today=today,
        oddity=ODDITY_NAMES[oddity] if oddity else "",
        state_names=STATE_NAMES,
        manages=policies.can_manage_plan(current_actor(), item.cluster_id),
        form=form or PlanItemForm(queries.list_stages(item.cluster_id), item, formdata=None),
        state_form=state_form or StateForm(item, formdata=None),
    )
    return page, 422 if form or state_form else 200


def _managed(item_id: UUID) -> PlanItem:
    item = queries.get_item(item_id, current_actor())
    policies.ensure_manages_plan(current_actor(), item.cluster_id)
    return item


@bp.post("/<uuid:item_id>")
@requires(Permission.PLAN_MANAGE)
def edit(item_id: UUID) -> ResponseReturnValue:
    """Correct a row."""
    item = _managed(item_id)
    form = PlanItemForm(queries.list_stages(item.cluster_id), item)
    if not form.validate():
        return _card(item, form=form)
    with transaction():
        item = queries.lock_item(item.id)
        services.update_item(item, form.as_data(), actor=current_actor(), now=utcnow())
    _say_saved(item)
    return redirect(url_for(".card", item_id=item_id))


@bp.post("/<uuid:item_id>/state")
@requires(Permission.PLAN_MANAGE)
def change_state(item_id: UUID) -> ResponseReturnValue:
    """Say where a row stands."""
    item = _managed(item_id)
    form = StateForm(item)
    if not form.validate():
        return _card(item, state_form=form)
    with transaction():
        services.change_state(
            queries.lock_item(item.id),
            PlanItemState(form.state.data),
            reason=form.reason.data,
            actor=current_actor(),
            now=utcnow(),
        )
    flash(_("The state is saved."), "success")
    return redirect(url_for(".card", item_id=item_id))


@bp.post("/<uuid:item_id>/remove")
@requires(Permission.PLAN_MANAGE)
def remove(item_id: UUID) -> ResponseReturnValue:
    """Take a row out of the plan."""
    item = _managed(item_id)
    with transaction():
        services.remove_item(queries.lock_item(item.id), actor=current_actor())
    flash(_("The item is taken out of the plan."), "success")
    return redirect(url_for(".index"))


def _say_saved(item: PlanItem) -> None:
    """An odd period is saved, and said."""
    flash(_("The item is saved."), "success")
    if oddity := find_oddity(item.from_on, item.until_on):
        flash(_("Please check the period: %(oddity)s.", oddity=ODDITY_NAMES[oddity]), "warning")
