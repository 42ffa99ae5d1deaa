"""Ways in besides the sign-in page: invitation, printed slip, recovery. A GET changes nothing."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import login_user, logout_user

from app.accounts import queries, services
from app.accounts.consent_texts import current_text
from app.accounts.errors import CodeNotAccepted, LinkNoLongerValid
from app.accounts.forms.passwords import ActivationForm, NewPasswordForm, RecoveryForm, SlipForm
from app.accounts.models import ConsentKind, OneTimeLink, OneTimeLinkKind
from app.accounts.services.throttling import Tally, begin_attempt, forget_attempts
from app.clock import utcnow
from app.db import transaction
from app.permissions import public

bp = Blueprint("accounts", __name__)

SLIP_IN_SESSION = "slip"


def _address() -> str:
    return request.remote_addr or ""


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public("the secret of the letter stands in the address")
def invitation(token: str) -> ResponseReturnValue:
    """The consent and a password, then straight in."""
    return _activate(_get_link(token, OneTimeLinkKind.INVITATION))


@bp.route("/first-sign-in", methods=["GET", "POST"])
@public("one comes here with a printed slip")
def first_sign_in() -> ResponseReturnValue:
    """User name and code of a printed slip; attempts are counted on the slip and by address."""
    form = SlipForm(login=request.args.get("login", ""))
    if not form.validate_on_submit():
        return render_template("accounts/first_sign_in.html", form=form), 422 if form.is_submitted() else 200
    tallies = (
        Tally.of("slip", queries.normal_login(form.login.data), _address(), free=5),
        Tally.of("address", _address(), free=100, is_shared=True),
    )
    with transaction():
        begin_attempt(tallies, utcnow())
    with transaction():
        link = services.try_slip(form.login.data, form.code.data, utcnow())
        if link is not None:
            forget_attempts(tallies)
    if link is None:
        form.form_errors.append(CodeNotAccepted.message)
        return render_template("accounts/first_sign_in.html", form=form), 422
    session[SLIP_IN_SESSION] = link.id
    return redirect(url_for(".first_password"))


@bp.route("/first-sign-in/password", methods=["GET", "POST"])
@public("the slip was checked a step before")
def first_password() -> ResponseReturnValue:
    """The consent and a password for whoever came with a slip."""
    link = queries.find_live_link_by_id(session.get(SLIP_IN_SESSION, 0), utcnow())
    if link is None:
        raise LinkNoLongerValid
    return _activate(link)


def _activate(link: OneTimeLink) -> ResponseReturnValue:
    account = queries.get_account(link.account_id)
    form = ActivationForm(account)
    if not form.validate_on_submit():
        page = render_template(
            "accounts/activation.html",
            form=form,
            account=account,
            invited=account.person,
            text=current_text(ConsentKind.ACCOUNT, account.person.cluster),
        )
        return page, 422 if form.is_submitted() else 200
    with transaction():
        account = services.accept_link(link.id, password=form.password.data, now=utcnow())
    logout_user()  # somebody else may have been signed in on this computer
    login_user(account, authn_via=["password"])
    flash(_("Welcome! Your account is active."), "success")
    return redirect("/")


@bp.route("/recovery", methods=["GET", "POST"])
@public("one comes here without a password")
def recovery() -> ResponseReturnValue:
    """Ask for a letter with a link; the answer does not tell whether there is such an account."""
    form = RecoveryForm()
    if not form.validate_on_submit():
        return render_template("accounts/recovery.html", form=form), 422 if form.is_submitted() else 200
    tallies = (
        Tally.of("recovery", queries.normal_login(form.login.data), free=5),
        Tally.of("recovery address", _address(), free=50),
    )
    with transaction():
        begin_attempt(tallies, utcnow())
        services.ask_recovery(form.login.data, utcnow())
    return render_template("accounts/recovery_asked.html")


@bp.route("/recovery/<token>", methods=["GET", "POST"])
@public("the secret of the letter stands in the address")
def new_password(token: str) -> ResponseReturnValue:
    """A new password by a link; then one signs in with it, second factor included."""
    link = _get_link(token, OneTimeLinkKind.RECOVERY)
    account = queries.get_account(link.account_id)
    form = NewPasswordForm(account)
    if not form.validate_on_submit():
        page = render_template("accounts/new_password.html", form=form, account=account)
        return page, 422 if form.is_submitted() else 200
    with transaction():
        services.recover(link.id, password=form.password.data, now=utcnow())
    logout_user()
    flash(_("The password is changed. Sign in with the new one."), "success")
    return redirect(url_for("security.login"))


@bp.get("/account/closed")
@public("the account is closed: nobody is signed in any more")
def closed() -> ResponseReturnValue:
    """Says good-bye and what was erased."""
    return render_template("accounts/closed.html")


def _get_link(token: str, kind: OneTimeLinkKind) -> OneTimeLink:
    link = queries.find_live_link(services.token_hash(token), utcnow())
    if link is None or link.kind is not kind:
        raise LinkNoLongerValid
    return link
