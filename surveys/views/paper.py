"""The paper operator: codes to hand out, forms to print, answers to type in."""

import secrets
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts.consent_texts import current_text
from app.accounts.models import ConsentKind
from app.accounts.queries import get_cluster
from app.clock import utcnow
from app.db import transaction
from app.errors import NotFound
from app.permissions import Permission, current_actor, requires
from surveys.items.rendering import render_page
from surveys.queries import answering
from surveys.queries import assignments as queries
from surveys.queries.answering import Sitting
from surveys.reading import Read, as_key, read_form
from surveys.screens import Screens
from surveys.services import paper as services
from surveys.services.answering import ensure_open
from surveys.views import sitting as sittings

bp = Blueprint("paper", __name__, url_prefix="/paper", template_folder="../templates")
PAPER_ORDER = 1
"""Every printed form has its options in the same order."""


@bp.get("")
@requires(Permission.PAPER_ENTER)
def index() -> str:
    """Waves that take paper forms now."""
    return render_template("surveys/paper/index.html", waves=queries.list_waves_for_paper(current_actor()))


@bp.get("/<uuid:wave_id>")
@requires(Permission.PAPER_ENTER)
def wave(wave_id: UUID) -> str:
    """Who is to get a form with which code; below, codes alone, to enter what came back."""
    found, diagnostic = queries.get_wave_for_paper(wave_id, current_actor())
    return render_template(
        "surveys/paper/wave.html",
        wave=found,
        diagnostic=diagnostic,
        handout=queries.list_without_link(found.id),
        rows=queries.list_paper_codes(found.id),
    )


@bp.post("/<uuid:wave_id>/codes")
@requires(Permission.PAPER_ENTER)
def give_codes(wave_id: UUID) -> ResponseReturnValue:
    """Codes for those who have no address."""
    found, _diagnostic = queries.get_wave_for_paper(wave_id, current_actor())
    with transaction():
        services.give_codes(found.id)
    return redirect(url_for(".wave", wave_id=wave_id))


@bp.get("/<uuid:wave_id>/<uuid:assignment_id>/form")
@requires(Permission.PAPER_ENTER)
def form(wave_id: UUID, assignment_id: UUID) -> str:
    """The questionnaire to print: the code stands where a name would."""
    sitting, code = _get_sitting(wave_id, assignment_id)
    definition = sittings.definition_of(sitting)
    return render_template(
        "surveys/paper/form.html",
        code=code,
        definition=definition,
        language=_language(),
        consent_text=current_text(ConsentKind.DIAGNOSTICS, get_cluster(sitting.cluster_id)),
        pages=_pages(sitting, Read({}, {})),
    )


@bp.get("/<uuid:wave_id>/<uuid:assignment_id>")
@requires(Permission.PAPER_ENTER)
def entry(wave_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    """An empty questionnaire under a code; what was entered is never shown again."""
    sitting, code = _get_sitting(wave_id, assignment_id)
    ensure_open(sitting, utcnow())
    return _entry_page(wave_id, sitting, code, Read({}, {}), key=secrets.token_hex(8))


@bp.post("/<uuid:wave_id>/<uuid:assignment_id>")
@requires(Permission.PAPER_ENTER)
def enter(wave_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    """Store a form as it was filled in."""
    sitting, code = _get_sitting(wave_id, assignment_id)
    key = as_key(request.form.get("key"))
    definition = sittings.definition_of(sitting)
    read = read_form(definition.items_for(sitting.kind), request.form)
    screens = Screens.of(definition, sitting.kind, read.answers)
    read = Read(read.answers, {**screens.problems_at_submit(), **read.problems})
    lacks_consent = "consent" not in request.form
    if lacks_consent or read.problems:
        return _entry_page(wave_id, sitting, code, read, key=key, lacks_consent=lacks_consent), 422
    with transaction():
        services.enter_response(sitting, read.answers, key=key, language=_language(), now=utcnow())
    flash(_("The form %(code)s is stored.", code=code), "success")
    return redirect(url_for(".wave", wave_id=wave_id), 303)


def _get_sitting(wave_id: UUID, assignment_id: UUID) -> tuple[Sitting, str]:
    found, _diagnostic = queries.get_wave_for_paper(wave_id, current_actor())
    code = next(
        (row.code for row in queries.list_paper_codes(found.id) if row.public_id == assignment_id), None
    )
    sitting = answering.find_sitting_by_id(assignment_id)
    if code is None or sitting is None:
        raise NotFound
    return sitting, code


def _pages(sitting: Sitting, read: Read) -> list[tuple[str, str, str]]:
    """All pages of the wave, display rules aside: on paper a person leaves out what does not apply."""
    definition, language = sittings.definition_of(sitting), _language()
    return [
        (
            sittings.title_of(page, definition, language),
            sittings.prompt_of(page, definition, language),
            render_page(
                f"version {sitting.version_id}",
                definition.items_of(page),
                language,
                read.answers,
                PAPER_ORDER,
                problems=read.problems,
                required=(),
            ),
        )
        for page in definition.pages_for(sitting.kind)
    ]


def _entry_page(
    wave_id: UUID, sitting: Sitting, code: str, read: Read, *, key: str, lacks_consent: bool = False
) -> str:
    return render_template(
        "surveys/paper/entry.html",
        wave_id=wave_id,
        assignment_id=sitting.public_id,
        code=code,
        key=key,
        pages=_pages(sitting, read),
        has_problems=bool(read.problems),
        lacks_consent=lacks_consent,
    )


def _language() -> str:
    return str(get_locale())
