import hashlib
import io
import os
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from flask import current_app
from sqlalchemy import select

from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from app.storage import storage
from seminars.models import Access, Material, MaterialVersion, Outcome, Place, Registration
from seminars.services import materials as services
from seminars.services.materials import (
    FileContent,
    LinkContent,
    MisleadingExtension,
    MissingExtension,
    UnsupportedFile,
)
from tests.accounts.pages import token_of
from tests.factories.jobs import make_job, run_jobs
from tests.factories.people import add, make_account, make_cluster, make_person, sign_in
from tests.factories.seminars import make_session

PDF = b"%PDF-1.7 " + bytes(range(256)) * 8


def make_material(session, *, access=Access.CLUSTER, content=PDF, **overrides) -> Material:
    stored = storage().put(io.BytesIO(content), limit=10**6)
    author = make_person(session.cluster)
    with transaction():
        return services.add_material(
            **{
                "cluster_id": session.cluster_id,
                "series_id": session.series_id,
                "session_id": session.id,
                "title": "Карточки к опыту",
                "summary": None,
                "access": access,
                "content": services.file_content(stored, "Карточки.pdf"),
                "actor_person_id": author.id,
                **overrides,
            }
        )


def post(client, url, data=None):
    """Send a form with the token that the person's pages carry."""
    return client.post(url, data={"csrf_token": token_of(client.get("/materials")), **(data or {})})


def make_place(session, person, *, place=Place.CONFIRMED, outcome=None):
    add(
        Registration(
            session_id=session.id, person_id=person.id, place=place, outcome=outcome, queued_at=utcnow()
        )
    )


def downloads(material) -> list[int]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(MaterialVersion.downloads)
            .where(MaterialVersion.material_id == material.id)
            .order_by(MaterialVersion.number)
        )
    )


def form_of(session, **overrides):
    return {
        "title": "Презентация",
        "belongs_to": str(session.public_id),
        "access": "cluster",
        "file": (io.BytesIO(PDF), "Презентация.pdf"),
        **overrides,
    }


@pytest.fixture
def host(app):
    cluster = make_cluster()
    return make_account(make_person(cluster), Role.HOST)


@pytest.fixture
def session(host):
    return make_session(host.person.cluster, hosts=(host.person,))


@pytest.fixture
def as_host(client, host, session):
    return sign_in(client, host)


def reader(session, *, role=Role.TEACHER, registered=False, outcome=None, cluster=None):
    account = make_account(make_person(cluster or session.cluster), role)
    if registered or outcome:
        make_place(session, account.person, outcome=outcome)
    return account


OPEN_TO = {
    Access.PUBLIC: {"guest", "foreign", "teacher", "registered", "attended", "host", "coordinator"},
    Access.CLUSTER: {"teacher", "registered", "attended", "host", "coordinator"},
    Access.REGISTERED: {"registered", "attended", "host", "coordinator"},
    Access.ATTENDED: {"attended", "host", "coordinator"},
}


@pytest.mark.parametrize("access", list(Access))
def test_each_access_opens_a_material_to_exactly_its_readers(app, host, session, access):
    material = make_material(session, access=access)
    readers = {
        "guest": None,
        "foreign": reader(session, cluster=make_cluster()),
        "teacher": reader(session),
        "registered": reader(session, registered=True),
        "attended": reader(session, outcome=Outcome.ATTENDED),
        "host": host,
        "coordinator": reader(session, role=Role.COORDINATOR),
    }
    answers = {}
    for name, account in readers.items():
        client = app.test_client()
        if account is not None:
            sign_in(client, account)
        answers[name] = client.get(f"/materials/{material.public_id}").status_code
        shown = material.title in client.get("/materials").text
        assert shown == (answers[name] == 200), f"{name}: the list and the download disagree"
    assert {name for name, status in answers.items() if status == 200} == OPEN_TO[access]
    assert set(answers.values()) - {answers["guest"]} <= {200, 404}


@pytest.mark.parametrize("access", [Access.CLUSTER, Access.REGISTERED, Access.ATTENDED, None])
def test_a_guest_signs_in_and_then_has_the_material_or_learns_nothing(app, session, access):
    public_id = make_material(session, access=access).public_id if access else uuid4()
    account = reader(session, registered=True, outcome=Outcome.ATTENDED)
    page, client = f"/materials/{public_id}", app.test_client()

    assert client.get(page).location == f"/sign-in?next={page}"

    assert sign_in(client, account).get(page).status_code == (200 if access else 404)


def test_a_material_of_the_series_opens_with_a_place_in_any_of_its_sessions(app, session):
    material = make_material(session, access=Access.REGISTERED, session_id=None)
    account = reader(session, registered=True)
    assert sign_in(app.test_client(), account).get(f"/materials/{material.public_id}").status_code == 200
    other = reader(session)
    assert sign_in(app.test_client(), other).get(f"/materials/{material.public_id}").status_code == 404


def test_the_dates_close_a_material_to_readers_only(app, host, session):
    now = utcnow()
    early = make_material(session, available_from=now + timedelta(hours=1))
    late = make_material(session, available_until=now - timedelta(hours=1), content=b"%PDF-2")
    for material in (early, late):
        as_teacher = sign_in(app.test_client(), reader(session))
        assert as_teacher.get(f"/materials/{material.public_id}").status_code == 404
        assert sign_in(app.test_client(), host).get(f"/materials/{material.public_id}").status_code == 200


def test_a_file_arrives_whole_with_its_russian_name(client, session):
    material = make_material(session, access=Access.PUBLIC)
    response = client.get(f"/materials/{material.public_id}")
    assert response.data == PDF
    assert response.content_type == "application/pdf"
    assert "filename*=UTF-8''%D0%9A" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["ETag"] == f'"{hashlib.sha256(PDF).hexdigest()}"'
    assert downloads(material) == [1]


def test_a_broken_download_goes_on_and_counts_once(client, session):
    material = make_material(session, access=Access.PUBLIC)
    url = f"/materials/{material.public_id}"
    first = client.get(url, headers={"Range": "bytes=0-99"})
    rest = client.get(url, headers={"Range": "bytes=100-", "If-Range": first.headers["ETag"]})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.data + rest.data == PDF
    assert rest.headers["Content-Range"] == f"bytes 100-{len(PDF) - 1}/{len(PDF)}"
    assert downloads(material) == [1]


@pytest.mark.parametrize(
    ("wanted", "status"), [("bytes=99999999-", 416), ("bytes=5-2", 416), ("lines=1-2", 416)]
)
def test_an_impossible_range_is_refused(client, session, wanted, status):
    material = make_material(session, access=Access.PUBLIC)
    response = client.get(f"/materials/{material.public_id}", headers={"Range": wanted})
    assert response.status_code == status


def test_a_changed_file_starts_anew_instead_of_mixing_two(client, session):
    material = make_material(session, access=Access.PUBLIC)
    headers = {"Range": "bytes=100-", "If-Range": '"another"'}
    response = client.get(f"/materials/{material.public_id}", headers=headers)
    assert (response.status_code, response.data) == (200, PDF)


def test_what_the_browser_has_is_not_sent_or_counted_again(client, session):
    material = make_material(session, access=Access.PUBLIC)
    tag = client.get(f"/materials/{material.public_id}").headers["ETag"]
    again = client.get(f"/materials/{material.public_id}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert downloads(material) == [1]


def test_behind_a_proxy_the_file_is_named_and_not_sent(app, client, session, monkeypatch):
    monkeypatch.setitem(app.config, "FILES_PROXY_PREFIX", "/files/")
    material = make_material(session, access=Access.PUBLIC)
    response = client.get(f"/materials/{material.public_id}")
    name = hashlib.sha256(PDF).hexdigest()
    assert response.headers["X-Accel-Redirect"] == f"/files/{name[:2]}/{name}"
    assert response.data == b""


def test_a_host_adds_a_file(as_host, session):
    response = post(as_host, "/materials/new", data=form_of(session))
    assert response.status_code == 302
    version = db.session.scalars(select(MaterialVersion)).one()
    assert (version.number, version.file_name) == (1, "Презентация.pdf")
    assert version.file.size == len(PDF)
    assert "Презентация" in as_host.get(response.location).text


def test_a_host_adds_a_link(as_host, session):
    form = form_of(session, url="https://video.example.org/lesson")
    del form["file"]
    assert post(as_host, "/materials/new", data=form).status_code == 302
    material = db.session.scalars(select(Material)).one()
    page = as_host.get(f"/materials/{material.public_id}").text
    assert 'href="https://video.example.org/lesson"' in page
    assert downloads(material) == [1]


def test_a_new_version_keeps_the_address_and_the_earlier_one(app, as_host, session):
    material = make_material(session)
    newer = b"%PDF-2 newer"
    form = {"file": (io.BytesIO(newer), "Карточки.pdf"), "note": "исправлены опечатки"}
    assert post(as_host, f"/materials/{material.public_id}/versions", data=form).status_code == 302
    assert as_host.get(f"/materials/{material.public_id}").data == newer
    assert as_host.get(f"/materials/{material.public_id}?version=1").data == PDF
    as_teacher = sign_in(app.test_client(), reader(session))
    assert as_teacher.get(f"/materials/{material.public_id}").data == newer
    assert as_teacher.get(f"/materials/{material.public_id}?version=1").status_code == 404


def test_a_material_is_put_away_and_brought_back(app, as_host, session):
    material = make_material(session)
    as_teacher = sign_in(app.test_client(), reader(session))
    post(as_host, f"/materials/{material.public_id}/archive")
    assert as_teacher.get(f"/materials/{material.public_id}").status_code == 404
    post(as_host, f"/materials/{material.public_id}/restore")
    assert as_teacher.get(f"/materials/{material.public_id}").status_code == 200


def test_details_are_edited_and_bad_dates_refused(as_host, session):
    material = make_material(session)
    url = f"/materials/{material.public_id}/edit"
    form = {"title": "Новое имя", "access": "public", "available_until": "2027-05-01"}
    assert post(as_host, url, data=form).status_code == 302
    db.session.expire_all()
    assert (material.title, material.access) == ("Новое имя", Access.PUBLIC)
    assert 'value="2027-05-01"' in as_host.get(url).text
    wrong = {**form, "available_from": "2027-06-01"}
    assert post(as_host, url, data=wrong).status_code == 422


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("пусто.pdf", b"", 422),
        ("program.pdf", b"MZ\x90\x00", 422),
        ("page.txt", b"<html><script>1</script>", 422),
        ("table.docx", PDF, 422),
        ("без расширения", PDF, 422),
        ("virus.pdf.exe", PDF, 422),
        ("bad\x00name.pdf", PDF, 422),
    ],
)
def test_unfit_files_are_refused_and_the_form_kept(as_host, session, name, content, status):
    form = form_of(session, file=(io.BytesIO(content), name), title="Не пропадай")
    response = post(as_host, "/materials/new", data=form)
    assert response.status_code == status
    assert "Не пропадай" in response.text or "\x00" in name
    assert db.session.scalars(select(Material)).all() == []


def test_a_file_over_the_limit_is_refused(app, as_host, session, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_MATERIAL_BYTES", 1024)
    response = post(as_host, "/materials/new", data=form_of(session))
    assert response.status_code == 413
    assert "Презентация" in response.text


def test_only_signed_in_people_may_send_large_bodies(app, as_host, session, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 512)
    assert post(as_host, "/materials/new", data=form_of(session)).status_code == 302
    guest = app.test_client().post("/materials/new", data=form_of(session))
    assert guest.status_code == 413


@pytest.mark.parametrize(
    "form", [{"file": ""}, {"url": "javascript:alert(1)", "file": ""}, {"url": "ftp://x"}]
)
def test_neither_nothing_nor_both_nor_a_strange_link(as_host, session, form):
    assert post(as_host, "/materials/new", data=form_of(session, **form)).status_code == 422


def test_one_may_add_only_to_what_one_runs(app, as_host, host, session):
    foreign = make_session(host.person.cluster)
    assert post(as_host, "/materials/new", data=form_of(foreign)).status_code == 422
    material = make_material(foreign)
    for path in ("manage", "edit"):
        assert as_host.get(f"/materials/{material.public_id}/{path}").status_code == 404
    assert post(as_host, f"/materials/{material.public_id}/archive").status_code == 404
    as_teacher = sign_in(app.test_client(), reader(session))
    assert as_teacher.get("/materials/new").status_code == 403


def test_names_are_made_safe():
    assert services.safe_file_name("..\\..\\etc/pass wd.pdf") == "pass wd.pdf"
    assert services.safe_file_name("a" * 300 + ".pdf").endswith("a.pdf")
    assert len(services.safe_file_name("я" * 300 + ".pdf")) == services.LONGEST_FILE_NAME
    assert services.safe_file_name("...") == "file"


def test_kinds_and_endings_must_agree(app):
    stored = storage().put(io.BytesIO(PDF), limit=10**6)
    assert isinstance(services.file_content(stored, "x.PDF"), FileContent)
    with pytest.raises(MissingExtension):
        services.file_content(stored, "x")
    with pytest.raises(MisleadingExtension):
        services.file_content(stored, "x.docx")
    with pytest.raises(UnsupportedFile):
        services.file_content(storage().put(io.BytesIO(b"MZ"), limit=10), "x.pdf")
    assert services.link_content("https://example.org/a") == LinkContent("https://example.org/a")


def test_search_finds_by_words_with_yo_as_ye(as_host, session):
    make_material(session, title="Учёт погрешности")
    make_material(session, title="Карта маршрута", content=b"%PDF-2")
    page = as_host.get("/materials?q=учет").text
    assert "Учёт погрешности" in page
    assert "Карта маршрута" not in page


def test_the_library_is_taken_away_as_the_reader_sees_it(app, session):
    make_material(session, title="=HYPERLINK(1)", competences=[])
    make_material(session, title="Для своих", access=Access.ATTENDED)
    client = sign_in(app.test_client(), reader(session))

    answer = client.get("/materials/export.xlsx?q=hyperlink")

    (row,) = openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=2)
    assert (row[1].value, row[1].data_type) == ("=HYPERLINK(1)", "s")
    everything = openpyxl.load_workbook(io.BytesIO(client.get("/materials/export.xlsx").data)).active
    assert everything.max_row == 2
    assert app.test_client().get("/materials/export.xlsx").location.startswith("/sign-in?next=/materials/")


def test_files_nobody_names_are_swept_after_a_day(app, session):
    kept = make_material(session)
    orphan = storage().put(io.BytesIO(b"%PDF-orphan"), limit=10**6)
    fresh = storage().put(io.BytesIO(b"%PDF-fresh"), limit=10**6)
    sha256 = db.session.scalars(
        select(MaterialVersion.sha256).where(MaterialVersion.material_id == kept.id)
    ).one()
    for name in (sha256, orphan.sha256):
        os.utime(storage().path(name), (0, 0))
    for _run in range(2):
        make_job("sweep_files")
        run_jobs("import")
    assert current_app
    assert storage().path(sha256).exists()
    assert storage().path(fresh.sha256).exists()
    assert not storage().path(orphan.sha256).exists()


def test_a_session_shows_its_materials_and_how_others_would_open(app, session):
    make_material(session, title="Для всех")
    make_material(session, title="Для записанных", access=Access.REGISTERED, content=b"%PDF-2")
    page = sign_in(app.test_client(), reader(session)).get(f"/seminar/sessions/{session.public_id}").text
    assert "Для всех" in page
    assert "Для записанных" not in page
