"""Paths of organisations and accounts."""

from django.urls import path

from orgs.views.accounts import account, password_change, sessions_end
from orgs.views.organisations import OrganisationListView, OrganisationView
from orgs.views.second_factor import otp_codes, otp_confirm, otp_setup, otp_verify
from orgs.views.sign_in import sign_in, sign_out

urlpatterns = [
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("account/", account, name="account"),
    path("account/password/", password_change, name="password-change"),
    path("account/sessions/end/", sessions_end, name="sessions-end"),
    path("account/verify/", otp_verify, name="otp-verify"),
    path("account/second-factor/", otp_setup, name="otp-setup"),
    path("account/second-factor/confirm/", otp_confirm, name="otp-confirm"),
    path("account/second-factor/codes/", otp_codes, name="otp-codes"),
    path("organisations/", OrganisationListView.as_view(), name="organisations"),
    path("organisations/<int:pk>/", OrganisationView.as_view(), name="organisation"),
]
