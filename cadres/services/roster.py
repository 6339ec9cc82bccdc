"""The roster as a whole: rows checked against the rules and compared, then written as one plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cadres.choices import EndReason
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
from cadres.services.fields import (
    PERSON_COLUMNS,
    POST_COLUMNS,
    person_fields,
    person_values,
    post_fields,
    post_values,
)
from cadres.services.plan import Edit, NewPerson, NewPost, RosterPlan, write_plan
from orgs.models import Organisation
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import birth_date_of
from youthleague.kernel.sheet_kinds import (
    AppliedRow,
    Change,
    Decision,
    Difference,
    RecordWords,
    SheetContext,
    SheetRow,
    Touched,
)

CHOOSE_POST = Finding(
    "row.choose_post", "此人有几个现任职务不在表中，无法确定是哪一个变了；请选择变动的职务，或选“增加兼任”。"
)
CHANGE_TOO_EARLY = Finding("date.change_early", "变动日期早于原职务的任职时间；请改选“更正”，或核对任职时间。")
FACTS_ELSEWHERE = Finding("person.facts_elsewhere", "主要职务在其他单位，个人信息由该单位维护，本表这一格不采用。")
_TRIPLE = frozenset({"organisation", "league_post", "appointed_on"})
_CHUNK = 900


# ---- check ------------------------------------------------------------------
def check_roster(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Apply the rules to matched rows and set what each would do, old and new beside each other."""
    people = _people(row.target.get("cadre") for row in rows)
    posts = _posts(_post_key(row) for row in rows)
    units = _unit_names(rows, posts.values())
    for row in rows:
        row.row_findings, row.differences = [], []
        _check_row(row, people.get(row.target.get("cadre", 0)), posts.get(_post_key(row)), context)
        if row.target.get("cadre"):
            _compare(row, people[row.target["cadre"]], posts.get(_post_key(row)), units)


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


# ---- apply ------------------------------------------------------------------
def apply_roster(rows: Sequence[SheetRow], context: SheetContext) -> list[AppliedRow]:
    """Write rows that were checked: one plan, one writer; raises ``row.stale`` when a record moved on meanwhile."""
    people = _people(row.target.get("cadre") for row in rows)
    posts = _posts(_post_key(row) for row in rows)
    planner = _Planner(people, posts)
    for row in rows:
        planner.add(row)
    write_plan(planner.plan, by_id=context.by.pk, reason=f"批次 {context.batch_id}", at=context.at)
    return [planner.outcome(row) for row in rows]


class _Planner:
    """Turns rows into one plan, and remembers which row touched what."""

    def __init__(self, people: Mapping[int, Cadre], posts: Mapping[int, Appointment]) -> None:
        self.plan = RosterPlan()
        self._people, self._posts = people, posts
        self._new_people: dict[str, NewPerson] = {}
        self._edits: dict[int, Edit] = {}
        self._done: dict[int, tuple[NewPerson | Edit | None, list[NewPost | Edit]]] = {}

    def add(self, row: SheetRow) -> None:
        """Plan what a row asks for."""
        cadre_pk = row.target.get("cadre")
        if cadre_pk is None:
            self._add_new(row)
            return
        person = self._edit_person(row) if row.target["facts"] else None
        self._done[row.number] = (person, self._plan_post(row, cadre_pk))

    def outcome(self, row: SheetRow) -> AppliedRow:
        """Say what a row touched and how it was before."""
        person, posts = self._done[row.number]
        touched = [_touched("cadres.Cadre", person)] if person is not None else []
        touched += [_touched("cadres.Appointment", one) for one in posts]
        return AppliedRow(row.number, tuple(touched), self._before(person, posts))

    def _add_new(self, row: SheetRow) -> None:
        index = row.target["index"]
        first = index not in self._new_people
        if first:
            self._new_people[index] = NewPerson(person_fields(row.values))
            self.plan.new_people.append(self._new_people[index])
        post = NewPost(post_fields(row.values), self._new_people[index], is_main=first)
        self.plan.new_posts.append(post)
        self._done[row.number] = (self._new_people[index] if first else None, [post])

    def _edit_person(self, row: SheetRow) -> Edit | None:
        names = [one.column for one in row.differences if one.column in PERSON_COLUMNS]
        fields = person_fields({name: row.values.get(name) for name in names})
        cadre = self._people[row.target["cadre"]]
        if not fields:
            return None
        if cadre.pk in self._edits:
            self._edits[cadre.pk].fields |= fields
            return None
        edit = self._edits[cadre.pk] = Edit(cadre.pk, row.target["cadre_version"], fields)
        self.plan.people.append(edit)
        return edit

    def _plan_post(self, row: SheetRow, cadre_pk: int) -> list[NewPost | Edit]:
        key = _post_key(row)
        if key is None or row.decision is Decision.ADDITION:
            is_main = not row.target.get("has_main") and "follows" not in row.target
            return [self._begin(post_fields(row.values), cadre_pk, is_main=is_main)]
        names = [one.column for one in row.differences if one.column in POST_COLUMNS]
        if not names:
            return []
        if row.decision is Decision.CHANGE and _TRIPLE & set(names) and row.options:
            return self._change_post(row, key, cadre_pk)
        edit = Edit(key, _post_version(row), post_fields({name: row.values.get(name) for name in names}))
        self.plan.posts.append(edit)
        return [edit]

    def _change_post(self, row: SheetRow, key: int, cadre_pk: int) -> list[NewPost | Edit]:
        old = self._posts[key]
        on = row.decided_on or old.appointed_on
        self.plan.end(key, _post_version(row), on, EndReason.CHANGED.value)
        kept = {name: value for name, value in post_values(old).items() if name != "term_ends_on"}
        values = kept | row.values | dict.fromkeys(row.cleared)
        if values["appointed_on"].value != on:
            values["appointed_on"] = PartialDate.from_text(on.isoformat())
        return [self.plan.ended[-1], self._begin(post_fields(values), cadre_pk, is_main=old.is_main)]

    def _begin(self, fields: dict[str, Any], cadre_pk: int, *, is_main: bool) -> NewPost:
        post = NewPost(fields, cadre_pk, is_main=is_main)
        self.plan.new_posts.append(post)
        return post

    def _before(self, person: NewPerson | Edit | None, posts: Sequence[NewPost | Edit]) -> dict[str, Any] | None:
        images: dict[str, Any] = {}
        if isinstance(person, Edit):
            images[f"cadres.Cadre:{person.pk}"] = _image(self._people[person.pk], person.fields)
        for post in posts:
            if isinstance(post, Edit):
                images[f"cadres.Appointment:{post.pk}"] = _image(self._posts[post.pk], post.fields)
        return images or None


def _touched(model: str, one: NewPerson | NewPost | Edit) -> Touched:
    return Touched(model, one.pk, one.version + 1 if isinstance(one, Edit) else 1)


def _image(row: Cadre | Appointment, fields: Mapping[str, Any]) -> dict[str, Any]:
    image = {}
    for name in fields:
        value = getattr(row, f"{name}_id" if name == "organisation" else name)
        image[name] = value.isoformat() if isinstance(value, date) else value
    return image


# ---- what a file leaves out, and what an export writes -----------------------
def absent_posts(rows: Sequence[SheetRow], context: SheetContext) -> list[int]:
    """Give the posts in force below the batch's unit that no row means; they are listed, never ended.

    Who has the name of a wrong row is passed over: the file may mean that person.
    """
    top = Organisation.objects.get(pk=context.organisation_id)
    held = Appointment.objects.visible_to(context.scope).in_force(context.day).within(top)
    meant = {_post_key(row) for row in rows}
    unsure = {row.values.get("name") for row in rows if row.errors}
    posts = held.in_list_order().values_list("pk", "cadre__name")
    return [pk for pk, name in posts if pk not in meant and name not in unsure]


def describe_absent(keys: Sequence[int], context: SheetContext) -> list[RecordWords]:
    """Name the people whose posts a file leaves out, those still in force in the scope."""
    held = Appointment.objects.visible_to(context.scope).in_force(context.day).filter(pk__in=list(keys))
    return [_post_words(post) for post in held.select_related("cadre", "organisation").in_list_order()]


def describe_touched(keys: Sequence[tuple[str, int]], context: SheetContext) -> dict[tuple[str, int], RecordWords]:
    """Name the people and posts that an import wrote, those still visible in the scope."""
    people = [pk for label, pk in keys if label == "cadres.Cadre"]
    posts = [pk for label, pk in keys if label == "cadres.Appointment"]
    seen = Cadre.objects.visible_to(context.scope).filter(pk__in=people).values_list("pk", "name")
    held = Appointment.objects.visible_to(context.scope).filter(pk__in=posts).select_related("cadre", "organisation")
    words = {("cadres.Cadre", pk): RecordWords(pk, pk, name, "") for pk, name in seen}
    return words | {("cadres.Appointment", post.pk): _post_words(post) for post in held}


def _post_words(post: Appointment) -> RecordWords:
    detail = f"{post.organisation.name}，{post.get_league_post_display()}"
    return RecordWords(post.pk, post.cadre_id, post.cadre.name, detail)


def current_roster(context: SheetContext) -> Iterator[dict[str, Any]]:
    """Give the posts in force below a unit with their people, as an export writes them."""
    top = Organisation.objects.get(pk=context.organisation_id)
    held = Appointment.objects.visible_to(context.scope).in_force(context.day).within(top)
    for post in held.select_related("cadre").in_list_order().iterator(chunk_size=1000):
        yield person_values(post.cadre) | post_values(post)


# ---- shared -------------------------------------------------------------------
def _post_key(row: SheetRow) -> int | None:
    chosen = row.target.get("chosen")
    return chosen if chosen is not None else row.target.get("appointment")


def _post_version(row: SheetRow) -> int:
    for pk, version, _is_main in row.target.get("candidates", ()):
        if pk == row.target.get("chosen"):
            return int(version)
    return int(row.target["appointment_version"])


def _people(keys: Iterable[Any]) -> dict[int, Cadre]:
    wanted = sorted({key for key in keys if key})
    return {one.pk: one for chunk in _chunks(wanted) for one in Cadre.objects.filter(pk__in=chunk)}


def _posts(keys: Iterable[Any]) -> dict[Any, Appointment]:
    wanted = sorted({key for key in keys if key})
    return {one.pk: one for chunk in _chunks(wanted) for one in Appointment.objects.filter(pk__in=chunk)}


def _unit_names(rows: Sequence[SheetRow], posts: Iterable[Appointment]) -> dict[int, str]:
    wanted = {row.values["organisation"] for row in rows if "organisation" in row.values}
    wanted |= {post.organisation_id for post in posts}
    return {
        pk: name
        for chunk in _chunks(sorted(wanted))
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


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
