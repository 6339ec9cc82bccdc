"""Addresses of the roof."""

from django.urls import path

from youthleague.workbench.views.audit import audit
from youthleague.workbench.views.health import healthz, readyz
from youthleague.workbench.views.home import workbench
from youthleague.workbench.views.search import search

urlpatterns = [
    path("", workbench, name="workbench"),
    path("search/", search, name="search"),
    path("audit/", audit, name="audit"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
