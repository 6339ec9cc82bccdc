"""Stamps (核对码): signed for the rows that leave the portal, and taken at their word only inside the scope."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import CellFinding, Recorded, SheetContext, SheetKind, SheetRow
from youthleague.kernel.stamps import STALE, Stamp, digest_of, read_stamp
from youthleague.protection.seal import sign, verify

_PURPOSE = "sheets.stamp"
_SEPARATOR = "~"
UNKNOWN = Finding(
    "stamp.unknown",
    "这一行的核对码在您管理的范围内用不上；请在新下载的更新模板上修改，"
    "或取消隐藏“核对码”一列、清空这一格，按身份证号等内容导入。",
)
_DOUBLED = "与第 %(row)s 行的核对码相同，只能留一行；新增的行请写在空白行里，不要复制原有的行。"
OVER = Finding(
    "stamp.over",
    "下载后已被他人修改：这一行的记录已经结束，不能再改；请删去这一行，再次登记的写在空白行里。",
)
KEPT = Finding("stamp.kept", "下载后已被他人修改；您没有改动这一行，保留现在的内容。")
MASKED = Finding("cell.masked", "这一格的号码隐去了中间几位，与现有的对不上；不改动的请留空，要改的请填写完整号码。")


def stamp_text(kind: SheetKind, record: Recorded, texts: Mapping[str, str]) -> str:
    """Write the signed stamp of a row that is exported with these texts by column name."""
    stamp = str(Stamp(kind.code, record.key, record.versions, digest_of(texts)))
    return f"{stamp}{_SEPARATOR}{sign(stamp, purpose=_PURPOSE)}"


def verified_stamp(signed: str, kind: SheetKind) -> Stamp | None:
    """Give a stamp of the kind that we have signed; None for any other text."""
    text, _, signature = signed.partition(_SEPARATOR)
    stamp = read_stamp(text)
    if stamp is None or stamp.kind != kind.code or not verify(text, signature, purpose=_PURPOSE):
        return None
    return stamp


def refuse_stamp(row: SheetRow, kind: SheetKind, finding: Finding = UNKNOWN) -> None:
    """Refuse a row for its stamp; that its numbers are masked is not said beside it."""
    row.refuse_reading(kind.identity[0], finding)
    row.written |= row.masked
    row.masked, row.is_untouched = {}, False


def settle_stamps(rows: Sequence[SheetRow], kind: SheetKind, context: SheetContext) -> None:
    """Find the records that stamps name, and say of each stamped row what it leaves as it is.

    A stamp that was forged, of another kind, or of a record outside the scope are told in one sentence.
    """
    by_key: dict[int, list[SheetRow]] = defaultdict(list)
    for row in rows:
        if row.stamp is not None:
            by_key[row.stamp.key].append(row)
    found = {one.key: one for one in kind.recorded(sorted(by_key), context)} if by_key else {}
    for key, own in by_key.items():
        for row in own:
            _settle(row, own, found.get(key), kind)
    for row in rows:
        for name in row.masked:
            row.cell_findings.append(CellFinding(name, MASKED))
        row.written |= row.masked


def refuse_stale(row: SheetRow, kind: SheetKind) -> None:
    """Refuse the cells of a checked row that would undo what somebody else has changed since the export."""
    changed = {one.column for one in row.differences} & row.stale if row.stale else ()
    for name in (column.name for column in kind.columns if column.name in changed):
        row.refuse(name, STALE)


def _settle(row: SheetRow, own: Sequence[SheetRow], record: Recorded | None, kind: SheetKind) -> None:
    twin = next((other for other in own if other is not row), None)
    if record is None:
        refuse_stamp(row, kind)
    elif twin is not None:
        refuse_stamp(row, kind, Finding("stamp.doubled", _DOUBLED, {"row": twin.number}))
    elif record.is_over:
        refuse_stamp(row, kind, OVER)
    else:
        _take(row, record, kind)


def _take(row: SheetRow, record: Recorded, kind: SheetKind) -> None:
    seen = row.stamp.versions if row.stamp else ()
    row.record, row.stale = record, kind.moved(seen, record.versions)
    if row.is_untouched and not row.fixes:
        _keep(row, record, kind)
    else:
        _fill(row, record, kind)


def _keep(row: SheetRow, record: Recorded, kind: SheetKind) -> None:
    """Let a row that was not touched say what is stored now, whatever it said when it was exported."""
    row.values, row.masked, row.written = dict(record.values), {}, {}
    row.cleared = row.unread = frozenset()
    row.cell_findings = []
    if row.stale:
        row.cell_findings.append(CellFinding(kind.identity[0], KEPT, blocking=False))


def _fill(row: SheetRow, record: Recorded, kind: SheetKind) -> None:
    """Take from the record what identifies it and was left blank, and the numbers whose masks were left alone."""
    for name in kind.identity:
        if name not in row.values and name not in row.unread and name not in row.cleared and name in record.values:
            row.values[name] = record.values[name]
    same = [name for name, text in row.masked.items() if text == kind.column(name).mask(record.values.get(name))]
    for name in same:
        row.values[name] = record.values[name]
        del row.masked[name]
    row.unread -= set(same)
    for name in row.stale & row.masked.keys():
        row.refuse_reading(name, STALE)
        row.written[name] = row.masked.pop(name)
