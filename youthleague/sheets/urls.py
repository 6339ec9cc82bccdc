"""Paths of import batches."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
