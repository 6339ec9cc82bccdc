"""Paths of the pledges (责任书) and of who does what."""

from django.urls import path

from appraisal.views.pledge_many import ArchiveManyView, DraftMissingView, OfferManyView, ReviewManyView, SignManyView
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

PATHS = [
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
]
