"""What people call each kind of job: on the administrator's page and in `opora jobs list`."""

from typing import Any

from flask_babel import lazy_gettext as _

TITLES: dict[str, Any] = {
    "announce_session": _("Announcing a session"),
    "build_figures": _("Building the figures of a diagnostic"),
    "close_wave": _("Closing a diagnostic at its deadline"),
    "compare_person": _("Comparing a person's final results with the starting ones"),
    "coordinator_summaries": _("Weekly summaries for coordinators"),
    "erase_responses": _("Deleting answers at a person's request"),
    "fill_session": _("Giving free places of a session to the queue"),
    "forget_uploaded_tables": _("Deleting uploaded tables a month old"),
    "head_summaries": _("Monthly summaries for heads"),
    "load_table": _("Loading a table"),
    "plan_timed": _("Planning of timed work"),
    "prune_jobs": _("Deleting done jobs a month old"),
    "purge_response_log": _("Deleting the log of answers of a closed diagnostic"),
    "release_places": _("Freeing the places of people who have left"),
    "remind_session": _("Reminding of a session"),
    "remind_wave": _("Reminding of a diagnostic"),
    "rescore_version": _("Scoring anew after keys were corrected"),
    "score_response": _("Scoring of answers"),
    "sweep_files": _("Deleting files that nothing needs"),
    "tell_results": _("Telling about published results"),
}


def title_of(kind: str) -> Any:
    """The name of a kind of job; a kind this version does not know (a job of a newer one) is its own name."""
    return TITLES.get(kind, kind)
