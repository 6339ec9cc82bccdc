"""Paths of organisations and accounts."""

from django.urls import path

from orgs.views.accounts import account, password_change, sessions_end
from orgs.views.acts import (
    CloseView,
    FactsView,
    FoundView,
    MergeView,
    MoveView,
    RenameView,
    ReopenView,
)
from orgs.views.bases import (
    DocumentAddView,
    DocumentCorrectView,
    DocumentFileView,
    DocumentListView,
    DutyAddView,
    DutyCorrectView,
    DutyEndView,
    DutyListView,
)
from orgs.views.confirmation import password_confirm
from orgs.views.keeping import (
    AccountAddView,
    AccountDetailView,
    AccountListView,
    DisableView,
    EnableView,
    FactorView,
    PasswordView,
    RoleAddView,
    RoleEndView,
    SessionsView,
    StaleView,
)
from orgs.views.lists import list_change, list_columns, list_save
from orgs.views.organisations import OrganisationListView, OrganisationView
from orgs.views.policy_values import PoliciesView, PolicySetView, PolicyView
from orgs.views.seats import ApprovedSeatsView
from orgs.views.second_factor import otp_codes, otp_confirm, otp_setup, otp_verify
from orgs.views.sign_in import sign_in, sign_out
from orgs.views.terms import (
    ElectionAddView,
    ElectionCorrectView,
    ExtensionAddView,
    ExtensionApproveView,
    ExtensionPartyView,
    ExtensionWithdrawView,
    TermListView,
)
from orgs.views.trees import OrganisationTreeView

urlpatterns = [
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("account/", account, name="account"),
    path("account/password/", password_change, name="password-change"),
    path("account/confirm/", password_confirm, name="password-confirm"),
    path("account/sessions/end/", sessions_end, name="sessions-end"),
    path("account/verify/", otp_verify, name="otp-verify"),
    path("account/second-factor/", otp_setup, name="otp-setup"),
    path("account/second-factor/confirm/", otp_confirm, name="otp-confirm"),
    path("account/second-factor/codes/", otp_codes, name="otp-codes"),
    path("lists/save/", list_save, name="list-save"),
    path("lists/columns/", list_columns, name="list-columns"),
    path("lists/<int:pk>/", list_change, name="list-change"),
    path("accounts/", AccountListView.as_view(), name="accounts"),
    path("accounts/new/", AccountAddView.as_view(), name="account-add"),
    path("accounts/stale/", StaleView.as_view(), name="accounts-stale"),
    path("accounts/<int:pk>/", AccountDetailView.as_view(), name="account-kept"),
    path("accounts/<int:pk>/disable/", DisableView.as_view(), name="account-disable"),
    path("accounts/<int:pk>/enable/", EnableView.as_view(), name="account-enable"),
    path("accounts/<int:pk>/password/", PasswordView.as_view(), name="account-password"),
    path("accounts/<int:pk>/sessions/end/", SessionsView.as_view(), name="account-sessions"),
    path("accounts/<int:pk>/second-factor/remove/", FactorView.as_view(), name="account-factor"),
    path("accounts/<int:pk>/roles/new/", RoleAddView.as_view(), name="role-add"),
    path("roles/<int:pk>/end/", RoleEndView.as_view(), name="role-end"),
    path("policies/", PoliciesView.as_view(), name="policies"),
    path("policies/<str:key>/", PolicyView.as_view(), name="policy"),
    path("policies/<str:key>/set/", PolicySetView.as_view(), name="policy-set"),
    path("documents/", DocumentListView.as_view(), name="documents"),
    path("documents/new/", DocumentAddView.as_view(), name="document-add"),
    path("documents/<int:pk>/", DocumentCorrectView.as_view(), name="document-correct"),
    path("documents/<int:pk>/file/", DocumentFileView.as_view(), name="document-file"),
    path("documents/duties/", DutyListView.as_view(), name="duties"),
    path("documents/duties/new/", DutyAddView.as_view(), name="duty-add"),
    path("documents/duties/<int:pk>/", DutyCorrectView.as_view(), name="duty-correct"),
    path("documents/duties/<int:pk>/end/", DutyEndView.as_view(), name="duty-end"),
    path("organisations/", OrganisationListView.as_view(), name="organisations"),
    path("organisations/tree/", OrganisationTreeView.as_view(), name="organisation-tree"),
    path("organisations/terms/", TermListView.as_view(), name="terms"),
    path("organisations/<int:pk>/election/", ElectionAddView.as_view(), name="election-add"),
    path("organisations/<int:pk>/extension/", ExtensionAddView.as_view(), name="extension-add"),
    path("organisations/<int:pk>/seats/", ApprovedSeatsView.as_view(), name="approved-seats"),
    path("elections/<int:pk>/", ElectionCorrectView.as_view(), name="election-correct"),
    path("extensions/<int:pk>/party/", ExtensionPartyView.as_view(), name="extension-party"),
    path("extensions/<int:pk>/approve/", ExtensionApproveView.as_view(), name="extension-approve"),
    path("extensions/<int:pk>/withdraw/", ExtensionWithdrawView.as_view(), name="extension-withdraw"),
    path("organisations/found/", FoundView.as_view(), name="organisation-found"),
    path("organisations/<int:pk>/edit/", FactsView.as_view(), name="organisation-edit"),
    path("organisations/<int:pk>/rename/", RenameView.as_view(), name="organisation-rename"),
    path("organisations/<int:pk>/move/", MoveView.as_view(), name="organisation-move"),
    path("organisations/<int:pk>/merge/", MergeView.as_view(), name="organisation-merge"),
    path("organisations/<int:pk>/close/", CloseView.as_view(), name="organisation-close"),
    path("organisations/<int:pk>/reopen/", ReopenView.as_view(), name="organisation-reopen"),
    path("organisations/<int:pk>/", OrganisationView.as_view(), name="organisation"),
]
