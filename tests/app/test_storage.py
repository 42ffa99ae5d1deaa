import hashlib
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from app.media_types import UNKNOWN, sniff
from app.storage import EmptyFile, FileTooLarge, FolderStorage

LIMIT = 1024 * 1024
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path / "files")


def names(storage: FolderStorage) -> list[str]:
    return sorted(path.name for path in storage.root.rglob("*") if path.is_file())


def archive(*members: str, **contents: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for member in members:
            file.writestr(member, b"<x/>")
        for member, content in contents.items():
            file.writestr(member, content)
    return stream.getvalue()


def test_a_content_is_known_by_its_hash_and_kept_once(storage):
    first = storage.put(io.BytesIO(PDF), limit=LIMIT)
    second = storage.put(io.BytesIO(PDF), limit=LIMIT)
    assert first == second
    assert first.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (first.size, first.media_type) == (len(PDF), "application/pdf")
    assert names(storage) == [first.sha256]
    assert storage.path(first.sha256).read_bytes() == PDF


def test_nothing_remains_of_a_file_over_the_limit(storage):
    with pytest.raises(FileTooLarge):
        storage.put(io.BytesIO(b"x" * 11), limit=10)
    assert names(storage) == []


def test_nothing_remains_of_an_empty_or_broken_upload(storage):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise ConnectionResetError

    with pytest.raises(EmptyFile):
        storage.put(io.BytesIO(b""), limit=10)
    with pytest.raises(ConnectionResetError):
        storage.put(Broken(), limit=10)
    assert names(storage) == []


def test_only_what_has_lain_long_is_old_and_storing_again_renews(storage):
    stored = storage.put(io.BytesIO(PDF), limit=LIMIT)
    now = datetime.now(UTC)
    os.utime(storage.path(stored.sha256), (0, 0))
    (storage.root / ".incoming-left").write_bytes(b"half")
    os.utime(storage.root / ".incoming-left", (0, 0))
    assert storage.list_older(now - timedelta(days=1)) == [stored.sha256]
    assert not (storage.root / ".incoming-left").exists()

    storage.put(io.BytesIO(PDF), limit=LIMIT)
    assert storage.list_older(now - timedelta(days=1)) == []
    assert not storage.delete_older(stored.sha256, now - timedelta(days=1))
    assert names(storage) == [stored.sha256]

    os.utime(storage.path(stored.sha256), (0, 0))
    assert storage.delete_older(stored.sha256, now - timedelta(days=1))
    assert not storage.delete_older(stored.sha256, now - timedelta(days=1))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        ("Памятка: датчик".encode(), "text/plain"),
        ("Памятка: датчик".encode("cp1251"), "text/plain"),
        (("я" * 4095).encode()[1:], "text/plain"),
        (archive("readme.txt"), "application/zip"),
        *((archive("[Content_Types].xml", part), kind) for part, kind in OFFICE.items()),
        (
            archive(mimetype=b"application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
    ],
)
def test_a_type_is_told_by_content(tmp_path, content, media_type):
    path = tmp_path / "anything"
    path.write_bytes(content)
    assert sniff(path) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"\x7fELF\x02",
        b"#!/bin/sh\nrm -rf\n",
        b"<!DOCTYPE html><script>1</script>",
        b"  <svg xmlns='x' onload='1'>",
        b"<?xml version='1.0'?><svg/>",
        b"text\x00with nul",
        b"PK\x03\x04 broken",
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        archive(mimetype=b"text/html"),
    ],
)
def test_programs_pages_and_macros_are_unknown(tmp_path, content):
    path = tmp_path / "anything.pdf"
    path.write_bytes(content)
    assert sniff(path) == UNKNOWN
