"""Paths of the appraisal."""

from appraisal.urls import district, evaluation, outcome, pledges, year

urlpatterns = [*evaluation.PATHS, *year.PATHS, *pledges.PATHS, *outcome.PATHS, *district.PATHS]
