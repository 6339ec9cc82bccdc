"""The addresses of the URLconf, one by one, and the keys that are put into them."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

HOSTILE = ("0", "-1", str(2**63), "1 or 1=1", "../")
READABLE = ("0", str(2**63))  # those that an address takes for a key
TRY_EVERY_KEY = {"anonymous", "township_b", "leader_b", "staff_b", "security_b"}
_PLACE = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Route:
    """One address: its full name (namespaces before it), its pattern with places for keys, and the converters."""

    name: str
    pattern: str
    raw: str  # as ``resolve`` names it
    converters: dict[str, str] = field(default_factory=dict, hash=False)

    def path(self, **keys: object) -> str:
        """Put keys in their places, as they are."""
        return "/" + _PLACE.sub(lambda place: str(keys[place["name"]]), self.pattern)


def routes(urlconf: str | None = None) -> list[Route]:
    """List every address that can be asked for."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ()))


def _walk(patterns: list[Any], before: str, names: tuple[str, ...]) -> Iterator[Route]:
    for one in patterns:
        raw = before + str(one.pattern).removeprefix("^" if before else "")
        pattern = _readable(raw)
        if isinstance(one, URLResolver):
            deeper = (*names, one.namespace) if one.namespace else names
            yield from _walk(one.url_patterns, raw, deeper)
        elif isinstance(one, URLPattern):
            # What has no name of its own (the admin's old addresses) is known by its pattern.
            name = ":".join((*names, one.name or pattern))
            places = {place["name"]: place["converter"] or "str" for place in _PLACE.finditer(pattern)}
            yield Route(name, pattern, raw, places)


def _readable(raw: str) -> str:
    """Write the named groups of regular expressions as places, too."""
    return re.sub(r"\^?\(\?P<(\w+)>[^)]*\)", r"<\1>", raw).replace("$", "")


def hostile_keys(name: str, *, is_full: bool) -> tuple[str, ...]:
    """Give the hostile keys that a visitor tries: in the bounded run all of them those named above."""
    return HOSTILE if is_full or name in TRY_EVERY_KEY else READABLE


def visited(paths: Iterable[str]) -> set[str]:
    """Tell which addresses a number of paths lead to; a path that leads nowhere counts for none."""
    found = set()
    for path in paths:
        with suppress(Resolver404):
            found.add(resolve(path.partition("?")[0]).route)
    return found
