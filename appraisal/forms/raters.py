"""Who marks a group in the daily appraisal: one choice of people for each group and component."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from appraisal.choices import Component
from appraisal.models import AppraisalGroup
from appraisal.reports.raters import Holder

Place = tuple[int, int]
_CHOICE = "选了现在没有评分权限的同志；请刷新后重选。"


class RatersForm(forms.Form):
    """Nobody chosen for a place means everybody who holds the right."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        version: int,
        places: Sequence[tuple[AppraisalGroup, Component]],
        holders: Mapping[Component, Sequence[Holder]],
        named: Mapping[Place, Sequence[int]],
    ) -> None:
        super().__init__(data, initial={"version": version})
        self._names: dict[Place, str] = {}
        for group, component in places:
            name = f"raters-{group.pk}-{component.value}"
            self._names[group.pk, component.value] = name
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=f"{group.name}组，{component.label}",
                coerce=int,
                required=False,
                choices=[(one.user.pk, one.user.full_name) for one in holders[component]],
                initial=list(named.get((group.pk, component.value), ())),
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _CHOICE},
            )
        self._places = places

    @property
    def named(self) -> dict[Place, list[int]]:
        """Give the accounts chosen, by group and component; places without any are left out."""
        return {place: chosen for place, name in self._names.items() if (chosen := self.cleaned_data[name])}

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Give the fields group by group, each with its component."""
        found: dict[str, list[dict[str, Any]]] = {}
        for group, component in self._places:
            field = self[self._names[group.pk, component.value]]
            found.setdefault(group.name, []).append({"title": component.label, "field": field})
        return [{"name": name, "fields": fields} for name, fields in found.items()]
