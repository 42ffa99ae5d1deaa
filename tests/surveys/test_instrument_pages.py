"""Pages of instruments: a file is checked, reported on, published on request, and shown without its keys."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import db
from surveys.models import InstrumentVersion
from tests.accounts.pages import token_of
from tests.factories.surveys import SMALL, make_version, make_wave


def post(client: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    """Post with the token a page of the same session carries."""
    return client.post(path, data={"csrf_token": token_of(client.get("/instruments/publish")), **data})


def upload(client: FlaskClient, content: bytes, name: str = "small.yaml") -> Any:
    return post(client, "/instruments/publish", {"file": (io.BytesIO(content), name)})


def test_an_instrument_is_checked_first_and_published_on_request(coordinator: FlaskClient) -> None:
    source = SMALL.read_bytes()
    report = upload(coordinator, source)
    assert report.status_code == 200
    assert db.session.scalar(select(func.count()).select_from(InstrumentVersion)) == 0
    answer = post(
        coordinator,
        "/instruments/publish/confirm",
        data={"source": source.decode().replace("\n", "\r\n"), "name": "small.yaml"},
    )
    assert answer.status_code == 303
    preview = coordinator.get(answer.location)
    assert preview.status_code == 200
    assert "Насколько это похоже на вашу работу?" in preview.text
    assert "Малая диагностика" in coordinator.get("/instruments").text


def test_mistakes_are_told_by_line(coordinator: FlaskClient) -> None:
    broken = SMALL.read_bytes().replace(b"method: mean_percent", b"method: mean_parcent", 1)
    line = broken[: broken.index(b"mean_parcent")].count(b"\n") + 1
    report = upload(coordinator, broken)
    assert report.status_code == 422
    assert f">{line}</th>" in report.text
    assert "mean_parcent" in report.text


HOSTILE = {
    "aliases": b"a: &a [x]\nb: [*a, *a]\n",
    "tag": b"!!python/object/apply:os.system ['true']\n",
    "markup": b'format: opora-instrument/1\ncode: "<script>alert(1)</script>"\n',
    "nul": b"format: opora-instrument/1\x00\n",
    "binary": bytes(range(256)),
    "deep": b"[" * 5000,
    "percent": b'format: "%(name)s%n%s"\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_report_not_a_fault(coordinator: FlaskClient, name: str) -> None:
    report = upload(coordinator, HOSTILE[name])
    assert report.status_code == 422
    assert "<script>alert" not in report.text
    confirmed = post(
        coordinator,
        "/instruments/publish/confirm",
        data={"source": HOSTILE[name].decode("utf-8", "replace"), "name": "x.yaml"},
    )
    assert confirmed.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(InstrumentVersion)) == 0


def test_another_kind_of_file_is_refused(coordinator: FlaskClient) -> None:
    assert upload(coordinator, b"hello", "letter.docx").status_code == 422


def test_keys_used_by_another_cluster_are_not_corrected_here(coordinator: FlaskClient) -> None:
    make_wave()  # of another cluster, on the small instrument
    corrected = SMALL.read_text("utf-8").replace("points: 3", "points: 2", 1)
    assert corrected != SMALL.read_text("utf-8")
    answer = post(
        coordinator, "/instruments/publish/confirm", data={"source": corrected, "name": "small.yaml"}
    )
    assert answer.status_code == 403


def test_a_preview_shows_no_key(coordinator: FlaskClient) -> None:
    version = make_version()
    definition_pages = len(version.definition["pages"])
    for number in range(1, definition_pages):
        page = coordinator.get(f"/instruments/{version.public_id}?page={number}")
        assert page.status_code == 200
        assert "is_correct" not in page.text
    assert coordinator.get(f"/instruments/{version.public_id}?page=99").status_code == 404
