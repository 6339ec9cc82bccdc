"""Which units a text may name, in the scope of a batch; a foreign and an unknown one are told in one sentence."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from orgs.models import Organisation
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import SheetContext

UNKNOWN = Finding(
    "organisation.unknown", "在您管理的范围内和本表中都没有这个团组织；请核对名称，或从模板的下拉列表中选择。"
)
AMBIGUOUS = Finding("organisation.ambiguous", "有 %(count)s 个团组织都叫这个名称；请写路径或代码。")
_DROPPED = re.compile(r"[\s\u200b-\u200f\ufeff]")
_PREFIX = re.compile(r"^(共青团|中国共产主义青年团)")


def fold_unit(text: str) -> str:
    """Give the key under which two writings of one name are equal."""
    plain = unicodedata.normalize("NFKC", text)
    return _PREFIX.sub("", _DROPPED.sub("", plain).replace("(", "").replace(")", ""))


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit on the register, as far as naming it goes; ``in_unit``: below the unit of the batch."""

    pk: int
    name: str
    parent_id: int | None
    version: int
    path: str
    in_unit: bool


class UnitNames:
    """All names of the units of a scope: path and code, full name, short name; the more exact one wins."""

    def __init__(self, context: SheetContext) -> None:
        top = Organisation.objects.get(pk=context.organisation_id)
        rows = Organisation.objects.visible_to(context.scope).active().order_by("lineage")
        kept = ("pk", "name", "parent_id", "version", "short_name", "code", "lineage")
        self.units: dict[int, NamedUnit] = {}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_code: dict[str, list[int]] = defaultdict(list)
        self._by_path: dict[str, list[int]] = defaultdict(list)
        self._by_short: dict[str, list[int]] = defaultdict(list)
        for pk, name, parent_id, version, short, code, lineage in rows.values_list(*kept):
            above = self.path(parent_id)
            path = f"{above}/{name}" if above else name
            self.units[pk] = NamedUnit(pk, name, parent_id, version, path, lineage.startswith(top.lineage))
            for found, text in ((self.by_name, name), (self._by_path, path), (self._by_short, short)):
                if text:
                    found[fold_unit(text)].append(pk)
            if code:
                self.by_code[code].append(pk)

    def path(self, pk: int | None) -> str:
        """Give the names from the top of the scope down to a unit; nothing for one outside."""
        unit = self.units.get(pk or 0)
        return unit.path if unit else ""

    def find(self, text: str) -> list[int]:
        """Give the units that a text names."""
        key = fold_unit(text)
        for found in (self._by_path.get(key), self.by_code.get(text), self.by_name.get(key), self._by_short.get(key)):
            if found:
                return found
        return []
