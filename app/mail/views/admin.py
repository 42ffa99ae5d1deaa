"""What became of the letters, and another try for those that failed."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.clock import local_date, utcnow
from app.db import transaction
from app.mail import outbox, queries, quiet_hours
from app.mail.exports import letters_table
from app.mail.letters import all_kinds
from app.mail.models import LetterState
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment
from app.text import clean_text, whole_number

bp = Blueprint("letters_admin", __name__, url_prefix="/admin/letters", template_folder="../templates")


@bp.get("")
@requires(Permission.JOBS_MANAGE)
def index() -> ResponseReturnValue:
    cluster_ids = current_actor().whole_clusters(Permission.JOBS_MANAGE)
    wanted = _asked()
    return render_template(
        "mail/letters.html",
        counts=queries.count_letters(cluster_ids),
        letters=queries.page_letters(cluster_ids, wanted, request.args.get("page", 1, type=whole_number)),
        titles={kind.name: kind.title for kind in all_kinds()},
        words=wanted.words,
        state=wanted.state or "",
        trouble=queries.find_server_trouble(cluster_ids),
        quiet_hours=(quiet_hours.EVENING.hour, quiet_hours.MORNING.hour),
    )


@bp.get("/export.xlsx")
@requires(Permission.JOBS_MANAGE)
def export() -> ResponseReturnValue:
    """The letters one by one, as they are filtered."""
    cluster = current_user.person.cluster
    letters = queries.list_letters(current_actor().whole_clusters(Permission.JOBS_MANAGE), _asked())
    file = letters_table(letters, {kind.name: kind.title for kind in all_kinds()}, cluster.time_zone)
    return attachment(file, _("letters") + f"-{local_date(utcnow(), cluster.time_zone).isoformat()}")


def _asked() -> queries.LetterFilter:
    state = request.args.get("state", "")
    return queries.LetterFilter(
        words=clean_text(request.args.get("q", "")).strip(),
        state=LetterState(state) if state in set(LetterState) else None,
    )


@bp.post("/try-now")
@requires(Permission.JOBS_MANAGE)
def try_now() -> ResponseReturnValue:
    """The mail server has been mended: try at once what waited for it."""
    with transaction():
        n = outbox.try_now(current_actor().whole_clusters(Permission.JOBS_MANAGE))
    flash(ngettext("%(num)d letter will be tried now.", "%(num)d letters will be tried now.", n), "success")
    return redirect(url_for(".index"))


@bp.post("/<uuid:letter_id>/retry")
@requires(Permission.JOBS_MANAGE)
def retry(letter_id: uuid.UUID) -> ResponseReturnValue:
    """Send a failed or unknown letter again; the page has warned that an unknown one may have arrived."""
    cluster_ids = current_actor().whole_clusters(Permission.JOBS_MANAGE)
    letter = queries.get_letter(letter_id, cluster_ids)
    with transaction():
        n = outbox.send_again([letter.id])
    if n:
        flash(_("The letter will be sent again."), "success")
    else:
        flash(_("The letter was neither failed nor unknown: nothing was changed."), "info")
    return redirect(url_for(".index"))


@bp.post("/retry-diagnostic")
@requires(Permission.JOBS_MANAGE)
def retry_diagnostic() -> ResponseReturnValue:
    """Send all failed diagnostic letters again, without telling whose they are."""
    ids = queries.list_stuck_diagnostic_ids(current_actor().whole_clusters(Permission.JOBS_MANAGE))
    with transaction():
        n = outbox.send_again(ids)
    words = ngettext("%(num)d letter will be sent again.", "%(num)d letters will be sent again.", n)
    flash(words, "success")
    return redirect(url_for(".index"))
