"""Periods as plans write them."""

from datetime import date

import pytest

from programme.periods import Oddity, find_oddity, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("сентябрь 2026", (2026, 9, 1), (2026, 9, 30)),
        ("Сентябрь–октябрь 2026 г.", (2026, 9, 1), (2026, 10, 31)),
        ("апрель - май 2027 года", (2027, 4, 1), (2027, 5, 31)),
        ("ноябрь 2026 – январь 2027", (2026, 11, 1), (2027, 1, 31)),
        ("09.2026–01.2027", (2026, 9, 1), (2027, 1, 31)),
        ("IV квартал 2026 г.", (2026, 10, 1), (2026, 12, 31)),
        ("01.09.2026–15.09.2026", (2026, 9, 1), (2026, 9, 15)),
        ("01.09–15.09.2026", (2026, 9, 1), (2026, 9, 15)),
        ("до февраля 2024", None, None),
        ("февраль 2024", (2024, 2, 1), (2024, 2, 29)),
        ("ежеквартально", None, None),
        ("в течение года", None, None),
        ("13.2026", None, None),
        ("V квартал 2026", None, None),
        ("", None, None),
    ],
)
def test_words_give_dates_where_they_hold_any(text, first, last):
    expected = None if first is None else (date(*first), date(*last))
    assert parse_period(text) == expected


def test_odd_periods_are_named():
    assert find_oddity(date(2026, 9, 1), date(2026, 8, 1)) is Oddity.ENDS_BEFORE_START
    assert find_oddity(date(2022, 9, 1), date(2026, 8, 1)) is Oddity.VERY_LONG
    assert find_oddity(date(2026, 9, 1), None) is None
    assert find_oddity(None, date(2026, 9, 1)) is None
    assert find_oddity(date(2026, 9, 1), date(2026, 9, 1)) is None
