"""Dates, numbers and names as Russian readers expect them; English where the page is English."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from app import formats

TRANSLATIONS = Path(__file__).parents[2] / "translations"
DAY = date(2026, 11, 24)
MOMENT = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)  # 14:05 in Novokuznetsk


@dataclass
class Person:
    surname: str
    name: str
    patronymic: str | None


ANNA = Person("Ветрова", "Анна", "Петровна")


@pytest.fixture(autouse=True)
def _russian_page() -> Iterator[None]:
    flask_app = Flask(__name__)
    flask_app.config.update(
        BABEL_DEFAULT_LOCALE="ru",
        BABEL_DEFAULT_TIMEZONE="Asia/Novokuznetsk",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
        BABEL_DOMAIN="shell",
    )
    Babel(flask_app)
    with flask_app.test_request_context():
        yield


def spaces(text: str) -> str:
    """The text with plain spaces in place of those that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (lambda: formats.date_long(DAY), "24 ноября 2026 г."),
        (lambda: formats.date_long(MOMENT), "24 ноября 2026 г."),
        (lambda: formats.date_short(DAY), "24.11.2026"),
        (lambda: formats.day_month(DAY), "24 ноября"),
        (lambda: formats.weekday_date(DAY), "вторник, 24 ноября"),
        (lambda: formats.day_number(DAY), "24"),
        (lambda: formats.month_short(DAY), "нояб"),
        (lambda: formats.month_short(date(2026, 5, 6)), "мая"),
        (lambda: formats.month_year(DAY), "ноябрь 2026 г."),
        (lambda: formats.clock_time(MOMENT), "14:05"),
        (lambda: formats.clock_time(time(9, 5)), "09:05"),
        (lambda: formats.clock_time(MOMENT, "Europe/Moscow"), "10:05"),
        (lambda: formats.datetime_long(MOMENT), "24 ноября 2026 г., 14:05"),
        (lambda: formats.datetime_short(MOMENT), "24.11.2026 14:05"),
        (lambda: formats.date_range(date(2026, 9, 1), date(2026, 9, 15)), "1–15 сентября 2026 г."),
        (
            lambda: formats.date_range(date(2026, 9, 28), date(2026, 10, 3)),
            "28 сентября – 3 октября 2026 г.",
        ),
        (
            lambda: formats.date_range(date(2026, 12, 28), date(2027, 1, 9)),
            "28 декабря 2026 г. – 9 января 2027 г.",
        ),
        (lambda: formats.date_range(DAY, DAY), "24 ноября 2026 г."),
        (lambda: formats.time_range(MOMENT, MOMENT.replace(hour=9)), "14:05–16:05"),
        (lambda: formats.quarter(date(2023, 12, 31)), "IV квартал 2023 г."),
        (lambda: formats.quarter(date(2023, 1, 1)), "I квартал 2023 г."),
        (lambda: formats.school_year(date(2023, 9, 1)), "2023/24 учебный год"),
        (lambda: formats.school_year(date(2023, 8, 31)), "2022/23 учебный год"),
        (lambda: formats.school_year(1999), "1999/00 учебный год"),
    ],
)
def test_dates(shown, expected):
    assert spaces(shown()) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (DAY, "сегодня"),
        (date(2026, 11, 25), "завтра"),
        (date(2026, 11, 23), "вчера"),
        (date(2026, 12, 1), "1 декабря"),
        (date(2027, 1, 9), "9 января 2027 г."),
    ],
)
def test_a_near_day_is_named_by_a_word(day, expected):
    assert spaces(formats.relative_day(day, now=MOMENT)) == expected


def test_a_day_is_that_of_the_readers_clock():
    late = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # 01:00 of the 25th in Novokuznetsk
    assert spaces(formats.day_month(late)) == "25 ноября"
    assert spaces(formats.day_month(late, "Europe/Moscow")) == "24 ноября"


def test_a_deadline_of_a_day_includes_the_day():
    midnight = datetime(2026, 4, 30, 17, 0, tzinfo=UTC)  # 24:00 of 30 April in Novokuznetsk
    assert spaces(formats.deadline(midnight)) == "до 30 апреля включительно"
    assert spaces(formats.deadline(date(2026, 4, 30))) == "до 30 апреля включительно"
    assert spaces(formats.deadline(datetime(2026, 4, 30, 7, 0, tzinfo=UTC))) == "до 30 апреля, 14:00"


def test_a_deadline_among_several_years_names_its_year():
    shown = formats.deadline(date(2025, 5, 31), has_year=True)
    assert spaces(shown) == "до 31 мая 2025 г. включительно"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 4, 8, 5, 0, tzinfo=UTC), "осталось 22 дня"),
        (datetime(2026, 4, 9, 5, 0, tzinfo=UTC), "остался 21 день"),
        (datetime(2026, 4, 25, 5, 0, tzinfo=UTC), "осталось 5 дней"),
        (datetime(2026, 4, 29, 16, 59, tzinfo=UTC), "остался 1 день"),
        (datetime(2026, 4, 30, 5, 0, tzinfo=UTC), "осталось 12 часов"),
        (datetime(2026, 4, 30, 16, 1, tzinfo=UTC), "осталось 59 минут"),
        (datetime(2026, 4, 30, 16, 59, 59, tzinfo=UTC), "осталась 1 минута"),
        (datetime(2026, 4, 30, 17, 0, tzinfo=UTC), "время истекло"),
    ],
)
def test_time_left_counts_days_then_hours_then_minutes(now, expected):
    midnight = datetime(2026, 4, 30, 17, 0, tzinfo=UTC)
    assert formats.time_left(midnight, now=now) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (lambda: formats.number(1234567), "1 234 567"),
        (lambda: formats.number(63.5), "63,5"),
        (lambda: formats.number(63.456, 1), "63,5"),
        (lambda: formats.number(63.0, 0), "63"),
        (lambda: formats.number(63.0, 1), "63,0"),
        (lambda: formats.number(-0.04, 1), "0,0"),
        (lambda: formats.number(-2.5, 1), "\u22122,5"),
        (lambda: formats.percent(63.5), "63,5 %"),
        (lambda: formats.percent(100.0, 0), "100 %"),
        (lambda: formats.points(11.6), "+11,6 п. п."),
        (lambda: formats.points(-3.26), "\u22123,3 п. п."),
        (lambda: formats.points(0.0), "0,0 п. п."),
        (lambda: formats.at_percent(41.84), "41.8%"),
        (lambda: formats.at_percent(120.0), "100.0%"),
        (lambda: formats.file_size(512), "512 Б"),
        (lambda: formats.file_size(40_000), "39 кБ"),
        (lambda: formats.file_size(2_516_582), "2,4 МБ"),
        (lambda: formats.file_size(30 * 1024 * 1024), "30 МБ"),
    ],
)
def test_numbers(shown, expected):
    assert spaces(shown()) == expected


def test_a_missing_value_is_a_dash():
    for shown in (formats.number, formats.percent, formats.points, formats.file_size, formats.date_long):
        assert shown(None) == "—"
    assert formats.percent(float("nan")) == "—"


def test_names():
    assert formats.full_name(ANNA) == "Ветрова Анна Петровна"
    assert formats.first_names(ANNA) == "Анна Петровна"
    assert spaces(formats.surname_initials(ANNA)) == "Ветрова А. П."
    assert spaces(formats.initials_surname(ANNA)) == "А. П. Ветрова"


def test_names_without_a_patronymic_and_with_a_hyphen():
    assert spaces(formats.surname_initials(Person("Ким-Ли", "Олег", None))) == "Ким-Ли О."
    assert spaces(formats.initials_surname(Person("Ким", "Анна-Мария", ""))) == "А.-М. Ким"


def test_a_number_of_a_school_never_leaves_its_name():
    class School:
        short_name = "ООШ № 24"

    assert formats.organisation_name(School()) == "ООШ\xa0№\xa024"
    assert formats.organisation_name(None) == ""


def test_phones():
    assert spaces(formats.phone("8 (3843) 12-34-56")) == "+7 384 312-34-56"
    assert formats.phone("внутренний 12") == "внутренний 12"
    assert formats.phone(None) == "—"
    assert formats.phone_link("8 (3843) 12-34-56") == "+73843123456"
    assert formats.phone_link("+44 20 7946 0000") == "+442079460000"


def test_the_first_sentence_of_nested_errors():
    assert formats.first_message(["", "Укажите имя."]) == "Укажите имя."
    assert formats.first_message([{"day": ["Нет такого дня."]}]) == "Нет такого дня."
    assert formats.first_message([]) == ""


def test_english_pages_keep_the_day_before_the_month_and_24_hours():
    with force_locale("en"):
        assert formats.page_language() == "en"
        assert spaces(formats.datetime_long(MOMENT)) == "24 November 2026, 14:05"
        assert formats.date_short(DAY) == "24/11/2026"
        assert formats.percent(63.5) == "63.5%"
        assert spaces(formats.points(-1.0)) == "\u22121.0 p.p."
        assert spaces(formats.deadline(date(2026, 4, 30))) == "until the end of 30 April"
        assert formats.school_year(2023) == "2023/24 school year"
