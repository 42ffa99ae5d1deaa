"""A person's own results: the list, a profile, the comparison of her two waves. Nobody else's are found."""

from uuid import UUID

from flask import Blueprint, jsonify, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.clock import utcnow
from app.errors import NotFound
from app.formats import page_language
from app.permissions import Permission, by_link, current_actor, requires
from surveys import profile_sections
from surveys.models import WaveKind
from surveys.queries import results as queries
from surveys.scale_roles import plain
from surveys.services.own_comparisons import change_table
from surveys.services.profiles import Profile, build_profile, keys_are_open
from surveys.services.scoring import scoring_plan

bp = Blueprint("results", __name__, url_prefix="/profile", template_folder="../templates")

LOOK_AGAIN_AFTER = 3  # seconds


@bp.get("")
@requires(Permission.OWN_RESULTS_VIEW)
def index() -> ResponseReturnValue:
    own = queries.list_own_responses(current_actor().person_id)
    return render_template("surveys/results/own.html", own=own)


@bp.get("/<uuid:response_id>")
@requires(Permission.OWN_RESULTS_VIEW)
def profile(response_id: UUID) -> ResponseReturnValue:
    response = queries.get_own_response(response_id, current_actor().person_id)
    final = queries.final_wave_for(response.diagnostic_id, response.person_id)
    if final.hides_earlier:
        return render_template("surveys/results/hidden.html", response=response, final=final)
    built = _profile(response, final)
    if built is None:
        return _not_ready(response)
    return render_template(
        "surveys/results/profile.html",
        response=response,
        profile=built,
        levels=_levels(response),
        level_to_reach=_level_to_reach(response),
        sections=profile_sections.sections_for(_reader(response, built)),
        pair=queries.find_pair(response.diagnostic_id, response.person_id),
        language=page_language(),
    )


@bp.get("/<uuid:response_id>/comparison")
@requires(Permission.OWN_RESULTS_VIEW)
def comparison(response_id: UUID) -> ResponseReturnValue:
    """`response_id` is the final response of the pair."""
    response = queries.get_own_response(response_id, current_actor().person_id)
    pair = queries.find_pair(response.diagnostic_id, response.person_id)
    if pair is None or response.wave_kind is not WaveKind.FINAL:
        raise NotFound
    changes = queries.changes_of(response)
    if not changes:
        return _not_ready(response)
    scores = queries.scores_of(response.id, response.scoring_id)
    definition = scoring_plan(response.scoring_id).definition
    rows = change_table(definition, changes, scores, page_language())
    return render_template(
        "surveys/results/own_comparison.html",
        response=response,
        starting_id=pair[0],
        rows=rows,
        levels=_levels(response),
        is_fallback=any(row.is_fallback for row in rows),
        fallback=definition.comparison.fallback_change,
    )


@bp.get("/<uuid:response_id>/state.json")
@by_link("The address cannot be guessed and tells only whether a worker has been there")
def state(response_id: UUID) -> ResponseReturnValue:
    is_ready = queries.is_profile_ready(response_id)
    return jsonify(ready=is_ready, url=url_for(".profile", response_id=response_id))


def _profile(response: queries.OwnResponse, final: queries.FinalWave) -> Profile | None:
    """None while a worker has not come to the response."""
    scores = queries.scores_of(response.id, response.scoring_id)
    if not scores:
        return None
    plan = scoring_plan(response.scoring_id)
    is_open = keys_are_open(
        plan.definition,
        wave_is_closed=response.wave_state in queries.CLOSED_STATES,
        final_is_closed=final.is_closed,
    )
    return build_profile(plan, scores, response.answers, language=page_language(), keys_are_open=is_open)


def _reader(response: queries.OwnResponse, built: Profile) -> profile_sections.ProfileReader:
    return profile_sections.ProfileReader(
        person_id=response.person_id,
        cluster_id=response.cluster_id,
        diagnostic_id=response.diagnostic_id,
        subjects=tuple(response.attributes.get("subjects") or ()),
        growth_zones=tuple(profile_sections.Topic(zone.code, zone.short_name) for zone in built.growth_zones),
        now=utcnow(),
    )


def _levels(response: queries.OwnResponse) -> list[tuple[float, str]]:
    definition = scoring_plan(response.scoring_id).definition
    return [
        (plain(level.from_percent), level.title.in_language(page_language())) for level in definition.levels
    ]


def _level_to_reach(response: queries.OwnResponse) -> str:
    """The first level that asks for no work; empty where levels are not told apart so."""
    definition = scoring_plan(response.scoring_id).definition
    titles = (level.title.in_language(page_language()) for level in definition.levels if not level.is_deficit)
    return next(titles, "")


def _not_ready(response: queries.OwnResponse) -> ResponseReturnValue:
    answer = make_response(render_template("surveys/results/not_ready.html", response=response))
    answer.headers["Refresh"] = str(LOOK_AGAIN_AFTER)
    return answer
