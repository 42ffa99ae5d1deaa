"""The database's schema, brought to this version of the program."""

from pathlib import Path

from flask_migrate import upgrade

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def bring_up_to_date() -> None:
    """Run the migrations that are missing; a schema of this version stays as it is."""
    upgrade(directory=str(MIGRATIONS))
