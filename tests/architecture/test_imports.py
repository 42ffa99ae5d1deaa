"""Which way imports point: read from the source of every module, so that no run is needed to break the rule."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "surveys", "seminars", "programme", "psychometrics", "reports", "tasks")

TOP = ("app.factory", "app.server", "app.cli", "app.pages", "app.demo")
"""Parts of `app` that stand above the features; the rest of `app` stands below them."""

MAY_REACH_UP = {
    # A summary by letter says what the home page says: it has to know the home pages.
    "tasks.summaries": {"app.pages.summaries"},
}

ALLOWED = {
    "psychometrics": {"psychometrics"},
    "app": {"app", "config"},
    "surveys": {"app", "psychometrics", "surveys"},
    "seminars": {"app", "psychometrics", "surveys", "seminars"},
    "programme": {"app", "psychometrics", "surveys", "seminars", "programme"},
    "reports": {"app", "psychometrics", "surveys", "seminars", "programme", "reports"},
    "tasks": {"app", "psychometrics", "surveys", "seminars", "programme", "reports", "tasks"},
}
ENTRY_POINTS = ("views", "tasks")
WORKERS_ONLY = ("altair", "vl_convert", "scipy", "typst", "docx", "docxtpl", "pandas")
SERVICES_KNOW_NOTHING_OF = ("flask.request", "flask.session", "flask_login.current_user", "flask.flash")


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Dotted names a module imports, each `from x import y` as `x.y`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


def is_top(name: str) -> bool:
    return any(name == top or name.startswith(f"{top}.") for top in TOP)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_what_lies_below_it(path):
    name = name_of(path)
    package = name.split(".")[0]
    if is_top(name):
        return
    ours = {i for i in imports_of(path) if i.split(".")[0] in (*PACKAGES, "config", "wsgi")}
    ours -= MAY_REACH_UP.get(name, set())
    wrong = sorted(i for i in ours if i.split(".")[0] not in ALLOWED[package] or is_top(i))
    assert not wrong, f"{name} imports {wrong}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_views_and_tasks_are_imported_by_the_factory_alone(path):
    name = name_of(path)
    if is_top(name):
        return
    own = name.split(".")[:2]

    def is_foreign_view(imported: str) -> bool:
        parts = imported.split(".")
        return (
            "views" in parts and parts[0] in PACKAGES and parts[:2] != own and parts[0] != name.split(".")[0]
        )

    wrong = sorted(i for i in imports_of(path) if is_foreign_view(i))
    assert not wrong, f"{name} imports {wrong}"


@pytest.mark.parametrize(
    "path",
    [p for p in modules() if "services" in p.parts or p.name in ("services.py", "queries.py")],
    ids=name_of,
)
def test_services_and_queries_know_no_request(path):
    wrong = imports_of(path) & set(SERVICES_KNOW_NOTHING_OF)
    assert not wrong, f"{name_of(path)} imports {sorted(wrong)}"


def test_no_module_has_a_name_that_says_nothing():
    empty_names = {"utils", "helpers", "common", "misc"}
    assert [name_of(p) for p in modules() if p.stem in empty_names] == []


def test_the_kernel_needs_numbers_only():
    foreign = {
        name_of(path): sorted(
            i
            for i in imports_of(path)
            if i.split(".")[0] in ("flask", "sqlalchemy", "celery", "wtforms", "app", "surveys")
        )
        for path in (ROOT / "psychometrics").rglob("*.py")
    }
    assert {name: found for name, found in foreign.items() if found} == {}
