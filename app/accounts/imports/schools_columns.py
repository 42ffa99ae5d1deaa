"""Columns of a list of schools and their centres, with the headings people give them."""

from flask_babel import lazy_gettext as _

from app.imports.spec import Column

COLUMNS = (
    Column(
        "name",
        _("Full name"),
        (
            "наименование оо",
            "название",
            "школа",
            "оо",
            "образовательная организация",
            "организация",
            "наименование организации",
            "полное наименование организации",
            "наименование",
            "учреждение",
        ),
        is_required=True,
        note=_("As in documents: МБОУ «СОШ № 22»."),
        width=44,
        examples=("МБОУ «СОШ № 22»",),
    ),
    Column(
        "short_name",
        _("Short name"),
        ("сокращенное наименование", "кратко", "сокращение", "краткое название"),
        note=_("For lists and tables: СОШ № 22. If empty, it is taken from the full name."),
        width=26,
        examples=("СОШ № 22",),
    ),
    Column("address", _("Address"), ("адрес", "местонахождение", "юридический адрес"), width=36),
    Column(
        "email",
        _("E-mail"),
        ("почта", "электронная почта", "эл почта", "email", "e mail", "e mail школы"),
        width=28,
    ),
    Column(
        "pupils",
        _("Pupils"),
        (
            "обучающихся",
            "учеников",
            "количество обучающихся",
            "кол во обучающихся",
            "число обучающихся",
            "контингент",
        ),
        width=12,
    ),
    Column(
        "staff",
        _("Teaching staff"),
        ("педагогов", "количество педагогов", "число педагогов", "педагогических работников"),
        width=14,
    ),
    Column(
        "centre",
        _("Growth Point centre"),
        ("центр", "точка роста", "центр точка роста", "профиль центра", "направленность центра", "профиль"),
        is_listed=True,
        note=_("The profile of the school's centre; empty if there is none."),
        width=40,
        examples=("естественно-научная и технологическая направленности",),
    ),
    Column(
        "opened_year",
        _("Year the centre opened"),
        ("год открытия", "год открытия центра", "год создания центра"),
        width=14,
        examples=("2021",),
    ),
)
