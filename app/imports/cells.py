"""Values of cells as text, and the dates, times and numbers that text may mean."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from app.text import clean_text, sort_key

_SPACES = re.compile(r"\s+")
_NOT_A_WORD = re.compile(r"[^\w+<>/]+")
_DAY = re.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{2}|\d{4})(?:\s*г\.?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
_WORDY_DAY = re.compile(r"(\d{1,2}) ([а-я]+) (\d{4})(?: ?г(?:ода|\.)?)?")
_TIME = re.compile(r"(\d{1,2})(?:[:.\-](\d{2})(?::\d{2})?)?")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
# Days as spreadsheets number them when a date's cell is formatted as a number; text years stay below.
_SERIAL_DAYS = range(36526, 73051)
YEARS = range(1900, 2200)
"""Years that tables of ours may speak of; others are slips of the hand."""
_SERIAL_EPOCH = date(1899, 12, 30)
_NOTHING = frozenset(
    {"", "-", "—", "–", "нет", "не указан", "не указано", "отсутствует", "н/д", "none", "no"}
)
_YES = frozenset({"да", "+", "1", "x", "х", "v", "✓", "✔", "есть", "является", "yes", "true"})

_LATIN_LOOKALIKES = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
_CYRILLIC = re.compile("[А-Яа-яЁё]")


def cell_text(value: object) -> str:
    """A cell as one line of text: whole numbers without «.0», dates in ISO order."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):  # a time beyond 24:00, or one stored as a duration
        return f"{int(value.total_seconds()) // 3600}:{int(value.total_seconds()) % 3600 // 60:02d}"
    return _SPACES.sub(" ", clean_text(str(value)).replace("\ufeff", "").replace("\u200b", "")).strip()


def word_key(text: str) -> str:
    """Words as they are compared: ё = е, case, dots, quotes and double spaces do not count."""
    return _NOT_A_WORD.sub(" ", sort_key(text)).strip()


def is_nothing(text: str) -> bool:
    """Whether the cell only says that there is nothing to say."""
    return sort_key(text) in _NOTHING


def is_yes(text: str) -> bool:
    """Whether a mark stands in the cell."""
    return sort_key(text) in _YES


def cyrillic(text: str) -> str:
    """`text` with Latin lookalikes replaced in words that are Cyrillic otherwise («Bетрова»)."""
    return " ".join(
        word.translate(_LATIN_LOOKALIKES) if _CYRILLIC.search(word) else word for word in text.split()
    )


def parse_date(text: str) -> date | None:
    """A day written as 24.11.2026, 24.11.26, 24 ноября 2026 г., 2026-11-24 or a spreadsheet's number."""
    if match := _ISO_DAY.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY.fullmatch(text):
        year = int(match[3])
        return _day(year + 2000 if len(match[3]) == 2 else year, int(match[2]), int(match[1]))
    if match := _WORDY_DAY.fullmatch(sort_key(text)):
        month = _month(match[2])
        return _day(int(match[3]), month, int(match[1])) if month else None
    if text.isdecimal() and int(text) in _SERIAL_DAYS:
        return _SERIAL_EPOCH + timedelta(days=int(text))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(word: str) -> int | None:
    return next((i for i, stem in enumerate(_MONTHS, start=1) if word.startswith(stem)), None)


def parse_time(text: str) -> time | None:
    """A time of day written as 14:30, 14.30, 14-30, 14 or a spreadsheet's part of a day."""
    if match := _TIME.fullmatch(text):
        hour, minute = int(match[1]), int(match[2] or 0)
        return time(hour, minute) if hour < 24 and minute < 60 else None
    if (number := parse_number(text)) is not None and 0 < number < 1:
        minutes = round(number * 24 * 60)
        return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else None
    return None


def parse_times(text: str) -> tuple[time, time | None] | None:
    """One time, or the beginning and the end of «14:30–16:00»."""
    parts = re.split(r"\s*[–—]\s*|\s+-\s+|\s+до\s+|(?<=[:.]\d\d)-", text.removeprefix("с "))
    times = [parse_time(part) for part in parts]
    if len(times) > 2 or times[0] is None or (len(times) == 2 and times[1] is None):
        return None
    return times[0], times[1] if len(times) == 2 else None


def parse_number(text: str) -> float | None:
    """A number with a decimal comma or point; None for anything else."""
    compact = text.replace(" ", "")
    return float(compact.replace(",", ".")) if _NUMBER.fullmatch(compact) else None


def parse_whole(text: str) -> int | None:
    """A whole number; None for anything else."""
    number = parse_number(text)
    return int(number) if number is not None and number.is_integer() else None


def split_list(text: str, known: Callable[[str], bool] = lambda _part: False) -> list[str]:
    """Entries of «физика, математика; труд»; text that is `known` as a whole is not divided at « и »."""
    parts = [part.strip() for part in re.split(r"[,;\n/]", text) if part.strip()]
    result: list[str] = []
    for part in parts:
        halves = [half.strip() for half in part.split(" и ")]
        result += [part] if known(part) or not all(known(half) for half in halves) else halves
    return result
