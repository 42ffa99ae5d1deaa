"""Settings, read from the environment. One class per deployment, no logic beyond reading."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

KNOWN_OPORA_VARIABLES = frozenset({"OPORA_HOME", "OPORA_DEMO"})
"""Every OPORA_* name there is; another one in the environment stops the start (a typo must not pass)."""


LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SHAPES = {
    "OPORA_DEMO": ("[01]", "0 или 1"),
    "DATABASE_URL": (r"postgresql(\+psycopg)?://.+", "postgresql+psycopg://user:password@host/opora"),
    "REDIS_URL": (r"(rediss?|unix)://.+", "redis://host:6379/0 или unix:///путь?db=0"),
    "BASE_URL": (r"https?://[^/\s]+(/\S*)?", "https://opora.example.ru"),
    "MAIL_URL": (r"smtps?://\S+", "smtp://user:password@host:587?tls=starttls"),
    "MAIL_FROM": (r"[^<>]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+", "Опора <opora@example.ru>"),
    "FILES_URL": ("file:.+", "file:/srv/opora/files; объектные хранилища пока не поддерживаются"),
    "FILES_PROXY_PREFIX": ("/.*/|/", "/files/"),
    "PROXY_HOPS": (r"\d{1,2}", "число своих прокси: 0, 1 или 2"),
    "LOG_LEVEL": ("|".join(LOG_LEVELS), ", ".join(LOG_LEVELS)),
}
"""What a setting must look like, and an example for whoever wrote it otherwise."""


class SettingsError(Exception):
    """A setting is missing or unusable; the text is for the operator."""


def ensure_readable(environment: Mapping[str, str]) -> None:
    """Refuse what would fail later or silently do nothing; secrets in a value are not repeated."""
    if unknown := sorted(
        name for name in environment if name.startswith("OPORA_") and name not in KNOWN_OPORA_VARIABLES
    ):
        known = ", ".join(sorted(KNOWN_OPORA_VARIABLES))
        raise SettingsError(f"неизвестная настройка {', '.join(unknown)}; известны {known}")
    for name, (shape, example) in SHAPES.items():
        value = environment.get(name)
        if value and not re.fullmatch(shape, value):
            raise SettingsError(f"{name} задана неверно; ожидается {example}")


def _home() -> Path:
    return Path(os.environ.get("OPORA_HOME", "var")).resolve()


class Base:
    """What all deployments share."""

    def __init__(self) -> None:
        home = _home()
        self.OPORA_HOME = str(home)
        self.OPORA_DEMO = os.environ.get("OPORA_DEMO", "1") != "0"
        self.SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "")
        self.REDIS_URL = os.environ.get("REDIS_URL", "")
        self.SECRET_KEY = os.environ.get("SECRET_KEY", "")
        # Derives personal links; kept apart from SECRET_KEY so that either may be changed alone.
        self.LINK_KEY = os.environ.get("LINK_KEY", "")
        # The address that letters and calendar files carry.
        self.BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        self.MAIL_URL = os.environ.get("MAIL_URL", "")
        self.MAIL_FROM = os.environ.get("MAIL_FROM", "Опора <opora@localhost>")
        self.FILES_URL = os.environ.get("FILES_URL", f"file:{home / 'files'}")
        # Where the proxy serves OPORA_HOME/files from ("/files/"); empty: this process sends them itself.
        self.FILES_PROXY_PREFIX = os.environ.get("FILES_PROXY_PREFIX", "")
        self.METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
        self.PROXY_HOPS = int(os.environ.get("PROXY_HOPS") or "0")
        self.LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO")
        self.SESSION_COOKIE_SECURE = self.BASE_URL.startswith("https://")

    TESTING = False
    DEBUG = False

    SESSION_COOKIE_NAME = "opora"
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    PERMANENT_SESSION_LIFETIME = timedelta(days=14)
    MAX_CONTENT_LENGTH = 12 * 1024 * 1024  # a spreadsheet and its form
    MAX_UPLOAD_BYTES = 210 * 1024 * 1024  # a material and its form, where a route accepts uploads
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    MAX_MATERIAL_BYTES = 200 * 1024 * 1024
    JSON_AS_ASCII = False
    TEMPLATES_AUTO_RELOAD = False

    SQLALCHEMY_ENGINE_OPTIONS: dict[str, Any] = {
        # No overflow: in a rush it opens and closes a connection with every request. Who comes eleventh waits;
        # two processes of ten keep two cores busy.
        "pool_size": 10,
        "max_overflow": 0,
        # Statements are prepared on the few connections used most; the others rest, and cost little.
        "pool_use_lifo": True,
        "connect_args": {"application_name": "opora", "options": "-c timezone=UTC"},
    }

    LANGUAGES = ("ru", "en")
    BABEL_DEFAULT_LOCALE = "ru"
    BABEL_DEFAULT_TIMEZONE = "Asia/Novokuznetsk"
    # One catalogue a package, so that a package's words lie and change together. Flask-Babel pairs the n-th
    # domain with the n-th folder and takes the rule of plurals from the last, so that one must exist.
    BABEL_DOMAIN = "surveys;seminars;programme;reports;shell"
    BABEL_TRANSLATION_DIRECTORIES = ";".join([str(Path(__file__).parent / "translations")] * 5)

    WTF_CSRF_TIME_LIMIT = None  # the token lives as long as the session: an hour would eat a long survey
    WTF_CSRF_CHECK_DEFAULT = False  # app.factory checks every request itself, save routes marked @by_link

    # A second factor for those who hold everybody's data; the demo goes without.
    SECOND_FACTOR_REQUIRED = True


class Development(Base):
    """`opora run`: the supervisor hands over addresses and secrets."""

    def __init__(self) -> None:
        super().__init__()
        self.SECOND_FACTOR_REQUIRED = not self.OPORA_DEMO


class Testing(Base):
    """The test suite; conftest sets the addresses."""

    TESTING = True

    def __init__(self) -> None:
        super().__init__()
        self.SECRET_KEY = "tests-secret-key-of-more-than-32-characters"  # noqa: S105 - not a secret
        self.LINK_KEY = "tests-link-key-of-more-than-32-characters"
        self.METRICS_TOKEN = "tests-metrics"  # noqa: S105
        self.SECOND_FACTOR_REQUIRED = False
        self.SQLALCHEMY_ENGINE_OPTIONS = {
            **Base.SQLALCHEMY_ENGINE_OPTIONS,
            "pool_size": 5,
            "max_overflow": 10,  # tests of races have more threads than that
        }


class Production(Base):
    """A real cluster: every secret and address must be given."""

    REQUIRED = ("SQLALCHEMY_DATABASE_URI", "REDIS_URL", "SECRET_KEY", "LINK_KEY", "MAIL_URL")

    def __init__(self) -> None:
        super().__init__()
        missing = [
            "DATABASE_URL" if name == "SQLALCHEMY_DATABASE_URI" else name
            for name in self.REQUIRED
            if not getattr(self, name)
        ]
        if missing:
            raise SettingsError(f"не заданы обязательные настройки: {', '.join(missing)}")
        self.OPORA_DEMO = os.environ.get("OPORA_DEMO", "0") == "1"


def from_environment() -> Base:
    """The settings class that `OPORA_DEMO` and the given addresses ask for."""
    ensure_readable(os.environ)
    return Development() if os.environ.get("OPORA_DEMO", "1") != "0" else Production()
