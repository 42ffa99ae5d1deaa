"""The version for people with low vision: colours, size and spacing of text, kept in a cookie."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from app.permissions import public

COOKIE = "appearance"
ONE_YEAR = 365 * 24 * 3600
COLOURS = ("usual", "black-on-white", "white-on-black")
SIZES = ("100", "125", "150")
SPACINGS = ("usual", "spaced")

bp = Blueprint("appearance", __name__)


@dataclass(frozen=True)
class Appearance:
    """How a reader wants pages to look."""

    colours: str = "usual"
    size: str = "100"
    spacing: str = "usual"

    @classmethod
    def from_cookie(cls, value: str) -> "Appearance":
        """What the cookie says; anything unknown is the usual look."""
        return cls.from_choices(*[*value.split("."), "", "", ""][:3])

    @classmethod
    def from_choices(cls, colours: str, size: str, spacing: str) -> "Appearance":
        """The three choices, each the usual one where it is not in its list."""
        return cls(
            colours if colours in COLOURS else "usual",
            size if size in SIZES else "100",
            spacing if spacing in SPACINGS else "usual",
        )

    @property
    def cookie(self) -> str:
        """The value to keep."""
        return f"{self.colours}.{self.size}.{self.spacing}"

    @property
    def is_usual(self) -> bool:
        """Whether nothing was changed."""
        return self == Appearance()

    @property
    def css_class(self) -> str:
        """Classes of `<html>`; `static/css/tokens.css` says what they do."""
        size = "" if self.size == "100" else f"size-{self.size}"
        return " ".join(name for name in (self.colours, size, self.spacing) if name and name != "usual")


def local_path(address: str) -> str:
    """`address` where it is a path of this site, else the home page: the form must not lead elsewhere."""
    parts = urlsplit(address)
    is_local = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if is_local and not address.startswith("//") else "/"


@bp.get("/appearance")
@public("how pages look is nobody's secret")
def choose() -> str:
    """Colours, size and spacing, with a sample of text."""
    return render_template(
        "appearance.html",
        back=local_path(request.args.get("next", "/")),
        colours=COLOURS,
        sizes=SIZES,
        spacings=SPACINGS,
    )


@bp.post("/appearance")
@public("how pages look is nobody's secret")
def save() -> Response:
    """Keep the choice and go back to the page one came from."""
    form = request.form
    wanted = Appearance()
    if "usual" not in form:
        wanted = Appearance.from_choices(*(form.get(name, "") for name in ("colours", "size", "spacing")))
    response = redirect(local_path(form.get("next", "/")), 303)
    if wanted.is_usual:
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(
            COOKIE, wanted.cookie, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def register(app: Flask) -> None:
    """Serve the page and tell every template how to look."""
    app.register_blueprint(bp)

    @app.context_processor
    def appearance() -> dict[str, Appearance]:
        return {"appearance": Appearance.from_cookie(request.cookies.get(COOKIE, ""))}
