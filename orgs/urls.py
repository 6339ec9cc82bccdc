"""Paths of organisations and accounts."""

from django.urls import path

from orgs.views.organisations import OrganisationListView, OrganisationView

urlpatterns = [
    path("organisations/", OrganisationListView.as_view(), name="organisations"),
    path("organisations/<int:pk>/", OrganisationView.as_view(), name="organisation"),
]
