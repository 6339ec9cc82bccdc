"""The visits to the back office, worked out from the site's own registry; the table says who may do what where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote as admin_quote
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey

from tests.contract.canaries import PREFIX
from tests.contract.inspector import Visit
from tests.contract.records import ACCOUNT_KEEPERS, DOCUMENT_KEEPERS, POLICY_READERS
from tests.contract.routes import HOSTILE, TRY_EVERY_KEY, hostile_keys
from tests.contract.visitors import BACK_OFFICE, UNITS, Visitor
from tests.contract.world import ABSENT, World

NOBODY: frozenset[str] = frozenset()
ROSTER_STAFF = frozenset({"district_staff"})


@dataclass(frozen=True)
class Desk:
    """One admin: which roles see its rows, who adds, changes by form, acts by action, exports (None: no export)."""

    view: frozenset[str]
    add: frozenset[str] = NOBODY
    change: frozenset[str] = NOBODY
    act: frozenset[str] = NOBODY
    export: frozenset[str] | None = None


DESKS: dict[str, Desk] = {
    "orgs.Organisation": Desk(view=UNITS & BACK_OFFICE),
    "orgs.OrganisationPlacement": Desk(view=UNITS & BACK_OFFICE),
    "orgs.OrgAssignment": Desk(view=ACCOUNT_KEEPERS, add=ACCOUNT_KEEPERS, act=ACCOUNT_KEEPERS),
    "orgs.User": Desk(view=ACCOUNT_KEEPERS, add=ACCOUNT_KEEPERS, act=ACCOUNT_KEEPERS),
    "orgs.PolicyValue": Desk(view=POLICY_READERS, add=POLICY_READERS, change=POLICY_READERS),
    "orgs.PolicyDocument": Desk(view=DOCUMENT_KEEPERS),
    "cadres.Cadre": Desk(view=ROSTER_STAFF, export=ROSTER_STAFF),
    "cadres.Appointment": Desk(view=ROSTER_STAFF, act=ROSTER_STAFF, export=ROSTER_STAFF),
    "cadres.Account": Desk(view=ROSTER_STAFF),
}

# Addresses of the site as a whole; ``get`` is the answer to those who have entered, None: to ask the desks.
SITE: dict[str, int] = {
    "admin:index": 200,
    "admin:jsi18n": 200,
    "admin:login": 302,
    "admin:logout": 307,
    "admin:password_change": 302,
    "admin:password_change_done": 302,
}
TRY_EVERYTHING = {"anonymous", "township_b"}  # of those who are turned away at the door
OPEN_TO_ALL = {"admin:login"}  # settles itself who may enter
SHOWS_ITS_RESULT = {"issue_first_password"}  # answers with a page of its own
LISTS = (f"?q={PREFIX}", "?q=%00", "?p=99", "?p=x", "?all=", "?o=-1.2", "?o=x", "?_popup=1", "?_facets=True", "?e=1")


@dataclass(frozen=True)
class BackOfficeVisits:
    """All visits of one visitor to one admin."""

    world: World
    visitor: Visitor
    desk_admin: Any
    desk: Desk
    is_full: bool = False
    root: str = "admin"

    def __iter__(self) -> Iterator[Visit]:
        yield from self._list_visits()
        if self._is_turned_away:
            yield from self._changes(f"{self.world.foreign(self.visitor, self.label) or ABSENT}/", 404, "foreign")
            return
        yield from self._add_visits()
        for key, filling in self._fillings().items():
            yield from self._row_visits(key, filling)
        yield from self._action_visits()
        if self.desk.export is not None:
            yield from self._export_visits(self.desk.export)

    @property
    def _is_turned_away(self) -> bool:
        """Tell whether the visitor does not come in at all; two of those try every address, the rest a few."""
        tries_all = self.is_full or self.visitor.name in TRY_EVERYTHING
        return not (tries_all or self.visitor.enters_back_office)

    @property
    def label(self) -> str:
        """Name the model."""
        return str(self.desk_admin.opts.label)

    @property
    def _base(self) -> str:
        return f"/{self.root}/{self.desk_admin.opts.app_label}/{self.desk_admin.opts.model_name}/"

    def _name(self, view: str) -> str:
        return f"admin:{self.desk_admin.opts.app_label}_{self.desk_admin.opts.model_name}_{view}"

    def _fillings(self) -> Mapping[str, object]:
        own, foreign = self.world.own(self.visitor, self.label), self.world.foreign(self.visitor, self.label)
        found: dict[str, object] = {"own": own} if own and self.visitor.holds(self.desk.view) else {}
        found |= {"foreign": foreign} if foreign else {}
        tries_all = self.is_full or self.visitor.name in TRY_EVERY_KEY
        if not (tries_all or self.visitor.holds(self.desk.view)):
            return found or {"absent": ABSENT}
        hostile = hostile_keys(self.visitor.name, is_full=self.is_full)
        return {**found, "absent": ABSENT, **{text: admin_quote(text) for text in hostile}}

    # ---- what is expected ------------------------------------------------------
    def _outside(self) -> frozenset[int] | None:
        """Give the answer at the door, for those who do not come in."""
        return None if self.visitor.enters_back_office else frozenset({302})

    def _for(self, roles: frozenset[str], *answers: int) -> frozenset[int]:
        return self._outside() or (frozenset(answers) if self.visitor.holds(roles) else frozenset({403}))

    def _refusals(self, expected: frozenset[int]) -> int | None:
        """Promise one event for a write that is refused to somebody who has come in."""
        if not self.visitor.enters_back_office:
            return None
        return 1 if expected <= {403, 404} else 0

    # ---- visits ----------------------------------------------------------------
    def _visit(self, view: str, path: str, expected: frozenset[int], key: str = "", variant: str = "") -> Visit:
        return Visit(self._name(view), "GET", self._base + path, expected, key, variant or path)

    def _post(
        self, view: str, path: str, expected: frozenset[int], key: str, data: Mapping[str, Any], **more: Any
    ) -> Visit:
        variant, refused = more.get("variant", ""), more.get("refused", self._refusals(expected))
        return Visit(self._name(view), "POST", self._base + path, expected, key, variant, data=data, refused=refused)

    def _list_visits(self) -> Iterator[Visit]:
        seen = self._for(self.desk.view, 200)
        yield self._visit("changelist", "", seen)
        if not self.is_full and not self.visitor.holds(self.desk.view):
            return
        for query in LISTS:
            yield self._visit("changelist", query, self._for(self.desk.view, 200, 302))
        for query in self._offered_filters():
            yield self._visit("changelist", query, self._for(self.desk.view, 200, 302))
        for query in self._refused_lookups():
            yield self._visit("changelist", query, self._for(self.desk.view, 400))

    def _offered_filters(self) -> Iterator[str]:
        for entry in self.desk_admin.list_filter:
            path = entry if isinstance(entry, str) else entry[0]
            field = self.desk_admin.model._meta.get_field(path)
            name = f"{path}__id__exact" if field.is_relation else f"{path}__exact"
            related = self.world.foreign(self.visitor, field.related_model._meta.label) if field.is_relation else None
            for value in (related or ABSENT, *((2**63, "1 or 1=1", "") if self.is_full else ("1 or 1=1",))):
                yield f"?{name}={quote(str(value))}"

    def _refused_lookups(self) -> Iterator[str]:
        """Every column, asked for by a beginning; relations, asked for by what lies behind them; keys of pop-ups."""
        for field in self.desk_admin.model._meta.concrete_fields:
            yield f"?{field.name}__startswith=9"
            if isinstance(field, ForeignKey):
                behind = field.related_model._meta.concrete_fields[-1].name
                yield f"?{field.name}__{behind}__startswith={PREFIX}"
            if not field.primary_key:
                yield f"?_to_field={field.name}"

    def _add_visits(self) -> Iterator[Visit]:
        may = self._for(self.desk.add, 200)
        yield self._visit("add", "add/", may)
        foreign = self._forged(ABSENT if not self.world.foreign(self.visitor, self.label) else None)
        query = "&".join(f"{name}={value}" for name, value in foreign.items())
        yield self._visit("add", f"add/?{query}", may, variant="forged")
        yield self._visit("add", "add/?" + "&".join(f"{name}=1+or+1" for name in foreign), may, variant="hostile")
        yield self._post("add", "add/", may, "foreign", foreign, refused=self._forged_refusals(may, foreign))
        made_up = dict.fromkeys(foreign, ABSENT)
        yield self._post("add", "add/", may, "absent", made_up, refused=self._forged_refusals(may, made_up))

    def _forged_refusals(self, expected: frozenset[int], data: Mapping[str, Any]) -> int | None:
        """Promise one event where a form was sent rows that it never offered."""
        is_taken = 200 in expected and bool(data) and self.visitor.enters_back_office
        return 1 if is_taken else self._refusals(expected)

    def _forged(self, instead: int | None = None) -> dict[str, Any]:
        """Set every relation to a row of somebody else."""
        relations = [one for one in self.desk_admin.model._meta.concrete_fields if isinstance(one, ForeignKey)]
        offered = [one for one in relations if one.editable]
        return {
            one.name: instead or self.world.foreign(self.visitor, one.related_model._meta.label) or ABSENT
            for one in offered
        }

    def _row_visits(self, key: str, filling: object) -> Iterator[Visit]:
        path = f"{filling}/"
        found = 200 if key == "own" else 404
        seen = self._for(self.desk.view, found)
        yield self._visit("change", f"{path}change/", seen, key, "page")
        yield from self._changes(path, found, key)
        if key in HOSTILE and not self.is_full:
            return
        yield self._visit("change", f"{path}change/?_popup=1&_to_field=id", seen, key, "popup")
        yield self._visit("history", f"{path}history/", seen, key, "page")
        yield self._visit("delete", f"{path}delete/", self._for(NOBODY), key, "page")
        yield Visit(self._base, "GET", self._base + path, self._outside() or frozenset({302}), key, "old")
        yield self._post("delete", f"{path}delete/", self._for(NOBODY), key, {"post": "yes"})
        yield self._post("history", f"{path}history/", seen, key, {}, refused=None)

    def _changes(self, path: str, found: int, key: str) -> Iterator[Visit]:
        """Send the form with every relation forged: as it is, and to be saved as a new row."""
        changed = self._for(self.desk.change, found)
        for variant, data in (("forged", self._forged()), ("saved as new", {"_saveasnew": "1", **self._forged()})):
            expected = changed if variant == "forged" else self._for(self.desk.add, 200)
            refused = self._forged_refusals(expected, self._forged() if expected == {200} else {})
            yield self._post("change", f"{path}change/", expected, key, data, variant=variant, refused=refused)

    def _export_visits(self, roles: frozenset[str]) -> Iterator[Visit]:
        """Ask for the page, for the rows of a foreign and of an absent unit, and for those of one's own."""
        may, own = self._for(roles, 200), self.world.workplace(self.visitor)
        yield self._visit("export", "export/", may)
        for key, unit in (("foreign", self.world.elsewhere(self.visitor) or ABSENT), ("absent", ABSENT)):
            data = {"organisation": unit, "reason": "核对花名册用", "full": "on"}
            yield self._post("export", "export/", may, key, data, refused=self._forged_refusals(may, data))
        if own and self.visitor.holds(roles):
            data = {"organisation": own, "reason": "核对花名册用", "full": "on"}
            yield self._post("export", "export/", may, "own", data, refused=0)

    def _action_visits(self) -> Iterator[Visit]:
        """Send every action about every key, and two that are never offered about one's own and a foreign row."""
        offered = set(self.desk_admin.actions or ())
        for action in (*sorted(offered), "delete_selected", "nothing"):
            for key, filling in self._fillings().items():
                if self.is_full or action in offered or key in {"own", "foreign"}:
                    yield from self._actions(action, self.desk.act if action in offered else NOBODY, key, filling)

    def _actions(self, action: str, roles: frozenset[str], key: str, filling: object) -> Iterator[Visit]:
        expected = self._for(self.desk.view, 0)
        if expected == {0}:
            expected = self._answer_to(action, roles, key)
        is_tried_twice = self.is_full or (roles and key not in HOSTILE)
        for across in ("0", "1") if is_tried_twice else ("0",):
            data = {"action": action, ACTION_CHECKBOX_NAME: str(filling), "select_across": across, "index": "0"}
            refused = self._refusals(expected) if expected <= {403, 404} else None
            yield self._post("changelist", "", expected, key, data, variant=f"{action} {across}", refused=refused)

    def _answer_to(self, action: str, roles: frozenset[str], key: str) -> frozenset[int]:
        if not self._offers_actions():
            return frozenset({200})  # a list without actions shows itself
        if not self.visitor.holds(roles):
            return frozenset({403})
        return frozenset({(200 if action in SHOWS_ITS_RESULT else 302) if key == "own" else 404})

    def _offers_actions(self) -> bool:
        return bool(self.desk_admin.actions) and self.visitor.holds(self.desk.act)


def back_office_visits(world: World, visitor: Visitor, *, is_full: bool) -> Iterator[Visit]:
    """Give every visit of a visitor to the back office."""
    yield from _site_visits(visitor)
    for model, desk_admin in admin.site._registry.items():
        if model._meta.label in DESKS:
            yield from BackOfficeVisits(world, visitor, desk_admin, DESKS[model._meta.label], is_full)
    if is_full or visitor.enters_back_office or visitor.name in TRY_EVERYTHING:
        yield from _view_on_site(world, visitor)
        yield from _autocomplete(visitor)


def _site_visits(visitor: Visitor) -> Iterator[Visit]:
    outside = None if visitor.enters_back_office else frozenset({302})
    paths = {"admin:index": "", "admin:jsi18n": "jsi18n/", "admin:login": "login/", "admin:logout": "logout/"}
    paths |= {"admin:password_change": "password_change/", "admin:password_change_done": "password_change/done/"}
    for name, status in SITE.items():
        expected = outside or frozenset({status})
        if name in OPEN_TO_ALL:
            expected = frozenset({302 if visitor.enters_back_office or visitor.user is None else 403})
        yield Visit(name, "GET", f"/admin/{paths[name]}", expected)
        taken = outside or frozenset({405}) if name == "admin:jsi18n" else expected
        yield Visit(name, "POST", f"/admin/{paths[name]}", taken)
    for label in sorted({name.partition(".")[0] for name in DESKS}):
        may = any(visitor.holds(desk.view) for name, desk in DESKS.items() if name.startswith(f"{label}."))
        yield Visit("admin:app_list", "GET", f"/admin/{label}/", outside or frozenset({200 if may else 404}))
    yield Visit("admin:(?P<url>.*)$", "GET", "/admin/nothing/here/", outside or frozenset({404}))


def _view_on_site(world: World, visitor: Visitor) -> Iterator[Visit]:
    """Ask for every kind of row, seen and foreign: always the same answer."""
    for kind in ContentType.objects.filter(app_label__in={name.partition(".")[0] for name in DESKS}):
        label = kind.model_class()._meta.label
        for key, filling in (("own", world.own(visitor, label)), ("foreign", world.foreign(visitor, label))):
            path = f"/admin/r/{kind.pk}/{filling or ABSENT}/"
            yield Visit("admin:view_on_site", "GET", path, frozenset({404}), key, label)
        yield Visit("admin:view_on_site", "GET", f"/admin/r/{kind.pk}/{ABSENT}/", frozenset({404}), "absent", label)


def _autocomplete(visitor: Visitor) -> Iterator[Visit]:
    """Ask for suggestions through every relation of every model of ours, whether a form uses it or not."""
    for model in sorted(admin.site._registry, key=lambda one: one._meta.label):
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                yield from _suggestions(visitor, model, field)


def _suggestions(visitor: Visitor, model: Any, field: Any) -> Iterator[Visit]:
    related = DESKS.get(field.related_model._meta.label)
    may = related is not None and visitor.holds(related.view)
    expected = frozenset({200 if may else 403}) if visitor.enters_back_office else frozenset({302})
    asked = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field.name}"
    for term in ("", PREFIX, "%00"):
        yield Visit(
            "admin:autocomplete", "GET", f"/admin/autocomplete/?{asked}&term={term}", expected, "", f"{asked} {term}"
        )
