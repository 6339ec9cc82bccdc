"""The visits to the portal's own pages, worked out from the table of pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.contract.inspector import Visit
from tests.contract.pages import PAGES, Page, pages_of
from tests.contract.routes import HOSTILE, TRY_EVERY_KEY, Route, hostile_keys, visited
from tests.contract.visitors import KEEPERS, Visitor
from tests.contract.world import ABSENT, World

STANDING_IN_B = {"township_b", "staff_b", "leader_b", "party_committee_b"}


@dataclass(frozen=True)
class PortalVisits:
    """All visits of one visitor to one address; ``is_full`` also tries every key where the role is refused anyway.

    What no address takes is asked for once and posted to once: no page hears of it, whatever the method.
    """

    world: World
    visitor: Visitor
    route: Route
    page: Page
    is_full: bool = False

    def __iter__(self) -> Iterator[Visit]:
        for key, filling in self._fillings().items():
            path = self.route.path(**self.page.fixed, **dict.fromkeys(self.page.keys, filling))
            leads_somewhere = bool(visited([path]))
            yield self._get(key, path)
            if leads_somewhere and (self.is_full or (self._may and key not in HOSTILE)):
                yield self._get(key, path, htmx=True)
            yield from self._posts(key, path, tries_all=self.is_full and leads_somewhere)
            if self.is_full and leads_somewhere:
                yield from self._other_methods(key, path)
            if key in {"own", ""} and self.page.get is not None:
                yield from self._queries(key, path)

    # ---- keys ------------------------------------------------------------------
    def _fillings(self) -> dict[str, object]:
        """Give what goes into the place of the key: one for an address without."""
        if not self.page.keys:
            return {"": ""}
        label = next(iter(self.page.keys.values()))
        own = self._own(label)
        foreign = self.world.foreign(self.visitor, label)
        fillings: dict[str, object] = {} if own is None else {"own": own}
        if self.page.every_own:
            seen = [one.pk for one in self.world.keys(label) if one.is_seen_by(self.visitor) and one.pk != own]
            fillings |= {f"own {number}": pk for number, pk in enumerate(seen, 2)}
        fillings |= {} if foreign is None else {"foreign": foreign}
        if not (self._may or self.is_full or self.visitor.name in TRY_EVERY_KEY):
            return fillings | {"absent": ABSENT}
        if self.visitor.name in STANDING_IN_B and self.page.former:
            people = self.world.people
            fillings |= {"former": people["moved"].pk, "beside": people["beside"].pk}
        return {
            **fillings,
            "absent": ABSENT,
            **{text: text for text in hostile_keys(self.visitor.name, is_full=self.is_full)},
        }

    def _own(self, label: str) -> int | None:
        if self.page.pick is not None:
            return self.world.picked(self.visitor, label, self.page.pick)
        return (self.world.kept if self.page.is_kept else self.world.own)(self.visitor, label)

    @property
    def _may(self) -> bool:
        if self.page.roles is None:
            return True
        if self.page.of_district and not self.visitor.holds_district(self.page.roles):
            return False
        return self.visitor.user is not None and ("nobody" in self.page.roles or self.visitor.holds(self.page.roles))

    # ---- expectations ----------------------------------------------------------
    def _expected(self, key: str, *, own: int | None) -> frozenset[int]:
        if key in HOSTILE and not self._takes(key):
            return frozenset({404})  # the address does not take such a key
        if self.page.method_first and own is None:
            return frozenset({405})
        if self.page.roles is not None and self.visitor.user is None:
            return frozenset({302})
        if not self._may:
            return frozenset({404 if self.visitor.holds(self.page.empty_for) else 403})
        if self.visitor.user is None and self.page.stranger:
            return frozenset({self.page.stranger})
        return frozenset({self._for_those_who_may(key, own)})

    def _takes(self, key: str) -> bool:
        """Tell whether the address takes a hostile text for a key."""
        return key.isdecimal() and "int" in self.route.converters.values()

    def _for_those_who_may(self, key: str, own: int | None) -> int:
        special = {"former": self.page.former, "beside": self.page.beside}
        if key in special and special[key] != 200:
            return special[key] or 404
        if not key.startswith("own") and key not in {"", "former", "beside"}:
            return 404
        return 405 if own is None else own

    # ---- visits ----------------------------------------------------------------
    def _get(self, key: str, path: str, *, htmx: bool = False, query: str = "", own: int | None = None) -> Visit:
        expected = self._expected(key, own=own or self.page.get)
        given = {"htmx": htmx, "logs": query in self.page.logged, "told": self._told}
        return Visit(self.route.name, "GET", path + query, expected, key, query, **given)

    @property
    def _told(self) -> frozenset[str]:
        """Give the columns that whoever may open the page reads on it, whoever's they are."""
        return self.page.told if self._may else frozenset()

    def _posts(self, key: str, path: str, *, tries_all: bool) -> Iterator[Visit]:
        """Post with every relation set to a foreign row; the same data about a unit of one's own are taken."""
        expected = self._expected(key, own=self.page.post)
        elsewhere = self.world.elsewhere(self.visitor, self.page.at_home) or ABSENT
        forgeries = {"forged": elsewhere, "made up": ABSENT}
        for variant, unit in forgeries.items():
            if variant == "made up" and not (tries_all or (self._may and self.page.data)):
                continue
            refused = self._refusals(expected, key)
            given = {"data": self._data(unit), "refused": refused, "told": self._told}
            yield Visit(self.route.name, "POST", path, expected, key, variant, **given)
        workplace = self.world.workplace(self.visitor)
        if self.page.honest and self._may and key in {"own", ""} and workplace and self.visitor.holds(KEEPERS):
            honest = frozenset({self.page.honest})
            data = self._data(workplace)
            yield Visit(self.route.name, "POST", path, honest, key, "honest", data=data, refused=0)

    def _refusals(self, expected: frozenset[int], key: str) -> int:
        """Promise one event for a POST that is refused, or that names a unit which was not offered; else none."""
        is_asked = self.visitor.user is not None and (key not in HOSTILE or self._takes(key))
        is_forged = expected == {200} and "organisation" in self._data(ABSENT)
        return int(is_asked and (expected <= {403, 404} or is_forged))

    def _other_methods(self, key: str, path: str) -> Iterator[Visit]:
        """Try what no page is made for; HEAD and OPTIONS may answer like a page, the rest must not."""
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
            harmless = {200, 302} if method in {"HEAD", "OPTIONS"} else {302}
            yield Visit(self.route.name, method, path, frozenset({403, 404, 405, *harmless}), key, method, logs=True)

    def _data(self, unit: int) -> Mapping[str, Any]:
        return self.page.data(unit) if self.page.data else {}

    def _queries(self, key: str, path: str) -> Iterator[Visit]:
        elsewhere = self.world.elsewhere(self.visitor, self.page.at_home) or ABSENT
        batch = self.world.foreign(self.visitor, "sheets.ImportBatch") or ABSENT
        for query in (*self.page.queries, *self.page.logged):
            text, _, status = query.partition(":")
            filled = text.format(elsewhere=elsewhere, batch=batch)
            visit = self._get(key, path, query=filled, own=int(status) if status else None)
            yield Visit(**{**vars(visit), "logs": query in self.page.logged})


def portal_visits(world: World, visitor: Visitor, routes: list[Route], *, is_full: bool) -> Iterator[Visit]:
    """Give every visit of a visitor to the addresses of the table."""
    for route in routes:
        if route.name in PAGES:
            for page in pages_of(route.name):
                yield from PortalVisits(world, visitor, route, page, is_full)
