"""Whose marks each row means: those of its stamp, or of the person whom it names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from appraisal.fields import IDENTITY
from appraisal.models import Participant
from appraisal.services.keeping import SELF
from appraisal.services.mark_rows.keys import Place, key_of, marks_of, people_to_mark, place_of
from orgs.access import is_same_person
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Recorded, SheetContext, SheetRow

MISSING = {
    "name": Finding("column.required", "没有写姓名。"),
    "organisation": Finding("column.required", "没有写单位；请填写团组织的名称。"),
    "period": Finding("column.required", "没有写期次；请写“2026年第三季度”，按月评的写“2026年9月”。"),
    "component": Finding("column.required", "没有写项目；请填写“领导评鉴”或“机关干事赋分”。"),
}
NO_RIGHT = Finding("mark.right", "您不评这一项。")
UNKNOWN = Finding("mark.unknown", "这个团组织里没有这位参评人员，或不归您评；请核对姓名、单位和年度。")
SEVERAL = Finding("mark.several", "这个团组织里有几位同名的参评人员；请用下载的更新模板填写。")
PERIODS = Finding("mark.period", "这一组一年评 %(periods)d 期，没有这一期。")
MOVED = Finding("mark.row_moved", "这一行下载时是另一位同志或另一期的；要评别的，请写在空白行里，这里写回原来的内容。")
DUPLICATE = "与第 %(row)s 行是同一位同志的同一期；请合成一行。"
_Named = Mapping[tuple[int, int, int, str], Sequence[Participant]]


def match_marks(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Say of each row whose marks of which period it means, at which versions (0: not given yet)."""
    for row in rows:
        row.target = {}
        if row.record is not None:
            _aim_at(row, row.record)
    typed = [row for row in rows if row.stamp is None and row.record is None and _is_whole(row)]
    named = _named(typed, context)
    for row in typed:
        _aim(row, named, context)
    _see_versions([row for row in typed if row.target], context)
    _refuse_twins(rows)


def _is_whole(row: SheetRow) -> bool:
    for name, finding in MISSING.items():
        if name not in row.values and name not in row.unread:
            row.refuse_reading(name, finding)
    return MISSING.keys() <= row.values.keys()


def _named(rows: Sequence[SheetRow], context: SheetContext) -> _Named:
    """Give who may be meant: by component, year, unit and name, in the scope in which the component may be marked."""
    found: dict[tuple[int, int, int, str], list[Participant]] = defaultdict(list)
    for component in {row.values["component"] for row in rows}:
        own = [row.values for row in rows if row.values["component"] == component]
        for scope in people_to_mark(context, component).values():
            people = Participant.objects.visible_to(scope).appraised().select_related("cadre", "cycle", "group")
            people = people.filter(
                cycle__year__in={one["period"].year for one in own},
                organisation__in={one["organisation"] for one in own},
                cadre__name__in={one["name"] for one in own},
            )
            for one in people:
                found[component, one.cycle.year, one.organisation_id, one.cadre.name].append(one)
    return found


def _aim(row: SheetRow, named: _Named, context: SheetContext) -> None:
    said = row.values
    people = named.get((said["component"], said["period"].year, said["organisation"], said["name"]), ())
    scopes = people_to_mark(context, said["component"]).values()
    if not any(scope.grants for scope in scopes):
        row.refuse_reading("component", NO_RIGHT)
    elif len(people) != 1:
        row.refuse_reading("name", SEVERAL if people else UNKNOWN)
    elif is_same_person(context.by, people[0].cadre):
        row.refuse_reading("name", SELF)
    elif people[0].group.periods != said["period"].periods:
        row.refuse_reading("period", PERIODS.about(periods=people[0].group.periods))
    else:
        place = Place(people[0].pk, said["component"], said["period"].number)
        row.target = _target(place, [0, 0], is_listed=False)


def _aim_at(row: SheetRow, record: Recorded) -> None:
    """Take the row of a stamp for what it was when it left the portal; another person or period is another row."""
    for name in IDENTITY:
        if name in row.values and row.values[name] != record.values[name]:
            row.refuse_reading(name, MOVED)
    row.target = {"appointment": record.key, "versions": [*record.versions], "is_listed": True}


def _target(place: Place, versions: list[int], *, is_listed: bool) -> dict[str, Any]:
    return {"appointment": key_of(place), "versions": versions, "is_listed": is_listed}


def _see_versions(rows: Sequence[SheetRow], context: SheetContext) -> None:
    from_key = {row.number: _place(row) for row in rows}
    marks = marks_of(from_key.values(), context.by)
    for row in rows:
        own = marks.get(from_key[row.number], {})
        row.target["versions"] = [own[one].version if one in own else 0 for one in (1, 2)]


def _place(row: SheetRow) -> Place:
    return place_of(row.target["appointment"])


def _refuse_twins(rows: Sequence[SheetRow]) -> None:
    first: dict[int, SheetRow] = {}
    for row in (row for row in rows if row.target):
        twin = first.setdefault(row.target["appointment"], row)
        if twin is not row:
            row.refuse_reading("name", Finding("row.duplicate", DUPLICATE, {"row": twin.number}))
