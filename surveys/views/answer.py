"""Answering by a personal link: the page teachers trust most."""

from datetime import datetime

from flask import Blueprint, jsonify, redirect, request, url_for
from flask import Response as FlaskResponse
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import ConsentKind, OneTimeLinkKind
from app.accounts.queries import find_account_of, lock_person
from app.accounts.services import confirm_profile, give_consent, new_token
from app.clock import utcnow
from app.db import db, transaction
from app.errors import NotFound
from app.permissions import by_link
from surveys.definition.model import Page
from surveys.errors import LinkNotValid, ResponseAlreadySubmitted, UnreadableRequest
from surveys.queries import answering as queries
from surveys.queries.answering import Sitting
from surveys.reading import (
    MOST_BYTES,
    Read,
    as_client,
    as_integer,
    as_key,
    read_autosave,
    read_form,
    shown_items,
)
from surveys.screens import Screens
from surveys.services import answering as services
from surveys.views import answer_pages as pages
from surveys.views import sitting as sittings

bp = Blueprint("answer", __name__, url_prefix="/d/<token>", template_folder="../templates")
LONGEST_PAUSE = 15 * 60
"""Seconds on one page beyond which the person was away; the quality flag wants time spent answering."""

link_is_the_right = by_link("the personal link opens one assignment and nothing else")


@bp.after_request
def keep_the_link_secret(response: FlaskResponse) -> FlaskResponse:
    """The address is the secret: it is not told to other pages, kept in caches or found by search."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("")
@link_is_the_right
def start(token: str) -> ResponseReturnValue:
    """The first screen with something to answer; before it, the greeting and the consent."""
    sitting = sittings.get_sitting(token)
    if _is_submitted(sitting):
        return redirect(url_for(".receipt", token=token))
    services.ensure_open(sitting, utcnow())
    if not pages.is_begun(sitting):
        return pages.welcome(token, sitting)
    screens = sittings.screens_of(sitting)
    page = screens.first_unanswered() or (screens.pages[0] if len(screens.pages) == 1 else None)
    if page is None:
        return pages.finish(token, sitting, screens)
    return pages.screen(token, sitting, screens, page)


@bp.get("/about")
@link_is_the_right
def about(token: str) -> ResponseReturnValue:
    """What the diagnostics are, who sees what, and the person's own data, at any time before submitting."""
    sitting = sittings.get_sitting(token)
    if _is_submitted(sitting):
        return redirect(url_for(".receipt", token=token))
    services.ensure_open(sitting, utcnow())
    return pages.welcome(token, sitting)


@bp.post("/begin")
@link_is_the_right
def begin(token: str) -> ResponseReturnValue:
    """«Участвовать» or «Не участвовать»."""
    sitting = sittings.get_sitting(token)
    now = utcnow()
    services.ensure_open(sitting, now)
    if _is_submitted(sitting):
        raise ResponseAlreadySubmitted
    if request.form.get("choice") == "refuse":
        with transaction():
            services.refuse(sitting.assignment_id, now=now)
        return redirect(url_for(".start", token=token), 303)
    form = pages.own_data_form(sitting, now)
    if not form.validate():
        return pages.welcome(token, sitting, form), 422
    device = sittings.device_of(sitting)
    with transaction():
        person = lock_person(sitting.person_id)
        if sitting.consent_id is None:
            give_consent(person.id, ConsentKind.DIAGNOSTICS, now)
        confirm_profile(person, form.as_data_of(person), actor=None, now=now)
        services.take_part(sitting.assignment_id)
        db.session.flush()
        _begin(sittings.get_sitting(token), device, now)
        queries.freeze_attributes(sitting.assignment_id)
    return sittings.remember_device(redirect(url_for(".start", token=token), 303), sitting)


@bp.get("/p/<code>")
@link_is_the_right
def page(token: str, code: str) -> ResponseReturnValue:
    """One screen of the questionnaire."""
    sitting = sittings.get_sitting(token)
    if _is_submitted(sitting):
        return redirect(url_for(".receipt", token=token))
    services.ensure_open(sitting, utcnow())
    if not pages.is_begun(sitting):
        return redirect(url_for(".start", token=token))
    screens = sittings.screens_of(sitting)
    found = screens.find(code)
    if found is None:  # no such page, or not for these answers
        return redirect(url_for(".start", token=token))
    return pages.screen(token, sitting, screens, found)


@bp.post("/p/<code>")
@link_is_the_right
def save_page(token: str, code: str) -> ResponseReturnValue:
    """Keep a page as it was posted and go on; without script this is how answers are saved."""
    form, now = request.form, utcnow()
    with transaction():
        sitting, device = _lock(token, now)
        definition = sittings.definition_of(sitting)
        shown = next((p for p in definition.pages_for(sitting.kind) if p.code == code), None)
        if shown is None:
            raise LinkNotValid
        read = read_form(shown_items(definition.items_of(shown), form), form)
        saved = services.save_page(
            sitting,
            read.answers,
            client=as_client(form.get("client")),
            base_revision=as_integer(form.get("base_revision")),
            device=device,
            seconds=_seconds(shown, now),
            now=now,
        )
    if saved.is_late:
        return _already_submitted(token)
    going_back = form.get("go") == "back"
    screens = Screens.of(definition, sitting.kind, saved.answers)
    if screens.find(code) is None:  # answers given elsewhere have hidden the page meanwhile
        return sittings.remember_device(redirect(url_for(".start", token=token), 303), sitting)
    if read.problems and not going_back:
        sitting = sittings.get_sitting(token)
        return sittings.remember_device(
            pages.screen(token, sitting, sittings.screens_of(sitting), shown, read=read, status=422), sitting
        )
    following = screens.before(shown) if going_back else screens.after(shown)
    if following is not None:
        target = url_for(".page", token=token, code=following.code)
    else:
        target = url_for(".about" if going_back else ".finish", token=token)
    return sittings.remember_device(redirect(target, 303), sitting)


@bp.patch("/answers")
@link_is_the_right
def autosave(token: str) -> ResponseReturnValue:
    """Keep what the page's script sends after each change."""
    if (request.content_length or 0) > MOST_BYTES:
        return jsonify(error=_("The answers are too long to be saved.")), 413
    body, now = request.get_data(), utcnow()
    with transaction():
        sitting, device = _lock(token, now)
        message = read_autosave(body, sittings.definition_of(sitting), sitting.kind)
        saved = services.autosave(sitting, message, device=device, now=now)
    if saved.is_late:
        return jsonify(error=str(ResponseAlreadySubmitted.message), revision=saved.revision), 409
    problems = {code: str(problem.message) for code, problem in message.read.problems.items()}
    answer = jsonify(revision=saved.revision, changed_elsewhere=saved.changed_elsewhere, problems=problems)
    answer.status_code = 422 if problems else 200
    return sittings.remember_device(answer, sitting)


@bp.get("/finish")
@link_is_the_right
def finish(token: str) -> ResponseReturnValue:
    """What is left unanswered, and the button that sends."""
    sitting = sittings.get_sitting(token)
    if _is_submitted(sitting):
        return redirect(url_for(".receipt", token=token))
    services.ensure_open(sitting, utcnow())
    if not pages.is_begun(sitting):
        return redirect(url_for(".start", token=token))
    return pages.finish(token, sitting, sittings.screens_of(sitting))


@bp.post("/submit")
@link_is_the_right
def submit(token: str) -> ResponseReturnValue:
    """Close the response; the answers of the page the button stands on come along."""
    form, now = request.form, utcnow()
    read = Read({}, {})
    with transaction():
        sitting, device = _lock(token, now)
        definition = sittings.definition_of(sitting)
        shown = next((p for p in definition.pages_for(sitting.kind) if p.code == form.get("page")), None)
        if shown is None and form.get("page"):
            raise UnreadableRequest
        if shown is not None:
            read = read_form(shown_items(definition.items_of(shown), form), form)
        outcome = services.submit_response(
            sitting,
            read.answers,
            key=as_key(form.get("key")),
            client=as_client(form.get("client")),
            base_revision=as_integer(form.get("base_revision")),
            device=device,
            seconds=_seconds(shown, now) if shown else {},
            now=now,
            unread=read.problems,
        )
    if outcome.state == "submitted":
        return sittings.remember_device(redirect(url_for(".receipt", token=token), 303), sitting)
    if outcome.state == "late":
        return _already_submitted(token)
    sitting = sittings.get_sitting(token)
    screens = sittings.screens_of(sitting)
    response: Response
    if shown is not None and screens.find(shown.code) is None:
        shown = None
    if outcome.state == "conflict" and shown is not None:
        response = pages.conflict(token, sitting, screens, shown, read, outcome.conflicts)
    elif shown is not None:
        problems = {**outcome.problems, **read.problems}
        response = pages.screen(token, sitting, screens, shown, read=Read(read.answers, problems), status=422)
    else:
        response = pages.finish(token, sitting, screens, problems=outcome.problems)
    return sittings.remember_device(response, sitting)


@bp.get("/receipt")
@link_is_the_right
def receipt(token: str) -> ResponseReturnValue:
    """That the answers have arrived; when and under which number for the browser that gave them."""
    sitting = sittings.get_sitting(token)
    if not _is_submitted(sitting) or sitting.draft is None:
        return redirect(url_for(".start", token=token))
    return pages.receipt(token, sitting)


def _is_submitted(sitting: Sitting) -> bool:
    return sitting.draft is not None and sitting.draft.submitted_at is not None


def _lock(token: str, now: datetime) -> tuple[Sitting, str]:
    """The sitting under lock, begun if it was not, and the name of this browser."""
    sitting = queries.lock_sitting(sittings.link_hash(token))
    if sitting is None:
        raise LinkNotValid
    device = sittings.device_of(sitting)
    if sitting.draft is None:
        services.ensure_answering(sitting, now)
        sitting = _begin(sitting, device, now)
    return sitting, device


def _begin(sitting: Sitting, device: str, now: datetime) -> Sitting:
    return services.begin_response(
        sitting,
        device=device,
        language=pages.page_language(),
        order_seed=sittings.order_seed(sitting),
        now=now,
    )


def _seconds(page: Page, now: datetime) -> dict[str, float]:
    """Time spent on the page since it was opened."""
    opened = as_integer(request.form.get("opened"))
    spent = now.timestamp() - opened if opened else 0
    return {page.part: round(min(max(spent, 0), LONGEST_PAUSE), 1)}


def _already_submitted(token: str) -> ResponseReturnValue:
    """The page of a second sending: when the first one came, and that what came now changed nothing."""
    return pages.already_submitted(token, sittings.get_sitting(token))


@bp.post("/password")
@link_is_the_right
def set_password(token: str) -> ResponseReturnValue:
    """From the receipt straight to the page that activates the account, in the browser that gave the answers."""
    sitting = sittings.get_sitting(token)
    account = find_account_of(sitting.person_id)
    is_givers = _is_submitted(sitting) and sittings.sight_of(sitting).is_whole
    if account is None or account.activated_at is not None or not is_givers:
        raise NotFound
    with transaction():
        secret = new_token(account.id, OneTimeLinkKind.INVITATION, utcnow())
    return redirect(url_for("accounts.invitation", token=secret), 303)
