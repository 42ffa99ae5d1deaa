"""Quiet hours, 21 to 8 by the clock of the cluster."""

from datetime import UTC, datetime

import pytest

from app.mail.quiet_hours import after_quiet_hours

KEMEROVO = "Asia/Novokuznetsk"  # UTC+7


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (datetime(2026, 11, 24, 1, 0), datetime(2026, 11, 24, 1, 0)),  # 08:00
        (datetime(2026, 11, 24, 13, 59), datetime(2026, 11, 24, 13, 59)),  # 20:59
        (datetime(2026, 11, 24, 14, 0), datetime(2026, 11, 25, 1, 0)),  # 21:00
        (datetime(2026, 11, 24, 20, 0), datetime(2026, 11, 25, 1, 0)),  # 03:00 of the 25th
        (datetime(2026, 11, 24, 0, 59), datetime(2026, 11, 24, 1, 0)),  # 07:59
    ],
)
def test_letters_wait_for_the_morning(moment, leaves):
    assert after_quiet_hours(moment.replace(tzinfo=UTC), KEMEROVO) == leaves.replace(tzinfo=UTC)


def test_the_clock_is_the_clusters():
    evening_in_moscow = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    assert after_quiet_hours(evening_in_moscow, "Europe/Moscow") > evening_in_moscow
    assert after_quiet_hours(evening_in_moscow, "Asia/Kamchatka") > evening_in_moscow
    assert after_quiet_hours(evening_in_moscow, "Europe/London") == evening_in_moscow
