"""Catalogues of `catalogues.yaml` brought into the database."""

from pathlib import Path

import yaml
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import CatalogueEntry
from app.accounts.queries import forget_catalogues
from app.db import db, on_commit

SOURCE = Path(__file__).parents[1] / "catalogues.yaml"


def ensure_catalogues() -> None:
    """Add what is new in the file and bring the rest up to date; entries added by hand stay."""
    source = yaml.safe_load(SOURCE.read_text("utf-8"))
    rows = [
        {
            "kind": kind,
            "code": entry["code"],
            "name_ru": entry["ru"],
            "name_en": entry["en"],
            "synonyms": [str(word) for word in entry["also"]],
            "position": position,
            "from_on": entry.get("from"),
            "until_on": entry.get("until"),
        }
        for kind, entries in source.items()
        for position, entry in enumerate(entries)
    ]
    statement = insert(CatalogueEntry).values(rows)
    changing = ("name_ru", "name_en", "synonyms", "position", "from_on", "until_on")
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["kind", "code"], set_={name: statement.excluded[name] for name in changing}
        )
    )
    on_commit(forget_catalogues)
