"""The addresses of the URLconf, one by one, and the keys that are put into them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

HOSTILE = ("0", "-1", str(2**63), "1 or 1=1", "../")
_PLACE = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Route:
    """One address: its full name (namespaces before it), its pattern with places for keys, and the converters."""

    name: str
    pattern: str
    converters: dict[str, str] = field(default_factory=dict, hash=False)

    def path(self, **keys: object) -> str:
        """Put keys in their places, as they are."""
        filled = _PLACE.sub(lambda place: str(keys[place["name"]]), self.pattern)
        return "/" + filled


def routes(urlconf: str | None = None) -> list[Route]:
    """List every address that can be asked for."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ()))


def _walk(patterns: list[Any], before: str, names: tuple[str, ...]) -> Iterator[Route]:
    for one in patterns:
        pattern = before + _readable(one)
        if isinstance(one, URLResolver):
            deeper = (*names, one.namespace) if one.namespace else names
            yield from _walk(one.url_patterns, pattern, deeper)
        elif isinstance(one, URLPattern):
            # What has no name of its own (the admin's old addresses) is known by its pattern.
            name = ":".join((*names, one.name or pattern))
            yield Route(
                name, pattern, {place["name"]: place["converter"] or "str" for place in _PLACE.finditer(pattern)}
            )


def _readable(one: Any) -> str:
    """Give a pattern as ``path()`` spells it; of a regular expression, its named groups as places."""
    text = str(one.pattern)
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", text).replace("^", "").replace("$", "") if "(?P" in text else text
