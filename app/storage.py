"""Files by their content: stored once, never changed, written so that a crash leaves all of a file or nothing."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from flask import Flask, current_app
from flask_babel import lazy_gettext as _

from app.errors import InvalidInput
from app.media_types import sniff
from config import SettingsError

_CHUNK = 1 << 20


class FileTooLarge(InvalidInput):
    status = 413
    message = _("The file is larger than %(megabytes)s MB.")


class EmptyFile(InvalidInput):
    message = _("The file is empty.")


@dataclass(frozen=True)
class Stored:
    """What was stored: the name of the content, its size in bytes, its type by content."""

    sha256: str
    size: int
    media_type: str


class FolderStorage:
    """Contents as files `aa/<sha256>` under one folder, which several hosts may share."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stream: IO[bytes], *, limit: int) -> Stored:
        """Store the stream's bytes; raises `FileTooLarge` above `limit` bytes, `EmptyFile` for none.

        The row that names the content is written after the file: a crash between leaves a file nobody
        names, which `sweep` takes away a day later. Storing it again renews its time and so saves it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=self.root)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise FileTooLarge(megabytes=limit // (1024 * 1024))
                    digest.update(chunk)
                    file.write(chunk)
                if size == 0:
                    raise EmptyFile
                file.flush()
                os.fsync(file.fileno())
            stored = Stored(digest.hexdigest(), size, sniff(temporary))
            target = self.path(stored.sha256)
            target.parent.mkdir(exist_ok=True)
            temporary.replace(target)
            _sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return stored

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def delete_older(self, sha256: str, moment: datetime) -> bool:
        """Delete a content last stored before `moment`; whether it was."""
        path = self.path(sha256)
        try:
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) >= moment:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def list_older(self, moment: datetime) -> list[str]:
        """Contents last stored before `moment`; unfinished uploads as old as that are removed on the way."""
        found = []
        for path in self.root.rglob("*"):
            if not path.is_file() or datetime.fromtimestamp(path.stat().st_mtime, UTC) >= moment:
                continue
            if path.name.startswith(".incoming-"):
                path.unlink(missing_ok=True)
            else:
                found.append(path.name)
        return found


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def init(flask_app: Flask) -> None:
    """Open the storage that `FILES_URL` names."""
    scheme, _colon, rest = flask_app.config["FILES_URL"].partition(":")
    if scheme != "file" or not rest:
        raise SettingsError("FILES_URL задана неверно; ожидается file:/srv/opora/files")
    flask_app.extensions["opora_storage"] = FolderStorage(Path(rest))


def storage() -> FolderStorage:
    """The storage of this application."""
    found: FolderStorage = current_app.extensions["opora_storage"]
    return found
