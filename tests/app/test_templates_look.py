"""The base page and its macros, rendered; the rules every template of ours keeps."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace as Object

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired, Optional

import app as app_package
from app import appearance, formats, static_files
from app.static_files import BOOTSTRAP, STYLESHEET

ROOT = Path(app_package.__file__).parent.parent
PACKAGES = ("app", "surveys", "seminars", "programme", "reports")
TEMPLATES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.html"))
PAGE_BUDGET = 200_000
ANNA = Object(surname="Ветрова", name="Анна", patronymic="Петровна")
SHELL = {
    "cluster": Object(name="Заречинский муниципальный округ", is_demo=True),
    "navigation": [("Главная", "/", True), ("Семинар", "/seminar", False)],
    "person": ANNA,
    "account_menu": [("Мои данные", "/account")],
    "sign_out_url": "/sign-out",
    "help_contact": Object(name="Орлова М. С.", phone="83843123456"),
}


class SampleForm(FlaskForm):
    surname = StringField("Фамилия", [InputRequired("Укажите фамилию.")], description="Как в паспорте")
    patronymic = StringField("Отчество", [Optional()])
    category = RadioField("Категория", [InputRequired("Выберите категорию.")], choices=["первая", "высшая"])
    agreed = BooleanField("Согласие", [InputRequired("Отметьте согласие.")])


@pytest.fixture
def look() -> Iterator[Flask]:
    """Only what the look needs: no database, no accounts."""
    flask_app = Flask("app", root_path=str(ROOT / "app"))
    flask_app.config.update(
        SECRET_KEY="look",
        BABEL_DEFAULT_LOCALE="ru",
        BABEL_DEFAULT_TIMEZONE="Asia/Novokuznetsk",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DOMAIN="shell",
        WTF_CSRF_ENABLED=False,
    )
    Babel(flask_app)
    CSRFProtect(flask_app)
    for part in (formats, appearance):
        part.register(flask_app)
    static_files.init(flask_app)
    with flask_app.test_request_context("/seminar?q=ph&page=2"):
        yield flask_app


def page(main: str = "", **context: object) -> str:
    source = (
        '{% extends "base.html" %}{% block title %}Главная{% endblock %}{% block main %}'
        + main
        + "{% endblock %}"
    )
    return render_template_string(source, **{**SHELL, **context})


def chart_of(**numbers: object) -> str:
    """The chart of one competence."""
    row = Object(**{"name": "Лаборатории", "low": None, "high": None, "words": "", **numbers})
    call = "{{ competence_chart([row], [(0, 'низкий'), (40, 'базовый')], 'Старт и итог') }}"
    return macro("charts", "competence_chart", call, row=row)


def macro(file: str, names: str, call: str, **context: object) -> str:
    source = f'{{% from "macros/{file}.html" import {names} with context %}}{call}'
    return render_template_string(source, **context)


@pytest.mark.usefixtures("look")
class TestBase:
    def test_the_current_section_is_marked(self):
        html = page()
        assert '<a href="/" aria-current="page">Главная</a>' in html
        assert '<a href="/seminar">Семинар</a>' in html

    def test_signing_out_is_a_post_with_a_token(self):
        assert re.search(
            r'<form method="post" action="/sign-out">\s*<input type="hidden" name="csrf_token" value=".+"',
            page(),
        )

    def test_demo_data_is_named_on_every_page(self):
        banner = "Учебные данные: Заречинский муниципальный округ"
        assert banner in page()
        assert banner not in page(cluster=Object(name="Заречинский муниципальный округ", is_demo=False))

    def test_the_footer_names_whom_to_ask(self):
        html = page()
        assert "Нужна помощь?" in html
        assert 'href="tel:+73843123456"' in html

    def test_a_guest_gets_a_page_without_menus(self):
        html = page(navigation=None, person=None, help_contact=None, cluster=None)
        assert "<details" not in html
        assert "Выйти" not in html

    def test_names_are_escaped(self):
        html = page(person=Object(surname="<b>", name="", patronymic=None))
        assert "&lt;b&gt;" in html

    def test_one_heading_of_the_first_level(self):
        assert page().count("<h1>") == 1

    def test_the_version_for_low_vision_is_a_class(self, look):
        assert 'class="black-on-white' not in page()
        with look.test_request_context("/", headers={"Cookie": "appearance=black-on-white.150.usual"}):
            assert '<html lang="ru" class="black-on-white size-150">' in page()

    def test_the_survey_page_has_no_sections_to_wander_off_to(self):
        source = (
            '{% extends "base_survey.html" %}{% block title %}Тема{% endblock %}'
            "{% block state %}Сохранено в 14:05{% endblock %}"
            "{% block buttons %}<button>Далее</button>{% endblock %}"
        )
        html = render_template_string(source, **SHELL)
        assert "<nav" not in html
        assert 'role="status" data-survey-state>Сохранено в 14:05' in html

    @pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 418, 422, 429, 500, 503])
    def test_every_error_says_what_happened_and_what_to_do(self, look, status):
        html = look.jinja_env.get_template("errors/error.html").render(
            status=status, request_id="9f2c", appearance=appearance.Appearance(), **SHELL
        )
        heading = re.search(r"<h1>(.+)</h1>", html)
        assert heading
        assert re.search("[а-яё]", heading[1])
        assert "9f2c" in html

    def test_a_failure_needs_no_context(self, look):
        html = look.jinja_env.get_template("errors/failure.html").render(status=500, request_id="9f2c")
        assert "Сбой на нашей стороне" in html
        assert "9f2c" in html


@pytest.mark.usefixtures("look")
class TestForms:
    def rejected(self) -> str:
        form = SampleForm(formdata=None)
        form.validate()
        return macro("forms", "render_form", '{{ render_form(form, "Сохранить") }}', form=form)

    def test_an_error_is_tied_to_its_field(self):
        html = self.rejected()
        assert 'aria-describedby="surname-hint surname-error" aria-invalid="true"' in html
        assert '<p class="field-error" id="surname-error">Укажите фамилию.</p>' in html
        assert '<p class="field-hint" id="surname-hint">Как в паспорте</p>' in html

    def test_the_summary_leads_to_each_wrong_field(self):
        html = self.rejected()
        for target in ("surname", "category-0", "agreed"):
            assert f'<a href="#{target}">' in html
            assert f'id="{target}"' in html
        assert '<a href="#patronymic">' not in html

    def test_what_may_be_left_empty_is_said_in_words(self):
        html = self.rejected()
        assert re.search(r"Отчество <span class=\"field-note\">\(можно не заполнять\)", html)
        assert html.count("можно не заполнять") == 1

    def test_a_fresh_form_shows_no_errors(self):
        html = macro(
            "forms", "render_form", '{{ render_form(form, "Сохранить") }}', form=SampleForm(formdata=None)
        )
        assert "field-error" not in html
        assert "aria-invalid" not in html

    def test_a_dangerous_button_says_what_it_touches(self):
        call = '{{ post_button("/del", "Удалить", "btn-outline-danger", confirm="12 «человек» & письма") }}'
        html = macro("forms", "post_button", call)
        assert 'data-confirm="12 «человек» &amp; письма"' in html
        assert 'name="csrf_token"' in html


@pytest.mark.usefixtures("look")
class TestParts:
    def test_progress_is_told_in_words(self):
        html = macro("cards", "progress", '{{ progress(3, 8, "Пройдено 3 темы из 8") }}')
        assert 'aria-valuenow="3" aria-valuemax="8" aria-label="Пройдено 3 темы из 8"' in html
        assert "width:37.5%" in html

    def test_progress_of_nothing_is_empty(self):
        assert "width:0%" in macro("cards", "progress", "{{ progress(0, 0) }}")

    def test_cells_of_a_stacked_table_carry_their_column(self):
        call = '{{ value_table("Педагоги", ["Педагог", ("Занятий", "num")], [["Ветрова А. П.", 7]]) }}'
        html = macro("tables", "value_table", call)
        assert '<th scope="row" class="stack-title">Ветрова А. П.</th>' in html
        assert '<td data-label="Занятий" class="num">7</td>' in html

    def test_a_chart_says_its_numbers_in_words(self):
        html = chart_of(starting=41.8, final=61.5, low=59.0, high=64.0, words="рост подтверждается")
        assert "Лаборатории: старт 41,8\u00a0%, итог 61,5\u00a0%" in html
        assert 'cx="41.8%"' in html
        assert 'cx="61.5%"' in html
        assert "базовый от 40." in html

    def test_a_chart_of_the_starting_wave_alone_has_no_final_dot(self):
        html = chart_of(starting=41.8, final=None)
        assert "dot-start" in html
        assert "dot-final" not in html

    def test_a_competence_without_a_score_is_said_in_words(self):
        assert "Лаборатории: мало ответов" in chart_of(starting=None, final=None)

    def test_a_hidden_cell_of_transitions_is_said_in_words(self):
        html = macro(
            "charts", "transition_table", "{{ transition_table(['низкий', 'базовый'], [[6, none], [0, 8]]) }}"
        )
        assert "скрыто" in html
        assert html.count('<td class="num') == 4

    def test_transitions_of_nobody_are_drawn(self):
        html = macro("charts", "transition_table", "{{ transition_table(['низкий'], [[0]]) }}")
        assert "--share:0" in html

    def test_pages_of_a_list_keep_the_search(self, look):
        look.add_url_rule("/seminar", "seminar", lambda: "")
        listed = Object(page=2, pages=3, iter_pages=lambda **_: [1, 2, 3])
        with look.test_request_context("/seminar?q=ph&page=2"):
            html = macro("pagination", "pagination", "{{ pagination(listed) }}", listed=listed)
        assert 'href="/seminar?q=ph&amp;page=3"' in html
        assert '<b aria-current="page">2</b>' in html

    def test_steps_say_their_state(self):
        steps = [
            Object(title="Школы", state="done", url="/schools", note=""),
            Object(title="План", state="later", url="", note=""),
        ]
        html = macro("stepper", "stepper", "{{ stepper(steps) }}", steps=steps)
        assert "готово" in html
        assert "отложено" in html


@pytest.mark.usefixtures("look")
def test_the_shell_of_a_page_leaves_half_of_the_budget_to_its_contents(look):
    files = static_files.StaticFiles([ROOT / "app/static"]).files
    shell = len(page().encode()) + len(files[STYLESHEET].plain) + len(files["js/app.js"].plain)
    assert shell < 0.75 * PAGE_BUDGET


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of #rrggbb."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tokens(block: str) -> dict[str, str]:
    css = (ROOT / "app/static/css/tokens.css").read_text("utf-8")
    body = css[css.index(f"{block} {{") :]
    found = re.findall(r"--([a-z-]+): (#[0-9a-f]+)", body[: body.index("}")])
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for name, value in found
    }


def test_contrast_of_a_known_pair():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    ("block", "least"), [(":root", 4.5), (":root.black-on-white", 7.0), (":root.white-on-black", 7.0)]
)
def test_words_stand_out_from_their_ground(block, least):
    found = tokens(block)
    pairs = [
        ("ink", "paper"), ("ink", "ground"), ("ink-soft", "paper"), ("ink-soft", "ground"),
        ("accent", "paper"), ("accent", "ground"), ("accent-deep", "accent-wash"), ("on-accent", "accent"),
        ("warm", "warm-wash"), ("warm", "paper"), ("good", "good-wash"), ("bad", "bad-wash"), ("bad", "paper"),
    ]  # fmt: skip
    weak = [(a, b) for a, b in pairs if contrast(found[a], found[b]) < least]
    assert weak == []
    assert contrast(found["line-strong"], found["paper"]) >= 3, "edges of fields (WCAG 1.4.11)"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_the_security_policy(path):
    source = path.read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "scripts are modules of our own"
    assert not re.search(r"<style\b|\son[a-z]+=[\"']|javascript:", source), (
        "no inline styles sheets or handlers"
    )
    assert not re.search(r"(?:src|<link[^>]+href|action)=[\"'](?:https?:)?//", source), (
        "nothing from other hosts"
    )


def test_no_template_uses_a_class_that_bootstrap_was_trimmed_of():
    names = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
    kept = set(
        names.findall(static_files.StaticFiles([ROOT / "app/static"]).files[STYLESHEET].plain.decode())
    )
    lost = set(names.findall(BOOTSTRAP.read_text("utf-8"))) - kept
    used = {
        (str(path.relative_to(ROOT)), name)
        for path in TEMPLATES
        for value in re.findall(r'class="([^"]*)"', path.read_text("utf-8"))
        for name in re.sub(r"\{[{%].*?[%}]\}", " ", value).split()
        if name in lost
    }
    assert used == set()
