"""平时记实: what is kept of a person in a year, day by day; and what is kept of oneself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, OWN, VIEW
from appraisal.choices import EntryKind
from appraisal.forms.ledger import EntryForm, WithdrawForm
from appraisal.models import LedgerEntry, Participant
from appraisal.reports.marking import period_entries
from appraisal.rules.cycle import FACT_STATES
from appraisal.services.ledger import correct_entry, note_in_ledger, withdraw_entry
from orgs.access import Scope, is_same_person
from orgs.scoped_views import ScopedObjectFormView, ScopedObjectMixin, ScopedPage, organisation_path
from orgs.scoped_views.refusals import subject_of

_FILTERS = (("", "全部"), *((one.value, one.label) for one in EntryKind))


class OfPerson(ScopedObjectMixin):
    """A page about somebody in a year, or about something kept of them; closed to the person it is about."""

    model: ClassVar[type[Model]] = Participant
    permission = VIEW
    title = "平时记实"

    @property
    def person(self) -> Participant:
        """Give the person."""
        found: Participant = self.object if isinstance(self.object, Participant) else self.object.participant
        return found

    def prepare(self) -> None:
        super().prepare()
        if is_same_person(self.user, self.person.cadre):
            raise PermissionDenied

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return Participant.objects.visible_to(scope.holding(VIEW)).select_related(
            "cadre", "cycle", "group", "organisation"
        )

    @property
    def is_open(self) -> bool:
        """Tell whether entries may be written."""
        return self.person.cycle.state in FACT_STATES and self.user.has_perm(KEEP, self.person)

    def back_url(self) -> str:
        """Give the address of the person's ledger."""
        return reverse("appraisal-ledger", args=[self.person.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = self.person
        shown = {
            "section": "appraisal",
            "path": organisation_path(person.organisation, self.scope),
            "crumbs": [{"title": f"{person.cadre.name}的平时记实", "url": self.back_url()}, {"title": self.title}],
            "facts": [str(person.cycle), person.cadre.name, person.get_league_post_display()],
        }
        return super().get_context_data(**{**shown, **more})


class LedgerView(OfPerson):
    """The entries of a year, the latest first; those withdrawn or corrected are told as such."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/ledger.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show them, all or those of one direction."""
        rows = LedgerEntry.objects.visible_to(self.scope.holding(VIEW)).readable_by(self.user)
        entries = _listed(rows.filter(participant=self.person), request)
        return self.render(
            title=f"{self.person.cadre.name}的平时记实",
            crumbs=[{"title": "平时记实"}],
            entries=[{"entry": one, "is_own": self._may_change(one)} for one in entries],
            filters=_filters(request),
            form=EntryForm(initial={"day": self.scope.day}) if self.is_open else None,
            add_url=reverse("appraisal-ledger-add", args=[self.person.pk]),
            is_mine=False,
        )

    def _may_change(self, entry: LedgerEntry) -> bool:
        return self.is_open and entry.stands and is_same_person(entry.entered_by, self.user)


class LedgerAddView(OfPerson, ScopedObjectFormView):
    """记一笔; beside the grid the entries of the period come back."""

    permission = KEEP
    title = "记一笔"
    form_class = EntryForm
    submit = "记下"
    done = "已记下。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"initial": {"day": self.scope.day}}

    def save(self, form: Any) -> LedgerEntry:
        return note_in_ledger(participant=self.person, by=self.user, at=timezone.now(), **_said(form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; a grid gets the entries of its period, or what is wrong beside the fields."""
        if "HX-Request" not in request.headers:
            return super().post(request, *args, **kwargs)
        form = EntryForm(request.POST)
        saved = self.attempt_to_save(form) if form.is_valid() else None
        shown: dict[str, Any] = {"person": self.person, "entries": self._entries(), "may_note": True, "is_open": True}
        refused = {} if saved else {"typed": request.POST.get("text", ""), "fault": _sentences(form)}
        context = {**shown, **refused, "day": self.scope.day}
        return render(request, "appraisal/_period_ledger.html", context)

    def _entries(self) -> Sequence[LedgerEntry]:
        """Give the entries of the period that the grid shows."""
        asked, group = self.request.POST.get("period", ""), self.person.group
        period = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 3 else 0
        if not 1 <= period <= group.periods:
            return ()
        return period_entries(group, period, by=self.user).get(self.person.pk, ())


class OfEntry(OfPerson, ScopedObjectFormView):
    """A form about an entry that one has written oneself."""

    model = LedgerEntry
    permission = KEEP
    object: LedgerEntry

    def rows(self, scope: Scope) -> QuerySet[Any]:
        seen = LedgerEntry.objects.visible_to(scope.holding(KEEP)).readable_by(self.user)
        return seen.select_related(
            "entered_by", *(f"participant__{one}" for one in ("cadre", "cycle", "group", "organisation"))
        )


class LedgerCorrectView(OfEntry):
    """更正."""

    title = "更正一条记实"
    form_class = EntryForm
    submit = "更正"
    done = "已更正；原来的一条注明“已更正”。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"initial": {"day": self.object.day, "kind": self.object.kind, "text": self.object.text}}

    def save(self, form: Any) -> LedgerEntry:
        return correct_entry(entry=self.object, by=self.user, at=timezone.now(), **_said(form))


class LedgerWithdrawView(OfEntry):
    """撤回."""

    title = "撤回一条记实"
    form_class = WithdrawForm
    submit = "撤回"
    done = "已撤回；这一条注明“已撤回”。"

    def save(self, form: Any) -> LedgerEntry:
        return withdraw_entry(entry=self.object, reason=form.cleaned_data["reason"], by=self.user, at=timezone.now())


class MineLedgerView(ScopedPage):
    """What is kept of oneself in a year, without who wrote it."""

    http_method_names = ["get", "head"]
    permission = OWN
    template_name = "appraisal/ledger.html"
    title = "我的平时记实"
    person: Participant

    def prepare(self) -> None:
        """Find one's own row of a year."""
        own = Participant.objects.of_person(self.user).select_related("cycle")
        self.person = get_object_or_404(own, pk=self.kwargs["pk"])

    @property
    def subject(self) -> str:
        return subject_of("appraisal.Participant", self.kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show it."""
        person = self.person
        entries = _listed(LedgerEntry.objects.of_person(self.user).filter(participant=person), request)
        return self.render(
            section="appraisal-mine",
            crumbs=[{"title": "我的考核", "url": reverse("appraisal-mine")}, {"title": "平时记实"}],
            facts=[str(person.cycle)],
            entries=[{"entry": one, "is_own": False} for one in entries],
            filters=_filters(request),
            is_mine=True,
        )


# ---- parts ---------------------------------------------------------------------------
def _listed(rows: QuerySet[LedgerEntry], request: HttpRequest) -> Sequence[LedgerEntry]:
    kind = request.GET.get("kind", "")
    if kind:
        rows = rows.filter(kind=kind) if kind in EntryKind else rows.none()
    return list(rows.select_related("entered_by", "corrected_by"))


def _filters(request: HttpRequest) -> list[dict[str, Any]]:
    asked = request.GET.get("kind", "")
    return [
        {"title": title, "url": f"{request.path}?kind={code}" if code else request.path, "on": code == asked}
        for code, title in _FILTERS
    ]


def _said(form: Any) -> dict[str, Any]:
    return {**form.cleaned_data, "kind": EntryKind(form.cleaned_data["kind"])}


def _sentences(form: Any) -> str:
    found: Iterable[Any] = form.errors.values()
    return "".join(str(sentence) for errors in found for sentence in errors)
