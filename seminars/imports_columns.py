"""Columns of a table of sessions, with the headings people give them."""

from flask_babel import lazy_gettext as _

from app.imports.spec import Column

COLUMNS = (
    Column(
        "day",
        _("Date"),
        ("дата", "день", "дата проведения"),
        is_required=True,
        width=14,
        examples=("24.11.2026",),
    ),
    Column(
        "starts",
        _("Begins at"),
        ("начало", "время", "время начала", "время проведения"),
        is_required=True,
        note=_("14:30, or the beginning and the end at once: 14:30–16:00."),
        width=14,
        examples=("14:30",),
    ),
    Column("ends", _("Ends at"), ("окончание", "конец", "время окончания"), width=14, examples=("16:00",)),
    Column(
        "form",
        _("Form"),
        ("форма", "форма проведения", "формат", "вид"),
        is_required=True,
        is_listed=True,
        examples=("мастер-класс",),
    ),
    Column(
        "title",
        _("Topic"),
        ("тема", "название", "тема занятия", "мероприятие"),
        is_required=True,
        width=44,
        examples=("Цифровая лаборатория на уроке физики",),
    ),
    Column(
        "competences",
        _("Competences"),
        ("компетенция", "компетенции"),
        note=_("Several are separated by semicolons."),
        width=36,
    ),
    Column(
        "place",
        _("Where"),
        ("место", "место проведения", "площадка", "школа"),
        is_listed=True,
        note=_("A school of the cluster, with a room after a comma; or «online»."),
        width=28,
    ),
    Column("room", _("Room"), ("кабинет", "аудитория"), width=14),
    Column("online_url", _("Link for joining online"), ("ссылка", "ссылка на подключение"), width=30),
    Column(
        "host",
        _("Host"),
        ("ведущий", "ведущие", "ответственный", "фио ведущего"),
        note=_("Surname and first name as in the list of teachers."),
        width=30,
        examples=("Ветрова Анна Петровна",),
    ),
    Column(
        "capacity",
        _("Number of places"),
        ("мест", "количество мест", "кол во мест", "число мест", "вместимость"),
        width=12,
        examples=("20",),
    ),
    Column(
        "subjects",
        _("Subjects"),
        ("предмет", "предметы", "для кого", "аудитория слушателей"),
        note=_("Empty means that everybody is invited."),
        width=26,
    ),
    Column("summary", _("What it is about"), ("описание", "содержание", "аннотация"), width=44),
)
