"""The plan taken over from the table it was written in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from app.accounts.models import Cluster
from app.imports.cells import is_nothing, parse_date, word_key
from app.imports.spec import Act, Checked, Context, Spec, Table, TableRow
from app.permissions import Actor, Permission
from programme import services
from programme.imports_columns import COLUMNS
from programme.models import STATES_WITH_REASON, PlanItem, PlanItemState
from programme.periods import find_oddity, parse_period
from programme.queries import list_cluster_plan
from programme.services import PlanItemData
from programme.state_names import ODDITY_NAMES, STATE_NAMES

_STATE_WORDS: dict[str, PlanItemState] = {
    "запланировано": PlanItemState.PLANNED,
    "не начато": PlanItemState.PLANNED,
    "в работе": PlanItemState.IN_PROGRESS,
    "выполняется": PlanItemState.IN_PROGRESS,
    "выполнено": PlanItemState.DONE,
    "проведено": PlanItemState.DONE,
    "готово": PlanItemState.DONE,
    "перенесено": PlanItemState.MOVED,
    "снято": PlanItemState.DROPPED,
    "отменено": PlanItemState.DROPPED,
}


@dataclass(frozen=True)
class PlanRow:
    """What a row gives: columns with a value only, so that an empty cell erases nothing."""

    given: Mapping[str, Any]
    state: PlanItemState | None
    reason: str | None
    item: PlanItem | None = None


class Plan(Spec):
    """The plan of joint activity."""

    kind = "plan"
    permission = Permission.PLAN_MANAGE
    title = _("Plan of joint activity")
    row_title = _("Plan item")
    lead = _("Rows of the plan with stages, periods and executors, as they stand in the programme.")
    file_name = _("plan-template")
    list_endpoint = "plan.index"
    columns = COLUMNS

    def allowed_values(self, cluster: Cluster, today: date) -> dict[str, list[str]]:
        return {"state": [str(name) for name in STATE_NAMES.values()]}

    def check(self, table: Table, context: Context) -> list[Checked]:
        checked, stage = [], ""
        for row in table.rows:
            if heading := _stage_heading(row):
                stage = heading  # in paper plans a stage is a row of its own above its items
            else:
                checked.append(_read(row, stage))
        _find_items(
            [row for row in checked if row.act is not Act.LEAVE], list_cluster_plan(context.cluster.id)
        )
        return checked

    def apply(self, rows: Iterable[Checked], context: Context, actor: Actor | None) -> None:
        for row in rows:
            _apply(row.data, context, actor)


def _stage_heading(row: TableRow) -> str | None:
    filled = [text for text in row.cells.values() if text]
    if len(filled) == 1 and "этап" in word_key(filled[0]).split():
        return filled[0]
    return None


def _read(row: TableRow, stage: str) -> Checked:
    checked = Checked(row.line, row["title"][:120])
    if not row["title"]:
        checked.error(_("the row does not say what is done"))
    first, last = _period(row, checked)
    given = {
        "title": row["title"],
        "number": row["number"].rstrip("."),
        "stage": row["stage"] or stage,
        "period_text": row["period_text"],
        "from_on": first,
        "until_on": last,
        "executor": row["executor"],
        "expected_result": row["expected_result"],
    }
    state, reason = _state(row, checked)
    checked.data = PlanRow({key: value for key, value in given.items() if value}, state, reason)
    return checked


def _period(row: TableRow, checked: Checked) -> tuple[date | None, date | None]:
    """Dates of their own columns, else those the words give; odd ones are told, not refused."""
    written = parse_period(row["period_text"]) or (None, None)
    dates = []
    for key, otherwise in zip(("from_on", "until_on"), written, strict=True):
        day = parse_date(row[key]) if row[key] else otherwise
        if day is None and not is_nothing(row[key]):
            checked.warn(_("date «%(text)s» is not understood and is left empty", text=row[key]))
        dates.append(day)
    if oddity := find_oddity(dates[0], dates[1]):
        checked.warn(ODDITY_NAMES[oddity])
    return dates[0], dates[1]


def _state(row: TableRow, checked: Checked) -> tuple[PlanItemState | None, str | None]:
    text, reason = row["state"], row["reason"] or None
    if is_nothing(text):
        return None, None
    known = {word_key(str(name)): state for state, name in STATE_NAMES.items()} | _STATE_WORDS
    state = known.get(word_key(text))
    if state is None:
        checked.warn(_("state «%(text)s» is not understood and is left as it is", text=text))
    elif state in STATES_WITH_REASON and reason is None:
        checked.error(_("the item is moved or dropped, the reason is missing"))
    return state, reason if state in STATES_WITH_REASON else None


def _find_items(rows: Sequence[Checked], items: Sequence[PlanItem]) -> None:
    """Pair rows with stored items of the same stage, number and title; each item is taken once."""
    stored: dict[tuple[str, str], list[PlanItem]] = defaultdict(list)
    for known in items:
        stored[_key(known.number, known.title)].append(known)
    for row in rows:
        given = row.data.given
        same = stored[_key(given.get("number"), given["title"])]
        stage = word_key(given.get("stage", ""))
        item = next(
            (i for i in same if word_key(i.stage or "") == stage), same[0] if same and not stage else None
        )
        if item is not None:
            same.remove(item)
            row.data = replace(row.data, item=item)
            row.act = Act.UPDATE if _changes(row.data, item) else Act.NOTHING


def _key(number: str | None, title: str) -> tuple[str, str]:
    return word_key(number or ""), word_key(title)


def _changes(data: PlanRow, item: PlanItem) -> bool:
    is_moved_on = data.state is not None and (data.state, data.reason) != (item.state, item.state_reason)
    return is_moved_on or any(getattr(item, key) != value for key, value in data.given.items())


def _apply(data: PlanRow, context: Context, actor: Actor | None) -> None:
    item = data.item
    if item is None:
        item = services.add_item(context.cluster.id, PlanItemData(**data.given), actor=actor, now=context.now)
    else:
        corrected = replace(PlanItemData.of(item), **data.given)
        services.update_item(item, corrected, actor=actor, now=context.now)
    if data.state is not None and (data.state, data.reason) != (item.state, item.state_reason):
        services.change_state(item, data.state, reason=data.reason, actor=actor, now=context.now)


PLAN = Plan()
