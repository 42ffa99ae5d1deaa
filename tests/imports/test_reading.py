"""Files as they come: encodings, separators, titles above the table, damage."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.imports import PEOPLE
from app.errors import DomainError
from app.imports.cells import cell_text, parse_date, parse_time, parse_times, split_list
from app.imports.columns import find_table, match_columns
from app.imports.errors import (
    CellTooLong,
    EmptyTable,
    FileTooLarge,
    OldWorkbook,
    TableTooLarge,
    UnreadableFile,
)
from app.imports.reading import MOST_BYTES, MOST_ROWS, read_grids
from app.text import UnreadableText
from tests.imports.tables import HEADER, text_table, workbook

ROWS = [("Фамилия", "Имя", "Школа"), ("Ветрова", "Анна", "СОШ № 21"), ("Ёлкин", "Пётр", "Лицей № 5")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_text_of_any_usual_encoding_and_separator_reads_the_same(encoding, separator):
    [grid] = read_grids(text_table(ROWS, separator=separator, encoding=encoding))
    assert [row.cells for row in grid] == ROWS
    assert [row.line for row in grid] == [1, 2, 3]


def test_a_workbook_reads_like_text():
    [grid] = read_grids(workbook(ROWS))
    assert [row.cells for row in grid] == ROWS


def test_quoted_cells_keep_separators_and_lose_line_breaks():
    [grid] = read_grids('Школа;Предмет\n"СОШ ""Радуга""";"физика;\nтруд"'.encode())
    assert grid[1].cells == ('СОШ "Радуга"', "физика; труд")


def test_a_spreadsheets_own_hint_at_the_separator_is_obeyed_and_lines_keep_their_numbers():
    [grid] = read_grids("sep=,\nФамилия,Имя;отчество\nВетрова,Анна;Петровна".encode())
    assert [(row.line, row.cells) for row in grid] == [
        (2, ("Фамилия", "Имя;отчество")),
        (3, ("Ветрова", "Анна;Петровна")),
    ]


def test_empty_rows_are_skipped_and_lines_keep_the_numbers_people_see():
    [grid] = read_grids(workbook([ROWS[0], [], [None, " ", "\u00a0"], ROWS[1]]))
    assert [row.line for row in grid] == [1, 4]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (10.5, "10.5"),
        (89001234567, "89001234567"),
        (datetime(2026, 11, 24), "2026-11-24"),  # noqa: DTZ001 - a cell has no zone
        (date(2026, 11, 24), "2026-11-24"),
        (time(14, 30), "14:30"),
        (True, "да"),
        ("  СОШ\u00a0№  21 \n", "СОШ № 21"),
        ("\ufeffФИО", "ФИО"),
        ("е\u0308лка", "ёлка"),
        (None, ""),
    ],
)
def test_a_cell_is_one_line_of_text(value, text):
    assert cell_text(value) == text


def test_a_character_no_keyboard_types_is_refused():
    with pytest.raises(UnreadableText):
        cell_text("Ветрова\x00")


def test_the_header_is_found_below_a_merged_title_and_the_row_of_numbers_is_no_teacher():
    content = workbook(
        [HEADER, list(range(1, 10)), [1, "Ветрова Анна Петровна", "СОШ № 21", "учитель"]],
        title="Сведения о педагогических кадрах",
    )
    sheet = find_table(read_grids(content), PEOPLE)
    assert {key: sheet.headings[index] for key, index in sheet.mapping.items()} == {
        "full_name": "ФИО педагога",
        "school": "Наименование ОО",
        "position": "Должность",
        "subjects": "Предмет(ы)",
        "category": "Кв. категория",
        "service_band": "Стаж (лет)",
        "email": "E-mail",
        "phone": "Телефон",
    }
    assert [row.line for row in sheet.rows] == [5]


def test_a_header_of_two_rows_is_joined():
    content = workbook(
        [
            ["ФИО", "Школа", "Контакты", None],
            [None, None, "эл. почта", "телефон"],
            ["Ветрова Анна", "СОШ № 21", "a@b.ru", "123456"],
        ]
    )
    sheet = find_table(read_grids(content), PEOPLE)
    assert set(sheet.mapping) == {"full_name", "school", "email", "phone"}
    assert [row.line for row in sheet.rows] == [3]


def test_the_sheet_with_the_table_is_taken_wherever_it_lies():
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(workbook([["Памятка"], ["Заполните второй лист"]])))
    sheet = book.create_sheet("Список")
    for row in ROWS:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    assert len(find_table(read_grids(buffer.getvalue()), PEOPLE).rows) == 2


def test_columns_may_come_in_any_order_and_unknown_ones_are_left_alone():
    mapping = match_columns(["Дата рождения", "Школа *", "Отчество", "Имя", "ФАМИЛИЯ"], PEOPLE)
    assert mapping == {"school": 1, "patronymic": 2, "name": 3, "surname": 4}


def test_an_old_workbook_is_called_by_its_name():
    with pytest.raises(OldWorkbook):
        read_grids(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


@pytest.mark.parametrize(
    "content",
    [
        workbook(ROWS)[:700],
        b"PK\x03\x04 not an archive",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n\x01\x02\x03\xff\xfe",
        b"\x98\x98\x98",
    ],
)
def test_a_damaged_or_foreign_file_is_one_clear_refusal(content):
    with pytest.raises(UnreadableFile):
        read_grids(content)


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(f"{name}.xml", content)
    return buffer.getvalue()


def test_an_archive_that_unpacks_into_gigabytes_is_refused_unopened():
    content = archive(sheet=b"\x00" * (70 * 1024 * 1024))
    assert len(content) < 100_000
    with pytest.raises(TableTooLarge):
        read_grids(content)


def test_an_archive_that_declares_entities_is_refused():
    with pytest.raises(UnreadableFile):
        read_grids(archive(sheet=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))


def test_limits_are_told():
    with pytest.raises(FileTooLarge):
        read_grids(b"a;b\n" * (MOST_BYTES // 4 + 1))
    with pytest.raises(TableTooLarge):
        read_grids(text_table([["столбец"] * 61]))
    with pytest.raises(TableTooLarge):
        find_table(read_grids(text_table([ROWS[0], *[ROWS[1]] * (MOST_ROWS + 1)])), PEOPLE)
    with pytest.raises(CellTooLong):
        read_grids(text_table([ROWS[0], ["я" * 2001, "б", "в"]]))


@pytest.mark.parametrize("content", [b"", b"\n\n", b" ; ; \n", b"\xef\xbb\xbf"])
def test_a_file_without_a_filled_row_is_called_empty(content):
    with pytest.raises(EmptyTable):
        read_grids(content)


def test_a_header_alone_is_an_empty_table():
    with pytest.raises(EmptyTable):
        find_table(read_grids(text_table([HEADER])), PEOPLE)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content):
    try:
        grids = read_grids(content)
    except DomainError:
        return
    assert all(row.cells for grid in grids for row in grid)


@pytest.mark.parametrize(
    "text",
    ["24.11.2026", "24.11.26", "24/11/2026", "2026-11-24", "24 ноября 2026", "24 ноября 2026 г.", "46350"],
)
def test_a_day_in_any_usual_spelling(text):
    assert parse_date(text) == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["31.02.2026", "01.01.0001", "31.12.9999", "ноябрь", "24", "", "2026"])
def test_what_is_no_day_is_none(text):
    assert parse_date(text) is None


def test_times_of_day():
    assert parse_time("14.30") == parse_time("14:30") == parse_time("0.604166666666667") == time(14, 30)
    assert parse_time("25:00") is None
    assert parse_times("14:30–16:00") == parse_times("14.30-16.00") == (time(14, 30), time(16, 0))
    assert parse_times("14:30") == (time(14, 30), None)
    assert parse_times("после обеда") is None


def test_lists_are_divided_but_names_with_and_stay_whole():
    known = {"труд", "физика", "история и обществознание"}
    assert split_list("физика и труд; история и обществознание", known.__contains__) == [
        "физика",
        "труд",
        "история и обществознание",
    ]
