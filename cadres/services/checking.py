"""Rows of a roster checked against the rules, and compared with what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from cadres.fields import COLUMN_BY_NAME, DERIVED, PERSON_REQUIRED, POST_REQUIRED
from cadres.models import Appointment, Cadre
from cadres.rules import (
    PARTY_DATE_MISSING,
    REQUIRED,
    identity_findings,
    lacks_party_date,
    person_findings,
    post_findings,
)
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS, person_values, post_values
from cadres.services.known import chunks_of, people_by_key, posts_by_key
from cadres.services.matching import post_key
from orgs.models import Organisation
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import birth_date_of
from youthleague.kernel.sheet_kinds import Change, Decision, Difference, SheetContext, SheetRow

CHOOSE_POST = Finding(
    "row.choose_post", "此人有几个现任职务不在表中，无法确定是哪一个变了；请选择变动的职务，或选“增加兼任”。"
)
CHANGE_TOO_EARLY = Finding("date.change_early", "变动日期早于原职务的任职时间；请改选“更正”，或核对任职时间。")
FACTS_ELSEWHERE = Finding("person.facts_elsewhere", "主要职务在其他单位，个人信息由该单位维护，本表这一格不采用。")


def check_roster(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Apply the rules to matched rows and set what each would do, old and new beside each other."""
    people = people_by_key(row.target.get("cadre") for row in rows)
    posts = posts_by_key(post_key(row) for row in rows)
    units = _unit_names(rows, posts.values())
    for row in rows:
        row.row_findings, row.differences = [], []
        _check_row(row, people.get(row.target.get("cadre", 0)), posts.get(post_key(row)), context)
        if row.target.get("cadre"):
            _compare(row, people[row.target["cadre"]], posts.get(post_key(row)), units)


def _check_row(row: SheetRow, cadre: Cadre | None, post: Appointment | None, context: SheetContext) -> None:
    if row.target.get("candidates") and not row.decision:
        row.refuse("league_post", CHOOSE_POST)
    _decide(row, post)
    is_new_person = cadre is None and "index" in row.target
    _require(row, [*(PERSON_REQUIRED if is_new_person else ()), *(POST_REQUIRED if post is None else ())])
    for name, finding in identity_findings(row.values):
        row.refuse(name, finding)
    birth = _birth_date(row, cadre)
    if birth is not None:
        for name, finding in person_findings(_merged(row, cadre), birth):
            row.refuse(name if name in row.values else "name", finding)
    for name, finding in post_findings(row.values, context.day):
        row.refuse(name, finding)
    if is_new_person and lacks_party_date(row.values):
        row.hint("joined_party_on", PARTY_DATE_MISSING)


def _decide(row: SheetRow, post: Appointment | None) -> None:
    """Offer 更正 and 变动 where a known post differs in unit, post or start; preset 变动 where time moved forward."""
    if post is None:
        return
    begin = row.values.get("appointed_on")
    old = post.partial("appointed_on")
    moved_unit = (
        row.values.get("organisation") != post.organisation_id or row.values.get("league_post") != post.league_post
    )
    moved_date = begin is not None and old is not None and not COLUMN_BY_NAME["appointed_on"].same(begin, old)
    if begin is not None and old is not None and moved_date and not moved_unit:
        row.options = (Decision.CORRECTION, Decision.CHANGE)
        forward = begin.value > old.value
        row.decision = row.decision or (Decision.CHANGE if forward else Decision.CORRECTION)
    if row.decision is Decision.CHANGE and row.decided_on is None and begin is not None:
        row.decided_on = begin.value
    if row.decision is Decision.CHANGE and (row.decided_on is None or row.decided_on < post.appointed_on):
        row.refuse("appointed_on", CHANGE_TOO_EARLY)


def _require(row: SheetRow, names: Iterable[str]) -> None:
    for name in names:
        if name not in row.values and name not in row.unread and "index" in row.target:
            row.refuse(name, REQUIRED)


def _compare(row: SheetRow, cadre: Cadre, post: Appointment | None, units: Mapping[int, str]) -> None:
    facts = _differences(row, PERSON_COLUMNS, person_values(cadre), units)
    if facts and not row.target["facts"]:
        for one in facts:
            row.hint(one.column, FACTS_ELSEWHERE)
        facts = []
    fresh = post is None or row.decision is Decision.ADDITION
    old_post = {} if fresh or post is None else post_values(post)
    row.differences = [*facts, *_differences(row, POST_COLUMNS, old_post, units)]
    row.change = Change.CHANGED if row.differences else Change.SAME


def _differences(
    row: SheetRow, names: Iterable[str], old: Mapping[str, Any], units: Mapping[int, str]
) -> list[Difference]:
    found = []
    for name in names:
        column = COLUMN_BY_NAME[name]
        before = old.get(name)
        if name in row.values and not column.same(row.values[name], before):
            found.append(Difference(name, _shown(name, before, units), _shown(name, row.values[name], units)))
        elif name in row.cleared and before is not None:
            found.append(Difference(name, _shown(name, before, units), ""))
    return found


def _shown(name: str, value: Any, units: Mapping[int, str]) -> str:
    if name == "organisation":
        return units.get(value, "")
    return "" if value is None else COLUMN_BY_NAME[name].mask(value)


def _unit_names(rows: Sequence[SheetRow], posts: Iterable[Appointment]) -> dict[int, str]:
    wanted = {row.values["organisation"] for row in rows if "organisation" in row.values}
    wanted |= {post.organisation_id for post in posts}
    return {
        pk: name
        for chunk in chunks_of(sorted(wanted))
        for pk, name in Organisation.objects.filter(pk__in=chunk).values_list("pk", "name")
    }


def _merged(row: SheetRow, cadre: Cadre | None) -> dict[str, Any]:
    old = person_values(cadre) if cadre is not None and _DATED & row.values.keys() else {}
    return old | {name: value for name, value in row.values.items() if name not in DERIVED}


_DATED = frozenset({"joined_league_on", "joined_party_on", "work_started_on", "retains_league_membership"})


def _birth_date(row: SheetRow, cadre: Cadre | None) -> date | None:
    number = row.values.get("id_number")
    if isinstance(number, str):
        return birth_date_of(number)
    return cadre.birth_date if cadre is not None else None
