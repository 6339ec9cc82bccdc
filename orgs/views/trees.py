"""组织树: search first, branches that open one by one, and what each subtree adds up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from orgs.access import Scope
from orgs.choices import HollowKind
from orgs.figures import registry
from orgs.policies import term_policy
from orgs.reports.forest import Forest, Totals, TreeUnit, forest_as_of, forest_today
from orgs.scoped_views import ScopedPage
from orgs.views.past import DAY, DayChoice, asked_day

SEE_UNITS = "orgs.view_organisation"
LONGEST_WORDS = 50
HITS_SHOWN = 20
MOST_OPEN = 300
LONGEST_KEY = 9
# What the apps above know of a subtree, by the codes of their figures.
PEOPLE, VACANT, NO_CADRE = "roster.count", "roster.vacant_secretaries", "roster.cadreless_branches"


@dataclass(frozen=True, slots=True)
class TreeQuery:
    """What the address asks of the page; writing it again is how a link without JavaScript opens a branch."""

    typed: str = ""
    open: frozenset[int] = frozenset()
    at: int | None = None
    gone: bool = False
    day: date | None = None

    @classmethod
    def read(cls, query: QueryDict, today: date) -> "TreeQuery":
        """Read the address; what cannot be read is left out."""
        keys = (_key(text) for text in query.get("open", "").split(".")[:MOST_OPEN])
        return cls(
            typed=" ".join(query.get("q", "").split())[:LONGEST_WORDS],
            open=frozenset(key for key in keys if key is not None),
            at=_key(query.get("at", "")),
            gone=query.get("gone") == "1",
            day=asked_day(query, today),
        )

    def pairs(self) -> dict[str, str]:
        """Give what the address says; an empty text says nothing."""
        return {
            "open": ".".join(map(str, sorted(self.open))),
            "at": "" if self.at is None else str(self.at),
            "gone": "1" if self.gone else "",
            DAY: f"{self.day:%Y-%m-%d}" if self.day else "",
        }

    def address(self, **changes: Any) -> str:
        """Write the address of the page with some of it changed; what was searched is not kept."""
        written = QueryDict(mutable=True)
        written.update({name: value for name, value in replace(self, **changes).pairs().items() if value})
        return f"{reverse('organisation-tree')}?{written.urlencode()}"


@dataclass(slots=True)
class Node:
    """A line of the tree as it is shown."""

    unit: TreeUnit
    level: int
    position: int
    size: int
    has_children: bool
    is_open: bool
    is_at: bool
    toggle_url: str
    url: str
    facts: Sequence[str] = ()
    lights: Sequence[Mapping[str, str]] = ()
    children: "list[Node]" = field(default_factory=list)


class OrganisationTreeView(ScopedPage):
    """The tree below the units on which a role is held."""

    permission = SEE_UNITS
    title = "组织树"
    template_name = "orgs/tree.html"
    http_method_names = ["get", "head"]
    part = ""  # the template of what htmx exchanges

    @cached_property
    def asked(self) -> TreeQuery:
        """What is asked for."""
        return TreeQuery.read(self.request.GET, self.scope.day)

    @cached_property
    def seen(self) -> Scope:
        """The part of the scope where units may be seen."""
        return self.scope.holding(SEE_UNITS)

    @cached_property
    def forest(self) -> Forest:
        """The trees, read once."""
        if self.asked.day is not None:
            return forest_as_of(self.seen, self.asked.day)
        return forest_today(self.seen, term_policy(self.scope.day), with_gone=self.asked.gone)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show the page, the hits of a search, or one branch."""
        is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
        hits = find(self.forest, self.asked.typed) if self.asked.typed else []
        if hits and "go" in request.GET:
            return HttpResponseRedirect(self.asked.address(at=hits[0].pk))
        if is_part and "branch" in request.GET:
            return self.branch(_key(request.GET["branch"]))
        if is_part:
            self.part = "orgs/_tree_hits.html"
        return self.render(hits=hits)

    def get_template(self) -> str:
        return self.part or self.template_name

    def branch(self, key: int | None) -> HttpResponse:
        """Answer with the units right below one."""
        if key is None or key not in self.forest.units:
            raise Http404
        nodes = self.nodes(self.forest.below[key], len(self.forest.path(key)) + 1)
        self.part = "orgs/_tree_branch.html"
        return self.render(key=key, nodes=nodes)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        if "nodes" in more:
            return super().get_context_data(**more)
        asked, hits = self.asked, more.pop("hits")
        return super().get_context_data(
            asked=asked,
            hits=[self.hit(unit) for unit in hits[:HITS_SHOWN]],
            has_more_hits=len(hits) > HITS_SHOWN,
            tree=[] if self.part else self.nodes(self.forest.below[None], 1),
            day_choice=DayChoice(asked.day, self.scope.day, asked.address(day=None), self._kept),
            gone_url=asked.address(gone=not asked.gone),
            actions=self.actions(),
            crumbs=[{"title": self.title}],
            **more,
        )

    @property
    def _kept(self) -> tuple[tuple[str, str], ...]:
        asked = self.asked
        kept = {
            "open": ".".join(map(str, sorted(asked.open))),
            "at": str(asked.at or ""),
            "gone": "1" if asked.gone else "",
        }
        return tuple((name, value) for name, value in kept.items() if value)

    def actions(self) -> list[dict[str, object]]:
        """Offer the list, whose export this is, and to found a unit."""
        actions: list[dict[str, object]] = [
            {"title": "列表和导出", "url": reverse("organisations"), "icon": "list-details"}
        ]
        if self.user.has_perm("orgs.add_organisation"):
            found = {"title": "新建团组织", "url": reverse("organisation-found"), "icon": "plus", "primary": True}
            actions.append(found)
        return actions

    def hit(self, unit: TreeUnit) -> dict[str, str]:
        """Give a line of what was found: the path to it, and the way to it in the tree."""
        path = [one.short_name or one.name for one in self.forest.path(unit.pk)[:-1]]
        return {"name": unit.name, "path": " / ".join(path), "state": unit.state, "url": self.asked.address(at=unit.pk)}

    # ---- lines ---------------------------------------------------------------
    def nodes(self, keys: Sequence[int], level: int) -> list[Node]:
        """Give the lines of some units, and below those that are open theirs; figures are read for all at once."""
        top = [self._node(key, level, number, len(keys)) for number, key in enumerate(keys, 1)]
        shown = [node for one in top for node in _each(one)]
        figures = self._figures([node.unit for node in shown])
        for node in shown:
            own = {code: values.get(node.unit.pk) for code, values in figures.items()}
            totals = self.forest.totals[node.unit.pk]
            node.facts = facts_of(totals, own, has_children=node.has_children, is_past=self.asked.day is not None)
            node.lights = lights_of(node, totals, own, self.forest.hollow(node.unit.pk))
        return top

    @cached_property
    def _open(self) -> frozenset[int]:
        """The units that are shown open: those asked for, the path to the one that was looked for, a single top."""
        at, tops = self.asked.at, self.forest.below[None]
        path = [unit.pk for unit in self.forest.path(at)[:-1]] if at in self.forest.units and at is not None else []
        return self.asked.open | frozenset(path) | frozenset(tops if len(tops) == 1 else ())

    def _node(self, key: int, level: int, position: int, size: int) -> Node:
        below = self.forest.below.get(key, ())
        is_open = key in self._open and bool(below)
        node = Node(
            unit=self.forest.units[key],
            level=level,
            position=position,
            size=size,
            has_children=bool(below),
            is_open=is_open,
            is_at=key == self.asked.at,
            toggle_url=self.asked.address(open=self._open - {key} if is_open else self._open | {key}, at=None),
            url=self._page(key),
        )
        if is_open:
            node.children = [self._node(one, level + 1, number, len(below)) for number, one in enumerate(below, 1)]
        return node

    def _page(self, key: int) -> str:
        suffix = f"?day={self.asked.day:%Y-%m-%d}" if self.asked.day else ""
        return reverse("organisation", args=[key]) + suffix

    def _figures(self, units: Sequence[TreeUnit]) -> dict[str, Mapping[int, int | None]]:
        """Read the figures of the subtrees whose records lie in the scope; however many, in as many queries."""
        day = self.asked.day or self.scope.day
        keys = [unit.pk for unit in units if not unit.state and self.seen.covers(unit.lineage)]
        return {code: registry.get(code).compute(keys, day, day) if keys else {} for code in (PEOPLE, VACANT, NO_CADRE)}


def find(forest: Forest, typed: str) -> list[TreeUnit]:
    """Find units by a part of either name, the beginning of the pinyin or its initials, or of the code.

    Those whose name begins so come first, then the higher ones.
    """
    words = typed.lower()
    found = [unit for unit in forest.units.values() if _matches(unit, words)]
    return sorted(found, key=lambda unit: (not unit.name.lower().startswith(words), len(unit.lineage)))


def facts_of(totals: Totals, figures: Mapping[str, int | None], *, has_children: bool, is_past: bool) -> list[str]:
    """Give the counts of a subtree as short phrases; members are known for today only."""
    people = figures[PEOPLE]
    facts = [f"下级 {totals.units:,}"] if has_children else []
    facts += [f"团干部 {people:,}"] if people is not None else []
    return facts if is_past else [*facts, f"团员 {totals.members:,}"]


def lights_of(
    node: Node, totals: Totals, figures: Mapping[str, int | None], own: HollowKind | None
) -> list[dict[str, str]]:
    """Give the lights of a subtree, each with its number; those of a single unit say what it is."""
    if node.unit.state:
        return [{"tone": "idle", "word": node.unit.state}]
    vacant, no_cadre = figures[VACANT] or 0, figures[NO_CADRE] or 0
    hollow = totals.hollow + no_cadre
    term = node.unit.term
    if node.has_children:
        rows = [
            ("bad" if totals.late else "warn", f"换届 {totals.ending}", totals.ending),
            ("warn", f"缺书记 {vacant}", vacant),
            ("warn", f"空心 {hollow}", hollow),
        ]
    else:
        kind = own or (HollowKind.NO_CADRE_BRANCH if no_cadre else None)
        rows = [
            (term.tone if term else "", term.word if term else "", totals.ending),
            ("warn", "缺书记", vacant),
            ("warn", str(kind.label) if kind else "", hollow),
        ]
    return [{"tone": tone, "word": word} for tone, word, count in rows if count]


def _matches(unit: TreeUnit, words: str) -> bool:
    if words in unit.name.lower() or words in unit.short_name.lower():
        return True
    return words.isascii() and (f" {words}" in f" {unit.keys}" or unit.code.lower().startswith(words))


def _each(node: Node) -> list[Node]:
    return [node, *(deeper for child in node.children for deeper in _each(child))]


def _key(text: str) -> int | None:
    known = text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY
    return int(text) if known else None
