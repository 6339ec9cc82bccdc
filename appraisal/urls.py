"""Paths of the appraisal."""

from django.urls import path

from appraisal.views.appeals import AppealAcceptView, AppealsView, AppealView, OwnAppealsView
from appraisal.views.approval import ApprovalView
from appraisal.views.ballot import BallotView
from appraisal.views.boxes import BoxCodesView, BoxesView, BoxNewView, BoxPosterView, BoxStepView, BoxView
from appraisal.views.calibration import BoardView, CalibrateView, CalibrationBackView, PublishView
from appraisal.views.contest import ContestView, OccasionView
from appraisal.views.district import (
    DistrictFileView,
    DistrictItemsView,
    DistrictPrepareView,
    DistrictReportView,
    DistrictStepView,
    DistrictUnitsView,
    DistrictView,
)
from appraisal.views.district_scores import (
    DistrictUnitView,
    ObjectionView,
    ScoresAdoptView,
    ScoresEnterView,
    ScoresView,
)
from appraisal.views.district_units import OnBehalfObjectView, OnBehalfRateView, UnitObjectView, UnitsView, UnitView
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
from appraisal.views.judging import (
    JudgingNowView,
    JudgingReportView,
    JudgingSaveView,
    JudgingSheetView,
    LinkNowView,
    LinkReportView,
    LinkSaveView,
    LinkSheetView,
    SeatsView,
)
from appraisal.views.ledger import (
    LedgerAddView,
    LedgerCorrectView,
    LedgerView,
    LedgerWithdrawView,
    MineLedgerView,
)
from appraisal.views.letter_many import (
    LettersDeliverView,
    LettersDraftView,
    LettersReviewView,
    LettersSignView,
    SeriesView,
)
from appraisal.views.letter_steps import (
    LetterDeliverView,
    LetterEditView,
    LetterReceiptView,
    LetterReturnView,
    LetterReviewView,
    LetterSignView,
    LetterVoidView,
)
from appraisal.views.letters import LetterDocumentView, LettersArchiveView, LettersView, LetterView
from appraisal.views.lists import ListsView, PersonListsView
from appraisal.views.low_rank import AskRuleView, CaseListView, CaseView, OwnCaseView
from appraisal.views.low_rank_steps import (
    CheckView,
    ConsultView,
    DecideCaseView,
    DeclineView,
    EntrustView,
    FollowView,
    MeasureView,
    OwnStatementView,
    ReleaseView,
    StatementView,
)
from appraisal.views.marks import MarksSaveView, MarksView
from appraisal.views.materials import (
    ListsReceiveView,
    ListsReturnView,
    MaterialsView,
    PersonMaterialsView,
    ReportSendBackView,
)
from appraisal.views.meeting_steps import JudgeOffView, LinksView, MeetingStepView, OrderView
from appraisal.views.meetings import (
    AgendaView,
    JudgesView,
    MeetingEditView,
    MeetingNewView,
    MeetingProgressView,
    MeetingsView,
    MeetingView,
    PaperView,
    ReopenView,
)
from appraisal.views.mine import MineView
from appraisal.views.people import PeopleView
from appraisal.views.pledge_many import (
    ArchiveManyView,
    DraftMissingView,
    OfferManyView,
    ReviewManyView,
    SignManyView,
)
from appraisal.views.pledge_steps import (
    AdjustView,
    ArchiveView,
    ConfirmView,
    CountersignView,
    OfferView,
    OwnReturnView,
    PaperConfirmView,
    PaperCountersignView,
    PartyReturnView,
    PledgeAddView,
    PledgeEditView,
    ReturnView,
    ReviewView,
    SettleView,
    SignView,
)
from appraisal.views.pledges import (
    DocumentView,
    DutiesView,
    OwnDocumentView,
    OwnPledgeView,
    PartyDocumentView,
    PartyListView,
    PartyPledgeView,
    PledgeListView,
    PledgeView,
)
from appraisal.views.raters import RatersView
from appraisal.views.received_letters import (
    ReceiptView,
    ReceivedDocumentView,
    ReceivedLettersView,
    ReceivedLetterView,
)
from appraisal.views.reports import (
    PersonFileView,
    PersonPreviewView,
    PersonReportView,
    PreviewView,
    ReportFileView,
    ReportView,
)
from appraisal.views.results import ResultsEnterView, ResultsPartView, ResultsView
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
from appraisal.views.seals import SealAskView, SealStepView, SealView
from appraisal.views.standings import CompareView, ScorecardListView
from appraisal.views.usage import CandidatesView, UsageAddView, UsageApproveView, UsageRefuseView, UsageView
from appraisal.views.verifying import VerifyView
from appraisal.views.vote import ThanksView, VoteView
from appraisal.views.voters import BoxRemindView, BoxScreeningView, BoxVotersView
from appraisal.views.year import NewYearView, YearStepView, YearView
from appraisal.views.years import YearsView

urlpatterns = [
    path("vote/", VoteView.as_view(), name="vote"),
    path("vote/thanks/", ThanksView.as_view(), name="vote-thanks"),
    path("ballots/<int:pk>/", BallotView.as_view(), name="ballot"),
    path("judge/", LinkSheetView.as_view(), name="judge"),
    path("judge/save/", LinkSaveView.as_view(), name="judge-save"),
    path("judge/now/", LinkNowView.as_view(), name="judge-now"),
    path("judge/report/<int:number>/", LinkReportView.as_view(), name="judge-report"),
    path("appraisal/judging/", SeatsView.as_view(), name="judging"),
    path("appraisal/judging/<int:pk>/", JudgingSheetView.as_view(), name="judging-sheet"),
    path("appraisal/judging/<int:pk>/save/", JudgingSaveView.as_view(), name="judging-save"),
    path("appraisal/judging/<int:pk>/now/", JudgingNowView.as_view(), name="judging-now"),
    path("appraisal/judging/<int:pk>/report/<int:number>/", JudgingReportView.as_view(), name="judging-report"),
    path("appraisal/<int:year>/meetings/", MeetingsView.as_view(), name="appraisal-meetings"),
    path("appraisal/<int:year>/meetings/new/", MeetingNewView.as_view(), name="appraisal-meeting-new"),
    path("appraisal/<int:year>/meetings/<int:number>/", MeetingView.as_view(), name="appraisal-meeting"),
    path("appraisal/<int:year>/meetings/<int:number>/edit/", MeetingEditView.as_view(), name="appraisal-meeting-edit"),
    path(
        "appraisal/<int:year>/meetings/<int:number>/step/<slug:action>/",
        MeetingStepView.as_view(),
        name="appraisal-meeting-step",
    ),
    path("appraisal/<int:year>/meetings/<int:number>/reopen/", ReopenView.as_view(), name="appraisal-meeting-reopen"),
    path("appraisal/<int:year>/meetings/<int:number>/order/", OrderView.as_view(), name="appraisal-meeting-order"),
    path(
        "appraisal/<int:year>/meetings/<int:number>/progress/",
        MeetingProgressView.as_view(),
        name="appraisal-meeting-progress",
    ),
    path("appraisal/<int:year>/meetings/<int:number>/judges/", JudgesView.as_view(), name="appraisal-meeting-judges"),
    path(
        "appraisal/<int:year>/meetings/<int:number>/judges/off/", JudgeOffView.as_view(), name="appraisal-meeting-off"
    ),
    path("appraisal/<int:year>/meetings/<int:number>/links/", LinksView.as_view(), name="appraisal-meeting-links"),
    path("appraisal/<int:year>/meetings/<int:number>/agenda/", AgendaView.as_view(), name="appraisal-meeting-agenda"),
    path("appraisal/<int:year>/meetings/<int:number>/paper/", PaperView.as_view(), name="appraisal-meeting-paper"),
    path("appraisal/<int:year>/contest/", ContestView.as_view(), name="appraisal-contest"),
    path("appraisal/<int:year>/contest/<int:pk>/", OccasionView.as_view(), name="appraisal-occasion"),
    path("verify/", VerifyView.as_view(), name="verify"),
    path("appraisal/<int:year>/seal/", SealView.as_view(), name="appraisal-seal"),
    path("appraisal/<int:year>/seal/ask/", SealAskView.as_view(), name="appraisal-seal-ask"),
    path("appraisal/<int:year>/seal/<slug:action>/", SealStepView.as_view(), name="appraisal-seal-step"),
    path("appraisal/<int:year>/boxes/", BoxesView.as_view(), name="appraisal-boxes"),
    path("appraisal/<int:year>/boxes/new/", BoxNewView.as_view(), name="appraisal-box-new"),
    path("appraisal/<int:year>/boxes/<int:number>/", BoxView.as_view(), name="appraisal-box"),
    path("appraisal/<int:year>/boxes/<int:number>/codes/", BoxCodesView.as_view(), name="appraisal-box-codes"),
    path("appraisal/<int:year>/boxes/<int:number>/voters/", BoxVotersView.as_view(), name="appraisal-box-voters"),
    path("appraisal/<int:year>/boxes/<int:number>/remind/", BoxRemindView.as_view(), name="appraisal-box-remind"),
    path("appraisal/<int:year>/boxes/<int:number>/poster/", BoxPosterView.as_view(), name="appraisal-box-poster"),
    path(
        "appraisal/<int:year>/boxes/<int:number>/screening/",
        BoxScreeningView.as_view(),
        name="appraisal-box-screening",
    ),
    path(
        "appraisal/<int:year>/boxes/<int:number>/step/<slug:action>/", BoxStepView.as_view(), name="appraisal-box-step"
    ),
    path("appraisal/", YearsView.as_view(), name="appraisal"),
    path("appraisal/mine/", MineView.as_view(), name="appraisal-mine"),
    path("appraisal/new/", NewYearView.as_view(), name="appraisal-new"),
    path("appraisal/<int:year>/", YearView.as_view(), name="appraisal-year"),
    path("appraisal/<int:year>/step/<slug:action>/", YearStepView.as_view(), name="appraisal-step"),
    path("appraisal/<int:year>/people/", PeopleView.as_view(), name="appraisal-people"),
    path("appraisal/<int:year>/draw/", DrawView.as_view(), name="appraisal-draw"),
    path("appraisal/<int:year>/raters/", RatersView.as_view(), name="appraisal-raters"),
    path("appraisal/<int:year>/results/", ResultsView.as_view(), name="appraisal-results"),
    path(
        "appraisal/<int:year>/results/<int:position>/<slug:component>/",
        ResultsPartView.as_view(),
        name="appraisal-results-part",
    ),
    path(
        "appraisal/<int:year>/results/<int:position>/<slug:component>/enter/",
        ResultsEnterView.as_view(),
        name="appraisal-results-enter",
    ),
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
    path("appraisal/<int:year>/review/", BoardView.as_view(), name="appraisal-calibration"),
    path("appraisal/<int:year>/approval/", ApprovalView.as_view(), name="appraisal-approval"),
    path("appraisal/<int:year>/review/publish/", PublishView.as_view(), name="appraisal-publish"),
    path("appraisal/<int:year>/review/appeals/", AppealsView.as_view(), name="appraisal-appeals"),
    path("appraisal/people/<int:pk>/calibrate/", CalibrateView.as_view(), name="appraisal-calibrate"),
    path(
        "appraisal/calibrations/<int:pk>/take-back/", CalibrationBackView.as_view(), name="appraisal-calibration-back"
    ),
    path("appraisal/appeals/<int:pk>/", AppealView.as_view(), name="appraisal-appeal"),
    path("appraisal/appeals/<int:pk>/accept/", AppealAcceptView.as_view(), name="appraisal-appeal-accept"),
    path("appraisal/mine/<int:pk>/appeals/", OwnAppealsView.as_view(), name="appraisal-own-appeals"),
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
    path("appraisal/<int:year>/pledges/", PledgeListView.as_view(), name="appraisal-pledges"),
    path("appraisal/<int:year>/pledges/draft/", DraftMissingView.as_view(), name="appraisal-pledges-draft"),
    path("appraisal/<int:year>/pledges/offer/", OfferManyView.as_view(), name="appraisal-pledges-offer"),
    path("appraisal/<int:year>/pledges/review/", ReviewManyView.as_view(), name="appraisal-pledges-review"),
    path("appraisal/<int:year>/pledges/sign/", SignManyView.as_view(), name="appraisal-pledges-sign"),
    path("appraisal/<int:year>/pledges/archive/", ArchiveManyView.as_view(), name="appraisal-pledges-archive"),
    path("appraisal/<int:year>/duties/", DutiesView.as_view(), name="appraisal-duties"),
    path("appraisal/people/<int:pk>/pledge/new/", PledgeAddView.as_view(), name="appraisal-pledge-add"),
    path("appraisal/pledges/<int:pk>/", PledgeView.as_view(), name="appraisal-pledge"),
    path("appraisal/pledges/<int:pk>/document/", DocumentView.as_view(), name="appraisal-pledge-document"),
    path("appraisal/pledges/<int:pk>/edit/", PledgeEditView.as_view(), name="appraisal-pledge-edit"),
    path("appraisal/pledges/<int:pk>/offer/", OfferView.as_view(), name="appraisal-pledge-offer"),
    path("appraisal/pledges/<int:pk>/confirm/", PaperConfirmView.as_view(), name="appraisal-pledge-confirm"),
    path(
        "appraisal/pledges/<int:pk>/countersign/",
        PaperCountersignView.as_view(),
        name="appraisal-pledge-countersign",
    ),
    path("appraisal/pledges/<int:pk>/review/", ReviewView.as_view(), name="appraisal-pledge-review"),
    path("appraisal/pledges/<int:pk>/sign/", SignView.as_view(), name="appraisal-pledge-sign"),
    path("appraisal/pledges/<int:pk>/return/", ReturnView.as_view(), name="appraisal-pledge-return"),
    path("appraisal/pledges/<int:pk>/adjust/", AdjustView.as_view(), name="appraisal-pledge-adjust"),
    path("appraisal/pledges/<int:pk>/settle/", SettleView.as_view(), name="appraisal-pledge-settle"),
    path("appraisal/pledges/<int:pk>/archive/", ArchiveView.as_view(), name="appraisal-pledge-archive"),
    path("appraisal/mine/pledges/<int:pk>/", OwnPledgeView.as_view(), name="appraisal-mine-pledge"),
    path("appraisal/mine/pledges/<int:pk>/document/", OwnDocumentView.as_view(), name="appraisal-mine-pledge-document"),
    path("appraisal/mine/pledges/<int:pk>/confirm/", ConfirmView.as_view(), name="appraisal-mine-pledge-confirm"),
    path("appraisal/mine/pledges/<int:pk>/return/", OwnReturnView.as_view(), name="appraisal-mine-pledge-return"),
    path("appraisal/endorse/pledges/", PartyListView.as_view(), name="appraisal-endorse-pledges"),
    path("appraisal/endorse/pledges/<int:pk>/", PartyPledgeView.as_view(), name="appraisal-endorse-pledge"),
    path(
        "appraisal/endorse/pledges/<int:pk>/document/",
        PartyDocumentView.as_view(),
        name="appraisal-endorse-pledge-document",
    ),
    path(
        "appraisal/endorse/pledges/<int:pk>/countersign/",
        CountersignView.as_view(),
        name="appraisal-endorse-pledge-countersign",
    ),
    path(
        "appraisal/endorse/pledges/<int:pk>/return/",
        PartyReturnView.as_view(),
        name="appraisal-endorse-pledge-return",
    ),
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
    path("appraisal/<int:year>/usages/", UsageView.as_view(), name="appraisal-usages"),
    path("appraisal/<int:year>/usages/add/", UsageAddView.as_view(), name="appraisal-usage-add"),
    path("appraisal/<int:year>/candidates/", CandidatesView.as_view(), name="appraisal-candidates"),
    path("appraisal/usages/<int:pk>/approve/", UsageApproveView.as_view(), name="appraisal-usage-approve"),
    path("appraisal/usages/<int:pk>/refuse/", UsageRefuseView.as_view(), name="appraisal-usage-refuse"),
    path("appraisal/low-rank/", CaseListView.as_view(), name="appraisal-low-ranks"),
    path("appraisal/<int:year>/low-rank/ask/", AskRuleView.as_view(), name="appraisal-low-rank-ask"),
    path("appraisal/low-rank/<int:pk>/", CaseView.as_view(), name="appraisal-low-rank"),
    path("appraisal/low-rank/<int:pk>/entrust/", EntrustView.as_view(), name="appraisal-low-rank-entrust"),
    path("appraisal/low-rank/<int:pk>/consult/", ConsultView.as_view(), name="appraisal-low-rank-consult"),
    path("appraisal/low-rank/<int:pk>/decide/", DecideCaseView.as_view(), name="appraisal-low-rank-decide"),
    path("appraisal/low-rank/<int:pk>/decline/", DeclineView.as_view(), name="appraisal-low-rank-decline"),
    path("appraisal/low-rank/<int:pk>/talk/", MeasureView.as_view(), name="appraisal-low-rank-talk"),
    path("appraisal/low-rank/<int:pk>/follow/", FollowView.as_view(), name="appraisal-low-rank-follow"),
    path("appraisal/low-rank/<int:pk>/statement/", StatementView.as_view(), name="appraisal-low-rank-statement"),
    path("appraisal/low-rank/<int:pk>/check/", CheckView.as_view(), name="appraisal-low-rank-check"),
    path("appraisal/low-rank/<int:pk>/release/", ReleaseView.as_view(), name="appraisal-low-rank-release"),
    path("appraisal/mine/low-rank/<int:pk>/", OwnCaseView.as_view(), name="appraisal-mine-low-rank"),
    path(
        "appraisal/mine/low-rank/<int:pk>/statement/",
        OwnStatementView.as_view(),
        name="appraisal-mine-low-rank-statement",
    ),
    # ---- 区综合考核
    path("appraisal/<int:year>/district/", DistrictView.as_view(), name="appraisal-district"),
    path("appraisal/<int:year>/district/prepare/", DistrictPrepareView.as_view(), name="appraisal-district-prepare"),
    path("appraisal/<int:year>/district/items/", DistrictItemsView.as_view(), name="appraisal-district-items"),
    path("appraisal/<int:year>/district/units/", DistrictUnitsView.as_view(), name="appraisal-district-units"),
    path(
        "appraisal/<int:year>/district/step/<slug:action>/", DistrictStepView.as_view(), name="appraisal-district-step"
    ),
    path("appraisal/<int:year>/district/report/", DistrictReportView.as_view(), name="appraisal-district-report"),
    path("appraisal/<int:year>/district/file/", DistrictFileView.as_view(), name="appraisal-district-file"),
    path(
        "appraisal/<int:year>/district/scores/<int:position>/", ScoresView.as_view(), name="appraisal-district-scores"
    ),
    path(
        "appraisal/<int:year>/district/scores/<int:position>/enter/",
        ScoresEnterView.as_view(),
        name="appraisal-district-enter",
    ),
    path(
        "appraisal/<int:year>/district/scores/<int:position>/adopt/",
        ScoresAdoptView.as_view(),
        name="appraisal-district-adopt",
    ),
    path("appraisal/district/units/<int:pk>/", DistrictUnitView.as_view(), name="appraisal-district-unit"),
    path("appraisal/district/units/<int:pk>/rate/", OnBehalfRateView.as_view(), name="appraisal-district-rate"),
    path(
        "appraisal/district/units/<int:pk>/object/<int:position>/",
        OnBehalfObjectView.as_view(),
        name="appraisal-district-object",
    ),
    path("appraisal/district/objections/<int:pk>/", ObjectionView.as_view(), name="appraisal-objection"),
    path("appraisal/units/", UnitsView.as_view(), name="appraisal-units"),
    path("appraisal/units/<int:pk>/", UnitView.as_view(), name="appraisal-unit"),
    path("appraisal/units/<int:pk>/object/<int:position>/", UnitObjectView.as_view(), name="appraisal-unit-object"),
    path("appraisal/<int:year>/letters/", LettersView.as_view(), name="appraisal-letters"),
    path("appraisal/<int:year>/letters/draft/", LettersDraftView.as_view(), name="appraisal-letters-draft"),
    path("appraisal/<int:year>/letters/series/", SeriesView.as_view(), name="appraisal-letters-series"),
    path("appraisal/<int:year>/letters/review/", LettersReviewView.as_view(), name="appraisal-letters-review"),
    path("appraisal/<int:year>/letters/sign/", LettersSignView.as_view(), name="appraisal-letters-sign"),
    path("appraisal/<int:year>/letters/deliver/", LettersDeliverView.as_view(), name="appraisal-letters-deliver"),
    path("appraisal/<int:year>/letters/archive/", LettersArchiveView.as_view(), name="appraisal-letters-archive"),
    path("appraisal/letters/<int:pk>/", LetterView.as_view(), name="appraisal-letter"),
    path("appraisal/letters/<int:pk>/document/", LetterDocumentView.as_view(), name="appraisal-letter-document"),
    path("appraisal/letters/<int:pk>/edit/", LetterEditView.as_view(), name="appraisal-letter-edit"),
    path("appraisal/letters/<int:pk>/review/", LetterReviewView.as_view(), name="appraisal-letter-review"),
    path("appraisal/letters/<int:pk>/sign/", LetterSignView.as_view(), name="appraisal-letter-sign"),
    path("appraisal/letters/<int:pk>/return/", LetterReturnView.as_view(), name="appraisal-letter-return"),
    path("appraisal/letters/<int:pk>/deliver/", LetterDeliverView.as_view(), name="appraisal-letter-deliver"),
    path("appraisal/letters/<int:pk>/receipt/", LetterReceiptView.as_view(), name="appraisal-letter-receipt"),
    path("appraisal/letters/<int:pk>/void/", LetterVoidView.as_view(), name="appraisal-letter-void"),
    path("letters/", ReceivedLettersView.as_view(), name="letters"),
    path("letters/<int:pk>/", ReceivedLetterView.as_view(), name="letter"),
    path("letters/<int:pk>/document/", ReceivedDocumentView.as_view(), name="letter-document"),
    path("letters/<int:pk>/receipt/", ReceiptView.as_view(), name="letter-receipt"),
]
