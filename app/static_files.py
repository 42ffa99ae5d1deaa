"""Files browsers keep for ever: one hash in the address of all of them, compressed once at start.

The hash stands in the folder's name (`/assets/3f2a9c1b/js/app.js`), so a module may import its neighbour
by a relative path. A page opened before an update may still ask by the former hash; it gets today's file,
uncached.
"""

import gzip
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import flask_bootstrap
from flask import Flask, Response, abort, request

from app.bootstrap_css import trim
from app.permissions import public

BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/css/bootstrap.min.css"
STYLESHEET = "css/opora.css"
SHEETS = ("tokens", "page", "parts", "forms", "survey", "charts", "accounts", "home", "print")
"""What STYLESHEET is made of, after Bootstrap and in this order."""

PACKAGES = ("app", "surveys", "seminars", "programme", "reports")
"""Each may have a `static` folder; beyond the shell's, files lie there under the package's name."""

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    content_type: str
    plain: bytes
    packed: bytes | None
    """Gzipped; None where that saves nothing (pictures)."""


class StaticFiles:
    """All files of some static folders, in memory: a few hundred kilobytes."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.files = {name: _static_file(name, content) for name, content in _contents(folders)}
        digest = sha256()
        for name in sorted(self.files):
            digest.update(name.encode())
            digest.update(self.files[name].plain)
        self.hash = digest.hexdigest()[:12]

    def url(self, path: str) -> str:
        """The address of a file; a name that does not exist is the template's error."""
        if path not in self.files:
            raise LookupError(f"no static file {path!r}")
        return f"/assets/{self.hash}/{path}"

    def response(self, requested_hash: str, path: str) -> Response:
        """The file, gzipped for those who take it."""
        file = self.files.get(path)
        if file is None:
            abort(404)
        packed = file.packed if request.accept_encodings["gzip"] > 0 else None
        response = Response(packed or file.plain, content_type=file.content_type)
        response.headers["Cache-Control"] = FOREVER if requested_hash == self.hash else "no-cache"
        response.headers["Vary"] = "Accept-Encoding"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response


def _contents(folders: Sequence[Path]) -> list[tuple[str, bytes]]:
    parts = {f"css/{name}.css" for name in SHEETS}
    found = [
        (path.relative_to(folder).as_posix(), path.read_bytes())
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    sheets = dict(found)
    css = [trim(BOOTSTRAP.read_text("utf-8"))] + [sheets[f"css/{name}.css"].decode() for name in SHEETS]
    single = [(name, content) for name, content in found if name not in parts]
    return [*single, (STYLESHEET, "\n".join(css).encode())]


def _static_file(name: str, content: bytes) -> StaticFile:
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".js"):
        mime = "text/javascript"
    is_text = mime.startswith("text/") or mime in {"image/svg+xml", "application/json"}
    packed = gzip.compress(content, 9, mtime=0) if is_text else None
    return StaticFile(f"{mime}; charset=utf-8" if is_text else mime, content, packed)


def init(app: Flask) -> None:
    """Serve the static folders of all packages under `/assets` and give templates `asset(path)`."""
    root = Path(app.root_path).parent
    static = StaticFiles([folder for name in PACKAGES if (folder := root / name / "static").is_dir()])

    @public("styles and scripts of every page")
    def assets(version: str, path: str) -> Response:
        return static.response(version, path)

    app.add_url_rule("/assets/<version>/<path:path>", "assets", assets)
    app.jinja_env.globals["asset"] = static.url
