"""What an import wrote to the roster, taken back row by row（撤销）: judged first, then written as one plan.

A row goes back whole or stays whole, and whether it may depends on the other rows about the same person: somebody who
was entered goes only when no post is left.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from django.db.models import DateField, Model

from cadres.models import Appointment, Cadre
from cadres.services.applying import RETURNED
from cadres.services.mains import heir_of
from cadres.services.plan import Edit, Removal, RosterPlan, write_plan
from cadres.services.present import Post, Present, add_holders, add_units, add_uses, present_of
from cadres.services.requests import lapse_requests_about
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, UndoneRow, UndoOutcome

_PERSON, _POST = "cadres.Cadre", "cadres.Appointment"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row stays as it is."""

    outcome: UndoOutcome
    finding: Finding


def _kept(code: str, sentence: str) -> Refusal:
    return Refusal(UndoOutcome.KEPT, Finding(code, sentence))


def _impossible(code: str, sentence: str) -> Refusal:
    return Refusal(UndoOutcome.IMPOSSIBLE, Finding(code, sentence))


GONE = _kept("undo.gone", "这条记录已经不在了。")
CHANGED = _kept("undo.changed", "写入之后有人修改过。")
USED = _kept("undo.used", "写入之后，别的记录用到了它，例如关联了账号。")
OTHER_POSTS = _kept("undo.other_posts", "此人还有别的任职，登记的信息要留着。")
BESIDE = _kept("undo.beside", "此人的信息也来自表中另一行，那一行要保留。")
OUT_OF_SCOPE = _impossible("undo.scope", "所在团组织已不归您管理。")
UNIT_CLOSED = _impossible("undo.unit_closed", "原来任职的团组织已撤销或合并，职务不能回到那里。")
FACTS_ELSEWHERE = _impossible("undo.facts_elsewhere", "此人的主要职务已不在您管理的范围，个人信息不再由您维护。")
NUMBER_TAKEN = _impossible("undo.number_taken", "原来的身份证号现在登记在别的记录上。")
HELD = _impossible("undo.held", "此人在原来的团组织另有同一职务。")


def foresee_roster_undo(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Say what undoing would do with each row, and do nothing."""
    return _judged(rows, context, hold=False).outcomes()


def undo_roster(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Take back what can be taken back; raises ``row.stale`` when a record moves on meanwhile."""
    judge = _judged(rows, context, hold=True)
    plan = judge.plan()
    lapse_requests_about(people=[one.pk for one in plan.removed_people], by=context.by, at=context.at)
    write_plan(plan, by_id=context.by.pk, reason=f"撤销批次 {context.batch_id}", at=context.at)
    return judge.outcomes()


# ---- what a row did -------------------------------------------------------------------
@dataclass(slots=True)
class Step:
    """One record that a row entered (``before`` is None) or changed, and the version it left."""

    pk: int
    version: int
    before: Mapping[str, Any] | None


@dataclass(slots=True, eq=False)
class Row:
    """A row on its way back."""

    number: int
    people: list[Step]
    posts: list[Step]
    returned: bool  # the person held no post, and was registered anew
    refusal: Refusal | None = None


def _row_of(applied: AppliedRow) -> Row:
    images = applied.before or {}
    steps: dict[str, list[Step]] = {_PERSON: [], _POST: []}
    for one in applied.touched:
        steps[one.model].append(Step(one.pk, one.version, images.get(f"{one.model}:{one.pk}")))
    return Row(applied.number, steps[_PERSON], steps[_POST], bool(images.get(RETURNED)))


def _judged(applied: Sequence[AppliedRow], context: SheetContext, *, hold: bool) -> "_Judge":
    rows = [_row_of(one) for one in applied]
    people = [step for row in rows for step in row.people]
    posts = [step for row in rows for step in row.posts]
    present = present_of({step.pk for step in people}, {step.pk for step in posts})
    former = {step.before["organisation"] for step in posts if step.before and "organisation" in step.before}
    add_units(present, former | {post.organisation_id for post in present.posts.values()}, context, hold=hold)
    entered = [{step.pk for step in steps if step.before is None} for steps in (people, posts)]
    add_uses(present, *entered)
    add_holders(present, [step.before for step in people if step.before])
    return _Judge(rows, present, context.day)


# ---- which rows may go back --------------------------------------------------------------
@dataclass
class _Judge:
    """Judges rows by what is there now, then those of one person by one another, until no more of them must stay."""

    rows: Sequence[Row]
    present: Present
    day: date
    _by_person: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for row in self.rows:
            row.refusal = self._alone(row)
            self._by_person[self._person_of(row)].append(row)
        for person, own in self._by_person.items():
            self._together(person, own)

    def outcomes(self) -> list[UndoneRow]:
        """Give the outcome of each row."""
        return [
            UndoneRow(row.number, row.refusal.outcome, row.refusal.finding)
            if row.refusal
            else UndoneRow(row.number, UndoOutcome.RESTORED)
            for row in self.rows
        ]

    def plan(self) -> RosterPlan:
        """Give what takes the rows back that may go."""
        plan = RosterPlan()
        for person, own in self._by_person.items():
            going = [row for row in own if row.refusal is None]
            if going:
                _plan_person(plan, going)
                _plan_posts(plan, going, self.present, self._after(person, going))
        return plan

    def _person_of(self, row: Row) -> int:
        if row.people:
            return row.people[0].pk
        posts = [self.present.posts[step.pk] for step in row.posts if step.pk in self.present.posts]
        return posts[0].cadre_id if posts else 0

    def _alone(self, row: Row) -> Refusal | None:
        """Judge a row by itself: what people did since comes before what stands in the way."""
        reasons = [self._moved(step, self.present.people.get(step.pk)) for step in row.people]
        for step in row.posts:
            post = self.present.posts.get(step.pk)
            reasons.append(self._moved(step, post.version if post else None))
        if not any(reasons):
            reasons = [*map(self._person_stays, row.people), *map(self._post_stays, row.posts)]
        return next(filter(None, reasons), None)

    def _moved(self, step: Step, version: int | None) -> Refusal | None:
        if version is None:
            return GONE
        return None if version == step.version else CHANGED

    def _person_stays(self, step: Step) -> Refusal | None:
        if step.before is None:
            return USED if step.pk in self.present.used_people else None
        mains = [post for post in self.present.by_person[step.pk] if post.is_main and post.is_open(self.day)]
        if not mains or not all(self.present.covers(post.organisation_id) for post in mains):
            return FACTS_ELSEWHERE
        holder = self.present.holders.get(step.before.get("id_number", ""), step.pk)
        return None if holder == step.pk else NUMBER_TAKEN

    def _post_stays(self, step: Step) -> Refusal | None:
        post = self.present.posts[step.pk]
        if not self.present.covers(post.organisation_id):
            return OUT_OF_SCOPE
        if step.before is None:
            return USED if step.pk in self.present.used_posts else None
        after = _given_back(post, step.before)
        if after.ended_on is not None or self.present.takes_posts(after.organisation_id):
            return None
        return UNIT_CLOSED if self.present.covers(after.organisation_id) else OUT_OF_SCOPE

    def _together(self, person: int, own: Sequence[Row]) -> None:
        """Judge the rows of one person by what would be left; each that stays may keep others."""
        going = [row for row in own if row.refusal is None]
        while going:
            after = self._after(person, going)
            for row in going:
                row.refusal = self._beside(row, own, after)
            still = [row for row in going if row.refusal is None]
            if len(still) == len(going):
                return
            going = still

    def _beside(self, row: Row, own: Sequence[Row], after: Mapping[int, Post]) -> Refusal | None:
        if after and any(step.before is None for step in row.people):
            return OTHER_POSTS
        if row.returned and any(post.is_open(self.day) for post in after.values()):
            return OTHER_POSTS
        shared = {step.pk for step in row.people if step.before is not None}
        if any(other.refusal and step.pk in shared for other in own for step in other.people):
            return BESIDE
        held = [post.triple for post in after.values() if post.ended_on is None]
        back = [after[step.pk] for step in row.posts if step.before is not None]
        return HELD if any(post.ended_on is None and held.count(post.triple) > 1 for post in back) else None

    def _after(self, person: int, going: Sequence[Row]) -> dict[int, Post]:
        """Give the posts of a person as they would be when these rows have gone back."""
        steps = {step.pk: step for row in going for step in row.posts}
        left: dict[int, Post] = {}
        for post in self.present.by_person[person]:
            step = steps.get(post.pk)
            if step is None:
                left[post.pk] = post
            elif step.before is not None:
                left[post.pk] = _given_back(post, step.before)
        return left


# ---- the plan --------------------------------------------------------------------------
def _plan_person(plan: RosterPlan, going: Sequence[Row]) -> None:
    """Remove or give back a person, once, whatever the number of rows that say something of them."""
    for step in {step.pk: step for row in going for step in row.people}.values():
        if step.before is None:
            plan.removed_people.append(Removal(step.pk, step.version))
        else:
            plan.people.append(Edit(step.pk, step.version, _fields(Cadre, step.before)))


def _plan_posts(plan: RosterPlan, going: Sequence[Row], present: Present, after: Mapping[int, Post]) -> None:
    edits: dict[int, Edit] = {}
    for step in (step for row in going for step in row.posts):
        if step.before is None:
            plan.removed_posts.append(Removal(step.pk, step.version))
            continue
        edit = edits[step.pk] = Edit(step.pk, step.version, _fields(Appointment, step.before))
        is_reopened = after[step.pk].ended_on is None and present.posts[step.pk].ended_on is not None
        (plan.reopened if is_reopened else plan.posts).append(edit)
    plan.posts += _settle(edits, [post for post in after.values() if post.ended_on is None])


def _settle(edits: Mapping[int, Edit], held: Sequence[Post]) -> list[Edit]:
    """Let a person who stays in office keep a main post; give the edit of a post that was not to be touched else."""
    if not held or any(post.is_main for post in held):
        return []
    heir = heir_of(held)
    if heir.pk not in edits:
        return [Edit(heir.pk, heir.version, {"is_main": True})]
    edits[heir.pk].fields["is_main"] = True
    return []


def _given_back(post: Post, before: Mapping[str, Any]) -> Post:
    """Give a post as it was."""
    fields = _fields(Appointment, before)
    organisation = fields.get("organisation", post.organisation_id)
    kept = {name: fields[name] for name in ("league_post", "is_main", "appointed_on", "ended_on") if name in fields}
    return replace(post, organisation_id=organisation, **kept)


def _fields(model: type[Model], image: Mapping[str, Any]) -> dict[str, Any]:
    """Read the fields of a before-image, in which dates are text."""
    days = _days(model)
    return {name: date.fromisoformat(value) if name in days and value else value for name, value in image.items()}


@cache
def _days(model: type[Model]) -> frozenset[str]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented meta API
    return frozenset(one.name for one in fields if isinstance(one, DateField))
