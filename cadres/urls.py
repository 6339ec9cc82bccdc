"""Paths of the roster."""

from django.urls import path

from cadres.views.people import CadreAddView, CadreEditView, CadreView
from cadres.views.posts import AppointmentAddView, AppointmentEditView, AppointmentEndView, AppointmentTransferView
from cadres.views.roster import RosterView

urlpatterns = [
    path("roster/", RosterView.as_view(), name="roster"),
    path("roster/add/", CadreAddView.as_view(), name="cadre-add"),
    path("roster/<int:pk>/", CadreView.as_view(), name="cadre"),
    path("roster/<int:pk>/edit/", CadreEditView.as_view(), name="cadre-edit"),
    path("roster/<int:pk>/posts/add/", AppointmentAddView.as_view(), name="appointment-add"),
    path("roster/posts/<int:pk>/edit/", AppointmentEditView.as_view(), name="appointment-edit"),
    path("roster/posts/<int:pk>/end/", AppointmentEndView.as_view(), name="appointment-end"),
    path("roster/posts/<int:pk>/transfer/", AppointmentTransferView.as_view(), name="appointment-transfer"),
]
