"""The built-in instruments as plain data: what a methodologist wrote, before any of our code reads it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import surveys

FOLDER = Path(surveys.__file__).parent / "instruments"


@pytest.fixture(scope="session")
def instrument_folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def cluster_competence() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "cluster_competence.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def lesson_observation() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "lesson_observation.yaml").read_text(encoding="utf-8"))
