"""A consent's text as people read it: Markdown with the operator's name put in."""

from dataclasses import dataclass

from flask_babel import get_locale
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.accounts.models import Cluster, ConsentKind, ConsentText
from app.accounts.queries import find_consent_text, operator_of

_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class ShownText:
    """A version of a consent's text, ready for a page."""

    kind: ConsentKind
    version: int
    sha256: str
    html: Markup


def show(text: ConsentText, operator: str) -> ShownText:
    """The text in the reader's language, Russian where there is no other."""
    locale = get_locale()
    body = text.body_en if locale is not None and locale.language == "en" and text.body_en else text.body_ru
    rendered = _markdown.render(body.replace("{operator}", operator))
    # Markdown without HTML: what is left of tags in the operator's name is escaped by the renderer.
    return ShownText(kind=text.kind, version=text.version, sha256=text.sha256, html=Markup(rendered))  # noqa: S704


def current_text(kind: ConsentKind, cluster: Cluster) -> ShownText | None:
    """The newest text of this kind, with the operator of this cluster."""
    text = find_consent_text(kind)
    return show(text, operator_of(cluster)) if text is not None else None
