"""Paths of the year itself: scheme, people, marks, materials, roll-up, scorecards."""

from django.urls import path

from appraisal.views.drawing import DrawView
from appraisal.views.gaps import GapsView, GapView
from appraisal.views.items import (
    AdjustmentAddView,
    AdjustmentApproveView,
    AdjustmentRefuseView,
    ExemptionAddView,
    ItemsView,
    VetoAddView,
    VetoApproveView,
    VetoRefuseView,
)
from appraisal.views.ledger import LedgerAddView, LedgerCorrectView, LedgerView, LedgerWithdrawView, MineLedgerView
from appraisal.views.lists import ListsView, PersonListsView
from appraisal.views.marks import MarksSaveView, MarksView
from appraisal.views.materials import (
    ListsReceiveView,
    ListsReturnView,
    MaterialsView,
    PersonMaterialsView,
    ReportSendBackView,
)
from appraisal.views.mine import MineView
from appraisal.views.people import PeopleView
from appraisal.views.raters import RatersView
from appraisal.views.reports import (
    PersonFileView,
    PersonPreviewView,
    PersonReportView,
    PreviewView,
    ReportFileView,
    ReportView,
)
from appraisal.views.reviews import PersonReportReviewView, ReportReviewsView, ReportReviewView
from appraisal.views.rolling import RollUpProgressView, RollUpStartView, RollUpView, TieView, VersionView
from appraisal.views.schemes import GroupAddView, GroupEditView, GroupRemoveView, SchemeEditView, SchemeView
from appraisal.views.scorecards import (
    CardFileView,
    FigureView,
    OwnCardFileView,
    OwnFigureView,
    OwnScorecardView,
    RemarkView,
    ScorecardView,
)
from appraisal.views.standings import CompareView, ScorecardListView
from appraisal.views.year import NewYearView, YearStepView, YearView
from appraisal.views.years import YearsView

PATHS = [
    path("appraisal/", YearsView.as_view(), name="appraisal"),
    path("appraisal/mine/", MineView.as_view(), name="appraisal-mine"),
    path("appraisal/new/", NewYearView.as_view(), name="appraisal-new"),
    path("appraisal/<int:year>/", YearView.as_view(), name="appraisal-year"),
    path("appraisal/<int:year>/step/<slug:action>/", YearStepView.as_view(), name="appraisal-step"),
    path("appraisal/<int:year>/people/", PeopleView.as_view(), name="appraisal-people"),
    path("appraisal/<int:year>/draw/", DrawView.as_view(), name="appraisal-draw"),
    path("appraisal/<int:year>/raters/", RatersView.as_view(), name="appraisal-raters"),
    path("appraisal/<int:year>/gaps/", GapsView.as_view(), name="appraisal-gaps"),
    path("appraisal/<int:year>/gaps/<slug:code>/", GapView.as_view(), name="appraisal-gap"),
    path("appraisal/<int:year>/items/", ItemsView.as_view(), name="appraisal-items"),
    path("appraisal/<int:year>/items/adjustment/", AdjustmentAddView.as_view(), name="appraisal-adjustment-add"),
    path("appraisal/<int:year>/items/veto/", VetoAddView.as_view(), name="appraisal-veto-add"),
    path("appraisal/<int:year>/items/exemption/", ExemptionAddView.as_view(), name="appraisal-exemption-add"),
    path(
        "appraisal/adjustments/<int:pk>/approve/",
        AdjustmentApproveView.as_view(),
        name="appraisal-adjustment-approve",
    ),
    path(
        "appraisal/adjustments/<int:pk>/refuse/",
        AdjustmentRefuseView.as_view(),
        name="appraisal-adjustment-refuse",
    ),
    path("appraisal/vetoes/<int:pk>/approve/", VetoApproveView.as_view(), name="appraisal-veto-approve"),
    path("appraisal/vetoes/<int:pk>/refuse/", VetoRefuseView.as_view(), name="appraisal-veto-refuse"),
    path("appraisal/<int:year>/roll-up/", RollUpView.as_view(), name="appraisal-roll-up"),
    path("appraisal/<int:year>/roll-up/start/", RollUpStartView.as_view(), name="appraisal-roll-up-start"),
    path("appraisal/<int:year>/roll-up/progress/", RollUpProgressView.as_view(), name="appraisal-roll-up-progress"),
    path(
        "appraisal/<int:year>/roll-up/<int:position>/<int:version>/",
        VersionView.as_view(),
        name="appraisal-version",
    ),
    path("appraisal/<int:year>/ties/<int:position>/", TieView.as_view(), name="appraisal-tie"),
    path("appraisal/<int:year>/scheme/", SchemeView.as_view(), name="appraisal-scheme"),
    path("appraisal/<int:year>/scheme/edit/", SchemeEditView.as_view(), name="appraisal-scheme-edit"),
    path("appraisal/<int:year>/scheme/groups/new/", GroupAddView.as_view(), name="appraisal-scheme-add"),
    path("appraisal/<int:year>/scheme/groups/<int:position>/", GroupEditView.as_view(), name="appraisal-scheme-group"),
    path(
        "appraisal/<int:year>/scheme/groups/<int:position>/remove/",
        GroupRemoveView.as_view(),
        name="appraisal-scheme-remove",
    ),
    path("appraisal/<int:year>/scorecards/", ScorecardListView.as_view(), name="appraisal-scorecards"),
    path("appraisal/<int:year>/compare/", CompareView.as_view(), name="appraisal-compare"),
    path("appraisal/people/<int:pk>/scorecard/", ScorecardView.as_view(), name="appraisal-scorecard"),
    path("appraisal/people/<int:pk>/scorecard/<slug:figure>/", FigureView.as_view(), name="appraisal-figure"),
    path("appraisal/people/<int:pk>/scorecard-file/", CardFileView.as_view(), name="appraisal-scorecard-file"),
    path("appraisal/people/<int:pk>/remark/", RemarkView.as_view(), name="appraisal-remark"),
    path("appraisal/mine/<int:pk>/scorecard-file/", OwnCardFileView.as_view(), name="appraisal-own-scorecard-file"),
    path("appraisal/mine/<int:pk>/scorecard/", OwnScorecardView.as_view(), name="appraisal-own-scorecard"),
    path("appraisal/mine/<int:pk>/scorecard/<slug:figure>/", OwnFigureView.as_view(), name="appraisal-own-figure"),
    path("appraisal/mine/<int:pk>/ledger/", MineLedgerView.as_view(), name="appraisal-mine-ledger"),
    path("appraisal/<int:year>/marks/", MarksView.as_view(), name="appraisal-marks"),
    path("appraisal/<int:year>/marks/save/", MarksSaveView.as_view(), name="appraisal-marks-save"),
    path("appraisal/people/<int:pk>/ledger/", LedgerView.as_view(), name="appraisal-ledger"),
    path("appraisal/people/<int:pk>/ledger/add/", LedgerAddView.as_view(), name="appraisal-ledger-add"),
    path("appraisal/ledger/<int:pk>/correct/", LedgerCorrectView.as_view(), name="appraisal-ledger-correct"),
    path("appraisal/ledger/<int:pk>/withdraw/", LedgerWithdrawView.as_view(), name="appraisal-ledger-withdraw"),
    path("appraisal/<int:year>/materials/", MaterialsView.as_view(), name="appraisal-materials"),
    path("appraisal/mine/<int:pk>/lists/", ListsView.as_view(), name="appraisal-lists"),
    path("appraisal/mine/<int:pk>/report/", ReportView.as_view(), name="appraisal-report"),
    path("appraisal/mine/<int:pk>/report/preview/", PreviewView.as_view(), name="appraisal-report-preview"),
    path("appraisal/mine/<int:pk>/report/file/", ReportFileView.as_view(), name="appraisal-report-file"),
    path("appraisal/materials/<int:pk>/report/file/", PersonFileView.as_view(), name="appraisal-person-file"),
    path("appraisal/materials/<int:pk>/", PersonMaterialsView.as_view(), name="appraisal-person-materials"),
    path("appraisal/materials/<int:pk>/lists/", PersonListsView.as_view(), name="appraisal-person-lists"),
    path("appraisal/materials/<int:pk>/lists/receive/", ListsReceiveView.as_view(), name="appraisal-lists-receive"),
    path("appraisal/materials/<int:pk>/lists/return/", ListsReturnView.as_view(), name="appraisal-lists-return"),
    path("appraisal/materials/<int:pk>/report/", PersonReportView.as_view(), name="appraisal-person-report"),
    path("appraisal/materials/<int:pk>/report/preview/", PersonPreviewView.as_view(), name="appraisal-person-preview"),
    path(
        "appraisal/materials/<int:pk>/report/return/", ReportSendBackView.as_view(), name="appraisal-report-send-back"
    ),
    path("appraisal/reports/<int:pk>/review/", PersonReportReviewView.as_view(), name="appraisal-person-review"),
    path("appraisal/reviews/", ReportReviewsView.as_view(), name="appraisal-reviews"),
    path("appraisal/reviews/<int:pk>/", ReportReviewView.as_view(), name="appraisal-review"),
]
