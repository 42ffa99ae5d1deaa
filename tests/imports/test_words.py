"""Words of the catalogues as people write and inflect them; names of places."""

from datetime import date

import pytest
from flask import Flask

from app.accounts.imports.places import Places
from app.accounts.imports.words import (
    NameParts,
    Words,
    parse_category,
    parse_full_name,
    parse_service,
    parse_subjects,
)
from app.accounts.models import Cluster, OrganisationKind
from app.accounts.services import ensure_catalogues
from app.db import transaction
from tests.factories.people import make_cluster, make_school

TODAY = date(2026, 11, 24)


@pytest.fixture
def catalogues(app: Flask) -> None:
    with transaction():
        ensure_catalogues()


@pytest.fixture
def subjects(catalogues: None) -> Words:
    return Words("subject", TODAY)


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    cluster = make_cluster()
    make_school(cluster, name="МБОУ «СОШ № 21»", short_name="СОШ № 21", email="School21@example.org")
    make_school(cluster, name="МБОУ «Берёзовская ООШ»", short_name="Берёзовская ООШ")
    make_school(
        cluster, kind=OrganisationKind.INSTITUTE, name="Институт развития образования", short_name="ИРО"
    )
    return cluster


@pytest.mark.parametrize("written", ["физика", "ФИЗИКА", "физики", "физике", "физику"])
def test_a_subject_in_any_case_of_the_noun(subjects: Words, written: str):
    assert parse_subjects([written], subjects) == (["physics"], [])


def test_a_subject_named_twice_counts_once_and_a_strange_word_is_given_back(subjects: Words):
    assert parse_subjects(["физика", "алхимия", "физики"], subjects) == (["physics"], ["алхимия"])


def test_the_beginning_that_is_known_is_the_longest(subjects: Words, app: Flask):
    positions = Words("position", TODAY)

    found = positions.find_beginning("учитель физики и математики")
    assert found is not None
    assert (found[0].code, found[1]) == ("teacher", "физики и математики")
    assert positions.find_beginning("учитель") is None  # all of it, with no rest
    assert positions.find_beginning("космонавт физики") is None


def test_a_slip_in_a_word_is_answered_with_the_nearest(subjects: Words):
    assert subjects.suggest("физека") == "физика"
    assert subjects.suggest("алхимия зелий") is None


@pytest.mark.parametrize("text", ["", "Ветрова", "   "])
def test_a_surname_alone_is_no_full_name(text: str):
    assert parse_full_name(text) is None


@pytest.mark.parametrize("written", ["сош 21", "МБОУ СОШ №21", "«СОШ № 21»"])
def test_a_school_is_found_as_it_is_called(cluster: Cluster, written: str):
    found = Places(cluster).find(written)
    assert found is not None
    assert found.short_name == "СОШ № 21"


@pytest.mark.parametrize("written", ["ИРО", "иро", "институт развития образования"])
def test_a_partner_is_found_by_either_name(cluster: Cluster, written: str):
    found = Places(cluster).find(written)
    assert found is not None
    assert found.kind is OrganisationKind.INSTITUTE


def test_a_partner_is_no_school_to_be_corrected_or_suggested(cluster: Cluster):
    places = Places(cluster)

    assert [school.short_name for school in places.schools] == ["Берёзовская ООШ", "СОШ № 21"]
    assert places.find_same("ИРО") is None
    assert places.suggest("ИРО") is None


def test_a_longer_name_is_another_school(cluster: Cluster):
    places = Places(cluster)

    assert places.find_same("МБОУ СОШ 21") is not None
    assert places.find_same("СОШ № 21 Заречинского округа") is None
    assert places.find_same("") is None


def test_the_nearest_school_is_suggested_and_no_far_one(cluster: Cluster):
    places = Places(cluster)

    assert places.suggest("Березовскя ООШ") == "Берёзовская ООШ"
    assert places.suggest("Лицей информатики") is None


def test_places_of_another_cluster_are_unknown(cluster: Cluster):
    elsewhere = Places(make_cluster())

    assert elsewhere.find("СОШ № 21") is None
    assert elsewhere.suggest("СОШ № 21") is None


def test_addresses_of_places_are_known_in_any_case(cluster: Cluster):
    assert Places(cluster).addresses["school21@example.org"].short_name == "СОШ № 21"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("высшая", "highest"),
        ("Высшая кв. категория", "highest"),
        ("в/к", "highest"),
        ("ВКК", "highest"),
        ("первая", "first"),
        ("1 категория", "first"),
        ("I кв.кат.", "first"),
        ("1", "first"),
        ("первая квалификационная", "first"),
        ("СЗД", "compliance"),
        ("соответствие занимаемой должности", "compliance"),
        ("соотв. заним. должности", "compliance"),
        ("б/к", "none"),
        ("без категории", "none"),
        ("нет", "none"),
        ("—", "none"),
        ("золотая", None),
    ],
)
def test_categories_as_people_write_them(written, code):
    assert parse_category(written) == (code, None)


def test_an_extra_category_stands_on_the_highest():
    assert parse_category("высшая, педагог-методист") == ("highest", "methodologist")
    assert parse_category("педагог-наставник") == ("highest", "mentor")


@pytest.mark.parametrize(
    ("written", "band"),
    [
        ("2", "under_3"),
        ("3", "3_10"),
        ("10,5", "3_10"),
        ("11 лет", "11_20"),
        ("20 л.", "11_20"),
        ("21 год", "over_20"),
        ("12 лет 4 мес.", "11_20"),
        ("от 3 до 10 лет", "3_10"),
        ("3–10 лет", "3_10"),
        ("свыше 20 лет", "over_20"),
        ("более 20", "over_20"),
        ("до 3", "under_3"),
        ("молодой специалист", "under_3"),
        ("100", None),
        ("давно", None),
    ],
)
def test_lengths_of_service_as_people_write_them(catalogues, written, band):
    assert parse_service(written, Words("service_band", TODAY)) == band


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Учитель", "teacher"),
        ("зам.директора по УВР", "deputy_uvr"),
        ("Заместитель директора по ВР", "deputy_vr"),
        ("ПДО", "additional_teacher"),
        ("педагог доп.образования", "additional_teacher"),
        ("Педагог - психолог", "psychologist"),
    ],
)
def test_positions_as_people_write_them(catalogues, written, code):
    found = Words("position", TODAY).find(written)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("ИВАНОВА-ПЕТРОВА анна петровна", ("Иванова-Петрова", "Анна", "Петровна")),
        ("Мамедов Али Гусейн оглы", ("Мамедов", "Али", "Гусейн оглы")),
        ("Bетрова A.П.", ("Ветрова", "А.", "П.")),  # Latin B and A
        ("Ли Анна", ("Ли", "Анна", None)),
    ],
)
def test_full_names_as_people_write_them(written, parts):
    assert parse_full_name(written) == NameParts(*parts)
