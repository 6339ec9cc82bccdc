"""考评方案: all that counts in a year, to read; and to change in 筹备, part by part."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.forms.groups import GroupForm
from appraisal.forms.scheme import SchemeForm
from appraisal.models import AppraisalCycle
from appraisal.reports.reading import points, read_bands, read_group, read_options, read_vetoes
from appraisal.reports.schemes import scheme_of
from appraisal.rules.cycle import SCHEME_STATES
from appraisal.rules.scheme import AppraisalScheme, scheme_digest, scheme_findings, scheme_label, without_group
from appraisal.services.cycles import change_scheme
from appraisal.views.year import KeeperMixin, YearMixin, seen_version
from orgs.scoped_views import ScopedFormView
from orgs.scoped_views.refusals import codes_of, note_forbidden


class SchemeView(YearMixin):
    """The scheme of a year, in words."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/scheme.html"
    title = "考评方案"
    tab = "appraisal-scheme"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        scheme, is_fixed = scheme_of(self.cycle), bool(self.cycle.scheme_digest)
        may_change = self.cycle.state in SCHEME_STATES and self.keeps
        return self.render(
            facts=[str(self.cycle), f"“{scheme_label(scheme)}”", "已固定" if is_fixed else "还没有固定"],
            groups=[
                {
                    "read": read_group(group),
                    "edit_url": self.address("appraisal-scheme-group", number) if may_change else "",
                    "remove_url": self.address("appraisal-scheme-remove", number) if may_change else "",
                }
                for number, group in enumerate(scheme.groups, start=1)
            ],
            general=_general(scheme),
            lists=[("票面选项", read_options(scheme)), ("等次", read_bands(scheme)), ("一票否决", read_vetoes(scheme))],
            findings=[one.sentence for one in scheme_findings(scheme)],
            digest=self.cycle.scheme_digest or scheme_digest(scheme),
            is_fixed=is_fixed,
            edit_url=self.address("appraisal-scheme-edit") if may_change else "",
            add_url=self.address("appraisal-scheme-add") if may_change else "",
            actions=[{"title": "评分人", "url": self.address("appraisal-raters")}] if self.keeps else [],
        )


class SchemeFormPage(KeeperMixin, ScopedFormView):
    """A form about a part of the scheme; what it gives takes the place of the whole."""

    permission = KEEP
    tab = "appraisal-scheme"
    scheme: AppraisalScheme

    def prepare(self) -> None:
        super().prepare()
        self.scheme = scheme_of(self.cycle)

    def form_arguments(self) -> dict[str, Any]:
        return {"scheme": self.scheme, "version": self.cycle.version}

    def save(self, form: Any) -> AppraisalCycle:
        version = form.cleaned_data["version"]
        return change_scheme(cycle=self.cycle, version=version, scheme=form.scheme, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return self.address("appraisal-scheme")

    def done_sentence(self, saved: Any) -> str:  # noqa: ARG002
        return "方案已保存。" + ("参评人员要按新的方案重新确定。" if self.cycle.drawn_on else "")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(is_open=self.cycle.state in SCHEME_STATES, **more)


class SchemeEditView(SchemeFormPage):
    """What holds for the whole year."""

    title = "修改全年通用的规定"
    template_name = "appraisal/scheme_edit.html"
    form_class = SchemeForm


class GroupEditView(SchemeFormPage):
    """One group."""

    title = "修改考评组"
    template_name = "appraisal/scheme_group.html"
    form_class = GroupForm

    @property
    def place(self) -> int | None:
        """Give the place of the group in the scheme, counted from nought; None for a new one."""
        return int(self.kwargs["position"]) - 1

    def prepare(self) -> None:
        super().prepare()
        if self.place is not None and not 0 <= self.place < len(self.scheme.groups):
            raise Http404

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "at": self.place}


class GroupAddView(GroupEditView):
    """A new group, with the components of the first one to begin with."""

    title = "增加考评组"

    @property
    def place(self) -> None:
        return None


class GroupRemoveView(KeeperMixin):
    """Takes a group out of the scheme."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int, position: int) -> HttpResponse:  # noqa: ARG002
        """Remove it, or say why not."""
        scheme = scheme_of(self.cycle)
        if not 0 < position <= len(scheme.groups):
            raise Http404
        told: Mapping[str, Any] = {"version": seen_version(request), "by": self.user, "at": timezone.now()}
        try:
            change_scheme(cycle=self.cycle, scheme=without_group(scheme, position - 1), **told)
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, f"“{scheme.groups[position - 1].name}”已从方案里去掉。")
        return HttpResponseRedirect(self.address("appraisal-scheme"))


def _general(scheme: AppraisalScheme) -> list[dict[str, str]]:
    return [
        {"title": "加减分上限", "value": f"±{points(scheme.adjustment_cap)} 分"},
        {"title": "复核申请期限", "value": f"{scheme.appeal_days} 天"},
        {"title": "靠后的处理步骤", "value": "，".join(scheme.ladder)},
    ]
