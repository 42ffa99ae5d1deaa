"""`opora demo` from an empty folder to its JSON, as a visitor's program calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app.permissions import Role
from tests.accounts.pages import post_form
from tests.cli.conftest import Opora
from tests.factories.people import make_cluster

ROOT = Path(__file__).parents[2]


def test_loads_describes_and_moves_on(opora: Opora):
    assert opora("demo", "--ensure").output.strip() == "Учебный кластер загружен."
    assert opora("demo", "--ensure").output.strip() == "Учебный кластер уже загружен."

    described = json.loads(opora("demo", "--json").output)
    assert {account["role"] for account in described["accounts"]} == set(Role)
    assert {account["password"] for account in described["accounts"]} == {"opora-demo"}
    assert len(set(described["survey_links"])) >= 100
    assert described["pages"]["home"] == "/"
    assert described["mail"].endswith("/mail")

    assert "открыта итоговая" in opora("demo", "advance").output
    assert json.loads(opora("demo", "advance", "--json").output) == {"step": "final_closed"}
    assert opora("demo", "advance").exit_code == 0


def test_every_described_account_signs_in_and_every_page_opens_for_one_of_them(opora: Opora, app: Flask):
    opora("demo", "--ensure")
    described = json.loads(opora("demo", "--json").output)
    # Homes are tried role by role in tests of their own.
    pages = {name: path for name, path in described["pages"].items() if name != "home"}
    opened: dict[str, set[int]] = {name: set() for name in pages}
    for account in described["accounts"]:
        client = app.test_client()
        signed_in = post_form(client, "/sign-in", email=account["login"], password=account["password"])
        assert signed_in.status_code == 302, account["login"]
        for name, path in pages.items():
            opened[name].add(client.get(path).status_code)
    # Who has no right to a page is refused; whom it is for gets it, or is sent on (from the sign-in page).
    assert set().union(*opened.values()) <= {200, 302, 403, 404}
    assert [name for name, codes in opened.items() if not codes & {200, 302}] == []


def test_accounts_are_printed_with_what_to_try(opora: Opora):
    printed = opora("demo", "--accounts").output
    assert printed.count("попробуйте: ") == len(Role)


def test_without_a_demonstration_one_line_says_what_to_do(opora: Opora):
    for arguments in (("demo", "--json"), ("demo", "advance")):
        refused = opora(*arguments)
        assert refused.exit_code == 1
        assert "opora demo --ensure" in refused.output


def test_a_real_cluster_is_left_alone(opora: Opora):
    make_cluster()
    refused = opora("demo", "--ensure")
    assert refused.exit_code == 1
    assert "настоящий кластер" in refused.output


def test_load_is_generated_and_told(opora: Opora):
    assert json.loads(opora("demo", "--responses", "4", "--score", "--json").output) == {
        "stored": 4,
        "scoring": True,
    }
    assert json.loads(opora("jobs", "list", "--json").output)["kinds"][0]["waiting"] == 4
    links = opora("demo", "--bench-links", "2").output.split()
    assert len(links) == 2
    assert all("/d/" in link for link in links)


@pytest.mark.parametrize("arguments", [("--responses", "0"), ("--bench-links", "x"), ("--bench-pages", "41")])
def test_a_wrong_number_is_a_wrong_call(opora: Opora, arguments):
    assert opora("demo", *arguments).exit_code == 2


def test_a_command_starts_its_own_services_where_none_run(services_home: Path):
    home = services_home / "alone"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    environment["OPORA_HOME"] = str(home)

    def opora(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment,
            check=False,
        )

    unready = opora("check")
    assert unready.returncode == 1
    assert "opora migrate" in unready.stdout
    assert opora("migrate").returncode == 0
    healthy = opora("check", "--json")
    assert (healthy.returncode, healthy.stderr) == (0, "")
    assert json.loads(healthy.stdout)["ok"] is True
