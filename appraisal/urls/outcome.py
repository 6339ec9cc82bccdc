"""Paths of what follows the roll-up: review, lock, letters, use, low ranks."""

from django.urls import path

from appraisal.views.appeals import AppealAcceptView, AppealsView, AppealView, OwnAppealsView
from appraisal.views.approval import ApprovalView
from appraisal.views.calibration import BoardView, CalibrateView, CalibrationBackView, PublishView
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
from appraisal.views.received_letters import ReceiptView, ReceivedDocumentView, ReceivedLettersView, ReceivedLetterView
from appraisal.views.seals import SealAskView, SealStepView, SealView
from appraisal.views.usage import (
    CandidatesView,
    UsageAddView,
    UsageApproveView,
    UsageRefuseView,
    UsageView,
    UsageWithdrawView,
)
from appraisal.views.verifying import VerifyView

PATHS = [
    path("verify/", VerifyView.as_view(), name="verify"),
    path("appraisal/<int:year>/seal/", SealView.as_view(), name="appraisal-seal"),
    path("appraisal/<int:year>/seal/ask/", SealAskView.as_view(), name="appraisal-seal-ask"),
    path("appraisal/<int:year>/seal/<slug:action>/", SealStepView.as_view(), name="appraisal-seal-step"),
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
    path("appraisal/<int:year>/usages/", UsageView.as_view(), name="appraisal-usages"),
    path("appraisal/<int:year>/usages/add/", UsageAddView.as_view(), name="appraisal-usage-add"),
    path("appraisal/<int:year>/candidates/", CandidatesView.as_view(), name="appraisal-candidates"),
    path("appraisal/usages/<int:pk>/approve/", UsageApproveView.as_view(), name="appraisal-usage-approve"),
    path("appraisal/usages/<int:pk>/refuse/", UsageRefuseView.as_view(), name="appraisal-usage-refuse"),
    path("appraisal/usages/<int:pk>/withdraw/", UsageWithdrawView.as_view(), name="appraisal-usage-withdraw"),
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
