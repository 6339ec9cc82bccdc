"""What the system administrator keeps: deliveries that failed, group robots, the working calendar."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.scoped_views import ScopedFormView, ScopedPage, ScopedStepView
from youthleague.notices.choices import DeliveryState
from youthleague.notices.forms import RobotForm, SpecialDayForm
from youthleague.notices.models import Notice, Robot, SpecialDay
from youthleague.notices.reports import given_up, maybe_doubled, sending_counts
from youthleague.notices.services.calendar import is_year_known
from youthleague.notices.services.days import remove_special_day, set_special_day
from youthleague.notices.services.outbox import send_again
from youthleague.notices.services.robots import keep_robot, try_robot

KEEP = "notices.keep"
SHOWN = 100
_STATES = (
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.FAILED,
    DeliveryState.UNCLEAR,
)


class KeepersPage(ScopedPage):
    """A page of the system administrator about the whole installation."""

    permission = KEEP


class KeepersStep(ScopedStepView):
    """A step of the system administrator about one row."""

    permission = KEEP

    def may_open(self) -> bool:
        return self.user.has_perm(self.permission)


class DeliveriesView(KeepersPage):
    """发送情况: how many stand in which state outside, and what did not go out."""

    http_method_names = ["get", "head"]
    template_name = "notices/deliveries.html"
    title = "发送情况"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the counts of the last weeks and the rows that were given up."""
        counts, rows, doubled = sending_counts(), given_up(), maybe_doubled()
        return self.render(
            crumbs=[{"title": "发送情况"}],
            facts=[f"{doubled:,} 条因发送中断而补发，收件人可能收到两次"] if doubled else [],
            figures=[
                {"title": state.label, "value": f"{counts.get(state.value, 0):,}", "unit": "条"} for state in _STATES
            ],
            total=rows.count(),
            rows=rows[:SHOWN],
            actions=[
                {"title": "工作日历", "url": reverse("special-days"), "icon": "calendar"},
                {"title": "群机器人", "url": reverse("robots"), "icon": "message-dots"},
            ],
        )


class SendAgainView(KeepersStep):
    """Puts what was given up into the outbox once more."""

    model = Notice
    done = "已放回待发，工作时间内会再发一次。"

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002
        return given_up()

    def perform(self) -> None:
        send_again(notice=self.object, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return reverse("deliveries")


class RobotsView(KeepersPage):
    """群机器人: which are there, of what they speak."""

    http_method_names = ["get", "head"]
    template_name = "notices/robots.html"
    title = "群机器人"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the robots."""
        return self.render(
            crumbs=[{"title": "发送情况", "url": reverse("deliveries")}, {"title": "群机器人"}],
            facts=["默认全部停用", "只播报事项和数字，不出现个人信息"],
            rows=Robot.objects.all(),
            actions=[{"title": "添加群机器人", "url": reverse("robot-add"), "icon": "plus", "primary": True}],
        )


class RobotAddView(ScopedFormView):
    """Enters a robot."""

    permission = KEEP
    title = "添加群机器人"
    form_class = RobotForm

    def save(self, form: Any) -> Robot:
        return keep_robot(robot=form.instance, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return reverse("robots")


class RobotChangeView(RobotAddView):
    """Changes a robot."""

    title = "修改群机器人"

    def prepare(self) -> None:
        """Fetch the robot."""
        self.object = get_object_or_404(Robot, pk=self.kwargs["pk"])

    @property
    def subject(self) -> str:
        return f"notices.Robot:{self.kwargs['pk']}"

    def form_arguments(self) -> dict[str, Any]:
        return {"instance": self.object}


class RobotTryView(KeepersStep):
    """Lets a robot say a sentence now."""

    model = Robot

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - of the installation, not of a unit
        return Robot.objects.all()

    done = "测试消息已发出，请到群里看看。"

    def perform(self) -> None:
        try_robot(robot=self.object, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return reverse("robots")


class SpecialDaysView(KeepersPage):
    """工作日历: the days off and the days worked instead of a year."""

    http_method_names = ["get", "head"]
    template_name = "notices/special_days.html"
    title = "工作日历"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a year."""
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else self.scope.day.year
        return self.render(
            crumbs=[{"title": "发送情况", "url": reverse("deliveries")}, {"title": "工作日历"}],
            facts=[f"{year} 年", "没有列出的日子：周一至周五上班，周六、周日休息"],
            year=year,
            is_known=is_year_known(year),
            rows=SpecialDay.objects.filter(day__year=year),
            previous_url=f"?year={year - 1}",
            next_url=f"?year={year + 1}",
            actions=[{"title": "登记一天", "url": reverse("special-day-add"), "icon": "plus", "primary": True}],
        )


class SpecialDayAddView(ScopedFormView):
    """Enters a day by hand, or changes it."""

    permission = KEEP
    title = "登记放假或调休"
    form_class = SpecialDayForm

    def save(self, form: Any) -> SpecialDay:
        return set_special_day(**form.cleaned_data, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return reverse("special-days")

    def done_url(self, saved: SpecialDay) -> str:
        return f"{reverse('special-days')}?year={saved.day.year}"


class SpecialDayRemoveView(KeepersStep):
    """Lets a day be as usual again."""

    model = SpecialDay

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002
        return SpecialDay.objects.all()

    done = "这一天已恢复为平常的安排。"

    def perform(self) -> None:
        remove_special_day(row=self.object, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return f"{reverse('special-days')}?year={self.object.day.year}"
