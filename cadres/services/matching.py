"""What each row of a roster means: a new person, a known post, a changed one or one more（花名册行的对应关系）.

The identity of a row is person + organisation + league post. A name alone never matches.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cadres.choices import RETAINING
from cadres.fields import COLUMN_BY_NAME
from cadres.services.fields import PERSON_COLUMNS, index_of
from cadres.services.known import Held, Known, known_people
from youthleague.kernel.dates import PartialDate, same_date
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Decision, SheetContext, SheetRow

ELSEWHERE = Finding("person.elsewhere", "该人员已在其他单位登记，请联系上级团委办理调入。")
DUPLICATE = "与第 %(row)s 行重复：同一人、同一团组织、同一职务；请删去其中一行。"
CONTRADICTION = "与第 %(row)s 行是同一个身份证号，但%(title)s不同；请核对是不是同一个人。"
MEMBERSHIP_CONTRADICTS = Finding(
    "membership.contradicts", "政治面貌写着保留团籍，这一列却说没有；请核对是哪一个写错了。"
)
REQUIRED_IDENTITY = {
    "id_number": Finding("column.required", "没有身份证号就无法确定是谁；请填写身份证号。"),
    "organisation": Finding("column.required", "没有写所在团组织；请填写团组织全称。"),
    "league_post": Finding("column.required", "没有写团内职务；请填写团内职务。"),
}
Triple = tuple[int, str]


def match_roster(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Set each row's target, options and preset decision; find doubled and contradictory rows of one file."""
    by_index: dict[str, list[SheetRow]] = defaultdict(list)
    lost: set[str] = set()
    for row in rows:
        _spell_out(row)
        _require_identity(row)
        if "id_number" in row.values:
            by_index[index_of(row.values["id_number"])].append(row)
        elif "name" in row.values:
            lost.add(row.values["name"])
    known = known_people(by_index.keys(), context)
    for index, own in by_index.items():
        _contradict(own)
        _aim(own, index, known.get(index), is_unsure=any(row.values.get("name") in lost for row in own))


def post_key(row: SheetRow) -> int | None:
    """Give the post that a row is about: the one chosen, else the one found."""
    chosen = row.target.get("chosen")
    return chosen if chosen is not None else row.target.get("appointment")


def post_version(row: SheetRow) -> int:
    """Give the version at which that post was seen."""
    for pk, version, *_ in row.target.get("candidates", ()):
        if pk == row.target.get("chosen"):
            return int(version)
    return int(row.target["appointment_version"])


def is_registered(row: SheetRow) -> bool:
    """Tell whether a row enters its person, for the first time or back to office, rather than changing a known one."""
    return "index" in row.target and (row.target["cadre"] is None or row.target["returns"])


def _spell_out(row: SheetRow) -> None:
    """Take 党员（保留团籍）apart: a political status, and the League membership that the next column asks for."""
    status = row.values.get("political_status")
    if status not in RETAINING:
        return
    row.values["political_status"] = RETAINING[status]
    if "retains_league_membership" in row.cleared or row.values.get("retains_league_membership") is False:
        row.refuse_reading("retains_league_membership", MEMBERSHIP_CONTRADICTS)
    elif "retains_league_membership" not in row.unread:
        row.values["retains_league_membership"] = True


def _require_identity(row: SheetRow) -> None:
    for name, finding in REQUIRED_IDENTITY.items():
        if name not in row.values and name not in row.unread:
            row.refuse_reading(name, finding)


# ---- the posts of one person ----------------------------------------------------
def _aim(own: Sequence[SheetRow], index: str, person: Known | None, *, is_unsure: bool) -> None:
    """Say of all rows of one person whom and which posts they mean."""
    whole = [row for row in own if {"organisation", "league_post"} <= row.values.keys()]
    by_triple = _by_triple(whole)
    for row in whole:
        row.target = {"index": index, "cadre": None, "appointment": None, "facts": True}
        if person is None:
            row.change = Change.NEW
        elif not person.is_ours:
            row.refuse_reading("id_number", ELSEWHERE)
        else:
            row.target |= {"cadre_version": person.version, **person.standing}
    if person is not None and person.is_ours:
        _aim_at_posts(by_triple, person, is_unsure=is_unsure or len(whole) < len(own))


def _by_triple(rows: Sequence[SheetRow]) -> dict[Triple, SheetRow]:
    """Give the rows of one person by unit and post; of doubled rows the first, the others are refused."""
    found: dict[Triple, SheetRow] = {}
    for row in rows:
        twin = found.setdefault((row.values["organisation"], row.values["league_post"]), row)
        if twin is not row:
            row.refuse_reading("id_number", Finding("row.duplicate", DUPLICATE, {"row": twin.number}))
    return found


def _aim_at_posts(rows: dict[Triple, SheetRow], person: Known, *, is_unsure: bool) -> None:
    """Pair the rows that are no post in force with the posts in force that the file leaves out.

    One of each, below the unit of the file, is that post changed. Whatever is less clear she must say herself, and so
    she must while a row of the person could not be read: it may mean the very post that seems to be left out.
    """
    held = {post.triple: post for post in person.posts}
    absent = [post for post in person.in_scope if post.triple not in rows]
    near = [post for post in absent if post.in_unit]
    unmatched = [row for triple, row in rows.items() if triple not in held]
    for triple in rows.keys() & held.keys():
        _set_post(rows[triple], held[triple])
    if not absent:
        for row in unmatched:
            row.decision = Decision.ADDITION
    elif len(unmatched) == len(near) == 1 and not is_unsure:
        unmatched[0].options, unmatched[0].decision = tuple(Decision), Decision.CHANGE
        _set_post(unmatched[0], near[0])
    else:
        _let_choose(unmatched, [*near, *(post for post in absent if not post.in_unit)])


def _set_post(row: SheetRow, post: Held) -> None:
    row.target |= {"appointment": post.pk, "appointment_version": post.version}


def _let_choose(rows: Sequence[SheetRow], posts: Sequence[Held]) -> None:
    """Offer the posts; the rows among which they are shared are one another's rivals."""
    for row in rows:
        row.options = tuple(Decision)
        row.target["candidates"] = [[post.pk, post.version] for post in posts]
        row.target["rivals"] = [other.number for other in rows if other is not row]


# ---- what one file says of one person ---------------------------------------------
def _contradict(own: Sequence[SheetRow]) -> None:
    """Refuse every row that takes part in a contradiction: who is right the file does not say."""
    for name in PERSON_COLUMNS if len(own) > 1 else ():
        said = [row for row in own if name in row.values or name in row.cleared]
        for row, other in _opposites(said, name):
            params = {"row": other.number, "title": COLUMN_BY_NAME[name].title}
            row.refuse_reading(name, Finding("row.contradiction", CONTRADICTION, params))


def _opposites(said: Sequence[SheetRow], name: str) -> Iterator[tuple[SheetRow, SheetRow]]:
    """Give each row with one that says something else; none when all say the same."""
    other = next((row for row in said if _differ(row, said[0], name)), None)
    if other is not None:
        yield from ((row, said[0] if _differ(row, said[0], name) else other) for row in said)


def _differ(row: SheetRow, other: SheetRow, name: str) -> bool:
    """Tell whether two rows contradict each other in a column; “-” and 否 say the same, a month holds its days."""
    ours, theirs = (one.values.get(name) or None for one in (row, other))
    if isinstance(ours, PartialDate) and isinstance(theirs, PartialDate):
        return not same_date(ours, theirs)
    return ours != theirs
