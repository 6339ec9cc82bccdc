"""政策参数: all numbers that the owner may change, one number with its dated values, and a new value."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from orgs.choices import POLICY_BY_KEY, PolicyKey
from orgs.forms.policy_values import PolicyForm, stored_values
from orgs.models import PolicyValue
from orgs.reports.policy_values import PolicyEffect, PolicyLine, StepState, effect_of_value, policy_groups, policy_line
from orgs.scoped_views import ScopedPage
from orgs.services import set_policy_value
from orgs.views.previewed import PreviewedFormView
from orgs.views.verified import VerifiedPage

VIEW, CHANGE = "orgs.view_policyvalue", "orgs.change_policyvalue"
SECTION = "policies"
LIGHTS = {
    StepState.COMING: ("run", "尚未生效"),
    StepState.IN_FORCE: ("ok", "现行"),
    StepState.PAST: ("idle", "以前"),
    StepState.IGNORED: ("bad", "不起作用"),
}


class PoliciesView(ScopedPage):
    """All numbers by part of the work, as they stand today."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "orgs/policies.html"
    title = "政策参数"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show them."""
        groups = policy_groups(self.scope.day)
        facts = [f"{len(POLICY_BY_KEY)} 项", f"{self.scope.day:%Y-%m-%d} 的值", "改动从今天或以后起，不改变过去"]
        return self.render(crumbs=[{"title": self.title}], facts=facts, groups=groups)


class PolicyMixin(ScopedPage):
    """A page about one number, by its key."""

    policy: PolicyKey

    def prepare(self) -> None:
        """Look the key up."""
        found = POLICY_BY_KEY.get(self.kwargs["key"])
        if found is None:
            raise Http404
        self.policy = found

    def own_url(self) -> str:
        """Say where the page of the number is."""
        return reverse("policy", args=[self.policy.key])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(section=SECTION, policy=self.policy, **more)

    def path_to(self, *steps: Mapping[str, str]) -> list[Mapping[str, str]]:
        """Give the breadcrumb from the list on."""
        return [{"title": "政策参数", "url": reverse("policies")}, *steps]


class PolicyView(PolicyMixin):
    """One number: what holds, what held, what is to come."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "orgs/policy.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show it."""
        policy, line = self.policy, policy_line(self.policy, self.scope.day)
        return self.render(
            title=policy.title,
            facts=[f"现行 {policy.text(line.value)}"],
            crumbs=self.path_to({"title": policy.title}),
            rows=_facts(line),
            steps=[(step, *LIGHTS[step.state]) for step in line.steps],
            may_change=self.user.has_perm(CHANGE),
            actions=self._actions(),
        )

    def _actions(self) -> list[dict[str, object]]:
        if not self.user.has_perm(CHANGE):
            return []
        url = reverse("policy-set", args=[self.policy.key])
        return [{"title": "从某天起改为", "url": url, "icon": "pencil", "primary": True}]


class PolicySetView(VerifiedPage, PolicyMixin, PreviewedFormView):
    """从某天起改为: a new value, or the correction of the one of that day."""

    template_name = "orgs/form.html"
    permission = CHANGE
    title = "从某天起改为"
    form_class = PolicyForm
    verb = "确认修改"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"policy": self.policy, "initial": self._initial()}

    def save(self, form: Any) -> PolicyValue:
        return set_policy_value(key=self.policy.key, **form.cleaned_data, by=self.user, at=timezone.now())

    def sentences(self, form: Any) -> list[str]:
        given = form.cleaned_data
        effect, day = effect_of_value(self.policy, given["effective_from"]), f"{given['effective_from']:%Y-%m-%d}"
        said = [self._change_sentence(effect, day, given["value"])]
        if effect.until:
            said.append(f"到 {effect.until.effective_from:%Y-%m-%d} 为止，那天起已定为 {effect.until.amount}。")
        if effect.elections:
            said.append(f"{day} 及以后的 {effect.elections} 次换届选举，届满日期按新的年数重新计算。")
        if given["effective_from"] >= self.scope.day:
            said.append(f"{day} 以前的报表和提示不变。")
        return [*said, f"依据：{given['source']}"]

    def _change_sentence(self, effect: PolicyEffect, day: str, new: int) -> str:
        title, told = self.policy.title, self.policy.text
        if effect.corrected is None:
            is_same = "，与原来的值相同" if new == effect.before else ""
            return f"从 {day} 起，“{title}”由 {told(effect.before)}改为 {told(new)}{is_same}。"
        old = effect.corrected.value
        if old == new:
            return f"“{title}”从 {day} 起的值仍是 {told(new)}，只更正依据。"
        return f"“{title}”从 {day} 起的值由 {told(old)}更正为 {told(new)}，改动记入审计日志。"

    def mark(self, form: Any) -> str:
        effect = effect_of_value(self.policy, form.cleaned_data["effective_from"])
        until = f"{effect.until.effective_from}:{effect.until.value}" if effect.until else ""
        return f"{effect.before}.{effect.corrected is not None}.{until}.{effect.elections}"

    def back_url(self) -> str:
        return self.own_url()

    def done_sentence(self, saved: Any) -> str:
        return f"已定：从 {saved.effective_from:%Y-%m-%d} 起为 {saved.amount}。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = self.path_to({"title": self.policy.title, "url": self.own_url()}, {"title": self.title})
        line = policy_line(self.policy, self.scope.day)
        facts = [self.policy.title, f"现行 {self.policy.text(line.value)}"]
        return super().get_context_data(crumbs=crumbs, facts=facts, **more)

    def _initial(self) -> dict[str, Any]:
        """Start from the value of the day that is to be corrected, else from today."""
        day = _day(self.request.GET.get("day", ""))
        steps = policy_line(self.policy, self.scope.day).steps
        rows = [step.row for step in steps if step.row.effective_from == day]
        return stored_values(rows[0]) if rows else {"effective_from": self.scope.day}


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _facts(line: PolicyLine) -> list[dict[str, object]]:
    policy, following = line.policy, line.following
    since = f"{line.current.effective_from:%Y-%m-%d} 起" if line.current else "平台初始值，没有改过"
    coming = f"{following.effective_from:%Y-%m-%d} 起 {following.amount}" if following else "没有"
    return [
        {"title": "现行", "value": policy.text(line.value), "note": since},
        {"title": "依据", "value": line.source},
        {"title": "以后", "value": coming},
        {"title": "允许范围", "value": _bounds(policy)},
        {"title": "初始值", "value": policy.text(policy.default), "note": policy.source},
    ]


def _bounds(policy: PolicyKey) -> str:
    return "、".join(policy.words) or f"{policy.min_value} 到 {policy.text(policy.max_value)}"
