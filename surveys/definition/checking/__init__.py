"""Whether a well-formed document makes sense: codes lead somewhere, nothing is asked twice, all is said."""

from typing import Any

from surveys.definition.checking.codes import check_codes
from surveys.definition.checking.pages import check_pages
from surveys.definition.checking.rules import check_expressions
from surveys.definition.checking.scales import check_scales, check_score_ranges
from surveys.definition.checking.texts import check_feedback, check_texts
from surveys.definition.problems import Path, Report

__all__ = ["check_document", "check_score_ranges"]


def check_document(document: dict[str, Any], texts: list[Path], report: Report) -> None:
    """Report every contradiction in a document whose shape is right; `texts` are the paths of its texts."""
    check_codes(document, report)
    check_texts(document, texts, report)
    check_feedback(document, report)
    check_pages(document, report)
    check_scales(document, report)
    check_expressions(document, report)
