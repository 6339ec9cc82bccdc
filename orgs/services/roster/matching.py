"""Which unit each row of a 团组织花名册 means: that of its stamp, of its code, or of its name under its superior."""

from collections.abc import Iterator, Mapping, Sequence

from orgs.services.roster.naming import AMBIGUOUS, UNKNOWN, UnitNames, fold_unit
from orgs.services.roster.values import level_of
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, SheetContext, SheetRow
from youthleague.kernel.stamps import STALE

NO_NAME = Finding("column.required", "没有写团组织全称；请填写全称。")
NO_SUPERIOR = Finding("column.required", "没有写上级团组织；新登记的团组织必须填写。")
DUPLICATE = "与第 %(row)s 行是同一个团组织；请删去其中一行。"
SAME_CODE = "与第 %(row)s 行的机构代码相同；请核对。"
CODE_TAKEN = Finding("org.code_taken", "这个机构代码已是另一个团组织的；请核对。")
NAME_SHARED = Finding("organisation.ambiguous", "有 %(count)s 个团组织都叫这个名称；请填写上级团组织，或填写机构代码。")
MOVED = Finding(
    "org.move",
    "上级与登记的不同；改隶会连同下级和任职一起划转，请在该团组织的页面上用“改隶”办理，这里写回原来的上级“%(path)s”。",
)
CIRCLE = Finding("org.parent", "上级团组织绕了一圈回到自己；请核对这几行的上级。")


def match_units(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Say of each row which unit it means, at which version; of a new one where it is to stand."""
    names = UnitNames(context)
    for row in rows:
        row.target = {}
        _aim(row, names)
    fresh = [row for row in rows if not row.target and _has_name(row)]
    known = [row for row in rows if row.target]
    _refuse_twins(known)
    _refuse_codes(rows, names)
    for row in known:
        _check_superior(row, names)
    _place(fresh, known, names)


def _has_name(row: SheetRow) -> bool:
    return "name" in row.values and not any(one.column == "name" for one in row.errors)


def _aim(row: SheetRow, names: UnitNames) -> None:
    if row.record is not None:
        key = row.record.key
        if key in names.units:
            _set_target(row, key, row.record.versions[0])
        else:
            row.refuse_reading("name", STALE)
        return
    by_code = _inside(names.by_code.get(row.values.get("code", ""), []), names)
    found = by_code if len(by_code) == 1 else _by_name(row, names)
    if len(found) == 1:
        _set_target(row, found[0], names.units[found[0]].version)
    elif found:
        row.refuse_reading("name", NAME_SHARED.about(count=len(found)))
    elif "name" not in row.values and "name" not in row.unread:
        row.refuse_reading("name", NO_NAME)


def _set_target(row: SheetRow, key: int, version: int) -> None:
    row.target = {"appointment": key, "version": version}


def _by_name(row: SheetRow, names: UnitNames) -> list[int]:
    """Give the units of this name: under the superior that is written, or anywhere where none is."""
    found = _inside(names.by_name.get(fold_unit(row.values.get("name", "")), []), names)
    if "superior" in row.unread:
        return []
    if "superior" not in row.values:
        return found
    above = set(names.find(row.values["superior"]))
    return [pk for pk in found if names.units[pk].parent_id in above]


def _inside(keys: Sequence[int], names: UnitNames) -> list[int]:
    return [pk for pk in keys if names.units[pk].in_unit]


def _refuse_twins(known: Sequence[SheetRow]) -> None:
    first: dict[int, SheetRow] = {}
    for row in known:
        twin = first.setdefault(row.target["appointment"], row)
        if twin is not row:
            row.refuse_reading("name", Finding("row.duplicate", DUPLICATE, {"row": twin.number}))


def _refuse_codes(rows: Sequence[SheetRow], names: UnitNames) -> None:
    """Refuse a code that is another unit's, or stands in the file twice."""
    first: dict[str, SheetRow] = {}
    for row in (row for row in rows if row.values.get("code")):
        code = row.values["code"]
        twin = first.setdefault(code, row)
        if twin is not row:
            row.refuse_reading("code", Finding("row.duplicate", SAME_CODE, {"row": twin.number}))
        holders = set(names.by_code.get(code, ())) - {row.target.get("appointment")}
        if holders and row.target.get("appointment") not in names.by_code[code]:
            row.refuse_reading("code", CODE_TAKEN)


def _check_superior(row: SheetRow, names: UnitNames) -> None:
    """Refuse another superior than the one on file: a move is an act of its own."""
    if "superior" not in row.values:
        return
    unit = names.units[row.target["appointment"]]
    path = names.path(unit.parent_id)
    found = names.find(row.values["superior"])
    if unit.parent_id in found:
        row.values["superior"] = path
    elif found:
        row.refuse_reading("superior", MOVED.about(path=path))
    else:
        row.refuse_reading("superior", UNKNOWN)


# ---- new units ---------------------------------------------------------------------
def _place(fresh: Sequence[SheetRow], known: Sequence[SheetRow], names: UnitNames) -> None:
    """Find the superiors of new units: on file, under the name that a row gives one, or a new one of the file."""
    for row in fresh:
        row.change = Change.NEW
        row.target = {"appointment": None, "parent": None, "parent_row": None, "above": None}
    renamed = {fold_unit(row.values["name"]): row.target["appointment"] for row in known if "name" in row.values}
    for row in fresh:
        if "superior" in row.values:
            _find_superior(row, fresh, renamed, names)
        elif "superior" not in row.unread:
            row.refuse_reading("superior", NO_SUPERIOR)
    by_number = {row.number: row for row in fresh}
    for row in fresh:
        if row.number in _rows_above(row, by_number):
            row.refuse_reading("superior", CIRCLE)
    _refuse_new_twins(fresh)


def _find_superior(row: SheetRow, fresh: Sequence[SheetRow], renamed: Mapping[str, int], names: UnitNames) -> None:
    key = fold_unit(row.values["superior"])
    found = _inside(names.find(row.values["superior"]), names)
    if not found and key in renamed:
        found = [renamed[key]]
    if len(found) == 1:
        row.target["parent"] = found[0]
        return
    rows = [] if found else [other for other in fresh if _is_called(other, key)]
    if len(rows) == 1:
        row.target["parent_row"] = rows[0].number
        row.target["above"] = {"kind": rows[0].values.get("kind"), "level": level_of(rows[0].values)}
        return
    count = len(found) or len(rows)
    row.refuse_reading("superior", AMBIGUOUS.about(count=count) if count else UNKNOWN)


def _is_called(row: SheetRow, key: str) -> bool:
    """Tell whether a row is the unit that a folded name, code or path means."""
    name = fold_unit(row.values["name"])
    path = fold_unit(f"{row.values.get('superior', '')}/{row.values['name']}")
    return key in {name, path, fold_unit(row.values.get("code", "") or name)}


def _rows_above(row: SheetRow, by_number: Mapping[int, SheetRow]) -> Iterator[int]:
    met: set[int] = set()
    above = row.target["parent_row"]
    while above is not None and above not in met:
        met.add(above)
        yield above
        above = by_number[above].target["parent_row"]


def _refuse_new_twins(fresh: Sequence[SheetRow]) -> None:
    first: dict[tuple[object, object, str], SheetRow] = {}
    for row in fresh:
        key = (row.target["parent"], row.target["parent_row"], fold_unit(row.values["name"]))
        twin = first.setdefault(key, row)
        if twin is not row:
            row.refuse_reading("name", Finding("row.duplicate", DUPLICATE, {"row": twin.number}))
