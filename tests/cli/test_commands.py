"""What every command answers, and how it ends: 0 done, 1 refused or findings, 2 called wrongly."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, text, update

from app.accounts.models import Account, Cluster, Grant, Person
from app.accounts.services import accept_link, ensure_catalogues, ensure_consent_texts, try_slip
from app.cli import health
from app.cli.main import cli
from app.clock import utcnow
from app.db import db, transaction
from app.jobs.models import Job, JobState
from app.mail.models import LetterState
from app.permissions import Role
from seminars.models import StoredFile
from surveys.models import InstrumentVersion
from tests.cli.conftest import Opora
from tests.factories.jobs import make_job
from tests.factories.people import add, make_account, make_cluster, make_person, make_school

ROOT = Path(__file__).parents[2]
INSTRUMENT = ROOT / "surveys" / "instruments" / "cluster_competence.yaml"


def test_running_imports_no_application():
    """The supervisor stays small, and says what is wrong when the application cannot start."""
    code = "import sys, app.cli.main; print([m for m in sys.modules if m in ('flask', 'sqlalchemy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_help_is_in_russian_for_every_command(opora: Opora):
    overview = opora("--help").output
    for command in ("run", "init", "migrate", "demo", "check", "people", "instrument", "jobs"):
        assert command in overview
        assert opora(command, "--help").exit_code == 0
    assert "Коды выхода" in overview


def test_an_unknown_command_is_a_wrong_call(opora: Opora):
    assert opora("unknown").exit_code == 2


class TestInit:
    def test_founds_an_empty_cluster_and_prints_the_first_sign_in(self, opora: Opora):
        done = opora("init", "--cluster", "Кластер", "--surname", "Белова", "--name", "Ольга")
        assert done.exit_code == 0, done.output
        assert db.session.scalars(select(Cluster.name)).all() == ["Кластер"]
        person = db.session.scalars(select(Person)).one()
        assert set(db.session.scalars(select(Grant.role))) == {Role.COORDINATOR, Role.ADMINISTRATOR}
        assert db.session.scalar(select(func.count()).select_from(InstrumentVersion)) == 2
        code = done.output.split("одноразовый код ")[1].split()[0]
        with transaction():
            link = try_slip("belova", code, utcnow())
            assert link is not None
            accept_link(link.id, password="Четыре тихих кота", now=utcnow())
        assert db.session.scalars(select(Account.person_id)).all() == [person.id]
        assert "уже входил" in opora("init", "--slip").output

    def test_a_second_time_is_refused_unless_it_only_makes_sure(self, opora: Opora):
        assert opora("init").exit_code == 0
        assert opora("init", "--ensure").exit_code == 0
        refused = opora("init")
        assert refused.exit_code == 1
        assert "кластер уже есть" in refused.output
        assert db.session.scalar(select(func.count()).select_from(Cluster)) == 1

    def test_with_an_address_the_coordinator_is_invited_by_letter(self, opora: Opora):
        done = opora("init", "--email", "belova@example.org")
        assert done.exit_code == 0
        assert "код" not in done.output
        assert db.session.scalar(text("SELECT count(*) FROM letter WHERE kind = 'invitation'")) == 1

    def test_an_unknown_time_zone_is_a_wrong_call(self, opora: Opora):
        assert opora("init", "--time-zone", "Марс/Кратер").exit_code == 2


class TestInstrument:
    def test_a_right_file_is_checked_and_published_once(self, opora: Opora):
        assert opora("instrument", "check", str(INSTRUMENT)).output.strip() == "Ошибок и замечаний нет."
        first = json.loads(opora("instrument", "publish", str(INSTRUMENT), "--json").output)
        again = json.loads(opora("instrument", "publish", str(INSTRUMENT), "--json").output)
        assert (first["outcome"], again["outcome"]) == ("published", "unchanged")

    def test_mistakes_are_told_by_line(self, opora: Opora, tmp_path: Path):
        broken = tmp_path / "broken.yaml"
        broken.write_text(
            INSTRUMENT.read_text("utf-8").replace("min_answered: 4", "min_answered: 9", 1), "utf-8"
        )
        done = opora("instrument", "check", str(broken))
        assert done.exit_code == 1
        line = 1 + INSTRUMENT.read_text("utf-8").split("min_answered: 4")[0].count("\n")
        assert f"строка {line}: ошибка" in done.output
        refused = opora("instrument", "publish", str(broken), "--json")
        assert refused.exit_code == 1
        assert json.loads(refused.output)["outcome"] == "refused"
        assert db.session.scalar(select(func.count()).select_from(InstrumentVersion)) == 0

    def test_a_missing_file_is_a_wrong_call(self, opora: Opora):
        assert opora("instrument", "check", "no-such-file.yaml").exit_code == 2


class TestJobs:
    def test_lists_what_failed_and_why_and_lets_it_be_tried_again(self, opora: Opora):
        number = make_job("close_wave")
        with transaction():
            db.session.execute(
                update(Job)
                .where(Job.id == number)
                .values(state=JobState.DEAD, finished_at=utcnow(), last_error="база не отвечала")
            )
        assert "база не отвечала" in opora("jobs", "list").output
        listed = json.loads(opora("jobs", "list", "--json").output)
        assert [job["id"] for job in listed["dead"]] == [number]
        assert json.loads(opora("jobs", "retry", str(number), "--json").output) == {"retried": 1}
        db.session.expire_all()
        assert db.session.scalars(select(Job.state)).all() == [JobState.WAITING]

    def test_a_number_that_did_not_fail_is_refused_in_one_line_and_nothing_is_tried_again(self, opora: Opora):
        number = make_job("close_wave", state=JobState.DEAD, finished_at=utcnow())
        refused = opora("jobs", "retry", str(number), "12345")
        assert refused.exit_code == 1
        assert refused.output == "opora: среди неудавшихся нет задания 12345; ничего не повторено\n"
        assert db.session.scalars(select(Job.state)).all() == [JobState.DEAD]

    def test_without_numbers_all_that_failed_are_tried_again(self, opora: Opora):
        assert opora("jobs", "retry").output == "Неудавшихся заданий нет.\n"
        for key in "ab":
            make_job("close_wave", key=key, state=JobState.DEAD, finished_at=utcnow())
        assert opora("jobs", "retry").output == "Отправлено на повтор: 2.\n"

    @pytest.mark.parametrize("number", ["x", "-1", "0", "9" * 30])
    def test_what_is_no_number_is_a_wrong_call(self, opora: Opora, number):
        assert opora("jobs", "retry", "--", number).exit_code == 2


class TestPeople:
    @pytest.fixture(autouse=True)
    def _catalogues(self, app: Flask) -> None:
        with transaction():
            ensure_catalogues()
            ensure_consent_texts(utcnow())

    def test_checks_first_and_applies_on_demand(self, opora: Opora, tmp_path: Path):
        cluster = make_cluster()
        make_school(cluster, name="СОШ № 7")
        table = tmp_path / "people.csv"
        table.write_text(
            "ФИО;Школа;Должность\nВетрова Анна Петровна;СОШ № 7;учитель\nЖук Олег;СОШ № 99;учитель\n", "utf-8"
        )
        checked = opora("people", "import", str(table))
        assert checked.exit_code == 1
        assert "СОШ № 99" in checked.output
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0
        applied = opora("people", "import", str(table), "--apply", "--json")
        assert applied.exit_code == 1
        assert json.loads(applied.output)["counts"]["add"] == 1
        db.session.rollback()
        assert db.session.scalars(select(Person.surname)).all() == ["Ветрова"]

    def test_several_clusters_must_be_told_apart(self, opora: Opora, tmp_path: Path):
        make_cluster(name="Первый")
        make_cluster(name="Второй")
        table = tmp_path / "people.csv"
        table.write_text("ФИО;Школа\nВетрова Анна;СОШ № 7\n", "utf-8")
        refused = opora("people", "import", str(table))
        assert refused.exit_code == 1
        assert "«Первый», «Второй»" in refused.output
        assert "«Третий» нет" in opora("people", "import", str(table), "--cluster", "Третий").output

    def test_without_a_cluster_one_line_says_what_to_do(self, opora: Opora, tmp_path: Path):
        table = tmp_path / "people.csv"
        table.write_text("ФИО;Школа\n", "utf-8")
        refused = opora("people", "import", str(table))
        assert refused.exit_code == 1
        assert "opora init" in refused.output


class TestRescue:
    @pytest.fixture(autouse=True)
    def _consents(self, app: Flask) -> None:
        with transaction():
            ensure_consent_texts(utcnow())

    def test_without_an_address_a_code_opens_the_way_to_a_new_password(self, opora: Opora):
        account = make_account(make_person(email=None), Role.COORDINATOR, username="belova")
        with transaction():
            db.session.execute(update(Account).values(tf_primary_method="authenticator", tf_totp_secret="x"))
        rescued = json.loads(opora("people", "rescue", "belova", "--json").output)
        db.session.expire_all()
        assert account.tf_primary_method is None
        with transaction():
            assert try_slip(rescued["login"], rescued["code"], utcnow()) is not None

    def test_with_an_address_the_password_is_restored_by_letter(self, opora: Opora):
        account = make_account(make_person(), Role.COORDINATOR, activated_at=utcnow())
        done = opora("people", "rescue", str(account.email))
        assert done.exit_code == 0
        assert "Второй фактор снят. Пароль прежний" in done.output

    def test_a_login_nobody_has_is_one_line(self, opora: Opora):
        refused = opora("people", "rescue", "nobody")
        assert refused.exit_code == 1
        assert refused.output.startswith("opora: учётной записи «nobody» нет")


class TestCheck:
    def test_a_healthy_installation_has_no_findings(self, opora: Opora):
        done = opora("check", "--json")
        assert (done.exit_code, json.loads(done.output)) == (0, {"ok": True, "findings": []})

    def findings(self, opora: Opora) -> set[str]:
        done = opora("check", "--json")
        assert done.exit_code == 1
        return {finding["code"] for finding in json.loads(done.output)["findings"]}

    def test_dead_jobs_and_failed_letters_are_found(self, opora: Opora):
        number = make_job("close_wave")
        person = make_person()
        with transaction():
            db.session.execute(
                update(Job).where(Job.id == number).values(state=JobState.DEAD, finished_at=utcnow())
            )
            db.session.execute(
                text(
                    "INSERT INTO letter (public_id, cluster_id, kind, person_id, subject_key, message_id, state)"
                    " VALUES (gen_random_uuid(), :cluster_id, 'recovery', :person_id, 'x:1', '<1@x>', :state)"
                ),
                {"cluster_id": person.cluster_id, "person_id": person.id, "state": LetterState.FAILED},
            )
        assert self.findings(opora) == {"jobs_dead", "letters_failed"}

    def test_a_lost_file_is_found(self, opora: Opora):
        add(StoredFile(sha256="0" * 64, size=3, media_type="text/plain"))
        assert self.findings(opora) == {"file_missing"}

    def test_short_and_equal_keys_are_found(self, opora: Opora, app: Flask, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(app.config, "SECRET_KEY", "short")
        monkeypatch.setitem(app.config, "LINK_KEY", "short")
        assert self.findings(opora) == {"key_short", "keys_equal"}

    def test_secrets_open_to_others_are_found(self, opora: Opora, app: Flask):
        folder = Path(app.config["OPORA_HOME"]) / health.FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        secret = folder / "secret_key"
        secret.write_text("x")
        secret.chmod(stat.S_IRUSR | stat.S_IROTH)
        try:
            assert self.findings(opora) == {"secret_mode"}
        finally:
            secret.unlink()
            folder.rmdir()

    def test_a_schema_of_another_version_is_found_and_nothing_else_is_read(
        self, opora: Opora, monkeypatch: pytest.MonkeyPatch
    ):
        class Ahead:
            @staticmethod
            def from_config(config: object) -> "Ahead":
                return Ahead()

            def get_heads(self) -> list[str]:
                return ["29990101_0000"]

        monkeypatch.setattr(health, "ScriptDirectory", Ahead)
        assert self.findings(opora) == {"schema"}


def test_a_refusal_speaks_with_one_voice(monkeypatch):
    monkeypatch.setenv("PORT", "семь")
    answer = CliRunner().invoke(cli, ["run"])
    assert (answer.exit_code, answer.stderr) == (1, "opora: PORT=семь — не номер порта\n")


def test_a_full_disk_behind_the_output_is_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "opora: вывод: на диске нет места\n")


def test_a_reader_that_has_gone_is_no_reason_for_words():
    done = subprocess.run(
        f"{sys.executable} -m app.cli --help | true",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stderr == ""


def test_a_database_that_does_not_answer_is_one_line_without_the_password():
    given = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    given |= {
        "DATABASE_URL": "postgresql://opora:secret@127.0.0.1:1/opora",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "check"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=given,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("opora: база данных не отвечает (")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
