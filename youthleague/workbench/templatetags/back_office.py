"""What Django's admin says in English wherever it is used: the names of its pictures for yes and no."""

import re

from django import template

register = template.Library()

_WORDS = {"True": "是", "False": "否", "None": "未填"}
_PICTURE = re.compile(r'(<img src="[^"]*/icon-(?:yes|no|unknown)[^"]*" alt=")(True|False|None)(">)')


@register.filter(is_safe=True)
def named_pictures(html: str) -> str:
    """Name the pictures for yes, no and unknown in Chinese."""
    return _PICTURE.sub(lambda found: f"{found[1]}{_WORDS[found[2]]}{found[3]}", html)
