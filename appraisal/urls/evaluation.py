"""Paths of the four evaluations: ballots, meetings, the contest, results that are entered."""

from django.urls import path

from appraisal.views.ballot import BallotView
from appraisal.views.boxes import BoxCodesView, BoxesView, BoxNewView, BoxPosterView, BoxStepView, BoxView
from appraisal.views.contest import ContestView, OccasionView
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
from appraisal.views.results import ResultsEnterView, ResultsPartView, ResultsView
from appraisal.views.vote import ThanksView, VoteView
from appraisal.views.voters import BoxRemindView, BoxScreeningView, BoxVotersView

PATHS = [
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
]
