"""Which organisation a cell means, inside a scope; a foreign and an unknown one get the same sentence."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from orgs.access import LINEAGE_STEP, Scope
from orgs.models import Organisation
from youthleague.kernel.findings import Finding

UNKNOWN = Finding("organisation.unknown", "在您管理的范围内没有这个团组织；请核对名称，或从模板的下拉列表中选择。")
_AMBIGUOUS = "有 %(count)s 个团组织都叫这个名称：%(choices)s；请写全称或从模板的下拉列表中选择。"
_DROPPED = re.compile(r"[\s\u200b-\u200f\ufeff]")
_PREFIX = re.compile(r"^(共青团|中国共产主义青年团)")
_SUFFIX = re.compile(r"(联合)?(团支部|团总支|团工委|团委)$")
_LONG_FORMS = (("支部委员会", "团支部"), ("总支部委员会", "团总支"), ("工作委员会", "团工委"), ("委员会", "团委"))


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation as far as naming it goes: ``path`` from the district down, ``own_path`` inside the scope."""

    pk: int
    name: str
    path: str
    own_path: str


class OrganisationIndex:
    """All names of the organisations of a scope; the more exact name wins."""

    def __init__(self, scope: Scope, *, top: Organisation | None = None) -> None:
        rows = Organisation.objects.visible_to(scope).active()
        if top is not None:
            rows = rows.within(top)
        self.units: dict[int, Unit] = {}
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._loose: dict[str, set[int]] = defaultdict(set)
        self._found: dict[str, int | Finding] = {}
        found = list(rows.order_by("lineage").values_list("pk", "name", "short_name", "code", "lineage"))
        paths, own_paths = _paths_above(lineage for *_names, lineage in found), dict[str, str]()
        for pk, name, short, code, lineage in found:
            paths[lineage] = _joined(paths, lineage, name)
            own_paths[lineage] = _joined(own_paths, lineage, name)
            self._add(Unit(pk, name, paths[lineage], own_paths[lineage]), short, code)

    def find(self, text: str) -> int | Finding:
        """Give the primary key of the organisation that a text names, or a finding."""
        if text not in self._found:
            self._found[text] = self._look_up(text)
        return self._found[text]

    def path(self, pk: int) -> str:
        """Give the full path of an organisation, as templates and exports write it."""
        unit = self.units.get(pk)
        return unit.path if unit else ""

    def paths(self) -> list[str]:
        """List the full paths in tree order."""
        return [unit.path for unit in self.units.values()]

    def _add(self, unit: Unit, short: str, code: str) -> None:
        self.units[unit.pk] = unit
        for text in (unit.name, unit.path, unit.own_path, short, code):
            if text:
                self._exact[_fold(text)].add(unit.pk)
        self._loose[_SUFFIX.sub("", _fold(unit.name))].add(unit.pk)

    def _look_up(self, text: str) -> int | Finding:
        key = _fold(text)
        for candidates in (self._exact.get(key), self._exact.get(_as_short_form(key)), self._loose.get(key)):
            if candidates:
                return self._only(candidates)
        return UNKNOWN

    def _only(self, candidates: set[int]) -> int | Finding:
        if len(candidates) == 1:
            return next(iter(candidates))
        shown = sorted(self.units[pk].own_path for pk in candidates)
        names = "、".join(f"“{path}”" for path in shown[:3])
        return Finding("organisation.ambiguous", _AMBIGUOUS, {"count": len(shown), "choices": names})


def _paths_above(lineages: Iterable[str]) -> dict[str, str]:
    """Give the paths, by lineage, of the units above these; their names are on every page of those below."""
    inside = frozenset(lineages)
    above = {one[:end] for one in inside for end in range(LINEAGE_STEP, len(one), LINEAGE_STEP)} - inside
    keys = [int(one[-LINEAGE_STEP:]) for one in above]
    names = dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name"))
    paths: dict[str, str] = {}
    for lineage in sorted(above):
        paths[lineage] = _joined(paths, lineage, names[int(lineage[-LINEAGE_STEP:])])
    return paths


def _joined(paths: dict[str, str], lineage: str, name: str) -> str:
    above = paths.get(lineage[:-LINEAGE_STEP], "")
    return f"{above}/{name}" if above else name


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return _PREFIX.sub("", _DROPPED.sub("", plain).replace("(", "").replace(")", ""))


def _as_short_form(key: str) -> str:
    for long, short in _LONG_FORMS:
        if key.endswith(long):
            return key.removesuffix(long) + short
    return key
