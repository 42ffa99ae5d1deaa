"""Calendar files: one session, and a person's own feed behind a secret address."""

import hashlib
from datetime import timedelta
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import utcnow
from app.db import transaction
from app.errors import NotFound
from app.permissions import Permission, by_link, current_actor, requires
from seminars import policies, queries
from seminars.calendar import Entry, calendar_file
from seminars.links import hash_of
from seminars.models import Place, SeminarSession
from seminars.services import calendar_feeds
from seminars.views.blueprint import bp
from seminars.words import state_words

FEED_REACHES_BACK = timedelta(days=90)


@bp.get("/sessions/<uuid:public_id>.ics")
@requires(Permission.SEMINAR_VIEW)
def calendar_entry(public_id: UUID) -> ResponseReturnValue:
    """The session for one's own calendar."""
    actor = current_actor()
    session = queries.get_session(public_id, actor)
    registration = queries.registrations_of(actor.person_id, [session.id]).get(session.id)
    entry = Entry(
        session,
        _page_of(session),
        is_tentative=registration is not None and registration.place is not Place.CONFIRMED,
        shows_link=(registration is not None and registration.holds_seat) or policies.can_run(actor, session),
    )
    answer = _answer([entry], session.title)
    answer.headers.set("Content-Disposition", "attachment", filename="seminar.ics")
    return answer


@bp.get("/calendar")
@requires(Permission.SEMINAR_VIEW)
def calendar() -> ResponseReturnValue:
    """How to have one's sessions in a calendar of one's own, and what it holds."""
    person_id, now = current_actor().person_id, utcnow()
    feed = queries.find_open_feed_of(person_id)
    address = _feed_address(calendar_feeds.token_of(feed)) if feed else None
    held = queries.list_calendar(person_id, now)
    return render_template(
        "seminars/calendar.html", address=address, held=held, state_words=state_words, now=now
    )


@bp.post("/calendar")
@requires(Permission.SEMINAR_VIEW)
def replace_calendar() -> ResponseReturnValue:
    """Make an address, or another one: the former opens nothing from now on."""
    person_id = current_actor().person_id
    had_one = queries.find_open_feed_of(person_id) is not None
    with transaction():
        calendar_feeds.renew_feed(person_id, now=utcnow())
    if had_one:
        flash(_("The address is replaced. Enter the new one in your calendar."), "success")
    return redirect(url_for(".calendar"), 303)


@bp.post("/calendar/close")
@requires(Permission.SEMINAR_VIEW)
def close_calendar() -> ResponseReturnValue:
    """The address opens nothing from now on, and there is no other."""
    with transaction():
        calendar_feeds.close_feed(current_actor().person_id)
    flash(_("The address is switched off: calendars that used it are no longer updated."), "success")
    return redirect(url_for(".calendar"), 303)


@by_link("the secret in the address is the key to this calendar")
def feed(token: str) -> ResponseReturnValue:
    """A person's sessions, for calendar programs: they ask often, so an unchanged answer is empty."""
    found = queries.find_feed(hash_of(token))
    if found is None:
        raise NotFound
    entries = [
        Entry(
            session,
            _page_of(session),
            is_cancelled=registration is not None and registration.place is Place.LEFT and not is_host,
            is_tentative=not is_host
            and registration is not None
            and registration.place in (Place.QUEUED, Place.OFFERED),
            shows_link=is_host or (registration is not None and registration.holds_seat),
        )
        for session, registration, is_host in queries.list_calendar(
            found.person_id, utcnow() - FEED_REACHES_BACK
        )
    ]
    answer = _answer(entries, _("My seminar sessions"))
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest())
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


def _page_of(session: SeminarSession) -> str:
    return str(current_app.config["BASE_URL"]) + url_for("seminars.session", public_id=session.public_id)


def _feed_address(token: str) -> str:
    return str(current_app.config["BASE_URL"]) + url_for("seminars_feed", token=token)


def _answer(entries: list[Entry], name: str) -> Response:
    body = calendar_file(entries, name=name, sender=current_app.config["MAIL_FROM"])
    return Response(body, mimetype="text/calendar")
