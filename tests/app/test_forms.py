"""Fields every form is made of."""

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.forms import DateField, Form


class DayForm(Form):
    day = DateField("День")


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "31.12.2026"])
def test_a_day_beyond_anybodys_plans_is_refused_beside_the_field(app: Flask, typed: str):
    with app.test_request_context(method="POST"):
        form = DayForm(MultiDict({"day": typed}), meta={"csrf": False})
        assert not form.validate()
        assert form.day.data is None
        assert form.day.errors == ["Неверное значение даты."]


def test_a_day_is_read(app: Flask):
    with app.test_request_context(method="POST"):
        form = DayForm(MultiDict({"day": "2026-11-24"}), meta={"csrf": False})
        assert form.validate()
        assert form.day.data == date(2026, 11, 24)
