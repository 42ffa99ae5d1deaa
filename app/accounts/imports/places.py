"""Organisations as lists of teachers name them."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from app.accounts.models import Cluster, Organisation, OrganisationKind
from app.accounts.names import school_key
from app.accounts.queries import find_school_by_name, list_organisations
from app.imports.cells import word_key

_LEAST_LIKENESS = 0.6


class Places:
    """The cluster's schools and partners; each spelling is looked up once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster_id = cluster.id
        organisations = list_organisations([cluster.id])
        self.schools = [place for place in organisations if place.kind is OrganisationKind.SCHOOL]
        self.addresses = {place.email.casefold(): place for place in organisations if place.email}
        self._partners = {
            word_key(name): place
            for place in organisations
            if place.kind is not OrganisationKind.SCHOOL
            for name in (place.name, place.short_name)
        }
        self._found: dict[str, Organisation | None] = {}

    def find(self, text: str) -> Organisation | None:
        """The school or the partner people mean."""
        key = word_key(text)
        if key not in self._found:
            self._found[key] = self._partners.get(key) or find_school_by_name(self._cluster_id, text)
        return self._found[key]

    def find_same(self, name: str) -> Organisation | None:
        """The school of exactly this name; a longer name is another school."""
        key = school_key(name)
        return next(
            (s for s in self.schools if key and key in (school_key(s.name), school_key(s.short_name))), None
        )

    def suggest(self, text: str) -> str | None:
        """The school whose name is nearest to what was written; never one of another number."""
        words = school_key(text)
        wanted, numbers = " ".join(words), _numbers(words)

        def likeness(school: Organisation) -> float:
            keys = (school_key(school.short_name), school_key(school.name))
            if numbers and not any(numbers == _numbers(key) for key in keys):
                return 0
            return max(SequenceMatcher(None, wanted, " ".join(key)).ratio() for key in keys)

        nearest = max(self.schools, key=likeness, default=None)
        return nearest.short_name if nearest and likeness(nearest) >= _LEAST_LIKENESS else None


def _numbers(words: Sequence[str]) -> list[str]:
    return [word for word in words if word.isdecimal()]
