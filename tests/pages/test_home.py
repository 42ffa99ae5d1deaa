"""The start page: what each role finds there, joined roles, navigation, guests."""

from datetime import timedelta

import pytest

from app.accounts.models import Grant
from app.clock import utcnow
from app.db import transaction
from app.formats import organisation_name
from app.jobs.models import Job, JobState
from app.pages.blocks import BLOCKS, ActionStyle
from app.permissions import Role
from seminars.models import SessionState
from surveys.models import WaveKind, WaveState
from surveys.services.instruments import publish_built_in
from tests.factories.people import add, make_account, make_cluster, make_person, make_school, sign_in
from tests.factories.programme import make_plan_item
from tests.factories.seminars import make_registration, make_session
from tests.factories.surveys import make_assignment, make_diagnostic, make_response, make_wave


@pytest.fixture
def cluster(app):
    return make_cluster()


@pytest.fixture
def home(app):
    """The start page as a person with these roles reads it."""

    def read(person, *roles, path="/"):
        client = sign_in(app.test_client(), make_account(person, *roles))
        answer = client.get(path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    return read


def sections(html):
    """Titles of the navigation."""
    nav = html.split('<nav class="sections"')[1].split("</nav>")[0]
    return [part.split("</a>")[0].rsplit(">", 1)[1] for part in nav.split("<a ")[1:]]


def test_every_role_has_a_block():
    assert {block.role for block in BLOCKS} == set(Role)


def test_a_guest_is_told_what_this_is(client):
    html = client.get("/").get_data(as_text=True)
    assert "Добро пожаловать" in html
    assert 'href="/sign-in"' in html
    assert '<nav class="sections"' not in html


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_guest_of_the_demonstration_learns_where_the_accounts_stand(client, monkeypatch, is_demo):
    monkeypatch.setitem(client.application.config, "OPORA_DEMO", is_demo)
    assert ("opora demo --accounts" in client.get("/").get_data(as_text=True)) is is_demo


def test_without_the_second_factor_a_coordinator_sees_nothing_yet(app, client, cluster, monkeypatch):
    monkeypatch.setitem(app.config, "SECOND_FACTOR_REQUIRED", True)
    sign_in(client, make_account(make_person(cluster), Role.COORDINATOR))
    home = client.get("/")
    assert home.status_code == 302
    assert "/materials/new" not in client.get("/materials").text


def test_a_person_without_a_role_is_not_left_before_an_empty_page(cluster, home):
    html = home(make_person(cluster))
    assert "У Вас пока нет роли" in html
    assert 'href="/materials"' in html


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CENTRE_HEAD, Role.DIRECTOR)])
def test_no_home_is_empty_in_a_new_cluster(cluster, home, role):
    html = home(make_person(cluster), role)
    main = html.split("<main")[1].split("</main>")[0]
    assert 'class="panel' in main
    assert main.count("btn-primary") <= 1


def test_one_role_needs_no_heading_several_do(cluster, home):
    assert "Как педагог" not in home(make_person(cluster), Role.TEACHER)
    html = home(make_person(cluster), Role.TEACHER, Role.REGISTRAR)
    assert html.index("Как педагог</h2>") < html.index("Как регистратор</h2>")


def test_roles_with_the_same_block_share_it(cluster, home):
    html = home(make_person(cluster), Role.COUNCIL_MEMBER, Role.ADVISER, Role.AUTHORITY)
    assert html.count("Опубликованные итоги") == 1
    assert "Методика" not in html  # nothing is published in this cluster
    assert "Как член" not in html  # one part, no heading


def test_a_teacher_begins_what_is_due(cluster, home):
    wave, person = make_wave(make_diagnostic(cluster, title="Осенняя диагностика")), make_person(cluster)
    make_assignment(wave, person)
    html = home(person, Role.TEACHER)
    assert "Осенняя диагностика" in html
    assert "Начать" in html
    assert "осталось" in html
    assert "Откроется после отправки ответов" in html


def test_a_teacher_goes_on_with_progress_shown(cluster, home):
    wave, person = make_wave(make_diagnostic(cluster)), make_person(cluster)
    make_response(make_assignment(wave, person), answers={"S-A-1": 4})
    html = home(person, Role.TEACHER)
    assert "Продолжить" in html
    assert "Пройдено страниц: " in html


def test_an_open_final_diagnostic_hides_the_profile(cluster, home):
    diagnostic, person = make_diagnostic(cluster), make_person(cluster)
    now = utcnow()
    start = make_wave(diagnostic, state=WaveState.SCORED, closes_at=now - timedelta(hours=1))
    response = make_response(make_assignment(start, person), submitted_at=now - timedelta(hours=2))
    before = home(person, Role.TEACHER)
    assert f"/profile/{response.public_id}" in before
    final = make_wave(diagnostic, kind=WaveKind.FINAL, version_id=start.version_id)
    make_assignment(final, other := make_person(cluster))
    start_of_other = make_response(make_assignment(start, other), submitted_at=now - timedelta(hours=2))
    html = home(other, Role.TEACHER)
    assert "Откроется сразу после отправки итоговой диагностики" in html
    assert str(start_of_other.public_id) not in html


def test_the_comparison_follows_the_second_diagnostic(cluster, home):
    diagnostic, person = make_diagnostic(cluster), make_person(cluster)
    now = utcnow()
    start = make_wave(diagnostic, state=WaveState.SCORED, opens_at=now - timedelta(days=90))
    make_response(make_assignment(start, person), submitted_at=now - timedelta(days=80))
    final = make_wave(diagnostic, kind=WaveKind.FINAL, version_id=start.version_id)
    sent = make_response(make_assignment(final, person), submitted_at=now - timedelta(minutes=5))
    assert f"/profile/{sent.public_id}/comparison" in home(person, Role.TEACHER)


def test_a_teacher_sees_own_turn_and_free_places_of_nobody_else(cluster, home):
    now, person = utcnow(), make_person(cluster)
    full = make_session(cluster, title="Полное занятие", capacity=1, starts_at=now + timedelta(days=5))
    make_registration(full, now=now)
    make_registration(full, person, now=now)
    make_session(cluster, title="Свободное занятие", starts_at=now + timedelta(days=6))
    make_session(title="Чужое занятие", starts_at=now + timedelta(days=6))
    html = home(person, Role.TEACHER)
    assert "Полное занятие" in html
    assert "Записаться" in html
    assert "Свободное занятие" in html
    assert "Чужое занятие" not in html


def test_a_host_is_not_asked_to_register_for_the_own_session(cluster, home):
    host = make_person(cluster)
    make_session(cluster, hosts=(host,), title="Своё занятие", starts_at=utcnow() + timedelta(days=3))
    html = home(host, Role.TEACHER, Role.HOST)
    assert "Записаться" not in html
    assert html.count("Своё занятие") == 2  # among the sessions ahead and where a material is missing
    assert "Записано 0 из 2" in html


def test_a_host_first_marks_who_came(cluster, home):
    host = make_person(cluster)
    session = make_session(cluster, hosts=(host,), starts_at=utcnow() - timedelta(hours=3))
    html = home(host, Role.HOST)
    assert f'class="btn btn-primary" href="/seminar/sessions/{session.public_id}/attendance"' in html


@pytest.mark.parametrize(("hours", "is_open"), [(2, True), (48, False)])
def test_a_registrar_marks_on_the_day(cluster, home, hours, is_open):
    session = make_session(cluster, starts_at=utcnow() + timedelta(hours=hours))
    html = home(make_person(cluster), Role.REGISTRAR)
    assert session.title in html
    assert (f"{session.public_id}/attendance" in html) is is_open


def test_an_observer_gets_open_lessons_and_the_sheet(cluster, home):
    with transaction():
        publish_built_in(now=utcnow())
    soon = utcnow() + timedelta(days=3)
    make_session(cluster, form="open_lesson", title="Открытый урок физики", starts_at=soon)
    make_session(cluster, form="masterclass", title="Мастер-класс", starts_at=soon)
    make_session(cluster, form="conference", title="Конференция", starts_at=soon)
    make_session(cluster, form="open_lesson", title="Черновик", state=SessionState.DRAFT, starts_at=soon)
    html = home(make_person(cluster), Role.OBSERVER)
    assert "Открытый урок физики" in html
    assert "Мастер-класс" in html
    assert "Конференция" not in html
    assert "Черновик" not in html
    assert 'href="/observation-sheet"' in html


def test_the_observation_sheet_is_whole_and_for_observers_only(cluster, home, app):
    with transaction():
        publish_built_in(now=utcnow())
    html = home(make_person(cluster), Role.OBSERVER, path="/observation-sheet")
    assert html.count('<th scope="row">') == 8
    teacher = sign_in(app.test_client(), make_account(make_person(cluster), Role.TEACHER))
    assert teacher.get("/observation-sheet").status_code == 403


def test_a_council_member_sees_counts_and_the_plan_but_no_names(cluster, home):
    wave = make_wave(make_diagnostic(cluster))
    assignment = make_assignment(wave)
    make_plan_item(cluster, until_on=(utcnow() - timedelta(days=9)).date(), title="Договоры")
    html = home(make_person(cluster), Role.COUNCIL_MEMBER)
    assert "0 из 1" in html
    assert "1 пункт плана просрочен" in html
    assert "Договоры" in html
    assert assignment.person.surname not in html


def test_an_authority_reads_aggregates_alone(cluster, home):
    make_wave(make_diagnostic(cluster, title="Закрытая от управления"))
    html = home(make_person(cluster), Role.AUTHORITY)
    assert "Закрытая от управления" not in html
    assert "Ход плана" in html


def test_a_paper_operator_sees_how_many_forms_came_back(cluster, home):
    wave = make_wave(make_diagnostic(cluster, title="Бумажная диагностика"))
    make_assignment(wave, paper_code="AB12-CD34")
    done = make_assignment(wave, paper_code="AB12-CD35")
    make_response(done, submitted_at=utcnow(), device="paper")
    html = home(make_person(cluster), Role.PAPER_OPERATOR)
    assert "Внесено анкет: 1 из 2" in html
    assert "AB12" not in html


def test_an_administrator_is_led_to_what_failed(cluster, home):
    assert "Всё в порядке" in home(make_person(cluster), Role.ADMINISTRATOR)
    add(Job(kind="score_responses", queue="score", key="1", state=JobState.DEAD, finished_at=utcnow()))
    html = home(make_person(cluster), Role.ADMINISTRATOR)
    assert "1 задание не выполнено" in html
    assert 'class="btn btn-primary" href="/admin/jobs"' in html


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (Role.TEACHER, ["Главная", "Диагностика", "Мои результаты", "Семинар", "Материалы"]),
        (Role.MENTOR, ["Главная", "Семинар", "Материалы"]),
        (Role.PAPER_OPERATOR, ["Главная", "Бумажные анкеты", "Семинар", "Материалы"]),
        (Role.AUTHORITY, ["Главная", "Семинар", "Материалы", "Итоги", "План"]),
        (
            Role.COORDINATOR,
            ["Главная", "Диагностика", "Семинар", "Материалы", "Итоги", "План", "Люди"],
        ),
        (Role.ADMINISTRATOR, ["Главная", "Семинар", "Материалы", "Люди", "Задания", "Письма"]),
    ],
)
def test_navigation_offers_what_a_role_may_open(cluster, app, role, titles):
    client = sign_in(app.test_client(), make_account(make_person(cluster), role))
    html = client.get("/").get_data(as_text=True)
    assert sections(html) == titles
    nav = html.split('<nav class="sections"')[1].split("</nav>")[0]
    for address in [part.split('"')[0] for part in nav.split('href="')[1:]]:
        page = client.get(address)
        assert page.status_code == 200, address
        assert page.get_data(as_text=True).count(f'href="{address}" aria-current="page"') >= 1, address


def test_a_school_head_reads_the_own_school(cluster, app):
    school = make_school(cluster)
    account = make_account(make_person(cluster), Role.CENTRE_HEAD, organisation_id=school.id)
    html = sign_in(app.test_client(), account).get("/").get_data(as_text=True)
    assert organisation_name(school) in html
    assert sections(html)[-1] == "Люди"


def test_a_head_reads_of_the_school_before_what_is_her_own(cluster, app):
    school, person = make_school(cluster), make_person(cluster)
    make_assignment(make_wave(make_diagnostic(cluster)), person)
    account = make_account(person, Role.TEACHER)
    add(Grant(person_id=person.id, role=Role.CENTRE_HEAD, cluster_id=cluster.id, organisation_id=school.id))
    html = sign_in(app.test_client(), account).get("/").get_data(as_text=True)
    assert html.index("Мой центр за квартал") < html.index('id="teacher"') < html.index("Начать")
    assert html.count("btn-primary") == 1


def test_what_is_due_in_two_roles_has_one_primary_action(cluster, home):
    host = make_person(cluster)
    make_assignment(make_wave(make_diagnostic(cluster)), host)
    make_session(cluster, hosts=(host,), starts_at=utcnow() - timedelta(hours=3))
    html = home(host, Role.TEACHER, Role.HOST)
    assert "Начать" in html
    assert "/attendance" in html
    assert html.count("btn-primary") == 1


def test_a_coordinator_in_the_council_reads_everything_once(cluster, home):
    make_wave(make_diagnostic(cluster, title="Осенняя диагностика"))
    make_plan_item(cluster, until_on=(utcnow() - timedelta(days=9)).date())
    html = home(make_person(cluster), Role.COORDINATOR, Role.COUNCIL_MEMBER)
    assert html.count("Осенняя диагностика") == 1
    assert html.count("1 пункт плана просрочен") == 1


@pytest.mark.parametrize(("asked", "style"), [(1, "btn-primary"), (2, "btn-outline-primary")])
def test_the_first_who_asks_has_the_primary_action(asked, style):
    action_style = ActionStyle()
    assert [action_style() for _ in range(asked)][-1] == style
