"""Forms of 年终材料: the three lists as one grid, the four parts of a report, an answer with a reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from appraisal.choices import ChecklistKind
from appraisal.models import DebriefReport
from appraisal.rules.materials import LONGEST_PART, PART_TITLES, PARTS, ItemText

UNREAD = "有几处没有写对，请按提示改好。"
MOST_ROWS = 12  # of a list that a browser may send
_KEPT = ("content", "basis", "responsible", "due_on", "evidence", "carried_from")


def _text(label: str, length: int, hint: str = "", *, rows: int = 0) -> forms.CharField:
    attributes: dict[str, Any] = {"class": "form-control", "maxlength": length, "autocomplete": "off"}
    if hint:
        attributes["placeholder"] = hint
    widget = forms.Textarea({**attributes, "rows": rows, "data-count": length}) if rows else forms.TextInput(attributes)
    return forms.CharField(
        label=label,
        required=False,
        max_length=length,
        widget=widget,
        error_messages={"max_length": f"“{label}”最多 {length} 个字，请删短一些。"},
    )


# ---- the lists ------------------------------------------------------------------------
class ItemForm(forms.Form):
    """One item; its prefix (``plan-2``) is its key."""

    content = _text("内容", 100, rows=2)
    basis = _text("依据", 100, "文件、台账、活动")
    responsible = _text("责任人", 50)
    due_on = forms.DateField(
        label="时限",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": "时限请写成 2027-06-30 的样子。"},
    )
    evidence = _text("佐证", 100, "可以不写")
    carried_from = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: ChecklistKind, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        if kind == ChecklistKind.STRENGTH:
            del self.fields["responsible"], self.fields["due_on"]
        for name, one in self.fields.items():
            one.widget.attrs["aria-label"] = f"{kind.label}，{one.label}" if name != "carried_from" else ""

    @property
    def is_carried(self) -> bool:
        """Tell whether the item goes on from last year."""
        return bool(self["carried_from"].value())

    @property
    def small(self) -> list[forms.BoundField]:
        """Give the fields below the content."""
        return [self[name] for name in self.fields if name not in {"content", "carried_from"}]

    @property
    def item(self) -> ItemText:
        """Give what was read, as the service takes it."""
        said = self.cleaned_data
        words = {name: said.get(name) or "" for name in ("content", "basis", "responsible", "evidence")}
        return ItemText(self.kind.value, due_on=said.get("due_on"), carried_from=said.get("carried_from"), **words)


@dataclass
class Column:
    """One of the three lists: its rows, and what is wrong with it as a whole."""

    kind: ChecklistKind
    rows: Sequence[ItemForm]
    may_add: bool
    errors: list[str] = field(default_factory=list)

    @property
    def used(self) -> int:
        """Count the rows that say something."""
        return sum(bool(row["content"].value()) for row in self.rows)


class ListsForm:
    """The three lists, read and refused together."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns

    @classmethod
    def stored(cls, items: Sequence[ItemText], *, most: int, responsible: str, more: str = "") -> "ListsForm":
        """Show what is stored; an empty list, and the one for which more is asked, has a blank row at its end."""
        columns = []
        for kind in ChecklistKind:
            told: list[Mapping[str, Any]] = [_values(one) for one in items if one.kind == kind]
            has_room = len(told) < most
            if has_room and (not told or more == kind):
                told.append({"responsible": responsible})
            rows = [_row(kind, number, initial=one) for number, one in enumerate(told, start=1)]
            columns.append(Column(kind, rows, may_add=len(rows) < most))
        return cls(columns)

    @classmethod
    def sent(cls, data: Mapping[str, Any], *, most: int) -> "ListsForm":
        """Read what a browser sent; of each list as many rows as it says."""
        columns = []
        for kind in ChecklistKind:
            said = str(data.get(f"{kind.value}-rows", ""))
            count = min(int(said), MOST_ROWS) if said.isdecimal() and len(said) < 4 else 0
            rows = [_row(kind, number, data=data) for number in range(1, count + 1)]
            columns.append(Column(kind, rows, may_add=count < most))
        return cls(columns)

    def __iter__(self) -> Iterator[ItemForm]:
        return (row for column in self.columns for row in column.rows)

    def is_valid(self) -> bool:
        """Tell whether every row can be read."""
        faults = [row for row in self if not row.is_valid()]  # each says what is wrong with it
        return not faults

    def items(self, act: str = "", key: str = "") -> list[ItemText]:
        """Give the items in their order, after one was removed or moved up or down within its list."""
        found: list[ItemText] = []
        for column in self.columns:
            keys = [str(row.prefix) for row in column.rows]
            items = [row.item for row in column.rows]
            if key in keys:
                _arrange(items, keys.index(key), act)
            found += items
        return found

    def refuse(self, refusal: ValidationError) -> str:
        """Put what a service refused beside its rows and lists; gives the sentence about the whole."""
        if not hasattr(refusal, "error_dict"):
            return "".join(refusal.messages)
        places = self._places()
        for key, errors in refusal.error_dict.items():
            sentences = [sentence for one in errors for sentence in one.messages]
            place = places.get(key)
            if isinstance(place, ItemForm):
                place.errors.setdefault(NON_FIELD_ERRORS, place.error_class()).extend(sentences)
            elif place is not None:
                place.errors += sentences
        return UNREAD

    def _places(self) -> dict[str, ItemForm | Column]:
        """Give rows and lists by the keys of a service, which does not count blank rows."""
        places: dict[str, ItemForm | Column] = {}
        for column in self.columns:
            places[column.kind.value] = column
            told = [row for row in column.rows if not _is_blank(row)]
            places |= {f"{column.kind.value}-{number}": row for number, row in enumerate(told, start=1)}
        return places


def _row(kind: ChecklistKind, number: int, **more: Any) -> ItemForm:
    return ItemForm(kind=kind, prefix=f"{kind.value}-{number}", **more)


def _values(item: ItemText) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _KEPT}


def _is_blank(row: ItemForm) -> bool:
    told = ("content", "basis", "evidence", "carried_from")
    return not any(str(row[name].value() or "").strip() for name in told)


def _arrange(items: list[ItemText], at: int, act: str) -> None:
    if act == "remove":
        del items[at]
    to = {"up": at - 1, "down": at + 1}.get(act, -1)
    if 0 <= to < len(items):
        items.insert(to, items.pop(at))


# ---- the report -----------------------------------------------------------------------
class ReportForm(forms.Form):
    """The four parts of a report, at the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name in PARTS:
            self.fields[name] = forms.CharField(
                label=PART_TITLES[name],
                required=False,
                max_length=LONGEST_PART,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 8, "class": "form-control", "data-words": ""}),
                error_messages={"max_length": f"“{PART_TITLES[name]}”太长了，请精简。"},
            )

    @property
    def parts(self) -> dict[str, str]:
        """Give what was read, as the service takes it."""
        return {name: self.cleaned_data[name] for name in PARTS}


class AnswerForm(forms.Form):
    """An opinion on what was handed in, at the version that was seen; to send it back, a reason is needed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="意见",
        required=False,
        max_length=200,
        help_text="通过的可以不写；退回的请写明理由，本人会看到。",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200, "data-count": 200}),
        error_messages={"max_length": "意见最多 200 个字。"},
    )

    def __init__(self, data: Any = None, *, version: int) -> None:
        super().__init__(data, initial={"version": version})


class ReturnForm(AnswerForm):
    """Why something is sent back."""

    text = forms.CharField(
        label="退回理由",
        max_length=200,
        help_text="本人会看到。",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200, "data-count": 200}),
        error_messages={"required": "请写明理由，对方会看到。", "max_length": "理由最多 200 个字。"},
    )


def report_values(report: DebriefReport | None, drafted: Mapping[str, str]) -> dict[str, Any]:
    """Give what the form of a report begins with: what is stored, else what the lists say already."""
    if report is None:
        return {"version": 0, **drafted}
    return {"version": report.version, **{name: getattr(report, name) for name in PARTS}}
