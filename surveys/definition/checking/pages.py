"""Pages: every item stands on one page of a wave, in a part that has pages."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.checking.codes import check_known, codes_of
from surveys.definition.model import WAVES
from surveys.definition.problems import Path, Report


def waves_of(page: dict[str, Any]) -> Sequence[str]:
    """The wave kinds a page is shown in."""
    waves: Sequence[str] = page.get("waves", WAVES)
    return waves


def check_pages(document: dict[str, Any], report: Report) -> None:
    """Known items, none twice in a wave, none left out; parts follow one another and are not empty."""
    known = set(codes_of(document["items"]))
    placed: dict[tuple[str, str], Path] = {}
    for place, page in enumerate(document["pages"]):
        for spot, item in enumerate(page["items"]):
            path: Path = ("pages", place, "items", spot)
            if check_known(item, known, path, report):
                _place(item, waves_of(page), path, placed, report)
    used = {item for _wave, item in placed}
    for place, item in enumerate(codes_of(document["items"])):
        if item not in used:
            report.error(("items", place), "unplaced_item", _("“%(code)s” stands on no page."), code=item)
    _check_parts(document, report)


def _place(
    item: str, waves: Sequence[str], path: Path, placed: dict[tuple[str, str], Path], report: Report
) -> None:
    taken = next((placed[wave, item] for wave in waves if (wave, item) in placed), None)
    if taken is not None:
        sentence = _("“%(code)s” is asked twice in one wave: also on line %(first)s.")
        report.error(path, "placed_twice", sentence, code=item, first=report.line_of(taken))
    for wave in waves:
        placed.setdefault((wave, item), path)


def _check_parts(document: dict[str, Any], report: Report) -> None:
    parts = codes_of(document["parts"])
    order = {code: place for place, code in enumerate(parts)}
    reached = dict.fromkeys(WAVES, 0)
    for place, page in enumerate(document["pages"]):
        if page["part"] not in order:
            continue
        for wave in waves_of(page):
            if order[page["part"]] < reached[wave]:
                sentence = _("The page belongs to “%(part)s”, but a later part has already begun.")
                report.error(("pages", place, "part"), "parts_mixed", sentence, part=page["part"])
                break
            reached[wave] = order[page["part"]]
    with_pages = {page["part"] for page in document["pages"]}
    for place, code in enumerate(parts):
        if code not in with_pages:
            report.error(("parts", place), "empty_part", _("The part “%(code)s” has no pages."), code=code)
