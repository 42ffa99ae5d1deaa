"""Columns of a table of the plan, with the headings people give them."""

from flask_babel import lazy_gettext as _

from app.imports.spec import Column

COLUMNS = (
    Column(
        "stage",
        _("Stage"),
        ("этап", "этапы", "этап программы", "раздел"),
        width=30,
        examples=("I. Организационный",),
    ),
    Column(
        "number",
        _("Number"),
        ("номер", "номер п/п", "номер пункта", "пункт", "n"),
        width=10,
        examples=("1.1",),
    ),
    Column(
        "title",
        _("What is done"),
        (
            "мероприятие",
            "мероприятия",
            "содержание",
            "содержание деятельности",
            "наименование мероприятия",
            "название",
            "вид деятельности",
            "содержание работы",
        ),
        is_required=True,
        width=50,
        examples=("Анализ условий в школах кластера",),
    ),
    Column(
        "period_text",
        _("Period in words"),
        (
            "срок",
            "сроки",
            "сроки реализации",
            "срок исполнения",
            "сроки проведения",
            "период",
            "дата",
            "сроки выполнения",
        ),
        note=_("As it is printed. «September 2026», «4th quarter of 2026» give the dates by themselves."),
        width=24,
        examples=("сентябрь–октябрь 2026",),
    ),
    Column(
        "from_on",
        _("Begins on"),
        ("начало", "дата начала", "с"),
        note=_("A date, if the words do not say it."),
        width=12,
    ),
    Column("until_on", _("Ends on"), ("окончание", "дата окончания", "срок до", "по", "до"), width=12),
    Column(
        "executor",
        _("Executor"),
        ("исполнитель", "исполнители", "ответственный", "ответственные", "ответственные исполнители"),
        width=28,
        examples=("руководители центров",),
    ),
    Column(
        "expected_result",
        _("Expected result"),
        ("ожидаемый результат", "результат", "ожидаемые результаты", "планируемый результат", "итог"),
        width=40,
        examples=("аналитическая справка",),
    ),
    Column(
        "state",
        _("State"),
        ("состояние", "статус", "отметка о выполнении", "выполнение"),
        is_listed=True,
        examples=("запланировано",),
    ),
    Column(
        "reason",
        _("Reason"),
        ("причина", "примечание", "примечания"),
        note=_("For a row that is moved or dropped."),
    ),
)
