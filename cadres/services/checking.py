"""Rows of a roster checked against the rules, and compared with what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cadres.fields import COLUMN_BY_NAME, DERIVED, PERSON_REQUIRED, POST_REQUIRED
from cadres.models import Appointment, Cadre
from cadres.rules import (
    PARTY_DATE_MISSING,
    REQUIRED,
    REQUIRED_OF_POST,
    change_findings,
    education_findings,
    identity_findings,
    lacks_party_date,
    person_findings,
    post_findings,
    post_hints,
)
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS, person_values, post_values, values_after_change
from cadres.services.known import chunks_of, people_by_key, posts_by_key
from cadres.services.matching import is_registered, post_key
from orgs.models import Organisation
from youthleague.kernel.dates import PartialDate, contains, same_date
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import birth_date_of
from youthleague.kernel.sheet_kinds import Change, Decision, Difference, SheetContext, SheetRow

CHOOSE_POST = Finding("row.choose_post", "无法确定这一行是现任的哪个职务变了；请选择变动的职务，或选“增加兼任”。")
RETURNS = Finding("person.returns", "此人以前登记过，现在没有任职；按重新任职登记，个人信息以表中所写为准。")
FACTS_ELSEWHERE = Finding("person.facts_elsewhere", "主要职务在其他单位，个人信息由该单位维护，本表这一格不采用。")
_POST_COLUMNS = frozenset(POST_COLUMNS)
Units = Mapping[int, tuple[str, str]]


def check_roster(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Apply the rules to matched rows and set what each would do, old and new beside each other."""
    people = people_by_key(row.target.get("cadre") for row in rows)
    posts = posts_by_key(post_key(row) for row in rows)
    units = _units_of(rows, posts.values())
    for row in rows:
        row.row_findings, row.differences = [], []
        _check_person(row, people.get(row.target.get("cadre", 0)), units)
        _check_post(row, posts.get(post_key(row)), units, context)
        if row.target.get("cadre"):
            row.change = Change.CHANGED if row.differences else Change.SAME


def begins_post(row: SheetRow, post: Appointment | None) -> bool:
    """Tell whether a row begins a post beside those held, rather than saying something of a known one."""
    return post is None or row.decision is Decision.ADDITION


def begun_post(row: SheetRow, post: Appointment | None) -> dict[str, Any]:
    """Give the values of the post that a row begins: what it says, and on a change what the old post had besides."""
    said = {name: row.values[name] for name in POST_COLUMNS if name in row.values}
    if row.cleared:
        said |= dict.fromkeys(row.cleared & _POST_COLUMNS)
    if post is None or row.decision is not Decision.CHANGE:
        return said
    return values_after_change(post, said, row.decided_on or post.appointed_on)


# ---- the person ------------------------------------------------------------------
def _check_person(row: SheetRow, cadre: Cadre | None, units: Units) -> None:
    """Check what a row says of its person; of somebody who has left nothing that is stored is shown or kept."""
    _refuse(row, identity_findings(row.values))
    stored = {} if cadre is None or is_registered(row) else person_values(cadre)
    if is_registered(row):
        _check_registration(row)
    if cadre is not None:
        row.differences = _differences(row, PERSON_COLUMNS, stored, units)
    if not row.target.get("facts", True):
        _pass_over_facts(row)
    elif "id_number" in row.values and (row.differences or not stored):
        said = {name: value for name, value in row.values.items() if name not in DERIVED}
        merged = stored | said | dict.fromkeys(row.cleared)
        for name, finding in person_findings(merged, birth_date_of(row.values["id_number"])):
            row.refuse(name if name in row.values else "name", finding)


def _check_registration(row: SheetRow) -> None:
    _require(row, PERSON_REQUIRED, REQUIRED)
    if not row.unread & {"fulltime_education", "inservice_education"}:
        _refuse(row, education_findings(row.values))
    if lacks_party_date(row.values):
        row.hint("joined_party_on", PARTY_DATE_MISSING)
    if row.target["cadre"] is not None:
        row.hint("name", RETURNS)


def _pass_over_facts(row: SheetRow) -> None:
    for one in row.differences:
        row.hint(one.column, FACTS_ELSEWHERE)
    row.differences = []


# ---- the post --------------------------------------------------------------------
def _check_post(row: SheetRow, post: Appointment | None, units: Units, context: SheetContext) -> None:
    """Check the post that a row leaves behind, be it begun, changed or corrected."""
    if row.target.get("candidates") and row.decision is None:
        row.refuse("league_post", CHOOSE_POST)
        return
    if post is None or begins_post(row, post):
        _check_begun(row, units, context)
        return
    _decide(row, post)
    old = post_values(post)
    changes = _differences(row, POST_COLUMNS, old, units)
    row.differences += changes
    if changes and row.decision is Decision.CHANGE:
        _check_change(row, post, units, context)
    elif changes:
        after = old | {one.column: row.values.get(one.column) for one in changes}
        _refuse(row, post_findings(after, context.day))


def _check_begun(row: SheetRow, units: Units, context: SheetContext) -> None:
    _require(row, POST_REQUIRED, REQUIRED_OF_POST)
    if row.target.get("cadre"):
        row.differences += _differences(row, POST_COLUMNS, {}, units)
    _refuse(row, post_findings(row.values, context.day))
    _hint(row, row.values, units)


def _check_change(row: SheetRow, post: Appointment, units: Units, context: SheetContext) -> None:
    """Check a change as ``transfer`` does; its day stands in the column of the start."""
    wrong_day = change_findings(row.decided_on, post.appointed_on, context.day)
    if wrong_day:
        _refuse(row, [("appointed_on", finding) for _name, finding in wrong_day])
        return
    after = begun_post(row, post)
    _refuse(row, post_findings(after, context.day))
    _hint(row, after, units)


def _hint(row: SheetRow, values: Mapping[str, Any], units: Units) -> None:
    """Tell what is missing of a post that the row begins; of one that goes on she was told when it began."""
    _name, level = units.get(values.get("organisation", 0), ("", ""))
    for name, finding in post_hints(values, level):
        row.hint(name, finding)


def _decide(row: SheetRow, post: Appointment) -> None:
    """Offer 更正 and 变动 where only the start of a known post differs, and preset the day of a change."""
    begin, old = row.values.get("appointed_on"), post.partial("appointed_on")
    is_later = begin is not None and begin.value > post.appointed_on
    if (row.values["organisation"], row.values["league_post"]) == (post.organisation_id, post.league_post):
        if begin is None or old is None or same_date(begin, old):
            row.options, row.decision, row.decided_on = (), None, None
        else:
            row.options = (Decision.CORRECTION, Decision.CHANGE)
            row.decision = row.decision or (Decision.CHANGE if is_later else Decision.CORRECTION)
    if row.decision is Decision.CHANGE and row.decided_on is None and begin is not None and is_later:
        row.decided_on = begin.value


# ---- shared ----------------------------------------------------------------------
def _refuse(row: SheetRow, findings: Iterable[tuple[str, Finding]]) -> None:
    for name, finding in findings:
        row.refuse(name, finding)


def _require(row: SheetRow, names: Iterable[str], finding: Finding) -> None:
    for name in names:
        if name not in row.values and name not in row.unread and "cadre" in row.target:
            row.refuse(name, finding)


def _differences(row: SheetRow, names: Iterable[str], old: Mapping[str, Any], units: Units) -> list[Difference]:
    found = []
    for name in names:
        before = old.get(name)
        if name in row.values and _is_news(row, name, old):
            found.append(Difference(name, _shown(name, before, units), _shown(name, row.values[name], units)))
        elif name in row.cleared and before is not None:
            found.append(Difference(name, _shown(name, before, units), ""))
    return found


def _is_news(row: SheetRow, name: str, old: Mapping[str, Any]) -> bool:
    """Tell whether a cell says more than is stored; a month that holds the stored day says nothing new."""
    new, before = row.values[name], old.get(name)
    if isinstance(new, PartialDate) and isinstance(before, PartialDate):
        return not contains(new, before)
    return not COLUMN_BY_NAME[name].same(new, before)


def _shown(name: str, value: Any, units: Units) -> str:
    if name == "organisation":
        return units[value][0] if value in units else ""
    return "" if value is None else COLUMN_BY_NAME[name].mask(value)


def _units_of(rows: Sequence[SheetRow], posts: Iterable[Appointment]) -> Units:
    """Read name and level of the units that rows and posts name."""
    wanted = {row.values["organisation"] for row in rows if "organisation" in row.values}
    wanted |= {post.organisation_id for post in posts}
    return {
        pk: (name, level)
        for chunk in chunks_of(sorted(wanted))
        for pk, name, level in Organisation.objects.filter(pk__in=chunk).values_list("pk", "name", "level")
    }
