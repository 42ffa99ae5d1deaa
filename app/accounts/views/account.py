"""«Мой профиль»: what is known of me, my consents, my letters, how I sign in."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user, logout_user

from app.accounts import queries, services
from app.accounts.consent_texts import current_text, show
from app.accounts.forms.passwords import AddressForm, ChangePasswordForm
from app.accounts.forms.people import ProfileForm
from app.accounts.models import Account, ConsentKind, Person
from app.accounts.sign_in_changes import recent_changes
from app.accounts.views.entry import bp
from app.clock import local_date, utcnow
from app.db import transaction
from app.errors import NotFound
from app.mail import opt_outs
from app.permissions import Permission, current_actor, requires


def _account() -> Account:
    account: Account = current_user._get_current_object()
    return account


def _person() -> Person:
    return _account().person


@bp.get("/account")
@requires(Permission.OWN_PROFILE_EDIT)
def profile() -> ResponseReturnValue:
    """What is known of me; I correct it myself."""
    return render_template("accounts/profile.html", form=_profile_form(_person()))


@bp.post("/account")
@requires(Permission.OWN_PROFILE_EDIT)
def save_profile() -> ResponseReturnValue:
    """Keep what I corrected, as looked through today."""
    form = _profile_form(_person())
    if not form.validate():
        return render_template("accounts/profile.html", form=form), 422
    with transaction():
        person = queries.lock_person(_person().id)
        data = form.as_data(email=person.email)
        services.confirm_profile(person, data, actor=current_actor(), now=utcnow())
    flash(_("The profile is saved."), "success")
    return redirect(url_for(".profile"))


def _profile_form(person: Person) -> ProfileForm:
    today = local_date(utcnow(), person.cluster.time_zone)
    return ProfileForm(queries.list_schools([person.cluster_id]), today, person)


@bp.get("/account/consents")
@requires(Permission.OWN_PROFILE_EDIT)
def consents() -> ResponseReturnValue:
    """What I agreed to and when; each can be withdrawn."""
    person = _person()
    rows = [(kind, queries.find_consent(person.id, kind)) for kind in ConsentKind]
    texts = {
        kind: show(given.consent_text, given.operator) if given else current_text(kind, person.cluster)
        for kind, given in rows
    }
    return render_template("accounts/consents.html", rows=rows, texts=texts)


@bp.post("/account/consents/<kind>")
@requires(Permission.OWN_PROFILE_EDIT)
def give_consent(kind: str) -> ResponseReturnValue:
    """My yes, given apart from any other form."""
    with transaction():
        services.give_consent(_person().id, _consent_kind(kind), utcnow())
    flash(_("The consent is given."), "success")
    return redirect(url_for(".consents"))


@bp.post("/account/consents/<kind>/withdraw")
@requires(Permission.OWN_PROFILE_EDIT)
def withdraw_consent(kind: str) -> ResponseReturnValue:
    """One click; without the consent to an account the account is closed."""
    chosen = _consent_kind(kind)
    with transaction():
        services.withdraw_consent(_person().id, chosen, current_actor(), utcnow())
    if chosen is ConsentKind.ACCOUNT:
        logout_user()
        return redirect(url_for(".closed"))
    flash(_("The consent is withdrawn. What was collected under it is being erased."), "success")
    return redirect(url_for(".consents"))


def _consent_kind(name: str) -> ConsentKind:
    if name not in set(ConsentKind):
        raise NotFound
    return ConsentKind(name)


@bp.get("/account/letters")
@requires(Permission.OWN_PROFILE_EDIT)
def letters() -> ResponseReturnValue:
    """Which letters I want."""
    return render_template(
        "accounts/letters.html",
        kinds=opt_outs.list_declinable(),
        declined=opt_outs.list_declined(_person().id),
    )


@bp.post("/account/letters")
@requires(Permission.OWN_PROFILE_EDIT)
def save_letters() -> ResponseReturnValue:
    """Ticked kinds come, the others do not."""
    wanted = set(request.form.getlist("kind"))
    with transaction():
        for kind in opt_outs.list_declinable():
            change = opt_outs.accept if kind.name in wanted else opt_outs.decline
            change(_person().id, kind.name)
    flash(_("Your choice of letters is saved."), "success")
    return redirect(url_for(".letters"))


@bp.get("/account/security")
@requires(Permission.OWN_PROFILE_EDIT)
def security() -> ResponseReturnValue:
    """Password, address, second factor, devices."""
    return _security_page()


@bp.post("/account/password")
@requires(Permission.OWN_PROFILE_EDIT)
def save_password() -> ResponseReturnValue:
    """A new password; other devices are signed out, this one stays."""
    form = ChangePasswordForm(_account())
    if not form.validate():
        return _security_page(password_form=form)
    with transaction():
        account = services.change_password(_account().id, password=form.password.data, now=utcnow())
    _stay_signed_in(account)
    flash(_("The password is changed. Other devices are signed out."), "success")
    return redirect(url_for(".security"))


@bp.post("/account/address")
@requires(Permission.OWN_PROFILE_EDIT)
def save_address() -> ResponseReturnValue:
    """A new address, for letters and for signing in."""
    form = AddressForm(_account(), prefix="address-")
    if not form.validate():
        return _security_page(address_form=form)
    with transaction():
        services.change_address(_account().id, email=form.email.data, actor=current_actor(), now=utcnow())
    flash(_("The address is changed."), "success")
    return redirect(url_for(".security"))


@bp.post("/account/sign-out-everywhere")
@requires(Permission.OWN_PROFILE_EDIT)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session but this one."""
    with transaction():
        account = queries.lock_account(_account().id)
        services.end_sessions(account)
    _stay_signed_in(account)
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for(".security"))


def _stay_signed_in(account: Account) -> None:
    """The account's sessions have ended; this browser gets a new one."""
    login_user(account, authn_via=["password"])


def _security_page(
    *, password_form: ChangePasswordForm | None = None, address_form: AddressForm | None = None
) -> ResponseReturnValue:
    account = _account()
    page = render_template(
        "accounts/security.html",
        account=account,
        changes=recent_changes(account.person_id, utcnow()),
        password_form=password_form or ChangePasswordForm(account, formdata=None),
        address_form=address_form or AddressForm(account, prefix="address-", formdata=None),
    )
    return page, 422 if password_form or address_form else 200
