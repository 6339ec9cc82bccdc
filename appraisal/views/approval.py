"""审定: what the results come to, and the lock under the number of the minutes."""

from collections import Counter
from typing import Any

from django.utils import timezone

from appraisal.access import DECIDE, VIEW
from appraisal.choices import CycleState, Grade
from appraisal.forms.review import ApprovalForm
from appraisal.models import Participant, Seal
from appraisal.reports.standings import GroupResult, cards_of_year, group_results
from appraisal.rules.sealing import SEALING_STATES
from appraisal.services.keeping import holds_district
from appraisal.services.sealing import seal_year
from appraisal.views.year import YearMixin
from orgs.scoped_views import ScopedFormView

_THERE = frozenset({CycleState.DECISION, CycleState.FEEDBACK, CycleState.ARCHIVED})


class ApprovalView(YearMixin, ScopedFormView):
    """The grades of each group, the locks that there were, and the form for the next one."""

    permission = VIEW
    template_name = "appraisal/approval.html"
    form_class = ApprovalForm
    title = "审定"
    tab = "appraisal-approval"
    submit = "审定并锁定"

    @property
    def is_appraised(self) -> bool:
        """Tell whether the visitor is appraised in the year: then another one approves it."""
        return Participant.objects.of_person(self.user).appraised().filter(cycle=self.cycle).exists()

    def save(self, form: Any) -> Seal:
        return seal_year(cycle=self.cycle, by=self.user, at=timezone.now(), **form.cleaned_data)

    def done_sentence(self, saved: Any) -> str:
        return f"已审定，{saved.people} 份成绩单已锁定。"

    def back_url(self) -> str:
        return self.address("appraisal-approval")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        seals = list(self.cycle.seals.select_related("sealed_by", "confirmed_by").order_by("-version"))
        waits = self.cycle.state in SEALING_STATES and not any(one.stands for one in seals)
        decides = holds_district(self.scope.holding(DECIDE))
        rows = cards_of_year(self.cycle, self.user, self.scope)
        results = group_results(self.cycle, rows) if self.cycle.state in _THERE else []
        told: dict[str, Any] = {"waits": waits, "seals": [_seal(one) for one in seals]}
        told |= {"may_approve": waits and decides and not self.is_appraised, "is_barred": waits and decides}
        told |= {"lines": [_line(one) for one in results if one.people], "grades": [one.label for one in Grade]}
        return super().get_context_data(**{**told, **more})


def _line(one: GroupResult) -> dict[str, Any]:
    counts = Counter(one.grades or {})
    return {
        "name": one.group.name,
        "people": one.people,
        "ranked": one.ranked,
        "grades": [{"title": grade.label, "count": counts[grade.value]} for grade in Grade],
    }


def _seal(one: Seal) -> dict[str, Any]:
    reopened = f"{one.confirmed_by} 确认重开" if one.confirmed_by else ""
    return {
        "title": f"第 {one.version} 次审定",
        "minutes": one.minutes_number,
        "people": one.people,
        "by": f"{one.sealed_by} {timezone.localtime(one.sealed_at):%Y-%m-%d %H:%M}",
        "tone": "ok" if one.stands else "idle",
        "word": one.get_state_display(),
        "note": f"重开理由：{one.reason}；{reopened}" if reopened else "",
    }
