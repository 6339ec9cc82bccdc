"""What is done about a case of consecutive low ranks, one page a step: by leaders, by the keeper, by the person."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE_LOW_RANK, KEEP_LOW_RANK, OWN
from appraisal.forms.low_rank import (
    CheckForm,
    ConsultForm,
    DecideForm,
    EntrustForm,
    MeasureForm,
    ReasonForm,
    StatementForm,
)
from appraisal.models import HandlingMeasure, LowRankCase
from appraisal.services.handling import carry_out, check_measure, follow_case, state_view
from appraisal.services.low_rank import (
    consult_party,
    decide_case,
    decline_case,
    entrust_case,
    release_case,
)
from appraisal.services.low_rank_keeping import keepers_for
from appraisal.views.low_rank import case_frame
from appraisal.views.year import seen_version
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, ScopedObjectMixin, ScopedStepView


class OfCase(ScopedObjectMixin):
    """A page about a case that the account decides about or keeps."""

    model = LowRankCase
    object: LowRankCase

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - who was named keeper is no scope
        return LowRankCase.objects.visible_to(self.user).with_person()

    def back_url(self) -> str:
        """Go back to the case."""
        return reverse("appraisal-low-rank", args=[self.object.pk])

    def next_url(self) -> str:
        """Go back to the case."""
        return self.back_url()


class CaseForm(OfCase, ScopedObjectFormView):
    """A form about a case."""

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every act on a case is told."""
        version = form.cleaned_data["version"]
        return {"case": self.object, "version": version, "by": self.user, "at": timezone.now()}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**{**case_frame(self.object, self.title), **more})


class LeaderForm(CaseForm):
    """A form for those who decide."""

    permission = DECIDE_LOW_RANK


class KeeperForm(CaseForm):
    """A form for the keeper that was named."""

    permission = KEEP_LOW_RANK

    def may_open(self) -> bool:
        """Leaders see the case, and leave this to the keeper."""
        return bool(self.object.keeper_id == self.user.pk)


class EntrustView(LeaderForm):
    """指定经办人."""

    title = "指定经办人"
    form_class = EntrustForm
    submit = "指定"
    done = "已指定，经办人会收到通知。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {**super().form_arguments(), "keepers": keepers_for(self.object.participant, self.scope.day)}

    def save(self, form: Any) -> LowRankCase:
        return entrust_case(keeper=form.chosen, **self.told(form))


class DecideCaseView(LeaderForm):
    """作出决定."""

    title = "作出决定"
    form_class = DecideForm
    submit = "决定"
    done = "已决定，由经办人组织实施。"

    def form_arguments(self) -> Mapping[str, Any]:
        ladder = self.object.participant.cycle.ladder
        return {**super().form_arguments(), "ladder": ladder, "proposed": self.object.step}

    def save(self, form: Any) -> LowRankCase:
        return decide_case(decision=form.decision, **self.told(form))


class DeclineView(LeaderForm):
    """不作处理."""

    title = "不作处理"
    form_class = ReasonForm
    submit = "不作处理"
    done = "已写明不作处理。"

    def save(self, form: Any) -> LowRankCase:
        return decline_case(reason=form.cleaned_data["reason"], **self.told(form))


class ReleaseView(LeaderForm):
    """解除."""

    title = "解除"
    form_class = ReasonForm
    submit = "解除"
    done = "已解除，本人会收到通知。"

    def save(self, form: Any) -> LowRankCase:
        return release_case(reason=form.cleaned_data["reason"], **self.told(form))


class ConsultView(KeeperForm):
    """登记会商意见."""

    title = "登记会商意见"
    form_class = ConsultForm
    submit = "登记"
    done = "已登记，等领导决定。"

    def form_arguments(self) -> Mapping[str, Any]:
        case = self.object
        stored = {"plan": case.plan, "party": case.consulted_with, "on": case.consulted_on, "opinion": case.opinion}
        return {**super().form_arguments(), "initial": stored}

    def save(self, form: Any) -> LowRankCase:
        return consult_party(said=form.said, **self.told(form))


class MeasureView(KeeperForm):
    """登记实施."""

    title = "登记实施"
    form_class = MeasureForm
    submit = "登记"
    done = "已登记，本人会收到通知。"

    def save(self, form: Any) -> HandlingMeasure:
        return carry_out(facts=form.facts, **self.told(form))


class CheckView(KeeperForm):
    """登记复查结果."""

    title = "登记复查结果"
    form_class = CheckForm
    submit = "登记"
    done = "已登记复查结果。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {**super().form_arguments(), "measures": list(self.object.measures.filter(checked_on=None))}

    def save(self, form: Any) -> HandlingMeasure:
        return check_measure(measure=form.cleaned_data["measure"], found=form.found, **self.told(form))


class StatementView(KeeperForm):
    """代为登记本人表态, for somebody without an account."""

    title = "本人表态"
    form_class = StatementForm
    submit = "登记"
    done = "已登记本人的态度。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {**super().form_arguments(), "measures": list(self.object.measures.filter(stated_at=None))}

    def save(self, form: Any) -> HandlingMeasure:
        said = {"measure": form.cleaned_data["measure"], "text": form.cleaned_data["text"]}
        return state_view(**said, **self.told(form))


class OwnStatementView(StatementView):
    """写明态度 by the person."""

    permission = OWN
    title = "写明态度"

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - one's own, wherever one stands
        return LowRankCase.objects.of_person(self.user).with_person()

    def may_open(self) -> bool:
        """Whoever sees the row is the person."""
        return True

    def back_url(self) -> str:
        return reverse("appraisal-mine-low-rank", args=[self.object.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [
            {"title": "我的考核", "url": reverse("appraisal-mine")},
            {"title": "考核后续事项", "url": self.back_url()},
            {"title": self.title},
        ]
        own = {"title": self.title, "crumbs": crumbs, "facts": [str(self.object.participant.cycle)]}
        return super().get_context_data(**{**own, "section": "appraisal-mine", **more})


class FollowView(OfCase, ScopedStepView):
    """转入跟踪整改."""

    permission = KEEP_LOW_RANK
    done = "已转入跟踪整改。"

    def may_open(self) -> bool:
        """Leaders see the case, and leave this to the keeper."""
        return bool(self.object.keeper_id == self.user.pk)

    def perform(self) -> None:
        version = seen_version(self.request)
        follow_case(case=self.object, version=version, by=self.user, at=timezone.now())
