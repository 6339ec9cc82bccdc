"""Addresses of the roof."""

from django.urls import path

from youthleague.workbench.views.audit import audit
from youthleague.workbench.views.chain import AuditVerifyView, audit_anchor, audit_chain
from youthleague.workbench.views.health import healthz, readyz
from youthleague.workbench.views.home import workbench
from youthleague.workbench.views.jobs import JobsView, JobView
from youthleague.workbench.views.search import search
from youthleague.workbench.views.status import SystemStatusView

urlpatterns = [
    path("", workbench, name="workbench"),
    path("search/", search, name="search"),
    path("jobs/", JobsView.as_view(), name="jobs"),
    path("jobs/<slug:code>/", JobView.as_view(), name="job"),
    path("status/", SystemStatusView.as_view(), name="system-status"),
    path("audit/", audit, name="audit"),
    path("audit/chain/", audit_chain, name="audit-chain"),
    path("audit/verify/", AuditVerifyView.as_view(), name="audit-verify"),
    path("audit/anchor/", audit_anchor, name="audit-anchor"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
