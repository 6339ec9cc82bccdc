"""连续靠后: the list of cases, one case, the rule asked again, and what the person is told."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE_LOW_RANK, KEEP_LOW_RANK, OWN
from appraisal.models import AppraisalCycle, LowRankCase
from appraisal.policies import low_rank_policy
from appraisal.reports.low_rank import sealed_years, steps_of_case, still_holds
from appraisal.rules.low_rank import OPEN_STATES, STATING_STATES
from appraisal.services.keeping import holds_district
from appraisal.services.low_rank import propose_low_ranks
from appraisal.services.writing import has_account
from appraisal.views.low_rank_wording import (
    STEPS,
    decision_rows,
    event_rows,
    measure_rows,
    next_of,
    person_rows,
    plan_rows,
    step_of,
    tone_of,
)
from orgs.access import Scope
from orgs.scoped_views import ScopedDetailView, ScopedPage
from orgs.scoped_views.refusals import codes_of, note_forbidden

SECTION = "appraisal-low-ranks"
_PROMISE = "只有分管领导和指定的经办人看得到；系统只提示，由人决定；本人在决定以后看得到自己的，可以写明态度。"
_YEARS_OFFERED = 2


class CaseListView(ScopedPage):
    """The cases that an account decides about, or keeps."""

    http_method_names = ["get", "head"]
    permission = KEEP_LOW_RANK
    template_name = "appraisal/low_ranks.html"
    title = "连续靠后"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list, what is open first."""
        rows = list(LowRankCase.objects.visible_to(self.user).with_person().prefetch_related("measures"))
        rows.sort(key=lambda one: (one.state not in OPEN_STATES, -one.participant.cycle.year, one.pk))
        waiting = sum(one.state in OPEN_STATES for one in rows)
        return self.render(
            section=SECTION,
            facts=[f"在办 {waiting} 件" if waiting else "没有在办的"],
            actions=self._offered(),
            promise=_PROMISE,
            rows=[_line(one) for one in rows],
        )

    def _offered(self) -> list[dict[str, object]]:
        if not holds_district(self.scope.holding(DECIDE_LOW_RANK)):
            return []
        return [
            {
                "title": f"检查 {year} 年度",
                "url": reverse("appraisal-low-rank-ask", args=[year]),
                "method": "post",
                "confirm": f"按方案的规则检查 {year} 年度锁定的结果；只提示，不作处理。",
                "confirm_verb": "检查",
            }
            for year in sealed_years(_YEARS_OFFERED)
        ]


class AskRuleView(ScopedPage):
    """Asks the rule again about a sealed year."""

    http_method_names = ["post"]
    permission = DECIDE_LOW_RANK

    def prepare(self) -> None:
        """Let those in who decide for the whole district."""
        if not holds_district(self.scope.holding(DECIDE_LOW_RANK)):
            raise PermissionDenied

    def post(self, request: HttpRequest, year: int) -> HttpResponse:
        """Ask, and say how many new cases there are."""
        cycle = get_object_or_404(AppraisalCycle, year=year)
        try:
            new = propose_low_ranks(cycle=cycle, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=DECIDE_LOW_RANK, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, f"已检查，新提示 {new} 件。" if new else "已检查，没有新的提示。")
        return HttpResponseRedirect(reverse(SECTION))


class CaseView(ScopedDetailView):
    """One case."""

    model = LowRankCase
    permission = KEEP_LOW_RANK
    template_name = "appraisal/low_rank.html"

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - who was named keeper is no scope
        return LowRankCase.objects.visible_to(self.user).with_person()

    def may_open(self) -> bool:
        """Whoever sees the row may open it."""
        return True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        case = self.object
        is_open = case.state in OPEN_STATES
        first_years = low_rank_policy(self.scope.day).first_years
        return super().get_context_data(
            **{
                **case_frame(case),
                "steps": STEPS,
                "step": step_of(case),
                "tone": tone_of(case),
                "next": next_of(
                    case,
                    leads=self.user.has_perm(DECIDE_LOW_RANK, case),
                    keeps=case.keeper_id == self.user.pk,
                    has_account=has_account(case.participant),
                ),
                "promise": _PROMISE,
                "is_weak": is_open and not still_holds(case, first_years=first_years),
                "about": person_rows(case),
                "plan": plan_rows(case),
                "decision": decision_rows(case),
                "measures": measure_rows(list(case.measures.all())),
                "events": event_rows(steps_of_case(case)),
                "earlier_url": _earlier_url(case),
                **more,
            }
        )


class OwnCaseView(ScopedDetailView):
    """What was decided about oneself, and what one has to put right."""

    model = LowRankCase
    permission = OWN
    template_name = "appraisal/own_low_rank.html"
    title = "考核后续事项"

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - one's own, wherever one stands
        return LowRankCase.objects.of_person(self.user).with_person()

    def may_open(self) -> bool:
        """Whoever sees the row is the person."""
        return True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        case = self.object
        measures = list(case.measures.all())
        may_state = case.state in STATING_STATES and any(one.stated_at is None for one in measures)
        url = reverse("appraisal-mine-low-rank-statement", args=[case.pk])
        shown = {
            "path": [],
            "crumbs": [{"title": "我的考核", "url": reverse("appraisal-mine")}, {"title": self.title}],
            "section": "appraisal-mine",
            "facts": [str(case.participant.cycle)],
            "actions": [{"title": "写明态度", "url": url, "primary": True}] if may_state else [],
            "state": case.get_state_display(),
            "tone": tone_of(case),
            "decision": decision_rows(case),
            "measures": measure_rows(measures),
            "closing": case.closing_reason if case.state not in OPEN_STATES else "",
        }
        return super().get_context_data(**{**shown, **more})


def case_frame(case: LowRankCase, title: str = "") -> dict[str, Any]:
    """Give the head and the way to a page about a case."""
    name = case.participant.cadre.name
    crumbs: list[dict[str, str]] = [{"title": "连续靠后", "url": reverse(SECTION)}, {"title": name}]
    if title:
        crumbs[1]["url"] = reverse("appraisal-low-rank", args=[case.pk])
        crumbs.append({"title": title})
    return {
        "path": [],
        "crumbs": crumbs,
        "section": SECTION,
        "title": title or f"{name}：连续靠后",
        "facts": [str(case.participant.cycle), f"系统提示“{case.title}”", case.get_state_display()],
    }


def _line(case: LowRankCase) -> dict[str, Any]:
    person = case.participant
    due = [one.due_on for one in case.measures.all() if one.checked_on is None]
    return {
        "url": reverse("appraisal-low-rank", args=[case.pk]),
        "name": person.cadre.name,
        "post": f"{person.organisation.short_name or person.organisation.name}{person.get_league_post_display()}",
        "years": "、".join(f"{one['year']}" for one in sorted(case.years, key=lambda one: int(one["year"]))),
        "title": case.measure or case.title,
        "keeper": case.keeper.full_name if case.keeper else "—",
        "due": f"{min(due):%Y-%m-%d}" if due and case.state in OPEN_STATES else "—",
        "tone": tone_of(case),
        "word": case.get_state_display(),
    }


def _earlier_url(case: LowRankCase) -> str:
    return reverse("appraisal-low-rank", args=[case.earlier_id]) if case.earlier_id else ""
