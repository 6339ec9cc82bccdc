"""Paths of the roster."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
