"""People of the cluster: list, card, adding and correcting, invitations, export."""

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.accounts import policies, queries, services
from app.accounts.errors import AccountAlreadyActive, AddressTaken, NoAddress
from app.accounts.exports import people_table
from app.accounts.forms.people import GrantForm, LeaveForm, PersonForm
from app.accounts.models import Organisation, Person
from app.accounts.roles import ROLE_NAMES
from app.accounts.slips import sign_in_address, sign_in_picture
from app.accounts.views.scope import cluster_of_reader
from app.clock import local_date, utcnow
from app.db import transaction
from app.errors import NotFound
from app.permissions import Permission, Role, current_actor, requires
from app.spreadsheets import attachment
from app.text import clean_text, whole_number

bp = Blueprint("people", __name__, url_prefix="/people")


def _schools() -> list[Organisation]:
    return queries.list_schools([cluster_of_reader(Permission.PEOPLE_VIEW)])


def _filter() -> queries.PeopleFilter:
    schools = {str(school.public_id): school.id for school in _schools()}
    role, reach = request.args.get("role", ""), request.args.get("reach", "")
    return queries.PeopleFilter(
        search=clean_text(request.args.get("q", ""))[:100],
        organisation_id=schools.get(request.args.get("school", "")),
        role=Role(role) if role in set(Role) else None,
        reach=queries.ReachBy(reach) if reach in set(queries.ReachBy) else None,
        with_left=request.args.get("left") == "1",
    )


def _today() -> date:
    return local_date(utcnow(), current_user.person.cluster.time_zone)


@bp.get("")
@requires(Permission.PEOPLE_VIEW)
def index() -> ResponseReturnValue:
    """People the reader may see; who manages them invites several at once."""
    actor, today = current_actor(), _today()
    page = queries.page_of_people(
        actor, _filter(), number=request.args.get("page", 1, type=whole_number), on=today
    )
    manages = actor.whole_clusters(Permission.PEOPLE_MANAGE)
    schools = _schools()
    return render_template(
        "accounts/people.html",
        page=page,
        roles=queries.roles_by_person([person.id for person in page.items], today),
        role_choices=[(role.value, name) for role, name in ROLE_NAMES.items()],
        schools=schools,
        schools_choices=[(str(school.public_id), school.short_name) for school in schools],
        manages=bool(manages),
        manages_organisations=current_actor().may(Permission.ORGANISATION_MANAGE),
        counts=queries.count_people(cluster_of_reader(Permission.PEOPLE_MANAGE)) if manages else None,
    )


@bp.get("/export.xlsx")
@requires(Permission.PEOPLE_VIEW)
def export() -> ResponseReturnValue:
    """The list as it is filtered, as a table to work with."""
    today = _today()
    people = queries.list_people(current_actor(), _filter(), on=today)
    roles = queries.roles_by_person([person.id for person in people], today)
    return attachment(people_table(people, roles), _("teachers") + f"-{today.isoformat()}")


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def add() -> ResponseReturnValue:
    """A new person; look-alikes are shown first and never merged."""
    cluster_id = cluster_of_reader(Permission.PEOPLE_MANAGE)
    form = PersonForm(queries.list_schools([cluster_id]), _today())
    if not form.validate_on_submit():
        page = render_template("accounts/person_add.html", form=form, duplicates=[])
        return page, 422 if form.is_submitted() else 200
    data = form.as_data(form.email.data)
    duplicates = queries.find_duplicates(
        cluster_id,
        surname=data.surname,
        name=data.name,
        patronymic=data.patronymic,
        email=data.email,
        organisation_id=data.organisation_id,
    )
    if duplicates and "another" not in request.form:
        return render_template("accounts/person_add.html", form=form, duplicates=duplicates), 409
    with transaction():
        person = services.add_person(cluster_id, data, actor=current_actor(), now=utcnow())
    flash(_("The person is added."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.get("/<uuid:person_id>")
@requires(Permission.PEOPLE_VIEW)
def card(person_id: UUID) -> ResponseReturnValue:
    """What is known of a person, their roles, how they sign in."""
    return _card(queries.get_person(person_id, current_actor()))


def _card(
    person: Person, *, grant_form: GrantForm | None = None, leave_form: LeaveForm | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    manages = policies.can_manage_person(actor, person)
    page = render_template(
        "accounts/person.html",
        shown=person,
        grants=queries.list_grants(person.id),
        today=local_date(utcnow(), person.cluster.time_zone),
        manages=manages,
        grant_form=grant_form or (_grant_form(person) if manages else None),
        leave_form=leave_form or LeaveForm(formdata=None),
        history=queries.list_audit(person.id) if manages else [],
        may_grant={role: policies.can_grant(actor, role, person.cluster_id) for role in Role},
    )
    return page, 422 if grant_form or leave_form else 200


def _grant_form(person: Person) -> GrantForm:
    actor = current_actor()
    offered = [role for role in Role if policies.can_grant(actor, role, person.cluster_id)]
    return GrantForm(offered, queries.list_schools([person.cluster_id]))


@bp.route("/<uuid:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def edit(person_id: UUID) -> ResponseReturnValue:
    """Correct what is known of a person."""
    person = _managed(person_id)
    today = local_date(utcnow(), person.cluster.time_zone)
    form = PersonForm(queries.list_schools([person.cluster_id]), today, person)
    if not form.validate_on_submit():
        page = render_template("accounts/person_edit.html", form=form, shown=person)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        services.update_person(
            queries.lock_person(person.id),
            form.as_data(form.email.data),
            actor=current_actor(),
            now=utcnow(),
        )
    flash(_("The changes are saved."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.post("/<uuid:person_id>/roles")
@requires(Permission.PEOPLE_MANAGE)
def give_role(person_id: UUID) -> ResponseReturnValue:
    """Give a role with its scope and period."""
    person = _managed(person_id)
    form = _grant_form(person)
    if not form.validate():
        return _card(person, grant_form=form)
    role = Role(form.role.data)
    policies.ensure_may_grant(current_actor(), role, person.cluster_id)
    with transaction():
        services.add_grant(
            queries.lock_person(person.id),
            role,
            organisation_id=form.organisation_id,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            actor=current_actor(),
        )
    flash(_("The role is given."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.post("/<uuid:person_id>/roles/<int:grant_id>/end")
@requires(Permission.PEOPLE_MANAGE)
def end_role(person_id: UUID, grant_id: int) -> ResponseReturnValue:
    """End a role today."""
    person = _managed(person_id)
    today = local_date(utcnow(), person.cluster.time_zone)
    with transaction():
        grant = queries.get_grant(grant_id, person.id)
        policies.ensure_may_grant(current_actor(), grant.role, grant.cluster_id)
        services.end_grant(grant, on=today, actor=current_actor())
    flash(_("The role has ended."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.post("/<uuid:person_id>/leave")
@requires(Permission.PEOPLE_MANAGE)
def leave(person_id: UUID) -> ResponseReturnValue:
    """The person works here no longer."""
    person = _managed(person_id)
    form = LeaveForm()
    if not form.validate():
        return _card(person, leave_form=form)
    with transaction():
        services.leave_cluster(
            queries.lock_person(person.id), on=form.on.data, actor=current_actor(), now=utcnow()
        )
    flash(_("The person has left the cluster: sign-in is closed, roles have ended."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.post("/<uuid:person_id>/return")
@requires(Permission.PEOPLE_MANAGE)
def bring_back(person_id: UUID) -> ResponseReturnValue:
    """Undo leaving."""
    person = _managed(person_id)
    with transaction():
        services.return_to_cluster(queries.lock_person(person.id), actor=current_actor(), now=utcnow())
    flash(_("The person is back as a teacher. Other roles are given anew."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.post("/<uuid:person_id>/invite")
@requires(Permission.PEOPLE_MANAGE)
def invite(person_id: UUID) -> ResponseReturnValue:
    """Send an invitation, or send it again."""
    person = _managed(person_id)
    with transaction():
        services.invite(person, utcnow(), actor=current_actor())
    flash(_("The invitation is on its way."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.post("/<uuid:person_id>/second-factor")
@requires(Permission.PEOPLE_MANAGE)
def reset_second_factor(person_id: UUID) -> ResponseReturnValue:
    """For whoever lost the phone and the recovery codes; asked for in person, not by mail."""
    person = _managed(person_id)
    with transaction():
        services.reset_second_factor(person, actor=current_actor())
    flash(_("The second factor is off. At the next sign-in it has to be set up anew."), "success")
    return redirect(url_for(".card", person_id=person.public_id))


@bp.post("/invite")
@requires(Permission.PEOPLE_MANAGE)
def invite_selected() -> ResponseReturnValue:
    """Invite those ticked; who cannot be invited is counted, not silently left out."""
    sent = skipped = 0
    for person in _selected():
        try:
            with transaction():
                services.invite(person, utcnow(), actor=current_actor())
            sent += 1
        except (NoAddress, AddressTaken, AccountAlreadyActive):
            skipped += 1
    flash(
        ngettext("%(num)d invitation is on its way.", "%(num)d invitations are on their way.", sent),
        "success",
    )
    if skipped:
        flash(
            ngettext(
                "%(num)d person was left out: active already or without an own address.",
                "%(num)d people were left out: active already or without an own address.",
                skipped,
            ),
            "warning",
        )
    return redirect(url_for(".index"))


@bp.post("/slips")
@requires(Permission.PEOPLE_MANAGE)
def print_slips() -> ResponseReturnValue:
    """Sign-in slips of those ticked; the codes exist on this page only.

    A new password for whoever signs in already is asked for on the person's card, never among many.
    """
    for_new_password = request.form.get("for_new_password") == "1"
    slips, skipped = [], []
    for person in _selected():
        try:
            with transaction():
                slips.append(
                    services.make_slip(
                        person, utcnow(), actor=current_actor(), for_new_password=for_new_password
                    )
                )
        except AccountAlreadyActive:
            skipped.append(person)
    return render_template(
        "accounts/slips.html",
        slips=slips,
        skipped=skipped,
        address=sign_in_address(),
        picture=sign_in_picture(),
    )


def _managed(person_id: UUID) -> Person:
    """The person, whom the reader may not only see but manage."""
    person = queries.get_person(person_id, current_actor())
    policies.ensure_manages_person(current_actor(), person)
    return person


def _selected() -> list[Person]:
    ids = []
    for text in request.form.getlist("person"):
        try:
            ids.append(UUID(text))
        except ValueError:
            raise NotFound from None
    people = queries.get_people(ids, current_actor())
    for person in people:
        policies.ensure_manages_person(current_actor(), person)
    return people
