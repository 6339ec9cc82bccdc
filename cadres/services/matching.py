"""What each row of a roster means: a new person, a known post, a changed one or one more（花名册行的对应关系）.

The identity of a row is person + organisation + league post. A name alone never matches.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from cadres.services.fields import PERSON_COLUMNS, index_of
from cadres.services.known import Held, Known, known_people
from youthleague.kernel.dates import PartialDate, same_date
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Decision, SheetContext, SheetRow

ELSEWHERE = Finding("person.elsewhere", "该人员已在其他单位登记，请联系上级团委办理调入。")
DUPLICATE = "与第 %(row)s 行重复：同一人、同一团组织、同一职务；请删去其中一行。"
CONTRADICTION = "与第 %(row)s 行是同一个身份证号，但%(title)s不同；请核对是不是同一个人。"
REQUIRED_NUMBER = Finding("column.required", "没有身份证号就无法确定是谁；请填写身份证号。")
REQUIRED_UNIT = Finding("column.required", "没有写所在团组织；请填写团组织全称。")
REQUIRED_POST = Finding("column.required", "没有写团内职务；请填写团内职务。")


def match_roster(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Set each row's target, options and preset decision; find doubled and contradictory rows of one file."""
    indexes = {row.number: index_of(row.values["id_number"]) for row in rows if "id_number" in row.values}
    known = known_people(set(indexes.values()), context)
    mentioned = _mentioned(rows, indexes)
    for row in rows:
        if row.number in indexes and {"organisation", "league_post"} <= row.values.keys():
            index = indexes[row.number]
            _aim(row, index, known.get(index), mentioned[index])
        else:
            _require_identity(row)
    _compare_within_file(rows, indexes)


def _aim(row: SheetRow, index: str, person: Known | None, mentioned: set[tuple[int, str]]) -> None:
    row.target = {"index": index, "cadre": None, "appointment": None, "facts": True}
    if person is None:
        row.change = Change.NEW
        return
    if not person.is_ours:
        row.refuse_reading("id_number", ELSEWHERE)
        return
    row.target |= {"cadre": person.pk, "cadre_version": person.version, "facts": person.may_edit_facts}
    row.target["has_main"] = any(post.is_main for post in person.posts)
    triple = (row.values["organisation"], row.values["league_post"])
    same = next((post for post in person.posts if post.triple == triple), None)
    if same is not None:
        _set_post(row, same)
        return
    _aim_at_absent(row, [post for post in person.in_scope if post.triple not in mentioned])


def _aim_at_absent(row: SheetRow, absent: Sequence[Held]) -> None:
    """Take the one post in force that the file leaves out as the one changed; of several, let her choose."""
    if not absent:
        row.decision = Decision.ADDITION
        return
    row.options = (Decision.CORRECTION, Decision.CHANGE, Decision.ADDITION)
    if len(absent) == 1:
        _set_post(row, absent[0])
        row.decision = Decision.CHANGE
        return
    row.target["candidates"] = [[post.pk, post.version, post.is_main] for post in absent]


def _set_post(row: SheetRow, post: Held) -> None:
    row.target |= {"appointment": post.pk, "appointment_version": post.version, "is_main": post.is_main}


def _require_identity(row: SheetRow) -> None:
    for name, finding in (
        ("id_number", REQUIRED_NUMBER),
        ("organisation", REQUIRED_UNIT),
        ("league_post", REQUIRED_POST),
    ):
        if name not in row.values and name not in row.unread:
            row.refuse_reading(name, finding)


def _mentioned(rows: Iterable[SheetRow], indexes: dict[int, str]) -> dict[str, set[tuple[int, str]]]:
    triples: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for row in rows:
        if row.number in indexes:
            triples[indexes[row.number]].add((row.values.get("organisation", 0), row.values.get("league_post", "")))
    return triples


def _compare_within_file(rows: Sequence[SheetRow], indexes: dict[int, str]) -> None:
    first: dict[str, SheetRow] = {}
    triples: dict[tuple[Any, ...], SheetRow] = {}
    for row in rows:
        if row.number not in indexes:
            continue
        index = indexes[row.number]
        earlier = first.setdefault(index, row)
        if earlier is not row:
            _contradict(row, earlier)
            row.target["follows"] = earlier.number
        triple = (index, row.values.get("organisation"), row.values.get("league_post"))
        twin = triples.setdefault(triple, row)
        if twin is not row:
            row.refuse_reading("id_number", Finding("row.duplicate", DUPLICATE, {"row": twin.number}))


def _contradict(row: SheetRow, earlier: SheetRow) -> None:
    for name in PERSON_COLUMNS:
        ours, theirs = row.values.get(name), earlier.values.get(name)
        if ours is not None and theirs is not None and _differ(ours, theirs):
            params = {"row": earlier.number, "title": "姓名" if name == "name" else "个人信息"}
            row.refuse_reading(name, Finding("row.contradiction", CONTRADICTION, params))
            return


def _differ(ours: object, theirs: object) -> bool:
    if isinstance(ours, PartialDate) and isinstance(theirs, PartialDate):
        return not same_date(ours, theirs)
    return ours != theirs


def post_key(row: SheetRow) -> int | None:
    """Give the post that a row is about: the one chosen, else the one found."""
    chosen = row.target.get("chosen")
    return chosen if chosen is not None else row.target.get("appointment")


def post_version(row: SheetRow) -> int:
    """Give the version at which that post was seen."""
    for pk, version, _is_main in row.target.get("candidates", ()):
        if pk == row.target.get("chosen"):
            return int(version)
    return int(row.target["appointment_version"])
