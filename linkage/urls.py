"""Paths of the linkage."""

from django.urls import path

from linkage.views.drafting import (
    TaskAddView,
    TaskArchiveView,
    TaskEditView,
    TaskIssueView,
    TaskUnitsView,
    TaskVoidView,
)
from linkage.views.evidence import EvidenceAddView, EvidenceFileView, EvidenceRemoveView
from linkage.views.joint import (
    AnyTaskView,
    ArchiveView,
    InviteView,
    JointAddView,
    JointEditView,
    PartnerAddView,
    PlanView,
    StartView,
    SumUpView,
    VoidJointView,
)
from linkage.views.lists import BoardView, CalendarView, TaskListView, ToDoView
from linkage.views.partners import AcceptView, DeclineView, OwnSummaryView, WithdrawView
from linkage.views.parts import (
    ApproveView,
    ExtendView,
    LaterGrantView,
    LaterRefuseView,
    LaterWithdrawView,
    RateView,
    ReportView,
    ReturnView,
    SignView,
    SplitView,
    SubmitView,
    VoidView,
)
from linkage.views.tasks import PartView
from linkage.views.weekly import WeekReportView, WeeksView, WeekView

urlpatterns = [
    path("tasks/", TaskListView.as_view(), name="tasks"),
    path("tasks/mine/", ToDoView.as_view(), name="tasks-mine"),
    path("tasks/board/", BoardView.as_view(), name="tasks-board"),
    path("tasks/calendar/", CalendarView.as_view(), name="tasks-calendar"),
    path("tasks/new/", TaskAddView.as_view(), name="task-add"),
    path("tasks/<int:pk>/", AnyTaskView.as_view(), name="task"),
    path("tasks/<int:pk>/edit/", TaskEditView.as_view(), name="task-edit"),
    path("tasks/<int:pk>/issue/", TaskIssueView.as_view(), name="task-issue"),
    path("tasks/<int:pk>/units/", TaskUnitsView.as_view(), name="task-units"),
    path("tasks/<int:pk>/archive/", TaskArchiveView.as_view(), name="task-archive"),
    path("tasks/<int:pk>/void/", TaskVoidView.as_view(), name="task-void"),
    path("tasks/parts/<int:pk>/", PartView.as_view(), name="part"),
    path("tasks/parts/<int:pk>/sign/", SignView.as_view(), name="part-acknowledge"),
    path("tasks/parts/<int:pk>/split/", SplitView.as_view(), name="part-split"),
    path("tasks/parts/<int:pk>/report/", ReportView.as_view(), name="part-report"),
    path("tasks/parts/<int:pk>/submit/", SubmitView.as_view(), name="part-submit"),
    path("tasks/parts/<int:pk>/extend/", ExtendView.as_view(), name="part-extend"),
    path("tasks/parts/<int:pk>/approve/", ApproveView.as_view(), name="part-approve"),
    path("tasks/parts/<int:pk>/return/", ReturnView.as_view(), name="part-return"),
    path("tasks/parts/<int:pk>/rate/", RateView.as_view(), name="part-rate"),
    path("tasks/parts/<int:pk>/void/", VoidView.as_view(), name="part-void"),
    path("tasks/extensions/<int:pk>/grant/", LaterGrantView.as_view(), name="later-grant"),
    path("tasks/extensions/<int:pk>/refuse/", LaterRefuseView.as_view(), name="later-refuse"),
    path("tasks/extensions/<int:pk>/withdraw/", LaterWithdrawView.as_view(), name="later-withdraw"),
    path("tasks/parts/<int:pk>/evidence/", EvidenceAddView.as_view(), name="evidence-add"),
    path("tasks/evidence/<int:pk>/", EvidenceFileView.as_view(), name="evidence-file"),
    path("tasks/evidence/<int:pk>/remove/", EvidenceRemoveView.as_view(), name="evidence-remove"),
    path("joint/new/", JointAddView.as_view(), name="joint-add"),
    path("joint/<int:pk>/edit/", JointEditView.as_view(), name="joint-edit"),
    path("joint/<int:pk>/partners/", PartnerAddView.as_view(), name="joint-partner-add"),
    path("joint/<int:pk>/invite/", InviteView.as_view(), name="joint-invite"),
    path("joint/<int:pk>/plan/", PlanView.as_view(), name="joint-plan"),
    path("joint/<int:pk>/start/", StartView.as_view(), name="joint-start"),
    path("joint/<int:pk>/summary/", SumUpView.as_view(), name="joint-sum-up"),
    path("joint/<int:pk>/archive/", ArchiveView.as_view(), name="joint-archive"),
    path("joint/<int:pk>/void/", VoidJointView.as_view(), name="joint-void"),
    path("partners/<int:pk>/accept/", AcceptView.as_view(), name="partner-accept"),
    path("partners/<int:pk>/decline/", DeclineView.as_view(), name="partner-decline"),
    path("partners/<int:pk>/summary/", OwnSummaryView.as_view(), name="partner-summary"),
    path("partners/<int:pk>/withdraw/", WithdrawView.as_view(), name="partner-withdraw"),
    path("weeks/", WeeksView.as_view(), name="weeks"),
    path("weeks/<slug:week>/", WeekView.as_view(), name="week"),
    path("weeks/<slug:week>/report/", WeekReportView.as_view(), name="week-report"),
]
