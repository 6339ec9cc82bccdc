"""三张清单: last year's beside this year's, saved as they are written; one's own, or of somebody without an account."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from appraisal.choices import MaterialState, Outcome
from appraisal.forms.materials import UNREAD, Column, ListsForm
from appraisal.models import ChecklistItem, Checklists
from appraisal.policies import MaterialsPolicy, materials_policy
from appraisal.reports.materials import last_items
from appraisal.rules.materials import CHECKLISTS, OPEN_LISTS, Closing
from appraisal.services.materials import (
    carry_rest,
    close_item,
    hand_in_lists,
    items_of,
    recall_lists,
    write_lists,
)
from appraisal.views.writing import (
    OnBehalfMixin,
    WrittenMixin,
    is_autosave,
    is_stale,
    refused_answer,
    saved_answer,
    version_in,
)

_ROW_ACTS = ("remove", "up", "down")
_DONE = {"save": "已保存。", "hand-in": "三张清单已提交。", "recall": "已撤回，可以接着改。"}
TONES = {"draft": "idle", "submitted": "run", "returned": "warn", "received": "ok"}
_OUTCOME_TONES = {Outcome.DONE: "ok", Outcome.CARRIED: "run", Outcome.DROPPED: "idle"}
# What a button does to an item of last year, whose key is its value.
_CLOSING = {
    "done": Outcome.DONE.value,
    "carried": Outcome.CARRIED.value,
    "dropped": Outcome.DROPPED.value,
    "reopen": "",
}


class ListsView(WrittenMixin):
    """One's own three lists."""

    template_name = "appraisal/lists.html"
    title = "三张清单"

    @property
    def lists(self) -> Checklists | None:
        """Give the lists as the page found them."""
        return getattr(self.object, "checklists", None)

    @property
    def may_write(self) -> bool:
        """Tell whether anything may be written now."""
        return self.is_open and (self.lists is None or self.lists.state in OPEN_LISTS)

    @cached_property
    def policy(self) -> MaterialsPolicy:
        """Read the numbers in force."""
        return materials_policy(self.scope.day)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the lists."""
        return self._page(self._stored(request.GET.get("more", "")))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Save what was written and do what the button says; or say beside the rows what is wrong."""
        act, key = _asked(request.POST)
        form = ListsForm.sent(request.POST, most=self.policy.most_items)
        version = version_in(request.POST)
        try:
            if act != "recall":
                version = self._write(form, act, key, version)
            self._do(act, key, version)
        except ValidationError as refusal:
            return self._refused(form, refusal, was_written=version != version_in(request.POST))
        if is_autosave(request):
            self.prepare()
            return saved_answer(self.lists)
        if act in _DONE:
            messages.success(request, _DONE[act])
        return HttpResponseRedirect(self.address(self.lists_name) + _place(act, key))

    # ---- parts ----------------------------------------------------------------------
    def _write(self, form: ListsForm, act: str, key: str, version: int) -> int:
        """Save the rows where they differ from what is stored; gives the version from then on."""
        if not form.is_valid():
            raise ValidationError(UNREAD, code="item.unread")
        items = form.items(act, key)
        if self.may_write and [one for one in items if not one.is_blank] == items_of(self.object):
            return version
        return write_lists(items=items, **self.told(version)).version

    def _do(self, act: str, key: str, version: int) -> None:
        told = self.told(version)
        if act == "hand-in":
            hand_in_lists(**told)
        elif act == "recall":
            recall_lists(**told)
        elif act == "carry-rest":
            carry_rest(**told)
        elif act in _CLOSING:
            note = self.request.POST.get(f"note-{key}", "")
            item = int(key) if key.isdecimal() and len(key) < 10 else 0
            close_item(closing=Closing(item, _CLOSING[act], note[:100]), **told)

    def _refused(self, form: ListsForm, refusal: ValidationError, *, was_written: bool) -> HttpResponse:
        self.note(refusal)
        if is_autosave(self.request):
            return refused_answer(_sentence(form, refusal), is_stale=is_stale(refusal))
        self.prepare()
        if was_written or not self.may_write:
            form = self._stored()
        sentence = form.refuse(refusal)
        return self._page(form, sentence, status=409 if is_stale(refusal) else 200)

    def _stored(self, more: str = "") -> ListsForm:
        return ListsForm.stored(
            items_of(self.object), most=self.policy.most_items, responsible=self.object.cadre.name, more=more
        )

    def _page(self, form: ListsForm, refusal: str = "", *, status: int = 200) -> HttpResponse:
        lists, last = self.lists, last_items(self.object)
        typed = self.request.POST
        waiting = sum(not one.outcome for one in last)
        return self.render(
            status=status,
            lists=lists,
            state=_state(lists),
            version=lists.version if lists and not is_bound(form) else typed.get("version", 0),
            may_write=self.may_write,
            may_recall=self.is_collecting and bool(lists and CHECKLISTS.may(lists.state, "recall")),
            columns=[self._column(one, last) for one in form.columns],
            policy=self.policy,
            refusal=refusal,
            waiting=waiting,
            at=self._at(form),
        )

    def _at(self, form: ListsForm) -> str:
        """Give the key of the row to begin with: the blank one that was asked for, or the one that moved."""
        more = next((one for one in form.columns if one.kind == self.request.GET.get("more")), None)
        return str(more.rows[-1].prefix) if more else self.request.GET.get("at", "")

    def _column(self, column: Column, last: list[ChecklistItem]) -> dict[str, Any]:
        typed = self.request.POST
        own = [one for one in last if one.kind == column.kind]
        return {
            "column": column,
            "kind": column.kind,
            "last": [_last_line(one, typed.get(f"note-{one.pk}", "")) for one in own],
        }


class PersonListsView(OnBehalfMixin, ListsView):
    """The lists of somebody without an account, written by who keeps the year."""


def is_bound(form: ListsForm) -> bool:
    """Tell whether a form shows what was sent rather than what is stored."""
    return any(row.is_bound for row in form)


def _asked(data: Mapping[str, Any]) -> tuple[str, str]:
    """Give the button that was pressed, and its value; without one it is a plain saving."""
    for name in (*_ROW_ACTS, "add", *_CLOSING, "carry-rest", "hand-in", "recall"):
        if name in data:
            return name, str(data[name])
    return "save", ""


def _place(act: str, key: str) -> str:
    """Give where the page goes on: a new blank row, or the row that moved."""
    if act == "add":
        return f"?more={key}#{key}" if key in {"strength", "shortcoming", "plan"} else ""
    kind, _, number = key.partition("-")
    if act in _ROW_ACTS and number.isdecimal() and len(number) < 4:
        to = int(number) + {"up": -1, "down": 1}.get(act, 0)
        return f"?at={kind}-{to}#{kind}"
    return ""


def _sentence(form: ListsForm, refusal: ValidationError) -> str:
    """Give the first thing that is wrong, for a draft that saves itself."""
    unread = [sentence for row in form if row.is_bound for errors in row.errors.values() for sentence in errors]
    return str(unread[0] if unread else refusal.messages[0])


def _state(lists: Checklists | None) -> dict[str, str]:
    state = MaterialState(lists.state) if lists else MaterialState.DRAFT
    return {"tone": TONES[state], "word": str(state.label) if lists else "没有写"}


def _last_line(item: ChecklistItem, typed: str) -> dict[str, Any]:
    """Write an item of last year with what became of it."""
    outcome = Outcome(item.outcome) if item.outcome else None
    return {
        "item": item,
        "due": f"{item.due_on:%Y-%m-%d}" if item.due_on else "",
        "tone": _OUTCOME_TONES[outcome] if outcome else "",
        "word": str(outcome.label) if outcome else "",
        "note": item.outcome_note,
        "typed": typed,
    }
