"""Administrators read names, not the codes of kinds."""

import re

from app.jobs.handlers import all_handlers
from app.jobs.titles import TITLES, title_of


def test_every_kind_of_job_has_a_name_and_no_name_is_left_over(app):
    known = {handler.kind for handler in all_handlers() if not handler.kind.startswith("test_")}
    assert set(TITLES) == known


def test_names_are_russian_and_differ(app):
    with app.test_request_context():
        names = [str(title) for title in TITLES.values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if re.search("[A-Za-z_]", name)] == []


def test_a_kind_of_a_newer_version_is_called_by_its_code(app):
    assert title_of("fold_paper") == "fold_paper"
