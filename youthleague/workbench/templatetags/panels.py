"""Panels of higher applications on the pages of lower ones: ``{% panels "organisation" organisation %}``."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from youthleague.workbench.reports import BuiltPanel, built_panels

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, subject: Any) -> SafeString:
    """Show the panels of a place about ``subject``, each in its own box, for the account that asks."""
    request = context["request"]
    built = built_panels(place, request.user, request.scope, subject)
    return format_html_join("", "{}", ((panel(context, one),) for one in built))


@register.simple_tag(takes_context=True)
def panel(context: Context, built: BuiltPanel) -> SafeString:
    """Show one panel in a box with its title."""
    request = context["request"]
    body = render_to_string(built.template, dict(built.context), request=request)
    frame = {"panel": built, "body": body, "links": built.context.get("links", ())}
    return render_to_string("components/panel.html", frame, request=request)
