"""Paths of organisations and accounts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
