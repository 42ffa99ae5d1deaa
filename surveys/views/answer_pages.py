"""The pages of answering, made ready for their templates."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from flask import Response, make_response, render_template, request
from flask_babel import get_locale

from app.accounts.consent_texts import current_text
from app.accounts.models import ConsentKind
from app.accounts.queries import get_cluster
from app.clock import local_date, utcnow
from surveys.definition import Definition
from surveys.definition.model import Item, Page
from surveys.items import Answer, Problem, get_type
from surveys.items.rendering import render_page
from surveys.queries.answering import Sitting
from surveys.reading import Read, as_key
from surveys.screens import Screens
from surveys.services import answering as services
from surveys.views import sitting as sittings
from surveys.views.attributes import AttributesForm, attributes_form
from surveys.views.sitting import Sight


def is_begun(sitting: Sitting) -> bool:
    """Whether the questions may be shown."""
    if sitting.refused_at is not None or sitting.consent_id is None:
        return False
    return sitting.draft is not None or services.can_begin(sitting)


def receipt_number(sitting: Sitting) -> str:
    """What a person names on the telephone: unlike a count, it tells nothing about the others."""
    digits = sitting.draft.public_id.hex[:12].upper() if sitting.draft else ""
    return "-".join(digits[start : start + 4] for start in range(0, 12, 4))


def page_language() -> str:
    return str(get_locale())


def own_data_form(sitting: Sitting, now: datetime) -> AttributesForm:
    return attributes_form(
        sitting.person_id, local_date(now, sitting.time_zone), asks_consent=sitting.consent_id is None
    )


def _shell(sitting: Sitting) -> dict[str, object]:
    """What the shell shows of the cluster to somebody who is not signed in."""
    return {
        "cluster": {"name": sitting.cluster_name, "is_demo": sitting.is_demo},
        "help_contact": {"name": sitting.help_name, "phone": sitting.help_phone}
        if sitting.help_name
        else None,
    }


def welcome(token: str, sitting: Sitting, form: AttributesForm | None = None) -> Response:
    definition, language = sittings.definition_of(sitting), page_language()
    return make_response(
        render_template(
            "surveys/answer/welcome.html",
            token=token,
            sitting=sitting,
            is_begun=is_begun(sitting),
            form=form or own_data_form(sitting, utcnow()),
            title=definition.title.in_language(language),
            intro=definition.intro.in_language(language) if definition.intro else "",
            minutes=definition.minutes,
            parts=[part.title.in_language(language) for part in definition.parts],
            consent_text=current_text(ConsentKind.DIAGNOSTICS, get_cluster(sitting.cluster_id)),
            **_shell(sitting),
        )
    )


def screen(
    token: str,
    sitting: Sitting,
    screens: Screens,
    page: Page,
    *,
    read: Read | None = None,
    status: int = 200,
) -> Response:
    """A page of items; `read` puts what was just posted, and its problems, over what is stored."""
    definition, language = sittings.definition_of(sitting), page_language()
    sight = sittings.sight_of(sitting)
    items = sight.items(definition.items_of(page), screens)
    problems = read.problems if read else {}
    answers = {**screens.answers, **(read.answers if read else {})}
    html = render_page(
        f"version {sitting.version_id}",
        items,
        language,
        answers,
        sittings.order_seed(sitting),
        problems=problems,
        required=screens.obligatory(page),
    )
    return make_response(
        render_template(
            "surveys/answer/screen.html",
            token=token,
            sitting=sitting,
            page=page,
            title=sittings.title_of(page, definition, language),
            prompt=sittings.prompt_of(page, definition, language),
            place=screens.place(page),
            is_only=len(definition.pages_for(sitting.kind)) == 1,
            html=html,
            items=items,
            hidden_items=len(page.items) - len(items),
            problems=[(item, problems[item.code]) for item in items if item.code in problems],
            answered=screens.count_answered(),
            total=screens.count_items(),
            sight=sight,
            revision=sitting.draft.revision if sitting.draft else 0,
            opened=int(utcnow().timestamp()),
            key=secrets.token_hex(8),
            language=language,
            **_shell(sitting),
        ),
        status,
    )


def finish(
    token: str, sitting: Sitting, screens: Screens, problems: Mapping[str, Problem] | None = None
) -> Response:
    definition, language = sittings.definition_of(sitting), page_language()
    found = screens.problems_at_submit() if problems is None else problems
    return make_response(
        render_template(
            "surveys/answer/finish.html",
            token=token,
            sitting=sitting,
            unanswered=[
                (
                    page,
                    sittings.title_of(page, definition, language),
                    _part_of(page, definition, language),
                    count,
                )
                for page, count in screens.unanswered()
            ],
            problems=[
                (page, definition.item(code), found[code])
                for page in screens.pages
                for code in page.items
                if code in found
            ],
            last=screens.pages[-1],
            answered=screens.count_answered(),
            total=screens.count_items(),
            revision=sitting.draft.revision if sitting.draft else 0,
            key=secrets.token_hex(8),
            language=language,
            **_shell(sitting),
        ),
        422 if problems else 200,
    )


def _part_of(page: Page, definition: Definition, language: str) -> str:
    """The part's title, where a page of the same name may stand in another part."""
    return definition.part(page.part).title.in_language(language) if len(definition.parts) > 1 else ""


def conflict(
    token: str,
    sitting: Sitting,
    screens: Screens,
    page: Page,
    read: Read,
    conflicts: Mapping[str, Answer],
) -> Response:
    """Both sides of what two devices answered differently; the choice is sent by the same form."""
    definition, language = sittings.definition_of(sitting), page_language()
    sight = sittings.sight_of(sitting)
    items = [item for item in definition.items_of(page) if item.code in conflicts]
    pairs = [
        (
            item,
            render_page(
                f"version {sitting.version_id}",
                [item],
                language,
                read.answers,
                sittings.order_seed(sitting),
                required=screens.obligatory(page),
            ),
            _in_words(item, conflicts[item.code], language) if _may_see(sight, item.code) else None,
        )
        for item in items
    ]
    return make_response(
        render_template(
            "surveys/answer/conflict.html",
            token=token,
            sitting=sitting,
            page=page,
            pairs=pairs,
            revision=sitting.draft.revision if sitting.draft else 0,
            opened=int(utcnow().timestamp()),
            key=as_key(request.form.get("key")),
            **_shell(sitting),
        ),
        409,
    )


def receipt(token: str, sitting: Sitting) -> Response:
    definition = sittings.definition_of(sitting)
    sight = sittings.sight_of(sitting)
    return make_response(
        render_template(
            "surveys/answer/receipt.html",
            token=token,
            sitting=sitting,
            response=sitting.draft,
            number=receipt_number(sitting),
            closing=definition.closing.in_language(page_language()) if definition.closing else "",
            is_shown=sittings.may_see_receipt(sitting, sight),
            is_owner=sittings.is_owner(sitting),
            has_account=sitting.has_active_account is not None,
            can_set_password=sight.is_whole and sitting.has_active_account is False,
            **_shell(sitting),
        )
    )


def _may_see(sight: Sight, code: str) -> bool:
    return sight.is_whole or code in sight.own


def _in_words(item: Item, answer: Answer, language: str) -> list[str]:
    """A stored answer as its giver reads it; empty where there is none."""
    if answer.get("m") == "na" and item.not_applicable is not None:
        return [item.not_applicable.in_language(language)]
    return get_type(item).summary(item, answer["v"], language) if "v" in answer else []


def already_submitted(token: str, sitting: Sitting) -> Response:
    """Another page was quicker: what stands is what it sent."""
    return make_response(
        render_template(
            "surveys/answer/already_submitted.html",
            token=token,
            sitting=sitting,
            response=sitting.draft,
            **_shell(sitting),
        ),
        409,
    )
