"""Icons of the sprite: a page has dozens, and an included template costs many times what a tag does."""

from functools import lru_cache

from django import template
from django.core.files.storage import Storage, storages
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = "vendor/tabler-icons-3.51.0/icons-3.51.0.svg"
_SHAPE = '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>'

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw the icon of a name; ``size`` is nothing, lg, xl or sort."""
    return _drawn(storages["staticfiles"], name, size)


@lru_cache(maxsize=512)
def _drawn(files: Storage, name: str, size: str) -> SafeString:
    return format_html(_SHAPE, f" i-{size}" if size else "", files.url(SPRITE), name)
