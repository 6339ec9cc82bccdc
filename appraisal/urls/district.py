"""Paths of the 区综合考核."""

from django.urls import path

from appraisal.views.district import (
    DistrictFileView,
    DistrictItemsView,
    DistrictPrepareView,
    DistrictReportView,
    DistrictStepView,
    DistrictUnitsView,
    DistrictView,
)
from appraisal.views.district_scores import (
    DistrictUnitView,
    ObjectionView,
    ScoresAdoptView,
    ScoresEnterView,
    ScoresView,
)
from appraisal.views.district_units import OnBehalfObjectView, OnBehalfRateView, UnitObjectView, UnitsView, UnitView

PATHS = [
    path("appraisal/<int:year>/district/", DistrictView.as_view(), name="appraisal-district"),
    path("appraisal/<int:year>/district/prepare/", DistrictPrepareView.as_view(), name="appraisal-district-prepare"),
    path("appraisal/<int:year>/district/items/", DistrictItemsView.as_view(), name="appraisal-district-items"),
    path("appraisal/<int:year>/district/units/", DistrictUnitsView.as_view(), name="appraisal-district-units"),
    path(
        "appraisal/<int:year>/district/step/<slug:action>/", DistrictStepView.as_view(), name="appraisal-district-step"
    ),
    path("appraisal/<int:year>/district/report/", DistrictReportView.as_view(), name="appraisal-district-report"),
    path("appraisal/<int:year>/district/file/", DistrictFileView.as_view(), name="appraisal-district-file"),
    path(
        "appraisal/<int:year>/district/scores/<int:position>/", ScoresView.as_view(), name="appraisal-district-scores"
    ),
    path(
        "appraisal/<int:year>/district/scores/<int:position>/enter/",
        ScoresEnterView.as_view(),
        name="appraisal-district-enter",
    ),
    path(
        "appraisal/<int:year>/district/scores/<int:position>/adopt/",
        ScoresAdoptView.as_view(),
        name="appraisal-district-adopt",
    ),
    path("appraisal/district/units/<int:pk>/", DistrictUnitView.as_view(), name="appraisal-district-unit"),
    path("appraisal/district/units/<int:pk>/rate/", OnBehalfRateView.as_view(), name="appraisal-district-rate"),
    path(
        "appraisal/district/units/<int:pk>/object/<int:position>/",
        OnBehalfObjectView.as_view(),
        name="appraisal-district-object",
    ),
    path("appraisal/district/objections/<int:pk>/", ObjectionView.as_view(), name="appraisal-objection"),
    path("appraisal/units/", UnitsView.as_view(), name="appraisal-units"),
    path("appraisal/units/<int:pk>/", UnitView.as_view(), name="appraisal-unit"),
    path("appraisal/units/<int:pk>/object/<int:position>/", UnitObjectView.as_view(), name="appraisal-unit-object"),
]
