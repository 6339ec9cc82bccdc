"""定时任务: which jobs run by the clock, when they did and will, and setting one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from orgs.scoped_views import ScopedFormView, ScopedPage
from youthleague.kernel.jobs import EVERY_DAY, Job
from youthleague.workbench.forms import JobForm
from youthleague.workbench.reports import JobRow, job_rows
from youthleague.workbench.services import set_job

KEEP = "notices.keep"


class JobsView(ScopedPage):
    """All jobs."""

    http_method_names = ["get", "head"]
    permission = KEEP
    template_name = "workbench/jobs.html"
    title = "定时任务"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the jobs as they are set."""
        rows = [(row, days_text(row.weekdays)) for row in job_rows(timezone.now())]
        facts = ["按北京时间", "停机时错过的，开机后自动补一次"]
        return self.render(crumbs=[{"title": self.title}], facts=facts, rows=rows)


class JobView(ScopedFormView):
    """Sets one job."""

    permission = KEEP
    form_class = JobForm
    done = "已保存，按新的时间运行。"
    row: JobRow

    def prepare(self) -> None:
        """Find the job by its code."""
        row = next((one for one in job_rows(timezone.now()) if one.job.code == self.kwargs["code"]), None)
        if row is None:
            raise Http404
        self.row = row

    def form_arguments(self) -> dict[str, Any]:
        row = self.row
        return {"initial": {"is_on": row.is_on, "weekdays": [*map(str, row.weekdays)], "at_time": row.time}}

    def save(self, form: Any) -> Job:
        set_job(job=self.row.job, **form.cleaned_data, by=self.user, at=timezone.now())
        return self.row.job

    def back_url(self) -> str:
        return reverse("jobs")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [{"title": "定时任务", "url": reverse("jobs")}, {"title": self.row.job.title}]
        return super().get_context_data(crumbs=crumbs, facts=[self.row.job.note], **more) | {
            "title": self.row.job.title
        }


def days_text(weekdays: tuple[int, ...]) -> str:
    """Write on which days a job runs."""
    if weekdays == EVERY_DAY:
        return "每天"
    return "每周" + "、".join("一二三四五六日"[day - 1] for day in weekdays)
