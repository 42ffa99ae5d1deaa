"""What a printed sign-in slip shows besides the user name and the code."""

import io

import qrcode
import qrcode.image.svg
from flask import current_app
from markupsafe import Markup


def sign_in_address() -> str:
    """The address people type or scan."""
    return f"{current_app.config['BASE_URL']}/first-sign-in"


def sign_in_picture() -> Markup:
    """The address as a QR code in SVG; the same for everybody, it holds no secret."""
    image = qrcode.make(sign_in_address(), image_factory=qrcode.image.svg.SvgPathImage, border=1)
    buffer = io.BytesIO()
    image.save(buffer)
    svg = buffer.getvalue().decode()
    return Markup(svg[svg.index("<svg") :])  # noqa: S704 - drawn here from our own address
