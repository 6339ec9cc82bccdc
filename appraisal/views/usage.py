"""结果运用 of a year: the register, who may be put forward for what (拟表彰名单), the form, the answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.choices import NOT_STANDING, DecisionState, Grade, UsageKind
from appraisal.filtersets import CandidateFilterSet
from appraisal.forms.usage import UsageForm, UsageWithdrawForm
from appraisal.models import Participant, ResultUsage
from appraisal.policies import usage_terms
from appraisal.reports.seals import is_sealed
from appraisal.reports.sight import readable
from appraisal.reports.usage import Candidate, candidates, sealed_people, year_facts
from appraisal.rules.usage import usage_finding
from appraisal.services.usage import decide_usage, propose_usage, withdraw_usage
from appraisal.tables import CANDIDATE_COLUMNS, CandidateTable
from appraisal.views.items import DecideView, OfPersonPage
from appraisal.views.year import YearMixin
from orgs.access import Scope, is_same_person
from orgs.models import User
from orgs.scoped_views import ScopedFilterSet, ScopedListView, ScopedObjectFormView
from orgs.scoped_views.exports import ROWS_LIMIT

TAB = "appraisal-usages"
_TONES = {
    DecisionState.ENTERED: "warn",
    DecisionState.APPROVED: "ok",
    DecisionState.REFUSED: "idle",
    DecisionState.WITHDRAWN: "idle",
}
_RELATED = (
    "participant__cadre",
    "participant__group",
    "participant__organisation",
    "entered_by",
    "approved_by",
    "withdrawn_by",
)


class UsageView(YearMixin):
    """What the results of a year were used for, what waits for approval first."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/usages.html"
    title = "结果运用"
    tab = TAB

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the register."""
        sealed = is_sealed(self.cycle)
        people = sealed_people(self.cycle, self.user, self.scope).values("pk")
        seen = ResultUsage.objects.visible_to(self.scope.holding(VIEW)).filter(participant__in=people)
        rows = list(seen.select_related(*_RELATED, "participant__cycle").order_by("kind", "title", "pk"))
        barred = self._barred(rows)
        items = [self._item(one, is_barred=one.pk in barred) for one in rows]
        waiting = sum(one["waits"] for one in items)
        return self.render(
            facts=[str(self.cycle), f"等待审批 {waiting} 件" if waiting else "没有等待审批的"],
            actions=self._offered(is_sealed=sealed),
            is_sealed=sealed,
            items=sorted(items, key=lambda one: not one["waits"]),
            counts=[{"title": kind.label, "value": f"{count} 人次"} for kind, count in _counts(rows)],
        )

    def _offered(self, *, is_sealed: bool) -> list[dict[str, object]]:
        if not is_sealed:
            return []
        found: list[dict[str, object]] = [{"title": "拟表彰名单", "url": self.address("appraisal-candidates")}]
        if self.user.has_perm(KEEP):
            found.append({"title": "登记运用", "url": self.address("appraisal-usage-add"), "primary": True})
        return found

    def _barred(self, rows: Sequence[ResultUsage]) -> set[int]:
        """Give those that the results, as they are sealed now, would no longer allow."""
        terms = usage_terms(self.scope.day)
        facts = year_facts([one.participant for one in rows])
        kinds = ((one, UsageKind(one.kind)) for one in rows if one.state not in NOT_STANDING)
        return {one.pk for one, kind in kinds if usage_finding(kind, facts[one.participant_id], terms[kind])}

    def _item(self, row: ResultUsage, *, is_barred: bool) -> dict[str, Any]:
        waits = row.state == DecisionState.ENTERED
        person = row.participant
        return {
            "name": person.cadre.name,
            "post": f"{person.organisation.short_name or person.organisation.name}{person.get_league_post_display()}",
            "grade": str(Grade(row.grade).label),
            "kind": row.get_kind_display(),
            "title": row.title,
            "document": row.document_number,
            "reason": row.reason,
            "by": _signed(row.entered_by, row.entered_at),
            "decided": _signed(row.approved_by, row.approved_at),
            "withdrawn": _signed(row.withdrawn_by, row.withdrawn_at),
            "withdrawal": row.withdrawal,
            "waits": waits,
            "tone": _TONES[DecisionState(row.state)],
            "word": row.get_state_display(),
            "is_barred": is_barred,
            "actions": self._answers(row) if waits else self._back(row),
        }

    def _answers(self, row: ResultUsage) -> list[dict[str, object]]:
        """Offer approval to whoever decides, and did not enter it."""
        if not self.user.has_perm(DECIDE, row.participant) or is_same_person(self.user, row.entered_by):
            return []
        approve, refuse = (reverse(f"appraisal-usage-{act}", args=[row.pk]) for act in ("approve", "refuse"))
        post: dict[str, object] = {"method": "post", "version": row.version, "small": True}
        confirm = {"confirm": "批准以后列入成绩单和档案。", "confirm_verb": "批准"}
        refusal = {"confirm": "不批准的不列入，登记人看得到。", "confirm_verb": "不批准"}
        return [
            {"title": "批准", "url": approve, **post, **confirm},
            {"title": "不批准", "url": refuse, **post, **refusal},
        ]

    def _back(self, row: ResultUsage) -> list[dict[str, object]]:
        """Offer to withdraw what was approved, to whoever decides."""
        if row.state != DecisionState.APPROVED or not self.user.has_perm(DECIDE, row.participant):
            return []
        return [{"title": "撤销", "url": reverse("appraisal-usage-withdraw", args=[row.pk]), "small": True}]


class CandidatesView(YearMixin, ScopedListView):
    """拟表彰名单: everybody of a sealed year with grade and eligibility."""

    model = Participant
    permission = VIEW
    template_name = "appraisal/candidates.html"
    title = "拟表彰名单"
    tab = TAB
    noun = "人"
    filterset_class = CandidateFilterSet
    table_class = CandidateTable
    export_columns = CANDIDATE_COLUMNS
    export_permission = VIEW

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return sealed_people(self.cycle, self.user, scope)

    def conditions(self, query: QueryDict, permission: str) -> ScopedFilterSet:
        scope = self.scope.holding(permission)
        return CandidateFilterSet(query, self.rows(self.scope), scope=scope, year=self.cycle.year)

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.order_by(F("final").asc(nulls_last=True), "group__position", "lineage", "pk")  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: ScopedFilterSet) -> Sequence[Candidate]:  # noqa: ARG002
        return candidates(rows, usage_terms(self.scope.day))

    def exported(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> Iterable[Candidate]:  # noqa: ARG002
        return candidates(list(rows[:ROWS_LIMIT]), usage_terms(self.scope.day))

    def figures(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> Sequence[Mapping[str, str]]:  # noqa: ARG002
        found = candidates(list(rows), usage_terms(self.scope.day))
        grades = [(grade.label, sum(one.grade == grade for one in found)) for grade in Grade]
        kinds = [(f"可以{kind.label}", sum(one.barred[kind] is None for one in found)) for kind in UsageKind]
        return [{"title": str(title), "value": f"{count} 人"} for title, count in (*grades, *kinds)]

    def nothing_yet(self) -> Mapping[str, str]:
        return {
            "title": "结果还没有锁定",
            "text": "审定锁定以后，这里按等次列出可以评先树优、选拔任用的人；自己参评的组不列。",
        }


class UsageAddView(OfPersonPage):
    """登记运用."""

    title = "登记运用"
    tab = TAB
    form_class = UsageForm
    submit = "登记"
    done = "已登记，由领导审批。"

    @property
    def people(self) -> QuerySet[Participant]:
        rows = sealed_people(self.cycle, self.user, self.scope).filter(pk__in=super().people.values("pk"))
        return rows.order_by("group__position", "lineage", "cadre__name")

    def save(self, form: Any) -> ResultUsage:
        person = form.cleaned_data["participant"]
        return propose_usage(participant=person, wording=form.wording, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return self.address(TAB)


class UsageApproveView(DecideView):
    """批准运用."""

    model = ResultUsage
    done = "已批准，列入成绩单和档案。"

    def decide(self, **told: Any) -> None:
        decide_usage(usage=told.pop("item"), **told)

    def next_url(self) -> str:
        return reverse(TAB, args=[self.object.participant.cycle.year])


class UsageRefuseView(UsageApproveView):
    """不批准运用."""

    approved = False
    done = "没有批准，不列入。"


class UsageWithdrawView(ScopedObjectFormView):
    """撤销一件批准过的运用, with the reason."""

    model = ResultUsage
    permission = DECIDE
    title = "撤销运用"
    form_class = UsageWithdrawForm
    submit = "撤销"
    done = "已撤销，成绩单和档案里不再列出；登记簿里看得到原因。"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        people = readable(self.user, scope).values("pk")
        seen = ResultUsage.objects.visible_to(scope.holding(VIEW)).filter(participant__in=people)
        return seen.select_related("participant__cycle", "participant__cadre")

    def may_open(self) -> bool:
        return self.user.has_perm(DECIDE, self.object.participant)

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def save(self, form: Any) -> ResultUsage:
        read = form.cleaned_data
        told = {"version": read["version"], "reason": read["reason"], "by": self.user, "at": timezone.now()}
        return withdraw_usage(usage=self.object, **told)

    def back_url(self) -> str:
        """Go back to the register."""
        return reverse(TAB, args=[self.object.participant.cycle.year])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = self.object.participant
        crumbs = [
            {"title": "年度考核", "url": reverse("appraisal")},
            {"title": str(person.cycle), "url": reverse("appraisal-year", args=[person.cycle.year])},
            {"title": "结果运用", "url": self.back_url()},
            {"title": self.title},
        ]
        facts = [str(person.cycle), person.cadre.name, self.object.get_kind_display(), self.object.title]
        return super().get_context_data(
            **{"section": "appraisal", "path": [], "crumbs": crumbs, "facts": facts, **more}
        )


def _signed(by: User | None, at: datetime | None) -> str:
    """Write who did something and on which day; nothing for what was not done."""
    return f"{by} {timezone.localtime(at):%Y-%m-%d}" if at else ""


def _counts(rows: Sequence[ResultUsage]) -> list[tuple[UsageKind, int]]:
    approved = [one.kind for one in rows if one.state == DecisionState.APPROVED]
    return [(kind, approved.count(kind.value)) for kind in UsageKind if kind.value in approved]
