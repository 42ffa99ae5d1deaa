"""Every route says who may use it; nothing is open by forgetting."""

import os
import subprocess
import sys

from flask import Flask

import config
from app.permissions import Permission

WEB_PROCESS_NEVER_IMPORTS = ("altair", "vl_convert", "scipy", "typst", "docx", "pandas")


def test_every_route_declares_its_access(migrated_app: Flask):
    silent = sorted(
        f"{rule.rule} -> {rule.endpoint}"
        for rule in migrated_app.url_map.iter_rules()
        if getattr(migrated_app.view_functions[rule.endpoint], "access", None) is None
    )
    assert silent == []


def test_access_is_a_set_of_permissions_or_a_reason(migrated_app: Flask):
    for rule in migrated_app.url_map.iter_rules():
        access = migrated_app.view_functions[rule.endpoint].access
        if isinstance(access, str):
            assert len(access.split()) >= 3, f"{rule.endpoint}: why is it open?"
        else:
            assert access, rule.endpoint
            assert access <= set(Permission), rule.endpoint


def test_a_web_process_imports_no_heavy_library(settings: config.Testing):
    """Charts, documents and statistics belong to workers: they would cost each web process its memory."""
    code = f"import sys, wsgi; print(','.join(m for m in {WEB_PROCESS_NEVER_IMPORTS!r} if m in sys.modules))"
    environment = {
        **os.environ,
        "DATABASE_URL": settings.SQLALCHEMY_DATABASE_URI,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
    }
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert run.stdout.strip() == ""
