"""The two secrets of an installation: given by the environment, else made once and kept in its folder."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from app.embedded.process import EmbeddedServiceError, make_folder

NAMES = ("SECRET_KEY", "LINK_KEY")
FOLDER = "secrets"


def make_keys(home: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """SECRET_KEY and LINK_KEY; what is neither given nor stored is made now."""
    return {name: environment.get(name) or _stored(home, name) or _made(home, name) for name in NAMES}


def read_keys(home: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """SECRET_KEY and LINK_KEY of a running installation: with a new one its links would not open."""
    keys = {name: environment.get(name) or _stored(home, name) for name in NAMES}
    if missing := [name for name, key in keys.items() if not key]:
        raise EmbeddedServiceError(f"задайте {' и '.join(missing)} те же, что у работающего сервера")
    return keys


def _path(home: Path, name: str) -> Path:
    return home / FOLDER / name.lower()


def _stored(home: Path, name: str) -> str:
    path = _path(home, name)
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def _made(home: Path, name: str) -> str:
    path = _path(home, name)
    make_folder(path.parent, mode=0o700)
    key = secrets.token_urlsafe(48)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return key
