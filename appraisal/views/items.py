"""加减分、一票否决和免评: what was entered in a year, who approved it, and the forms for more."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.choices import Component, DecisionState
from appraisal.forms.items import AdjustmentForm, ExemptionForm, VetoForm
from appraisal.models import Adjustment, AppraisalCycle, Exemption, Participant, Veto
from appraisal.reports.reading import points
from appraisal.reports.results import closed_groups
from appraisal.rules.cycle import FACT_STATES
from appraisal.services.items import decide_adjustment, decide_veto, exempt, propose_adjustment, propose_veto
from appraisal.views.year import YearMixin, seen_version
from orgs.access import Scope, is_same_person
from orgs.scoped_views import ScopedFormView, ScopedStepView

_TONES = {DecisionState.ENTERED: "warn", DecisionState.APPROVED: "ok", DecisionState.REFUSED: "idle"}


class ItemsView(YearMixin):
    """What was entered in a year, what waits for approval first."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/items.html"
    title = "加减分、否决、免评"
    tab = "appraisal-items"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        self.is_open = self.cycle.state in FACT_STATES
        related = ("participant__cadre", "participant__group", "entered_by", "approved_by")
        adjustments = self._rows(Adjustment).select_related(*related)
        vetoes = self._rows(Veto).select_related("kind", *related)
        exemptions = self._rows(Exemption).select_related("participant__cadre", "participant__group", "granted_by")
        items = [self._item(one, f"{_signed(one.value)} 分") for one in adjustments]
        items += [self._item(one, f"一票否决：{one.kind.title}") for one in vetoes]
        waiting = sum(one["waits"] for one in items)
        return self.render(
            facts=[str(self.cycle), f"等待审批 {waiting} 件" if waiting else "没有等待审批的"],
            actions=self._offered(),
            is_open=self.is_open,
            items=sorted(items, key=lambda one: not one["waits"]),
            exemptions=[_exemption(one) for one in exemptions],
        )

    def _rows(self, model: Any) -> QuerySet[Any]:
        seen = model.objects.visible_to(self.scope.holding(VIEW)).filter(participant__cycle=self.cycle)
        closed = closed_groups(self.cycle, self.user, self.scope)
        own = Participant.objects.of_person(self.user).filter(cycle=self.cycle)
        open_rows = seen.exclude(participant__group__in=closed).exclude(participant__in=own.values("pk"))
        return open_rows.order_by("participant__group__position", "-pk")  # type: ignore[no-any-return]

    def _offered(self) -> list[dict[str, object]]:
        if not (self.is_open and self.user.has_perm(KEEP)):
            return []
        names = (("exemption", "免评"), ("veto", "登记一票否决"), ("adjustment", "登记加减分"))
        return [
            {"title": title, "url": self.address(f"appraisal-{name}-add"), "primary": name == "adjustment"}
            for name, title in names
        ]

    def _item(self, row: Any, what: str) -> dict[str, Any]:
        waits = row.state == DecisionState.ENTERED
        decided = f"{row.approved_by} {timezone.localtime(row.approved_at):%Y-%m-%d}" if row.approved_at else ""
        return {
            "name": row.participant.cadre.name,
            "group": row.participant.group.name,
            "what": what,
            "reason": row.reason,
            "by": f"{row.entered_by} {timezone.localtime(row.entered_at):%Y-%m-%d}",
            "decided": decided,
            "waits": waits,
            "tone": _TONES[DecisionState(row.state)],
            "word": row.get_state_display(),
            "actions": self._answers(row) if waits and self.is_open else [],
        }

    def _answers(self, row: Any) -> list[dict[str, object]]:
        """Offer approval to whoever decides, and did not enter it."""
        if not self.user.has_perm(DECIDE, row.participant) or is_same_person(self.user, row.entered_by):
            return []
        name = row._meta.model_name  # noqa: SLF001 - Django's documented meta API
        post: dict[str, object] = {"method": "post", "version": row.version, "small": True}
        approve, refuse = (reverse(f"appraisal-{name}-{act}", args=[row.pk]) for act in ("approve", "refuse"))
        confirm = {"confirm": "批准以后计入下一次汇总。", "confirm_verb": "批准"}
        refusal = {"confirm": "不批准的不计入，登记人看得到。", "confirm_verb": "不批准"}
        return [
            {"title": "批准", "url": approve, **post, **confirm},
            {"title": "不批准", "url": refuse, **post, **refusal},
        ]


class OfPersonPage(YearMixin, ScopedFormView):
    """A form about one person of the year; nobody about themselves, nor of the group they are appraised in."""

    permission = KEEP
    tab = "appraisal-items"

    @property
    def people(self) -> QuerySet[Participant]:
        """Give the people who may be chosen."""
        rows = Participant.objects.visible_to(self.scope.holding(KEEP)).appraised().filter(cycle=self.cycle)
        rows = rows.exclude(group__in=closed_groups(self.cycle, self.user, self.scope))
        rows = rows.exclude(cadre__person_key=self.user.person_key).select_related("cadre", "group", "organisation")
        return rows.order_by("group__position", "lineage", "cadre__name")

    def form_arguments(self) -> dict[str, Any]:
        return {"people": self.people, "chosen": self.request.GET.get("person", "")[:9]}

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every service is told."""
        read = form.cleaned_data
        return {
            "participant": read["participant"],
            "reason": read["reason"],
            "by": self.user,
            "at": timezone.now(),
        }

    def back_url(self) -> str:
        return self.address("appraisal-items")


class AdjustmentAddView(OfPersonPage):
    """登记加减分."""

    title = "登记加减分"
    form_class = AdjustmentForm
    submit = "登记"
    done = "已登记，由另一位同志审批后计入。"

    def save(self, form: Any) -> Adjustment:
        return propose_adjustment(value=form.cleaned_data["value"], **self.told(form))


class VetoAddView(OfPersonPage):
    """登记一票否决."""

    title = "登记一票否决"
    form_class = VetoForm
    submit = "登记"
    done = "已登记，由另一位同志审批后计入。"

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "kinds": self.cycle.veto_kinds.order_by("pk")}

    def save(self, form: Any) -> Veto:
        return propose_veto(kind=form.cleaned_data["kind"], **self.told(form))


class ExemptionAddView(OfPersonPage):
    """免评."""

    title = "登记免评"
    form_class = ExemptionForm
    submit = "登记"
    done = "已登记免评，其余项目的权重按比例折算。"

    def save(self, form: Any) -> Exemption:
        return exempt(component=Component(int(form.cleaned_data["component"])), **self.told(form))


class DecideView(ScopedStepView):
    """Approves what another person entered, or not."""

    permission = DECIDE
    approved = True
    done = "已批准，计入下一次汇总。"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        seen = self.model._default_manager.visible_to(scope.holding(VIEW))  # type: ignore[attr-defined]  # noqa: SLF001
        return seen.select_related("participant__cycle", "participant__cadre")  # type: ignore[no-any-return]

    def may_open(self) -> bool:
        return self.user.has_perm(self.permission, self.object.participant)

    def decide(self, **told: Any) -> None:
        """Call the service of the kind of item."""
        raise NotImplementedError

    def perform(self) -> None:
        version = seen_version(self.request)
        self.decide(item=self.object, version=version, approved=self.approved, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        cycle: AppraisalCycle = self.object.participant.cycle
        return reverse("appraisal-items", args=[cycle.year])


class AdjustmentApproveView(DecideView):
    """批准加减分."""

    model = Adjustment

    def decide(self, **told: Any) -> None:
        decide_adjustment(**told)


class AdjustmentRefuseView(AdjustmentApproveView):
    """不批准加减分."""

    approved = False
    done = "没有批准，不计入。"


class VetoApproveView(DecideView):
    """批准一票否决."""

    model = Veto

    def decide(self, **told: Any) -> None:
        decide_veto(**told)


class VetoRefuseView(VetoApproveView):
    """不批准一票否决."""

    approved = False
    done = "没有批准，不计入。"


def _signed(value: int) -> str:
    return f"+{points(value)}" if value > 0 else f"-{points(-value)}"


def _exemption(row: Exemption) -> dict[str, str]:
    return {
        "name": row.participant.cadre.name,
        "group": row.participant.group.name,
        "what": f"{row.get_component_display()}免评",
        "reason": row.reason,
        "by": f"{row.granted_by} {timezone.localtime(row.granted_at):%Y-%m-%d}",
    }
