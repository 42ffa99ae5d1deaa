"""Quiet hours, 21 to 8 by the clock of the cluster."""

from datetime import datetime

import pytest

from app.mail.quiet_hours import after_quiet_hours


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-11-24T08:00+07:00", "2026-11-24T08:00+07:00"),
        ("2026-11-24T20:59+07:00", "2026-11-24T20:59+07:00"),
        ("2026-11-24T21:00+07:00", "2026-11-25T08:00+07:00"),
        ("2026-11-25T03:00+07:00", "2026-11-25T08:00+07:00"),
        ("2026-11-24T07:59+07:00", "2026-11-24T08:00+07:00"),
    ],
)
def test_letters_wait_for_the_morning(moment, leaves):
    moved = after_quiet_hours(datetime.fromisoformat(moment), "Asia/Novokuznetsk")
    assert moved == datetime.fromisoformat(leaves)


@pytest.mark.parametrize(
    ("time_zone", "leaves"),
    [
        ("Europe/London", "2026-11-24T18:30+00:00"),
        ("Europe/Moscow", "2026-11-25T05:00+00:00"),
        ("Asia/Kamchatka", "2026-11-24T20:00+00:00"),
    ],
)
def test_the_clock_is_the_clusters(time_zone, leaves):
    moved = after_quiet_hours(datetime.fromisoformat("2026-11-24T18:30+00:00"), time_zone)
    assert moved == datetime.fromisoformat(leaves)
