"""One year (考核年度): where it stands, the one next step, and what every page about a year shares."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, VIEW
from appraisal.choices import CycleState
from appraisal.forms.year import NewYearForm
from appraisal.models import AppraisalCycle
from appraisal.reports.progress import roll_up_progress
from appraisal.reports.years import group_standings, steps_taken
from appraisal.services.cycles import advance_cycle, open_cycle, prepare_cycle
from appraisal.services.keeping import holds_district
from appraisal.views.wording import TITLES, event_of, family_line, group_line, next_of_year
from orgs.scoped_views import ScopedFormView, ScopedPage
from orgs.scoped_views.refusals import codes_of, note_forbidden

SECTION = "appraisal"
TABS = (
    ("appraisal-year", "年度"),
    ("appraisal-gaps", "还差什么"),
    ("appraisal-scheme", "方案"),
    ("appraisal-people", "人员"),
    ("appraisal-pledges", "责任书"),
    ("appraisal-marks", "日常考核"),
    ("appraisal-materials", "年终材料"),
    ("appraisal-meetings", "述职会"),
    ("appraisal-boxes", "票箱"),
    ("appraisal-results", "测评结果"),
    ("appraisal-items", "加减分、免评"),
    ("appraisal-roll-up", "汇总"),
    ("appraisal-scorecards", "成绩"),
    ("appraisal-calibration", "复核"),
    ("appraisal-approval", "审定"),
    ("appraisal-seal", "锁定"),
    ("appraisal-letters", "反馈函"),
    ("appraisal-usages", "结果运用"),
    ("appraisal-district", "区综合考核"),
)
STEPS = [str(state.label) for state in CycleState]


def seen_version(request: HttpRequest) -> int:
    """Read the version of a year that a button carries; none can be right for what is not a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


class YearMixin(ScopedPage):
    """A page about a year; ``tab`` names the one of the pages of a year that it is, or belongs to."""

    permission = VIEW
    tab = ""
    cycle: AppraisalCycle

    def prepare(self) -> None:
        """Find the year."""
        self.cycle = get_object_or_404(AppraisalCycle, year=self.kwargs["year"])

    @property
    def subject(self) -> str:
        found = self.__dict__.get("cycle")  # asked before the year is looked up, too
        return f"appraisal.AppraisalCycle:{found.pk}" if found else "appraisal.AppraisalCycle"

    @property
    def keeps(self) -> bool:
        """Tell whether the visitor keeps the year of the whole district."""
        return holds_district(self.scope.holding(KEEP))

    def address(self, name: str, *rest: object) -> str:
        """Give the address of a page of this year."""
        return reverse(name, args=[self.cycle.year, *rest])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        cycle = self.cycle
        crumbs = [{"title": "年度考核", "url": reverse("appraisal")}, {"title": str(cycle)}]
        if self.tab != "appraisal-year":
            crumbs[1]["url"] = self.address("appraisal-year")
            crumbs.append({"title": self.title})
        tabs = [{"title": title, "url": self.address(name), "is_here": name == self.tab} for name, title in TABS]
        shown = {
            "path": [],
            "crumbs": crumbs,
            "facts": [str(cycle), cycle.get_state_display()],
            "section": SECTION,
            "cycle": cycle,
            "pages": tabs,
        }
        return super().get_context_data(**{**shown, **more})


class KeeperMixin(YearMixin):
    """A page for those who keep the year of the whole district."""

    permission = KEEP

    def prepare(self) -> None:
        super().prepare()
        if not self.keeps:
            raise PermissionDenied


class YearView(YearMixin):
    """Where a year stands."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/year.html"
    tab = "appraisal-year"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        cycle = self.cycle
        groups = group_standings(cycle, self.scope.holding(VIEW))
        progress = roll_up_progress(cycle)
        return self.render(
            title=f"{cycle}考核",
            facts=[cycle.get_state_display(), f"参评 {sum(one.people for one in groups)} 人"],
            steps=STEPS,
            step=list(CycleState).index(CycleState(cycle.state)) + 1,
            next=next_of_year(cycle, keeps=self.keeps),
            groups=[group_line(one, self.address("appraisal-people")) for one in groups],
            families=[family_line(one) for one in progress.families],
            gaps_url=self.address("appraisal-gaps"),
            roll_up_url=self.address("appraisal-roll-up"),
            events=[event_of(one) for one in steps_taken(cycle)],
        )


class YearStepView(KeeperMixin):
    """Takes a year on, or back from 汇总."""

    http_method_names = ["post"]

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["action"] not in TITLES:
            raise Http404

    def post(self, request: HttpRequest, year: int, action: str) -> HttpResponse:  # noqa: ARG002
        """Take the step, or say why not."""
        told: dict[str, Any] = {"cycle": self.cycle, "version": seen_version(request)}
        told |= {"by": self.user, "at": timezone.now()}
        try:
            cycle = open_cycle(**told) if action == "open" else advance_cycle(action=action, **told)
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, f"{cycle}已进入“{cycle.get_state_display()}”。")
        return HttpResponseRedirect(self.address("appraisal-year"))


class NewYearView(ScopedFormView):
    """建立考核年度: with the scheme of an earlier one, or the usual one."""

    permission = KEEP
    title = "建立考核年度"
    form_class = NewYearForm
    submit = "建立"

    def prepare(self) -> None:
        """Let those who keep the whole district in."""
        if not holds_district(self.scope.holding(KEEP)):
            raise PermissionDenied

    def form_arguments(self) -> dict[str, Any]:
        return {"years": list(AppraisalCycle.objects.order_by("-year")), "this_year": self.scope.day.year}

    def save(self, form: Any) -> AppraisalCycle:
        year = form.cleaned_data["year"]
        return prepare_cycle(year=year, by=self.user, at=timezone.now(), copy_of=form.copied)

    def back_url(self) -> str:
        return reverse("appraisal")

    def done_url(self, saved: Any) -> str:
        return reverse("appraisal-year", args=[saved.year])

    def done_sentence(self, saved: Any) -> str:
        return f"{saved}已建立，接着核对方案、确定参评人员。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [{"title": "年度考核", "url": reverse("appraisal")}, {"title": self.title}]
        return super().get_context_data(path=[], crumbs=crumbs, section=SECTION, **more)
