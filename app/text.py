"""Text at the edge of the system: what came from outside is made safe to store, or refused."""

import re
import unicodedata

from flask_babel import lazy_gettext as _

from app.errors import InvalidInput

NUMBER_WIDTH = 6
"""Digits that numbers in names are padded to; a migration pads them in SQL."""
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class UnreadableText(InvalidInput):
    """NUL or half of a surrogate pair: PostgreSQL cannot store them and no keyboard types them."""

    message = _("The text holds characters that cannot be stored. Please type it anew.")


def clean_text(value: str) -> str:
    """`value` in NFC with line ends unified; raises `UnreadableText` for NUL and lone surrogates."""
    if _FORBIDDEN.search(value):
        raise UnreadableText
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))


def sort_key(name: str) -> str:
    """Key for alphabetical order of Russian names: ё stands with е, case does not count."""
    return name.casefold().replace("ё", "е")


def numbered_sort_key(name: str) -> str:
    """The same for names with numbers: «Школа № 3» stands before «Школа № 12»."""
    return re.sub(r"\d+", lambda number: number[0].zfill(NUMBER_WIDTH), sort_key(name))


def whole_number(text: str) -> int:
    """A number from an address, for `request.args.get(type=...)`; what no column can hold is a ValueError too."""
    number = int(text)
    if abs(number) >= 2**31:
        raise ValueError(f"{number} is beyond an integer column")
    return number
