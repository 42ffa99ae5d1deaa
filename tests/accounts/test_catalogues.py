"""Catalogues, names of schools, transliteration."""

from datetime import date

import pytest

from app.accounts import queries, services
from app.accounts.models import OrganisationKind
from app.clock import utcnow
from app.db import transaction
from app.permissions import Role
from tests.factories.people import make_cluster, make_school


@pytest.mark.usefixtures("catalogues")
class TestCatalogues:
    def test_seeding_twice_changes_nothing(self):
        before = queries.catalogue("subject")
        with transaction():
            services.ensure_catalogues()

        assert queries.catalogue("subject") == before

    @pytest.mark.parametrize(
        ("day", "offered", "gone"),
        [(date(2024, 8, 31), "technology", "labour"), (date(2024, 9, 1), "labour", "technology")],
    )
    def test_a_subject_renamed_by_law_changes_on_its_day(self, day: date, offered: str, gone: str):
        codes = {entry.code for entry in queries.catalogue("subject", on=day)}

        assert offered in codes
        assert gone not in codes

    @pytest.mark.parametrize(
        ("kind", "text", "code"),
        [
            ("subject", "обж", "obzr"),
            ("position", "Зам. директора по  УВР", "deputy_uvr"),
            ("category", "Высшая", "highest"),
            ("service_band", "11-20", "11_20"),
            ("position", "космонавт", None),
        ],
    )
    def test_entries_are_found_as_people_write_them(self, kind: str, text: str, code: str | None):
        found = queries.find_in_catalogue(kind, text, on=date(2026, 11, 24))

        assert (found.code if found else None) == code

    def test_an_unknown_code_stays_readable(self):
        assert queries.catalogue_name("subject", "subject_of_1986") == "subject_of_1986"
        assert queries.catalogue_name("subject", None) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "МБОУ «СОШ № 22»",
        'мбоу "сош №22"',
        "СОШ 22",
        'Муниципальное бюджетное общеобразовательное учреждение "Средняя общеобразовательная школа № 22"',
        "МБОУ СОШ № 22 Заречинского округа",
    ],
)
def test_a_school_is_found_however_it_is_written(app, typed: str):
    cluster = make_cluster()
    school = make_school(cluster, name="МБОУ «СОШ № 22»")
    make_school(cluster, name="МБОУ «ООШ № 22»")

    assert queries.find_school_by_name(cluster.id, typed) == school


@pytest.mark.parametrize("typed", ["СОШ", "СОШ № 21", "", "«»"])
def test_what_fits_no_school_finds_none(app, typed: str):
    cluster = make_cluster()
    make_school(cluster, name="МБОУ «СОШ № 22»")
    make_school(cluster, name="МБОУ «СОШ № 23»")

    assert queries.find_school_by_name(cluster.id, typed) is None


def test_schools_of_another_cluster_are_not_found(app):
    make_school(make_cluster(), name="МБОУ «Берёзовская ООШ»")

    assert queries.find_school_by_name(make_cluster().id, "Березовская ООШ") is None


def test_a_new_cluster_has_one_coordinator_who_is_invited(app):
    with transaction():
        cluster = services.create_cluster(services.ClusterData(name="Кластер", district_name="Округ"))
        account = services.create_first_coordinator(
            cluster,
            surname="Соколова",
            name="Ольга",
            patronymic=None,
            email="Sokolova@example.org",
            now=utcnow(),
        )

    assert account.email == "sokolova@example.org"
    assert account.invited_at is not None
    assert account.as_actor().roles == {Role.COORDINATOR, Role.ADMINISTRATOR}


def test_consents_name_the_core_school_where_no_operator_is_given(app):
    cluster = make_cluster(district_name="Округ")
    school = make_school(cluster, name="МБОУ «ООШ № 24»", address="ул. Школьная, 1")
    assert school.kind is OrganisationKind.SCHOOL
    with transaction():
        services.set_core(cluster.id, school, actor=None)

    assert queries.operator_of(queries.get_cluster(cluster.id)) == "МБОУ «ООШ № 24», ул. Школьная, 1"
