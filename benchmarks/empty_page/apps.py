"""Registers the two addresses when ``EXTRA_APPS`` names this application."""

from importlib import import_module

from django.apps import AppConfig
from django.urls import path


class EmptyPageConfig(AppConfig):
    """Adds its pages to those of the portal; it is the last application, so that all others are ready."""

    name = "benchmarks.empty_page"
    label = "benchmark_empty_page"

    def ready(self) -> None:
        """Register the pages."""
        views = import_module("benchmarks.empty_page.views")
        routes = [
            path("benchmark/empty/", views.empty),
            path("benchmark/frame/", views.frame),
            path("benchmark/nothing/", views.nothing),
        ]
        import_module("youthleague.urls").urlpatterns.extend(routes)
