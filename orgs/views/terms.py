"""Terms (任期): the list of those that end, and the forms of elections and extensions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.choices import ExtensionState
from orgs.filtersets import TermFilterSet
from orgs.forms.terms import (
    CorrectElectionForm,
    ElectionForm,
    ExtensionForm,
    LeagueApprovalForm,
    PartyApprovalForm,
)
from orgs.models import Organisation, TermElection, TermExtension
from orgs.policies import term_policy
from orgs.reports import may_approve_extension, standing_term
from orgs.rules import grace_months
from orgs.scoped_views import (
    ListColumn,
    ScopedFilterSet,
    ScopedListView,
    ScopedObjectFormView,
    ScopedStepView,
    organisation_path,
)
from orgs.services import (
    approve_extension,
    correct_election,
    file_extension,
    record_election,
    record_party_approval,
    withdraw_extension,
)
from orgs.tables import TermTable, term_columns
from youthleague.kernel.dates import add_months
from youthleague.kernel.terms import TermStatus

COUNTED = (
    TermStatus.OVERDUE,
    TermStatus.ENDED,
    TermStatus.EXTENDED,
    TermStatus.DUE_SOON,
    TermStatus.NORMAL,
    TermStatus.UNKNOWN,
    TermStatus.NO_TERM,
)


class TermListView(ScopedListView):
    """换届: the terms of a scope by their last day, as they stand today or on another day."""

    model = Organisation
    permission = "orgs.view_organisation"
    title = "换届"
    noun = "个"
    filterset_class = TermFilterSet
    table_class = TermTable
    export_permission = "orgs.view_organisation"

    def listed(self, conditions: Any) -> QuerySet[Any]:
        return conditions.qs.with_superior(conditions.scope).order_by(*TermTable.DUE)  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: Any) -> Sequence[Any]:
        for row in rows:
            row.term = standing_term(row, conditions.policy, conditions.on)
        return rows

    def columns_for(self, conditions: Any) -> Sequence[ListColumn]:
        return term_columns(conditions.policy, conditions.on)

    def figures(self, rows: QuerySet[Any], conditions: Any) -> Sequence[Mapping[str, str]]:  # noqa: ARG002
        counts = conditions.counts()
        return [
            {"title": conditions.status_title(status), "value": f"{counts[status]:,}"}
            for status in COUNTED
            if counts.get(status)
        ]

    def note_for(self, conditions: ScopedFilterSet) -> str:  # noqa: ARG002
        return "团工委和临时团组织不经选举，不设届期。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        conditions = more["conditions"]
        more["table"].day = conditions.on
        facts = [
            conditions.units.title,
            f"截至 {conditions.on.year} 年 {conditions.on.month} 月 {conditions.on.day} 日",
        ]
        return super().get_context_data(facts=facts, crumbs=[{"title": self.title}], **more)

    def nothing_yet(self) -> Mapping[str, str]:
        return {
            "title": "没有设届期的团组织",
            "text": "团工委和临时团组织不设届期；团委、团总支、团支部登记以后会列在这里。",
            "url": f"{reverse('terms')}?status={TermStatus.NO_TERM}",
            "verb": "查看不设届期的团组织",
        }


class TermFormView(ScopedObjectFormView):
    """A form about the term of an organisation, which the page names at its head."""

    @property
    def organisation(self) -> Organisation:
        """Give the organisation whose term it is."""
        found: Organisation = self.object if isinstance(self.object, Organisation) else self.object.organisation
        return found

    def back_url(self) -> str:
        return reverse("organisation", args=[self.organisation.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(
            path=organisation_path(self.organisation, self.scope),
            crumbs=[{"title": self.title}],
            facts=[self.organisation.name, *self.said()],
            **more,
        )

    def said(self) -> Sequence[str]:
        """Give what the head says besides the name."""
        return []


class ElectionAddView(TermFormView):
    """登记换届: an election that was held."""

    model = Organisation
    permission = "orgs.add_termelection"
    title = "登记换届"
    form_class = ElectionForm
    submit = "登记"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"organisation": self.object, "policy": term_policy(self.scope.day)}

    def save(self, form: Any) -> TermElection:
        return record_election(organisation=self.object, facts=form.facts(), by=self.user, at=timezone.now())

    def done_sentence(self, saved: Any) -> str:
        if saved.ends_on is None:
            return f"已登记 {saved.held_on:%Y-%m-%d} 的{saved.get_kind_display()}。"
        return f"已登记 {saved.held_on:%Y-%m-%d} 的换届选举，本届任期到 {saved.ends_on:%Y-%m-%d}。"


class ElectionCorrectView(TermFormView):
    """更正选举: what was entered wrongly."""

    model = TermElection
    permission = "orgs.change_termelection"
    title = "更正选举"
    form_class = CorrectElectionForm
    done = "已更正。"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return TermElection.objects.visible_to(scope).select_related("organisation")

    def form_arguments(self) -> Mapping[str, Any]:
        return {"election": self.object, "policy": term_policy(self.object.held_on)}

    def save(self, form: Any) -> TermElection:
        version, facts = form.cleaned_data["version"], form.facts()
        return correct_election(election=self.object, version=version, facts=facts, by=self.user, at=timezone.now())

    def said(self) -> Sequence[str]:
        return [f"{self.object.held_on:%Y-%m-%d} {self.object.get_kind_display()}"]


class ExtensionAddView(TermFormView):
    """申请延期: an election to be put off."""

    model = Organisation
    permission = "orgs.add_termextension"
    title = "申请延期换届"
    form_class = ExtensionForm
    submit = "提交"
    done = "已报送延期换届，等上级团组织批准。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"limit": self._limit()}

    def save(self, form: Any) -> TermExtension:
        read = form.cleaned_data
        return file_extension(
            organisation=self.object,
            extended_to=read["extended_to"],
            reason=read["reason"],
            party=form.approval(),
            by=self.user,
            at=timezone.now(),
        )

    def said(self) -> Sequence[str]:
        return [f"届满 {self.object.term_ends_on:%Y-%m-%d}"] if self.object.term_ends_on else []

    def _limit(self) -> str:
        """Say how far the election may be put off."""
        months = grace_months(self.object.kind, asdict(term_policy(self.scope.day)))
        if self.object.term_ends_on is None:
            return f"届满后最长 {months} 个月。"
        return f"届满后最长 {months} 个月，最迟 {add_months(self.object.term_ends_on, months):%Y-%m-%d}。"


class ExtensionFormView(TermFormView):
    """A form about an extension."""

    model = TermExtension

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return TermExtension.objects.visible_to(scope).select_related("organisation__parent")

    def said(self) -> Sequence[str]:
        one = self.object
        approved = f"同级党组织 {one.party_on:%Y-%m-%d} 批复" if one.has_party_approval else "同级党组织尚未批复"
        return [f"届满 {one.ends_on:%Y-%m-%d}", f"申请延期至 {one.extended_to:%Y-%m-%d}", approved, one.reason]


class ExtensionPartyView(ExtensionFormView):
    """登记同级党组织批复."""

    permission = "orgs.change_termextension"
    title = "登记同级党组织批复"
    form_class = PartyApprovalForm
    done = "已登记同级党组织的批复。"

    def save(self, form: Any) -> TermExtension:
        return record_party_approval(extension=self.object, party=form.approval(), by=self.user, at=timezone.now())


class ExtensionApproveView(ExtensionFormView):
    """批准延期, by the superior of the organisation that filed it."""

    permission = "orgs.approve_termextension"
    title = "批准延期换届"
    form_class = LeagueApprovalForm
    submit = "批准"
    done = "已批准延期换届。"

    def may_open(self) -> bool:
        return may_approve_extension(self.user, self.object.organisation)

    def save(self, form: Any) -> TermExtension:
        return approve_extension(extension=self.object, league=form.approval(), by=self.user, at=timezone.now())


class ExtensionWithdrawView(ScopedStepView):
    """撤销延期: by those who filed it while it waits, by the superior once it is approved."""

    model = TermExtension
    permission = "orgs.change_termextension"
    done = "已撤销延期换届。"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return TermExtension.objects.visible_to(scope).select_related("organisation__parent")

    def perform(self) -> None:
        is_approved = self.object.state == ExtensionState.APPROVED
        if is_approved and not may_approve_extension(self.user, self.object.organisation):
            raise PermissionDenied
        withdraw_extension(extension=self.object, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return reverse("organisation", args=[self.object.organisation_id])
