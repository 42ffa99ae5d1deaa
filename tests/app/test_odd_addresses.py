"""Addresses nobody types: a page answers them with itself or says what is wrong, and never breaks."""

import pytest
from flask import Flask

from app.permissions import Role
from app.text import whole_number
from tests.factories.people import make_account, make_cluster, make_person, sign_in

LISTS = {
    Role.COORDINATOR: (
        "/people",
        "/people/export.xlsx",
        "/organisations",
        "/organisations/export.xlsx",
        "/plan",
        "/plan/export.xlsx",
        "/seminar",
        "/seminar/sessions.xlsx",
        "/materials",
        "/materials/export.xlsx",
        "/diagnostics",
        "/instruments",
    ),
    Role.ADMINISTRATOR: ("/admin/jobs", "/admin/letters", "/admin/letters/export.xlsx"),
}
FIELDS = (
    *(
        "q",
        "page",
        "school",
        "role",
        "reach",
        "kind",
        "state",
        "stage",
        "form",
        "quarter",
        "subject",
        "number",
    ),
    *("endpoint", "_method", "_scheme", "_external", "_anchor"),
)


@pytest.mark.parametrize("role", LISTS)
@pytest.mark.parametrize("typed", ["\0", "9" * 20, "-5", "0", "%FF", "\N{SMILE}" * 200])
def test_a_list_bears_any_question(app: Flask, role: Role, typed: str):
    client = sign_in(app.test_client(), make_account(make_person(make_cluster()), role))
    for path in LISTS[role]:
        for field in FIELDS:
            answer = client.get(path, query_string={field: typed})
            assert answer.status_code in (200, 404, 422), f"{path}?{field}"


@pytest.mark.parametrize("text", ["", "семь", "1e3", str(2**31), str(-(2**31))])
def test_a_number_no_column_holds_is_none(text: str):
    with pytest.raises(ValueError, match=r"invalid literal|beyond"):
        whole_number(text)
