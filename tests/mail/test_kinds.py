"""Every kind of letter the platform has can be written: its templates are there and say what they must."""

import pytest
from flask import Flask

from app.mail import letters


@pytest.fixture
def all_kinds(app: Flask):
    return [kind for kind in letters.all_kinds() if not kind.name.startswith("test_")]


def test_every_kind_has_its_texts(app, all_kinds):
    assert all_kinds
    for kind in all_kinds:
        plain = app.jinja_env.get_template(f"{kind.template}.txt")
        html = app.jinja_env.get_template(f"{kind.template}.html")
        assert {"subject", "why", "body"} <= set(plain.blocks), kind.name
        assert "body" in html.blocks, kind.name
        for template, base in ((plain, "letters/base.txt"), (html, "letters/base.html")):
            source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, template.name)
            assert f'extends "{base}"' in source, template.name


def test_diagnostic_kinds_carry_a_personal_link(app, all_kinds):
    for kind in all_kinds:
        assert kind.is_personal_link or not kind.is_diagnostic, kind.name
