"""Names as people type them: which spellings are one, which are not."""

import pytest

from app.accounts.names import is_near, is_same_name, latin, person_sort_key, school_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("МБОУ «СОШ № 22»", "СОШ №22"),
        ("МАОУ «Берёзовская ООШ»", "ООШ Березовская"),
        ("Средняя общеобразовательная школа № 5", "сош 5"),
        ("Основная школа № 7", "ООШ N 7"),
        ("МКОУ «СОШ № 3 им. А. С. Пушкина»", "СОШ 3 А. С. Пушкина"),
        ("Школа-интернат № 4", "интернат №4"),
        ("СШ № 8", "СОШ № 8"),
        ("СОШ22", "СОШ № 22"),
    ],
)
def test_spellings_of_one_school(one: str, other: str):
    assert school_key(one) == school_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("СОШ № 22", "ООШ № 22"),
        ("СОШ № 2", "СОШ № 22"),
        ("Берёзовская СОШ", "Сосновская СОШ"),
        ("Начальная школа № 4", "Школа-интернат № 4"),
    ],
)
def test_schools_that_differ_in_a_word_are_different(one: str, other: str):
    assert school_key(one) != school_key(other)


@pytest.mark.parametrize("name", ["", "«»", "МБОУ", "№"])
def test_a_name_without_words_of_its_own_has_no_key(name: str):
    assert school_key(name) == ()


def test_people_are_ordered_by_the_whole_name_with_yo_beside_ye():
    assert person_sort_key("Ёлкина", "Анна", None) == "елкина анна"
    assert person_sort_key("Ёлкина", "Анна", "Петровна") == "елкина анна петровна"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Анна", "АННА", True),
        ("Артём", "Артем", True),
        ("А.", "Анна", True),
        ("Анна", "а", True),
        (None, "Петровна", True),
        ("Анна", "", True),
        ("Анна", "Алла", False),
        ("Б.", "Анна", False),
        ("Анна", "Анн", False),
    ],
)
def test_first_names_that_may_be_one(one: str | None, other: str | None, same: bool):
    assert is_same_name(one, other) is same
    assert is_same_name(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Ветрова", "Ветров", True),
        ("Ветрова", "Витрова", True),
        ("Ветрова", "етрова", True),
        ("Ли", "Ли", True),
        ("Ёлкина", "Елкина", True),
        ("Ветрова", "Петров", False),
        ("Ветрова", "Ветр", False),
        ("Ветрова", "Втерова", False),
    ],
)
def test_one_letter_apart(one: str, other: str, near: bool):
    assert is_near(one, other) is near
    assert is_near(other, one) is near


@pytest.mark.parametrize(
    ("surname", "expected"),
    [("Щукина-Ёлкина", "shchukinaelkina"), ("Ли", "li"), ("Объедков", "obedkov"), ("O'Нил 2", "onil2")],
)
def test_user_names_are_plain_latin(surname: str, expected: str):
    assert latin(surname) == expected
