"""Styles and scripts: hashed addresses, compressed once, kept for ever; Bootstrap cut to what pages use."""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from app import static_files
from app.bootstrap_css import trim
from app.static_files import BOOTSTRAP, FOREVER, STYLESHEET, StaticFiles

APP = Path(static_files.__file__).parent


@pytest.fixture
def flask_app() -> Flask:
    flask_app = Flask("app", root_path=str(APP), static_folder=None)
    static_files.init(flask_app)
    return flask_app


def test_a_file_is_kept_for_ever_under_its_hash(flask_app):
    address = flask_app.jinja_env.globals["asset"](STYLESHEET)
    answer = flask_app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == FOREVER
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_type == "text/css; charset=utf-8"
    plain = flask_app.test_client().get(address)
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(answer.data) == plain.data


def test_a_former_hash_gets_todays_file_uncached(flask_app):
    answer = flask_app.test_client().get(f"/assets/000000000000/{STYLESHEET}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_hash_changes_with_any_file(tmp_path):
    (tmp_path / "css").mkdir()
    for name in static_files.SHEETS:
        (tmp_path / f"css/{name}.css").write_text("a{}")
    before = StaticFiles([tmp_path]).hash
    assert StaticFiles([tmp_path]).hash == before
    (tmp_path / "css/print.css").write_text("b{}")
    assert StaticFiles([tmp_path]).hash != before


@pytest.mark.parametrize("path", ["css/none.css", "../config.py", "css/tokens.css"])
def test_what_is_not_published_is_not_found(flask_app, path):
    assert flask_app.test_client().get(f"/assets/x/{path}").status_code == 404


def test_a_template_cannot_name_a_file_that_is_not_there(flask_app):
    with pytest.raises(LookupError, match=r"none\.js"):
        flask_app.jinja_env.globals["asset"]("js/none.js")


def test_trimming_drops_a_rule_only_when_all_its_selectors_are_unused():
    css = (
        ".modal{a:b}.btn,.modal{c:d}@media (min-width:1px){.modal{e:f}}@keyframes x{to{g:h}}p:not(.a,.b){i:j}"
    )
    assert trim(css) == ".btn{c:d}p:not(.a,.b){i:j}"


def test_trimmed_bootstrap_keeps_what_forms_and_tables_need():
    css = trim(BOOTSTRAP.read_text("utf-8"))
    assert css.count("{") == css.count("}")
    for name in (
        ".btn-primary{",
        ".form-control{",
        ".table{",
        ".alert{",
        ".visually-hidden",
        ".d-md-none{",
        ":root",
    ):
        assert name in css
    assert ".carousel" not in css
    assert ".d-xl-none" not in css
