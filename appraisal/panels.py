"""What the appraisal adds to other pages: a person's results by year, 责任书 and 年终材料 that wait for somebody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from appraisal.access import DECIDE, DECIDE_LOW_RANK, ENDORSE, KEEP, KEEP_LOW_RANK, OWN, RATE, RECEIVE, VIEW
from appraisal.choices import AppealState, LetterState, LowRankState, PledgeState
from appraisal.models import AppraisedUnit, LowRankCase, ResponsibilityPledge, ResultUsage, UnitObjection
from appraisal.reports.appeals import AppealsToDo, appeals_waiting
from appraisal.reports.scorecards import years_of_person
from appraisal.reports.sight import readable
from appraisal.reports.todo import (
    LISTS,
    MaterialToDo,
    letters_to_pass,
    letters_to_receive,
    lists_to_receive,
    own_materials,
    reports_to_review,
)
from appraisal.reports.voters import owed_ballots
from appraisal.rules.scoring import two_places
from appraisal.tables import rank_text, result_word
from cadres.models import Cadre
from orgs.access import Scope
from youthleague.kernel.panels import Panel

if TYPE_CHECKING:
    from orgs.models import User

_FEW = 3
_OF_LEADERS = (LowRankState.PROPOSED, LowRankState.CONSULTED)
_OF_KEEPERS = (LowRankState.DRAFTED, LowRankState.DECIDED, LowRankState.CARRIED_OUT)
_OWN_STATES = (PledgeState.OFFERED, PledgeState.ADJUSTED)
# Of many the office is told how many: what waits, in which states, the word, the verb.
_OFFICE = (
    (KEEP, (PledgeState.CONFIRMED,), "待审核", "去审核", "appraisal-pledges-review"),
    (DECIDE, (PledgeState.REVIEWED, PledgeState.AGREED), "待签订", "去签订", "appraisal-pledges-sign"),
)


def years_of_cadre(user: "User", scope: Scope, cadre: Cadre) -> Mapping[str, object] | None:
    """List the results of a person that may be read, the newest year first; without any there is no panel."""
    if not user.has_perm(VIEW):
        return None
    rows = [
        {
            "year": f"{one.participant.cycle.year}",
            "url": reverse("appraisal-scorecard", args=[one.participant_id]),
            "group": one.group.name,
            "total": "—" if one.total is None else two_places(one.total),
            "grade": result_word(one),
            "rank": rank_text(one) or "—",
        }
        for one in years_of_person(readable(user, scope).filter(cadre=cadre))
    ]
    return {"rows": rows} if rows else None


def pledges_to_do(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """List one's own pledge to confirm, those to countersign, and how many wait for the office."""
    if not any(map(user.has_perm, (OWN, ENDORSE, KEEP, DECIDE))):
        return None
    return {"items": [*_own(user), *_party(user, scope), *_office(user, scope)]}


def _own(user: "User") -> list[dict[str, object]]:
    if not user.has_perm(OWN):
        return []
    rows = ResponsibilityPledge.objects.of_person(user).filter(state__in=_OWN_STATES).of_open_years().with_person()
    return [_item(row, "待确认", f"{row.participant.cycle}岗位目标责任书", "appraisal-mine-pledge") for row in rows]


def _party(user: "User", scope: Scope) -> list[dict[str, object]]:
    if not user.has_perm(ENDORSE):
        return []
    seen = ResponsibilityPledge.objects.visible_to(scope.holding(ENDORSE)).to_countersign()
    rows = seen.filter(state=PledgeState.COUNTERSIGNING).of_open_years().with_person()
    title = "{0.participant.cadre.name}的{0.participant.cycle}岗位目标责任书"
    return [_item(row, "待会签", title.format(row), "appraisal-endorse-pledge") for row in rows]


def _office(user: "User", scope: Scope) -> list[dict[str, object]]:
    items = []
    for permission, states, word, verb, page in _OFFICE:
        if user.has_perm(permission):
            seen = ResponsibilityPledge.objects.visible_to(scope.holding(permission)).filter(state__in=states)
            years = seen.of_open_years().order_by().values_list("participant__cycle__year", flat=True)
            items += [_counted(year, count, word, verb, page) for year, count in sorted(Counter(years).items())]
    return items


def _counted(year: int, count: int, *words: str) -> dict[str, object]:
    word, verb, page = words
    title = f"{year}年度责任书 {count} 份"
    return {"tone": "run", "word": word, "title": title, "url": reverse(page, args=[year]), "verb": verb}


def _item(row: ResponsibilityPledge, word: str, title: str, page: str) -> dict[str, object]:
    verb = "会签" if page == "appraisal-endorse-pledge" else "确认"
    return {"tone": "run", "word": word, "title": title, "url": reverse(page, args=[row.pk]), "verb": verb}


def materials_to_do(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """List one's own lists and report to hand in, the reports to look through, how many lists wait to be received."""
    if not any(map(user.has_perm, (OWN, ENDORSE, KEEP))):
        return None
    items = [_material(one) for one in own_materials(user)] if user.has_perm(OWN) else []
    if user.has_perm(ENDORSE):
        items += _reviews(reports_to_review(user, scope))
    if user.has_perm(KEEP):
        items += [_received(one) for one in lists_to_receive(user, scope)]
    return {"items": items}


def _material(one: MaterialToDo) -> dict[str, object]:
    page = "appraisal-lists" if one.what == LISTS else "appraisal-report"
    tone = "warn" if one.word == "已退回" else "run"
    url = reverse(page, args=[one.pk])
    verb = "去提交" if one.word == "审核通过" else "去填写"
    return {"tone": tone, "word": one.word, "title": f"{one.year}年度{one.what}", "url": url, "verb": verb}


def _reviews(rows: Sequence[MaterialToDo]) -> list[dict[str, object]]:
    """Name a few reports one by one, and of many how many there are."""
    if len(rows) > _FEW:
        title, url = f"述职报告 {len(rows)} 份", reverse("appraisal-reviews")
        return [{"tone": "run", "word": "待审核", "title": title, "url": url, "verb": "去审核"}]
    return [
        {
            "tone": "run",
            "word": one.word,
            "title": f"{one.name}的{one.year}年度述职报告",
            "url": reverse("appraisal-review", args=[one.pk]),
            "verb": "审核",
        }
        for one in rows
    ]


def _received(one: MaterialToDo) -> dict[str, object]:
    url = f"{reverse('appraisal-materials', args=[one.year])}?lists=submitted"
    return {
        "tone": "run",
        "word": one.word,
        "title": f"{one.year}年度三张清单 {one.count} 份",
        "url": url,
        "verb": "去接收",
    }


def low_ranks_to_do(user: "User", _scope: Scope) -> Mapping[str, object] | None:
    """List to leaders and keepers, and to them alone, which cases wait for them; no name stands on the workbench."""
    if not user.has_perm(KEEP_LOW_RANK):
        return None
    waiting = LowRankCase.objects.visible_to(user).filter(
        Q(state__in=_OF_LEADERS) | Q(state__in=_OF_KEEPERS, keeper=user)
    )
    if not user.has_perm(DECIDE_LOW_RANK):
        waiting = waiting.exclude(state__in=_OF_LEADERS)
    count = waiting.count()
    url, title = reverse("appraisal-low-ranks"), f"考核后续事项 {count} 件"
    item = {"tone": "run", "word": "待办理", "title": title, "url": url, "verb": "去办理"}
    return {"items": [item] if count else []}


def usages_of_cadre(user: "User", scope: Scope, cadre: Cadre) -> Mapping[str, object] | None:
    """List what a person's results were used for, to those who read them; without any there is no panel."""
    if not user.has_perm(VIEW):
        return None
    people = readable(user, scope).filter(cadre=cadre)
    found = ResultUsage.objects.visible_to(scope.holding(VIEW)).approved().filter(participant__in=people.values("pk"))
    rows = [
        {
            "title": f"{one.participant.cycle.year}年度",
            "value": one.title,
            "note": f"{one.get_kind_display()}，{one.document_number}",
        }
        for one in found.select_related("participant__cycle").order_by("-participant__cycle__year", "pk")
    ]
    return {"rows": rows} if rows else None


def ballots_to_do(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """List the votes by link in which the account is still asked."""
    items = [
        {
            "tone": "run",
            "word": "待评",
            "title": f"{one.box.cycle}党政评，评 {len(one.rates)} 人",
            "url": reverse("ballot", args=[one.pk]),
            "verb": "去评",
        }
        for one in owed_ballots(user, scope.day)
    ]
    return {"items": items} if items else None


def district_to_do(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """List the 自评 of one's unit that is asked for, and how many objections wait for a leader."""
    if not any(map(user.has_perm, (RATE, DECIDE))):
        return None
    items = []
    if user.has_perm(RATE):
        units = AppraisedUnit.objects.visible_to(scope.holding(RATE)).to_rate().select_related("appraisal__cycle")
        items += [_unit(one) for one in units]
    if user.has_perm(DECIDE):
        seen = UnitObjection.objects.visible_to(scope.holding(DECIDE)).waiting()
        years = seen.order_by().values_list("points__unit__appraisal__cycle__year", flat=True)
        items += [_objections(year, count) for year, count in sorted(Counter(years).items())]
    return {"items": items}


def _unit(one: AppraisedUnit) -> dict[str, object]:
    word = "待提交" if one.rated_at else "待自评"
    title, url = f"{one.appraisal}自评", reverse("appraisal-unit", args=[one.pk])
    return {"tone": "run", "word": word, "title": title, "url": url, "verb": "去填写"}


def _objections(year: int, count: int) -> dict[str, object]:
    title, url = f"{year}年度区综合考核的异议 {count} 条", reverse("appraisal-district", args=[year])
    return {"tone": "run", "word": "待答复", "title": title, "url": url, "verb": "去答复"}


def appeals_to_do(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """Count the objections that wait to be accepted, and to be decided."""
    if not any(map(user.has_perm, (KEEP, DECIDE))):
        return None
    keeps = user.has_perm(KEEP)
    return {"items": [_appeals(one) for one in appeals_waiting(user, scope) if keeps or one.state != AppealState.FILED]}


def _appeals(one: AppealsToDo) -> dict[str, object]:
    is_new = one.state == AppealState.FILED
    word, verb = ("待受理", "去受理") if is_new else ("待决定", "去决定")
    url = reverse("appraisal-appeals", args=[one.year])
    title = f"{one.year}年度考核结果的异议 {one.count} 件"
    return {"tone": "warn" if is_new else "run", "word": word, "title": title, "url": url, "verb": verb}


_LETTERS = {
    LetterState.DRAFT: ("审核", "appraisal-letters-review"),
    LetterState.REVIEWED: ("签发", "appraisal-letters-sign"),
    LetterState.SIGNED: ("送达", "appraisal-letters"),
}


def letters_to_do(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """Count the letters that wait for the office, list those that wait for a receipt."""
    if not any(map(user.has_perm, (KEEP, DECIDE, RECEIVE))):
        return None
    items = []
    for one in letters_to_pass(user, scope) if user.has_perm(KEEP) or user.has_perm(DECIDE) else ():
        verb, page = _LETTERS[one.state]
        title, url = f"{one.year}年度反馈函 {one.count} 份", reverse(page, args=[one.year])
        items.append({"tone": "run", "word": str(one.state.label), "title": title, "url": url, "verb": f"去{verb}"})
    for letter in letters_to_receive(scope) if user.has_perm(RECEIVE) else ():
        title, url = f"{letter.cycle}反馈函（{letter.number_text}）", reverse("letter", args=[letter.pk])
        items.append({"tone": "run", "word": "待回执", "title": title, "url": url, "verb": "去回执"})
    return {"items": items}


PANELS: tuple[Panel, ...] = (
    Panel("person:appraisal", "历年考核", "appraisal/_years_of_cadre.html", 40, years_of_cadre),
    Panel("person:usages", "考核结果运用", "cadres/_grades.html", 41, usages_of_cadre),
    Panel("workbench-todo:low-ranks", "考核后续事项", "", 22, low_ranks_to_do),
    Panel("workbench-todo:pledges", "责任书", "", 20, pledges_to_do),
    Panel("workbench-todo:ballots", "党政评", "", 19, ballots_to_do),
    Panel("workbench-todo:appeals", "异议", "", 22, appeals_to_do),
    Panel("workbench-todo:materials", "年终材料", "", 21, materials_to_do),
    Panel("workbench-todo:district", "区综合考核", "", 23, district_to_do),
    Panel("workbench-todo:letters", "反馈函", "", 23, letters_to_do),
)
