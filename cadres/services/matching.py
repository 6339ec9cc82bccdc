"""What each row of a roster means: a new person, a known post, a changed one or one more（花名册行的对应关系）.

The identity of a row is person + organisation + league post, unless its stamp (核对码) names the post. A name alone
never matches.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cadres.choices import RETAINING
from cadres.fields import COLUMN_BY_NAME
from cadres.services.elsewhere import ELSEWHERE, WITHHELD, withheld_numbers
from cadres.services.fields import PERSON_COLUMNS
from cadres.services.known import Held, Known, known_people
from youthleague.kernel.cells import fold_name
from youthleague.kernel.dates import PartialDate, same_date
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Decision, Remedy, SheetContext, SheetRow
from youthleague.kernel.stamps import STALE

DUPLICATE = "与第 %(row)s 行重复：同一人、同一团组织、同一职务；请删去其中一行。"
CONTRADICTION = "与第 %(row)s 行是同一个身份证号，但%(title)s不同；请核对是不是同一个人。"
MEMBERSHIP_CONTRADICTS = Finding(
    "membership.contradicts", "政治面貌写着保留团籍，这一列却说没有；请核对是哪一个写错了。"
)
MISPLACED = Finding(
    "stamp.misplaced",
    "这一行的姓名、身份证号与下载时不是同一个人，可能是排序时没有带上隐藏的“核对码”一列；请重新下载更新模板填写，"
    "换人的请删去原来的一行，把新任的人写在空白行里。",
)
NUMBER_TAKEN = Finding("person.number_taken", "这个身份证号已是另一名人员的；请核对身份证号。")
POST_HELD = Finding("post.held_already", "此人在这个团组织已有同一职务；请核对所在团组织和团内职务。")
REQUIRED_IDENTITY = {
    "id_number": Finding("column.required", "没有身份证号就无法确定是谁；请填写身份证号。"),
    "organisation": Finding("column.required", "没有写所在团组织；请填写团组织全称。"),
    "league_post": Finding("column.required", "没有写团内职务；请填写团内职务。"),
}
REQUEST = Remedy("request-row", "申请调入、增加兼任")
Triple = tuple[int, str]


def match_roster(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Set each row's target, options and preset decision; find doubled and contradictory rows of one file."""
    by_number: dict[str, list[SheetRow]] = defaultdict(list)
    lost: set[str] = set()
    for row in rows:
        _spell_out(row)
        _require_identity(row)
        number = _number_for(row)
        if number:
            by_number[number].append(row)
        elif "name" in row.values:
            lost.add(row.values["name"])
    renumbered = _renumbered(by_number)
    known = known_people(by_number.keys() | renumbered.keys(), context)
    withheld = withheld_numbers(_outside(by_number, renumbered, known), by=context.by, at=context.at)
    _refuse_numbers(renumbered, by_number, known, withheld)
    for number, own in by_number.items():
        _contradict(own)
        if number in withheld:
            _withhold(own, number)
        else:
            _aim(own, number, known.get(number), is_unsure=any(row.values.get("name") in lost for row in own))


def ties_of(row: SheetRow) -> list[str]:
    """Give what ties a row to others of its file: the person's number, and the name, by which a row without one counts.

    The rows of one number are paired with the posts of that person together; a name whose number could not be read
    makes every row of that name unsure.
    """
    return [f"{name}:{row.values[name]}" for name in ("id_number", "name") if name in row.values]


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
    return "cadre" in row.target and (row.target["cadre"] is None or row.target["returns"])


def remedy_of(row: SheetRow) -> Remedy | None:
    """Offer to ask for somebody in office elsewhere."""
    return REQUEST if is_elsewhere(row) else None


def is_elsewhere(row: SheetRow) -> bool:
    """Tell whether a row is refused because its person is in office in another unit, where one may be asked for."""
    codes = {one.finding.code for one in row.cell_findings if one.column == "id_number"}
    return ELSEWHERE.code in codes and row.target.get("cadre") is None


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


# ---- who is meant ----------------------------------------------------------------
def _number_for(row: SheetRow) -> str:
    """Give the number of the person: the one whose post the stamp names, else the one that is written."""
    if row.record is None:
        return str(row.values.get("id_number", ""))
    if _is_misplaced(row, row.record.values):
        row.refuse_reading("name", MISPLACED)
    return str(row.record.values["id_number"])


def _is_misplaced(row: SheetRow, stored: Mapping[str, Any]) -> bool:
    """Tell whether name and number are both another's: one may be corrected, both together are somebody else."""
    is_other_name = fold_name(row.values.get("name", "")) != fold_name(stored["name"])
    return is_other_name and row.values.get("id_number") != stored["id_number"]


def _renumbered(by_number: Mapping[str, Sequence[SheetRow]]) -> dict[str, dict[str, SheetRow]]:
    """Give the rows that correct a number: new number → number of the person → the first such row."""
    found: dict[str, dict[str, SheetRow]] = defaultdict(dict)
    for number, own in by_number.items():
        for row in own:
            if row.record is not None and "id_number" in row.values:
                found[row.values["id_number"]].setdefault(number, row)
    return {new: {old: row for old, row in own.items() if old != new} for new, own in found.items()}


def _refuse_numbers(
    renumbered: Mapping[str, Mapping[str, SheetRow]],
    by_number: Mapping[str, Sequence[SheetRow]],
    known: Mapping[str, Known],
    withheld: Collection[str],
) -> None:
    """Refuse a corrected number that somebody else has, on the roster or in the file, or of which nothing is said."""
    for number, own in renumbered.items():
        is_taken = number in known or number in by_number or len(own) > 1
        finding = ELSEWHERE if number in known and not known[number].is_ours else NUMBER_TAKEN
        for row in own.values() if is_taken or number in withheld else ():
            row.refuse_reading("id_number", WITHHELD if number in withheld else finding)


def _outside(
    by_number: Mapping[str, Sequence[SheetRow]],
    renumbered: Mapping[str, Mapping[str, SheetRow]],
    known: Mapping[str, Known],
) -> dict[str, bool]:
    """Give the numbers asked about that nobody in the scope has, in their order → does the answer tell of another unit?

    Of a corrected number the answer tells so too when its holder has left office.
    """
    asked = {number: False for number, own in by_number.items() if _whole(own)} | dict.fromkeys(renumbered, True)
    outside = {number: is_new for number, is_new in asked.items() if number not in known or not known[number].in_scope}
    return {number: number in known and (is_new or not known[number].is_ours) for number, is_new in outside.items()}


def _withhold(own: Sequence[SheetRow], number: str) -> None:
    """Refuse the rows of a number of which nothing may be said today, whether it is on file or not."""
    whole = _whole(own)
    _by_triple(whole)
    for row in whole:
        row.target = _target_of(number)
        row.refuse_reading("id_number", WITHHELD)


# ---- the posts of one person ----------------------------------------------------
def _aim(own: Sequence[SheetRow], number: str, person: Known | None, *, is_unsure: bool) -> None:
    """Say of all rows of one person whom and which posts they mean."""
    whole = _whole(own)
    by_triple = _by_triple(whole)
    for row in whole:
        row.target = _target_of(number)
        if person is None:
            row.change = Change.NEW
        elif not person.is_ours:
            row.refuse_reading("id_number", ELSEWHERE)
        else:
            row.target |= {"cadre_version": person.version, **person.standing}
    if person is not None and person.is_ours:
        stamped = _aim_stamped([row for row in whole if row.record is not None], person)
        _aim_at_posts(by_triple, person, stamped, is_unsure=is_unsure or len(whole) < len(own))


def _aim_stamped(rows: Sequence[SheetRow], person: Known) -> dict[int, SheetRow]:
    """Give stamped rows the posts that their stamps name, at the versions that were looked at; by key of the post."""
    held = {post.pk: post for post in person.posts}
    found = {row.record.key: row for row in rows if row.record is not None}
    for pk, row in found.items():
        if row.record is None or pk not in held:
            row.refuse_reading("league_post", STALE)
            continue
        version, cadre_version = row.record.versions
        row.target |= {"appointment": pk, "appointment_version": version, "cadre_version": cadre_version}
        triple = _triple_of(row)
        if triple != held[pk].triple:
            row.options, row.decision = tuple(Decision), Decision.CHANGE
            if any(post.triple == triple for post in person.posts):
                row.refuse_reading("league_post", POST_HELD)
    return found


def _whole(rows: Sequence[SheetRow]) -> list[SheetRow]:
    """List the rows that say which post they mean."""
    return [row for row in rows if {"organisation", "league_post"} <= row.values.keys()]


def _target_of(number: str) -> dict[str, Any]:
    """Give the target of a row about somebody of whom nothing is known yet."""
    return {"number": number, "cadre": None, "appointment": None, "facts": True}


def _by_triple(rows: Sequence[SheetRow]) -> dict[Triple, SheetRow]:
    """Give the rows of one person by unit and post; of doubled rows the first, the others are refused."""
    found: dict[Triple, SheetRow] = {}
    for row in rows:
        twin = found.setdefault(_triple_of(row), row)
        if twin is not row:
            row.refuse_reading("id_number", Finding("row.duplicate", DUPLICATE, {"row": twin.number}))
    return found


def _triple_of(row: SheetRow) -> Triple:
    return row.values["organisation"], row.values["league_post"]


def _aim_at_posts(
    by_triple: Mapping[Triple, SheetRow], person: Known, stamped: Mapping[int, SheetRow], *, is_unsure: bool
) -> None:
    """Pair the rows that are no post in force with the posts in force that the file leaves out.

    One of each, below the unit of the file, is that post changed. Whatever is less clear she must say herself, and so
    she must while a row of the person could not be read: it may mean the very post that seems to be left out.
    """
    rows = {triple: row for triple, row in by_triple.items() if row.record is None}
    _refuse_stamped_posts(rows, person, stamped)
    held = {post.triple: post for post in person.posts}
    absent = [post for post in person.in_scope if post.triple not in by_triple and post.pk not in stamped]
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


def _refuse_stamped_posts(rows: Mapping[Triple, SheetRow], person: Known, stamped: Mapping[int, SheetRow]) -> None:
    """Refuse a row without a stamp that names a post which a stamped row is about, though that row has changed it."""
    for post in person.posts:
        if post.pk in stamped and post.triple in rows:
            finding = Finding("row.duplicate", DUPLICATE, {"row": stamped[post.pk].number})
            rows[post.triple].refuse_reading("id_number", finding)


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
        said = [row for row in own if _says(row, name)]
        for row, other in _opposites(said, name):
            params = {"row": other.number, "title": COLUMN_BY_NAME[name].title}
            row.refuse_reading(name, Finding("row.contradiction", CONTRADICTION, params))


def _says(row: SheetRow, name: str) -> bool:
    """Tell whether a row says something of its person: a stamped one does where it differs from what is stored."""
    if row.record is None:
        return name in row.values or name in row.cleared
    stored = row.record.values.get(name)
    return row.values.get(name, stored) != stored or (name in row.cleared and stored is not None)


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
