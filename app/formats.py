"""How dates, numbers and names look to the reader: Jinja filters, by Babel wherever Babel knows.

Moments are shown in the time zone Flask-Babel has chosen (the cluster's), unless a filter is given another.
A value that is missing is shown as a dash, never as an empty place.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from flask import Flask
from flask_babel import get_locale, get_timezone, gettext, ngettext

from app.clock import utcnow

MISSING = "—"
NO_BREAK = "\u00a0"
THIN = "\u202f"
MINUS = "\u2212"
ROMAN = ("I", "II", "III", "IV")
SCHOOL_YEAR_STARTS_IN = 9


class Named(Protocol):
    """Whoever has a name; the patronymic may be absent."""

    surname: str
    name: str
    patronymic: str | None


class Located(Protocol):
    """A school, a centre or another organisation."""

    short_name: str


def page_language() -> str:
    """The language of the page, for `<html lang>`."""
    return str(_locale().language)


def _locale() -> Locale:
    locale = get_locale() or Locale("ru")
    # English pages serve the same people: 24 November and 14:05, not 11/24 and 2:05 PM.
    return Locale("en", "GB") if locale.language == "en" else locale


def local(moment: datetime, time_zone: str | None = None) -> datetime:
    """`moment` (aware) on the reader's clock."""
    return moment.astimezone(ZoneInfo(time_zone) if time_zone else get_timezone() or UTC)


def _day(value: date | datetime, time_zone: str | None) -> date:
    return local(value, time_zone).date() if isinstance(value, datetime) else value


# Dates and times


def date_long(value: date | datetime | None, time_zone: str | None = None) -> str:
    """24 ноября 2026 г."""
    if value is None:
        return MISSING
    return format_date(_day(value, time_zone), "long", _locale()).replace(" г.", f"{NO_BREAK}г.")


def date_short(value: date | datetime | None, time_zone: str | None = None) -> str:
    """24.11.2026"""
    if value is None:
        return MISSING
    locale = _locale()
    return format_date(_day(value, time_zone), "dd.MM.y" if locale.language == "ru" else "short", locale)


def day_month(value: date | datetime | None, time_zone: str | None = None) -> str:
    """24 ноября"""
    return MISSING if value is None else format_date(_day(value, time_zone), f"d{NO_BREAK}MMMM", _locale())


def weekday_date(value: date | datetime | None, time_zone: str | None = None) -> str:
    """вторник, 24 ноября"""
    if value is None:
        return MISSING
    return format_date(_day(value, time_zone), f"EEEE, d{NO_BREAK}MMMM", _locale())


def day_number(value: date | datetime, time_zone: str | None = None) -> str:
    """24: the upper line of a day badge."""
    return str(_day(value, time_zone).day)


def month_short(value: date | datetime, time_zone: str | None = None) -> str:
    """нояб: the lower line of a day badge."""
    return format_date(_day(value, time_zone), "d MMM", _locale()).split(" ")[1].rstrip(".")


def month_year(value: date | datetime, time_zone: str | None = None) -> str:
    """ноябрь 2026 г."""
    locale = _locale()
    pattern = f"LLLL y{NO_BREAK}'г'." if locale.language == "ru" else "LLLL y"
    return format_date(_day(value, time_zone), pattern, locale)


def clock_time(value: datetime | time | None, time_zone: str | None = None) -> str:
    """14:05"""
    if value is None:
        return MISSING
    shown = local(value, time_zone).time() if isinstance(value, datetime) else value
    return format_time(shown, "HH:mm", locale=_locale())


def datetime_long(value: datetime | None, time_zone: str | None = None) -> str:
    """24 ноября 2026 г., 14:05"""
    return MISSING if value is None else f"{date_long(value, time_zone)}, {clock_time(value, time_zone)}"


def datetime_short(value: datetime | None, time_zone: str | None = None) -> str:
    """24.11.2026 14:05"""
    return MISSING if value is None else f"{date_short(value, time_zone)} {clock_time(value, time_zone)}"


def relative_day(
    value: date | datetime | None, time_zone: str | None = None, now: datetime | None = None
) -> str:
    """сегодня, завтра, вчера, else the day and month, with the year where it is not this one."""
    if value is None:
        return MISSING
    day, today = _day(value, time_zone), local(now or utcnow(), time_zone).date()
    near: dict[int, str] = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if (day - today).days in near:
        return near[(day - today).days]
    return day_month(day) if day.year == today.year else date_long(day)


def date_range(first: date | datetime, last: date | datetime, time_zone: str | None = None) -> str:
    """1–15 сентября 2026 г.; 28 сентября – 3 октября 2026 г."""
    start, end = _day(first, time_zone), _day(last, time_zone)
    if start == end:
        return date_long(end)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{date_long(end)}"
    return f"{day_month(start) if start.year == end.year else date_long(start)} – {date_long(end)}"


def time_range(first: datetime, last: datetime, time_zone: str | None = None) -> str:
    """14:30–16:00"""
    return f"{clock_time(first, time_zone)}–{clock_time(last, time_zone)}"


def _last_day(deadline: date | datetime, time_zone: str | None) -> date:
    """A deadline of a day ends at its 24:00, which is 00:00 of the next day on the clock."""
    if not isinstance(deadline, datetime):
        return deadline
    return (local(deadline, time_zone) - timedelta(microseconds=1)).date()


def deadline(value: date | datetime | None, time_zone: str | None = None, *, has_year: bool = False) -> str:
    """до 30 апреля включительно; до 30 апреля, 14:00; among several years до 30 апреля 2026 г. включительно"""
    if value is None:
        return MISSING
    last = _last_day(value, time_zone)
    day = date_long(last) if has_year else day_month(last)
    if not isinstance(value, datetime) or local(value, time_zone).time() == time.min:
        return str(gettext("until the end of %(day)s", day=day))
    return str(gettext("until %(day)s, %(time)s", day=day, time=clock_time(value, time_zone)))


def time_left(value: datetime | None, time_zone: str | None = None, now: datetime | None = None) -> str:
    """осталось 3 дня: days of the calendar, hours on the last day, minutes in the last hour."""
    if value is None:
        return MISSING
    moment = now or utcnow()
    left = value - moment
    if left <= timedelta(0):
        return str(gettext("the time is over"))
    days = (_last_day(value, time_zone) - local(moment, time_zone).date()).days
    if days > 0:
        return str(ngettext("%(num)d day left", "%(num)d days left", days))
    hours = left // timedelta(hours=1)
    if hours > 0:
        return str(ngettext("%(num)d hour left", "%(num)d hours left", hours))
    return str(ngettext("%(num)d minute left", "%(num)d minutes left", max(1, left // timedelta(minutes=1))))


def quarter(value: date | datetime | None, time_zone: str | None = None) -> str:
    """IV квартал 2026 г."""
    if value is None:
        return MISSING
    day = _day(value, time_zone)
    return str(gettext("Quarter %(number)s of %(year)s", number=ROMAN[(day.month - 1) // 3], year=day.year))


def school_year(value: date | datetime | int, time_zone: str | None = None) -> str:
    """2026/27 учебный год, of a day or of the year it starts in."""
    if isinstance(value, int):
        start = value
    else:
        day = _day(value, time_zone)
        start = day.year if day.month >= SCHOOL_YEAR_STARTS_IN else day.year - 1
    return str(gettext("%(years)s school year", years=f"{start}/{(start + 1) % 100:02d}"))


# Numbers


def _is_missing(value: float | None) -> bool:
    return value is None or math.isnan(value)


def number(value: float | None, digits: int | None = None, *, sign: bool = False) -> str:
    """12 345,6: a decimal comma, thin spaces, a true minus; as many digits after the comma as asked."""
    if value is None or _is_missing(value):
        return MISSING
    pattern = "#,##0.###" if digits is None else f"#,##0.{'0' * digits}".rstrip(".")
    text = format_decimal(abs(value), pattern, _locale()).replace(NO_BREAK, THIN)
    if not any(letter in "123456789" for letter in text):
        return text
    return f"{MINUS if value < 0 else '+' if sign else ''}{text}"


def percent(value: float | None, digits: int = 1) -> str:
    """63,5 %, of a value between 0 and 100."""
    if _is_missing(value):
        return MISSING
    return f"{number(value, digits)}{NO_BREAK if _locale().language == 'ru' else ''}%"


def points(value: float | None, digits: int = 1) -> str:
    """+11,6 п. п.: a difference of two percentages."""
    if _is_missing(value):
        return MISSING
    unit = gettext("p.p.")
    return f"{number(value, digits, sign=True)}{NO_BREAK}{unit}"


def at_percent(value: float) -> str:
    """41.8%: a place on a chart that is 100 wide, in the notation of SVG and CSS."""
    return f"{min(max(value, 0.0), 100.0):.1f}%"


def file_size(count: int | None) -> str:
    """2,4 МБ"""
    if count is None:
        return MISSING
    size, unit = float(count), "byte"
    for larger in ("kilobyte", "megabyte", "gigabyte"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    digits = 1 if size < 10 and unit in ("megabyte", "gigabyte") else 0
    text = format_unit(round(size, digits), f"digital-{unit}", length="short", locale=_locale())
    return text.replace(" ", NO_BREAK)


# People


def full_name(person: Named) -> str:
    """Ветрова Анна Петровна"""
    return " ".join(part for part in (person.surname, person.name, person.patronymic) if part)


def first_names(person: Named) -> str:
    """Анна Петровна: how one is greeted."""
    return " ".join(part for part in (person.name, person.patronymic) if part)


def _initials(person: Named) -> str:
    names = [part for part in (person.name, person.patronymic) if part]
    return NO_BREAK.join("-".join(f"{half[0]}." for half in name.split("-") if half) for name in names)


def surname_initials(person: Named) -> str:
    """Ветрова А. П.: tables and lists."""
    return f"{person.surname}{NO_BREAK}{_initials(person)}".strip(NO_BREAK)


def initials_surname(person: Named) -> str:
    """А. П. Ветрова: signatures."""
    return f"{_initials(person)}{NO_BREAK}{person.surname}".strip(NO_BREAK)


def organisation_name(organisation: Located | None) -> str:
    """The short name, «ООШ № 24» kept in one line; nothing for whoever belongs nowhere."""
    return re.sub(r" ?№ ?(?=\d)", f"{NO_BREAK}№{NO_BREAK}", organisation.short_name) if organisation else ""


def phone_link(text: str) -> str:
    """+73843123456: what a telephone dials."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) == 11 and digits[0] in "78":
        return f"+7{digits[1:]}"
    return f"+{digits}" if text.strip().startswith("+") else digits


def phone(text: str | None) -> str:
    """+7 384 312-34-56; a number that is not Russian stays as it was typed."""
    if not text:
        return MISSING
    dialled = phone_link(text)
    if len(dialled) != 12 or not dialled.startswith("+7"):
        return text
    return f"+7{NO_BREAK}{dialled[2:5]}{NO_BREAK}{dialled[5:8]}-{dialled[8:10]}-{dialled[10:]}"


def first_message(errors: Iterable[Any] | Mapping[str, Any]) -> str:
    """The first sentence among a field's errors, which for compound fields lie nested."""
    for error in errors.values() if isinstance(errors, Mapping) else errors:
        nested = isinstance(error, (Mapping, list, tuple))
        message = first_message(error) if nested else str(error)
        if message:
            return message
    return ""


FILTERS = (
    date_long, date_short, day_month, weekday_date, day_number, month_short, month_year,
    clock_time, datetime_long, datetime_short, relative_day, date_range, time_range,
    deadline, time_left, quarter, school_year,
    number, percent, points, at_percent, file_size,
    full_name, first_names, surname_initials, initials_surname, organisation_name,
    phone, phone_link, first_message,
)  # fmt: skip


def register(app: Flask) -> None:
    """Give templates every filter by its name, and `page_language()`."""
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
    app.jinja_env.globals["page_language"] = page_language
