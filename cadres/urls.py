"""Paths of the roster."""

from django.urls import path

from cadres.views.file import CadreFileExportView, CadreFileView
from cadres.views.numbers import NumberView
from cadres.views.overview import CoverView, OverviewView
from cadres.views.people import CadreAddView, CadreEditView, CadreView
from cadres.views.posts import AppointmentAddView, AppointmentEditView, AppointmentEndView, AppointmentTransferView
from cadres.views.requests import (
    RequestAddView,
    RequestDecideView,
    RequestListView,
    RequestRowView,
    RequestView,
    RequestWithdrawView,
)
from cadres.views.roster import RosterView
from cadres.views.seats import SeatListView

urlpatterns = [
    path("roster/", RosterView.as_view(), name="roster"),
    path("roster/add/", CadreAddView.as_view(), name="cadre-add"),
    path("roster/overview/", OverviewView.as_view(), name="roster-overview"),
    path("roster/overview/units/", CoverView.as_view(), name="roster-cover"),
    path("roster/seats/", SeatListView.as_view(), name="seats"),
    path("roster/requests/", RequestListView.as_view(), name="requests"),
    path("roster/requests/add/", RequestAddView.as_view(), name="request-add"),
    path("roster/requests/add/<int:pk>/<int:number>/", RequestRowView.as_view(), name="request-row"),
    path("roster/requests/<int:pk>/", RequestView.as_view(), name="request"),
    path("roster/requests/<int:pk>/decide/", RequestDecideView.as_view(), name="request-decide"),
    path("roster/requests/<int:pk>/withdraw/", RequestWithdrawView.as_view(), name="request-withdraw"),
    path("roster/<int:pk>/", CadreView.as_view(), name="cadre"),
    path("roster/<int:pk>/file/", CadreFileView.as_view(), name="cadre-file"),
    path("roster/<int:pk>/file/export/", CadreFileExportView.as_view(), name="cadre-file-export"),
    path("roster/<int:pk>/number/", NumberView.as_view(), name="cadre-number"),
    path("roster/<int:pk>/edit/", CadreEditView.as_view(), name="cadre-edit"),
    path("roster/<int:pk>/posts/add/", AppointmentAddView.as_view(), name="appointment-add"),
    path("roster/posts/<int:pk>/edit/", AppointmentEditView.as_view(), name="appointment-edit"),
    path("roster/posts/<int:pk>/end/", AppointmentEndView.as_view(), name="appointment-end"),
    path("roster/posts/<int:pk>/transfer/", AppointmentTransferView.as_view(), name="appointment-transfer"),
]
