"""Lists of teachers: what rows mean, whom they stand for, what loading them does."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.imports import PEOPLE, import_people
from app.accounts.models import AddressState, Cluster, Grant, Organisation, Person
from app.accounts.services import ensure_catalogues
from app.db import db, transaction
from app.imports.columns import as_table, find_table
from app.imports.reading import read_grids
from app.imports.spec import NEW, Act, Checked, Context
from app.permissions import Role
from tests.factories.people import make_cluster, make_person, make_school
from tests.imports.tables import HEADER, text_table, workbook

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.fixture
def cluster(app: Flask) -> Cluster:
    """Three schools under names as officials write them."""
    with transaction():
        ensure_catalogues()
    cluster = make_cluster()
    make_school(cluster, name="МБОУ «СОШ № 21»", short_name="СОШ № 21", email="school21@example.org")
    make_school(cluster, name="МБОУ «ООШ № 9»", short_name="ООШ № 9")
    make_school(cluster, name="МБОУ «Берёзовская ООШ»", short_name="Берёзовская ООШ")
    return cluster


def school(name: str) -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.short_name == name)).one()


def check(
    cluster: Cluster, *rows: tuple[object, ...], answers: dict[int, str] | None = None
) -> list[Checked]:
    """Rows of number, name, school, position, subjects, category, service, e-mail, telephone."""
    sheet = find_table(read_grids(text_table([HEADER, *rows])), PEOPLE)
    return PEOPLE.check(
        as_table(sheet.rows, sheet.mapping), Context(cluster=cluster, now=NOW, answers=answers or {})
    )


def load(cluster: Cluster, *rows: tuple[object, ...], answers: dict[int, str] | None = None) -> list[Act]:
    """Load what may be loaded; returns what was to be done with each row."""
    with transaction():
        checked = check(cluster, *rows, answers=answers)
        PEOPLE.apply(
            [row for row in checked if row.act in (Act.ADD, Act.UPDATE)],
            Context(cluster=cluster, now=NOW),
            None,
        )
    return [row.act for row in checked]


def texts(checked: Checked) -> list[str]:
    return [str(finding.text) for finding in checked.findings]


def people(cluster: Cluster) -> list[Person]:
    return list(
        db.session.scalars(select(Person).where(Person.cluster_id == cluster.id).order_by(Person.sort_key))
    )


FULL = (
    1,
    "ВЕТРОВА АННА ПЕТРОВНА",
    "сош №21",
    "учитель физики",
    "",
    "высшая кв. категория",
    "12 лет",
    " Vetrova@Example.org ",
    "8 900 123-45-67",
)


def test_a_messy_row_becomes_a_person(cluster):
    assert load(cluster, FULL) == [Act.ADD]
    [person] = people(cluster)
    assert (person.surname, person.name, person.patronymic) == ("Ветрова", "Анна", "Петровна")
    assert person.organisation_id == school("СОШ № 21").id
    assert (person.position, person.subjects) == ("teacher", ["physics"])
    assert (person.category, person.service_band) == ("highest", "11_20")
    assert (person.email, person.email_state) == ("vetrova@example.org", AddressState.USABLE)


def test_the_same_file_twice_changes_nothing(cluster):
    rows = [FULL, (2, "Ёлкин Пётр", "Березовская оош", "методист", "", "", "", "", "")]
    load(cluster, *rows)
    assert load(cluster, *rows) == [Act.NOTHING, Act.NOTHING]
    assert len(people(cluster)) == 2


def test_an_empty_cell_erases_nothing_and_initials_shorten_no_name(cluster):
    load(cluster, FULL)
    assert load(
        cluster, (1, "Ветрова А. П.", "СОШ № 21", "методист", "", "", "", "vetrova@example.org", "")
    ) == [Act.UPDATE]
    [person] = people(cluster)
    assert (person.name, person.position, person.category) == ("Анна", "methodist", "highest")


def test_e_written_for_yo_is_the_same_person(cluster):
    load(cluster, (1, "Ёлкина Алёна Семёновна", "ООШ № 9", "", "", "", "", "", ""))
    assert load(cluster, (1, "Елкина Алена Семеновна", "ООШ № 9", "", "", "", "", "", "")) == [Act.NOTHING]
    assert people(cluster)[0].surname == "Ёлкина"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("«Березовскя ООШ»", "неизвестная школа «Березовскя ООШ»; возможно, «Берёзовская ООШ»"),
        ("«СШО № 21»", "неизвестная школа «СШО № 21»; возможно, «СОШ № 21»"),
        ("«СОШ № 99»", "неизвестная школа «СОШ № 99»"),  # «ООШ № 9» is another school
    ],
)
def test_an_unknown_school_is_an_error_with_the_nearest_name_of_its_number(cluster, written, said):
    [row] = check(cluster, (1, "Ветрова Анна", written, "", "", "", "", "", ""))
    assert row.act is Act.LEAVE
    assert texts(row) == [said]


@pytest.mark.parametrize(
    "below",
    [
        ("", "Исполнитель: Петрова О. В., тел. 2-11-22"),
        ("Итого", 1),
        ("", "", "Директор ____________ Сидоров И. И."),
    ],
)
def test_what_stands_below_a_table_is_no_row_of_it(cluster, below):
    rows = check(cluster, (1, "Ветрова Анна", "СОШ № 21", "", "", "", "", "", ""), below)
    assert [row.title for row in rows] == ["Ветрова Анна"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((1, "", "СОШ № 21", "", "", "", "", "", ""), "нужны фамилия и имя"),
        ((1, "Ветрова", "СОШ № 21", "", "", "", "", "", ""), "нужны фамилия и имя"),
        ((1, "Ветрова Анна", "", "", "", "", "", "", ""), "школа не указана"),
        ((1, "Ветрова 8900", "СОШ № 21", "", "", "", "", "", ""), "это не похоже на имя: «Ветрова 8900»"),
        (
            (1, "Ветрова Анна", "СОШ № 21", "учитил", "", "", "", "", ""),
            "неизвестная должность «учитил»; возможно, «учитель»",
        ),
        (
            (1, "Ветрова Анна", "СОШ № 21", "", "", "", "", "vetrova@", ""),
            "«vetrova@» не похоже на адрес электронной почты",
        ),
    ],
)
def test_an_error_says_what_is_wrong(cluster, row, said):
    [checked] = check(cluster, row)
    assert (checked.act, texts(checked)) == (Act.LEAVE, [said])


def test_what_is_not_understood_is_left_empty_and_said(cluster):
    row = (1, "Ветрова Анна", "СОШ № 21", "учитель", "физика, ОДНКНР", "золотая", "давно", "", "спросить")
    [checked] = check(cluster, row)
    assert checked.act is Act.ADD
    assert checked.data.given["subjects"] == ["physics"]
    assert not checked.data.given.keys() & {"category", "service_band", "phone"}
    assert len(checked.findings) == 4


def test_words_in_place_of_an_address_are_one_mistake(cluster):
    [row] = check(cluster, (1, "Ветрова Анна", "СОШ № 21", "", "", "", "", "не почта", ""))
    assert texts(row) == ["«не почта» не похоже на адрес электронной почты"]


def test_words_beside_an_address_are_no_second_one(cluster):
    [row] = check(cluster, (1, "Ветрова Анна", "СОШ № 21", "", "", "", "", "раб. vetrova@example.org", ""))
    assert (row.data.given["email"], row.findings) == ("vetrova@example.org", [])


def test_a_person_without_address_is_in_order(cluster):
    [row] = check(cluster, (1, "Ветрова Анна", "СОШ № 21", "", "", "", "", "нет", ""))
    assert (row.act, row.findings) == (Act.ADD, [])


def test_an_address_of_several_or_of_the_school_is_flagged_and_shared(cluster):
    rows = [
        (1, "Ветрова Анна", "СОШ № 21", "", "", "", "", "uchitel@example.org", ""),
        (2, "Белова Ольга", "СОШ № 21", "", "", "", "", "uchitel@example.org", ""),
        (3, "Громов Илья", "СОШ № 21", "", "", "", "", "school21@example.org", ""),
    ]
    checked = check(cluster, *rows)
    assert texts(checked[0]) == [
        "адрес uchitel@example.org стоит и в строке 3: личные ссылки на него не отправляются"
    ]
    assert texts(checked[2]) == [
        "адрес принадлежит организации «СОШ № 21»: личные ссылки на него не отправляются"
    ]
    load(cluster, *rows)
    assert {person.email_state for person in people(cluster)} == {AddressState.SHARED}


def test_a_row_repeated_in_the_file_is_left_out(cluster):
    checked = check(cluster, FULL, FULL)
    assert [row.act for row in checked] == [Act.ADD, Act.LEAVE]
    assert texts(checked[1]) == ["повторяет строку 2"]


def test_a_namesake_of_another_school_waits_for_a_choice(cluster):
    known = make_person(
        cluster,
        surname="Ветрова",
        name="Анна",
        patronymic="Петровна",
        organisation_id=school("ООШ № 9").id,
        email=None,
    )
    [row] = check(cluster, FULL)
    assert row.act is Act.LEAVE
    assert row.waits
    assert [option.value for option in row.options] == [str(known.public_id), "new", "skip"]
    assert load(cluster, FULL) == [Act.LEAVE]
    assert len(people(cluster)) == 1
    assert load(cluster, FULL, answers={2: NEW}) == [Act.ADD]
    assert len(people(cluster)) == 2


def test_a_chosen_look_alike_is_corrected(cluster):
    known = make_person(
        cluster,
        surname="Петрова",
        name="Анна",
        patronymic="Петровна",
        organisation_id=school("СОШ № 21").id,
        email="vetrova@example.org",
    )  # married since
    assert [row.act for row in check(cluster, FULL)] == [Act.LEAVE]
    assert load(cluster, FULL, answers={2: str(known.public_id)}) == [Act.UPDATE]
    [person] = people(cluster)
    assert person.surname == "Ветрова"


def test_the_same_name_in_the_same_school_without_address_is_corrected_but_said(cluster):
    load(cluster, (1, "Ветрова Анна Петровна", "СОШ № 21", "учитель", "", "", "", "", ""))
    [row] = check(cluster, FULL)
    assert row.act is Act.UPDATE
    assert len(row.options) == 3
    assert texts(row) == ["такой педагог в этой школе уже есть: строка уточнит его данные"]


def test_who_left_comes_back_only_if_chosen(cluster):
    known = make_person(
        cluster,
        surname="Ветрова",
        name="Анна",
        patronymic="Петровна",
        organisation_id=school("СОШ № 21").id,
        email="vetrova@example.org",
        left_on=date(2026, 6, 30),
    )
    assert load(cluster, FULL) == [Act.LEAVE]
    assert load(cluster, FULL, answers={2: str(known.public_id)}) == [Act.UPDATE]
    assert people(cluster)[0].left_on is None


def test_people_of_another_cluster_are_nobodys_look_alikes(cluster):
    make_person(
        make_cluster(), surname="Ветрова", name="Анна", patronymic="Петровна", email="vetrova@example.org"
    )
    [row] = check(cluster, FULL)
    assert (row.act, row.options) == (Act.ADD, [])


def test_a_head_of_centre_gets_the_role_in_the_own_school_once(cluster, tmp_path):
    file = tmp_path / "heads.csv"
    file.write_bytes(
        text_table(
            [("ФИО", "Школа", "Руководитель центра"), ("Ветрова Анна", "СОШ № 21", "да")], encoding="cp1251"
        )
    )
    for _time in range(2):
        import_people(file, cluster, apply=True, now=NOW)
    heads = db.session.scalars(select(Grant).where(Grant.role == Role.CENTRE_HEAD)).all()
    assert [head.organisation_id for head in heads] == [school("СОШ № 21").id]


SURNAMES = (
    "Ветров",
    "Громов",
    "Белов",
    "Ершов",
    "Тихонов",
    "Журавлёв",
    "Лебедев",
    "Соколов",
    "Орлов",
    "Зимин",
    "Ёжиков",
)


def invent(number: int) -> tuple[object, ...]:
    schools = ("сош 21", "МБОУ ООШ №9", "Березовская основная школа", "«СОШ № 21» ")
    surname = SURNAMES[number % len(SURNAMES)] + "абвгдежзиклмн"[number // len(SURNAMES)] + "ых"
    return (
        number,
        f"{surname} Анна\u00a0Петровна ",
        schools[number % 4],
        ("учитель математики", "Методист")[number % 2],
        "",
        ("в/к", "1 кв. категория", "СЗД", "б/к")[number % 4],
        number % 40,
        f"t{number}@example.org",
        "",
    )


def test_134_people_with_three_errors_from_a_real_looking_file(cluster, tmp_path: Path):
    rows = [invent(number) for number in range(134)]
    rows[15] = (*rows[15][:2], "СОШ 99", *rows[15][3:])
    rows[40] = (*rows[40][:1], "Ветрова", *rows[40][2:])
    rows[77] = (*rows[77][:7], "почта@@", "")
    file = tmp_path / "Список.xlsx"
    file.write_bytes(workbook([HEADER, *rows], title="Список педагогов кластера"))

    report = import_people(file, cluster, apply=False, now=NOW)
    assert people(cluster) == []
    assert report.counts == {"add": 131, "update": 0, "nothing": 0, "leave": 3}
    assert [remark["line"] for remark in report.remarks if remark["level"] == "error"] == [19, 44, 81]
    assert report.lines()[0] == ("строка 19, Тихоновбых Анна Петровна: неизвестная школа «СОШ 99»")

    assert not import_people(file, cluster, apply=True, now=NOW).is_clean
    assert len(people(cluster)) == 131
    again = import_people(file, cluster, apply=True, now=NOW)
    assert again.counts == {"add": 0, "update": 0, "nothing": 131, "leave": 3}
