"""Forms of import batches and exports."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from orgs.access import LINEAGE_STEP, Scope
from orgs.models import Organisation
from youthleague.kernel.columns import SerialColumn
from youthleague.kernel.dates import read_date
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Decision, SheetKind
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports.rows import column_letters
from youthleague.sheets.services.batches import MAX_BYTES, TOO_LARGE
from youthleague.sheets.services.exports import REASON_LENGTH
from youthleague.workbooks.refusals import SENTENCES

IGNORED = ""
TOO_SHORT = ValidationError(
    "请写明导出的事由，至少 %(length)s 个字。", code="export.reason", params={"length": REASON_LENGTH}
)


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A unit of a scope, indented by level; the topmost one is preset."""

    def __init__(self, scope: Scope) -> None:
        units = Organisation.objects.visible_to(scope).active().order_by("lineage")
        top = units.first()
        self._depth = len(top.lineage) if top else 0
        super().__init__(
            queryset=units,
            label="团组织",
            empty_label=None,
            initial=top.pk if top else None,
            error_messages={
                "required": "请选择团组织。",
                "invalid_choice": "您不能选择这个团组织；请从列表中选择您管理的团组织。",
            },
        )

    def label_from_instance(self, obj: Organisation) -> str:
        """Indent a unit below those above it."""
        return "　" * ((len(obj.lineage) - self._depth) // LINEAGE_STEP) + obj.name


class UploadForm(forms.Form):
    """A file for a unit."""

    file = forms.FileField(
        label="表格文件",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": "请选择要上传的表格文件。",
            "empty": SENTENCES["file.empty"],
            "invalid": "文件没有收到；请重新选择后再上传。",
            "missing": "文件没有收到；请重新选择后再上传。",
        },
    )

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"] = UnitField(scope)
        self.order_fields(["organisation"])

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(TOO_LARGE, code="sheet.too_large")
        return file


class ExportForm(forms.Form):
    """Which unit, and whether with whole numbers."""

    full = forms.BooleanField(
        label="导出完整的身份证号和手机号", required=False, help_text="不勾选时，号码的中间几位隐去。"
    )
    reason = forms.CharField(
        label="事由",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"导出完整号码时填写，至少 {REASON_LENGTH} 个字，记入审计日志。",
    )

    def __init__(self, *args: Any, scope: Scope, may_full: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"] = UnitField(scope)
        self.order_fields(["organisation"])
        if not may_full:
            del self.fields["full"]
            if not self.fields["reason"].required:
                del self.fields["reason"]


class ReasonedExportForm(ExportForm):
    """The same, never without a reason: what leaves the back office leaves it for a purpose."""

    reason = forms.CharField(
        label="事由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"至少 {REASON_LENGTH} 个字，记入审计日志。",
        error_messages={"required": TOO_SHORT.message % TOO_SHORT.params},
    )

    def clean_reason(self) -> str:
        """Refuse a reason that says nothing."""
        reason: str = self.cleaned_data["reason"]
        if len(reason) < REASON_LENGTH:
            raise TOO_SHORT
        return reason


STATES: dict[str, tuple[str, frozenset[str]]] = {
    "open": (
        "还没有办完",
        frozenset({"uploaded", "reading", "mapped", "checked", "applying", "undoing"}),
    ),
    "applied": ("已写入", frozenset({"applied"})),
    "undone": ("已撤销", frozenset({"undone"})),
    "failed": ("未能导入", frozenset({"failed"})),
    "cancelled": ("已作废", frozenset({"cancelled"})),
}


class BatchFilterForm(forms.Form):
    """Which of her batches are listed; what cannot be read lists none."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部状态"), *((key, title) for key, (title, _) in STATES.items())]
    )

    def __init__(self, *args: Any, kinds: Iterable[SheetKind], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", "全部表格"), *((kind.code, kind.title) for kind in kinds)]
        self.fields["kind"] = forms.ChoiceField(label="表格", required=False, choices=choices)

    @property
    def conditions(self) -> dict[str, Any] | None:
        """Give what the batches must meet; None when something asked for does not exist."""
        if not self.is_valid():
            return None
        kind, state = self.cleaned_data["kind"], self.cleaned_data["state"]
        return ({"kind": kind} if kind else {}) | ({"state__in": STATES[state][1]} if state else {})


class MappingForm(forms.Form):
    """Which column of the file is which; one field a column."""

    def __init__(self, *args: Any, batch: ImportBatch, kind: SheetKind, **options: Any) -> None:
        super().__init__(*args, **options)
        self._recalled: dict[str, str] = batch.layout.get("recalled", {})
        self._headers = [(int(index), str(text)) for index, text in batch.layout.get("headers", ())]
        named = [(column.name, column.title) for column in kind.columns if not isinstance(column, SerialColumn)]
        for index, text in self._headers:
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=text,
                required=False,
                choices=[(IGNORED, "不导入这一列"), *named],
                initial=batch.mapping.get(str(index), IGNORED),
                widget=forms.Select(attrs={"class": "form-select", "aria-label": f"“{text}”这一列的内容"}),
                error_messages={"invalid_choice": "没有这一项内容；请从列表中选择。"},
            )

    @property
    def mapping(self) -> dict[int, str]:
        """Give what was chosen, by index of the column."""
        return {index: self.cleaned_data[f"column_{index}"] for index, _text in self._headers}

    def rows(self) -> Iterator[tuple[str, str, forms.BoundField, bool]]:
        """Give the letters, the header and the field of each column, and whether it stands as it was said earlier."""
        for index, text in self._headers:
            field = self[f"column_{index}"]
            yield column_letters(index), text, field, self._recalled.get(str(index)) == field.initial


class SheetForm(forms.Form):
    """In which sheet the table stands, and in which row its header."""

    header_row = forms.IntegerField(
        label="表头在第几行",
        required=False,
        min_value=1,
        max_value=20_000,
        help_text="不填时自动寻找。",
        error_messages={"invalid": "请填写行号。", "min_value": "请填写行号。", "max_value": "请填写行号。"},
    )

    def __init__(self, *args: Any, batch: ImportBatch, **options: Any) -> None:
        super().__init__(*args, **options)
        names = [str(one[0]) for one in batch.layout.get("candidates", ())]
        self.fields["sheet"] = forms.ChoiceField(
            label="工作表",
            choices=[(name, name) for name in names],
            initial=batch.sheet_name,
            error_messages={"invalid_choice": "文件里没有这个工作表。", "required": "请选择工作表。"},
        )
        self.order_fields(["sheet", "header_row"])


class DecisionForm(forms.Form):
    """更正, 变动 or 增加兼任, since when, and of which post."""

    decision = forms.ChoiceField(choices=[(one.value, one.label) for one in Decision])
    on = forms.CharField(required=False, max_length=20)
    post = forms.IntegerField(required=False)

    def clean_on(self) -> date | None:
        """Read the date as rosters write it: 2026.09 or 2026.9.15."""
        text = self.cleaned_data["on"].strip()
        found = read_date(text) if text else None
        if isinstance(found, Finding):
            raise ValidationError(found.sentence, code=found.code)
        return found.value if found else None


class ApplyForm(forms.Form):
    """Which rows are written."""

    mode = forms.ChoiceField(choices=ApplyMode.choices)
