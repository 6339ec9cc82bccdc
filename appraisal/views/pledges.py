"""责任书 of a year: the list, those that are missing, one of them with its goals and what was done."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from appraisal.access import DECIDE, ENDORSE, KEEP, OWN, VIEW
from appraisal.documents.pledges import pledge_document
from appraisal.filtersets import PledgeFilterSet
from appraisal.models import AppraisalCycle, Participant, ResponsibilityPledge
from appraisal.reports.pledges import Duties, leadership, settlement, state_counts
from appraisal.rules.pledge import BINDING_STATES, SETTLING_STATES
from appraisal.tables import PLEDGE_COLUMNS, PledgeTable
from appraisal.views.pledge_acts import OFFICE, OWN_PAGE, PARTY, Viewer, next_of
from appraisal.views.pledge_wording import (
    STEPS,
    change_rows,
    event_rows,
    facts_of,
    goal_rows,
    parts_of,
    step_of,
    title_of,
    tone_of,
    total_words,
)
from appraisal.views.year import SECTION, YearMixin
from cadres.models import Appointment
from orgs.access import Scope
from orgs.choices import Level
from orgs.scoped_views import ScopedDetailView, ScopedFilterSet, ScopedListView, ScopedPage
from orgs.scoped_views.attachments import attachment_response

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OWN_SECTION, PARTY_SECTION = "appraisal-mine", "appraisal-endorse-pledges"


class PledgeListView(YearMixin, ScopedListView):
    """Everybody who is appraised in a year, with their pledge or without."""

    model = Participant
    permission = VIEW
    template_name = "appraisal/people.html"
    title = "责任书"
    tab = "appraisal-pledges"
    noun = "人"
    filterset_class = PledgeFilterSet
    table_class = PledgeTable
    export_columns = PLEDGE_COLUMNS
    export_permission = VIEW

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return Participant.objects.visible_to(scope).appraised().filter(cycle=self.cycle)

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        related = conditions.qs.select_related("cadre", "group", "organisation", "pledge")
        return related.order_by("group__position", "lineage", "pk")  # type: ignore[no-any-return]

    def figures(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> Sequence[Mapping[str, str]]:  # noqa: ARG002
        return [{"title": title, "value": f"{count} 人"} for title, count in state_counts(rows)]

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "还没有参评人员", "text": "确定参评人员以后，在这里给每个人拟责任书。"}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(actions=self._actions(), **more)

    def _actions(self) -> list[dict[str, Any]]:
        """Offer the duties, and what may be done for many at once, the likeliest last."""
        found: list[dict[str, Any]] = [{"title": "班子职责分工", "url": self.address("appraisal-duties")}]
        for permission, states, title, name in _MANY:
            if self.user.has_perm(permission) and self.cycle.state in states:
                found.append({"title": title, "url": self.address(name), "primary": name in _LIKELY})
        return found

    def conditions(self, query: QueryDict, permission: str) -> ScopedFilterSet:
        scope = self.scope.holding(permission)
        return PledgeFilterSet(query, self.rows(scope), scope=scope, year=self.cycle.year)


class DutiesView(YearMixin):
    """班子职责分工: who of the district's leadership does what, from their pledges."""

    http_method_names = ["get", "head"]
    title = "班子职责分工"
    tab = "appraisal-pledges"
    template_name = "appraisal/duties.html"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        scope = self.scope.holding(VIEW)
        day = min(self.scope.day, date(self.cycle.year, 12, 31))
        posts = Appointment.objects.visible_to(scope).in_force(day).filter(organisation__level=Level.DISTRICT)
        pledges = ResponsibilityPledge.objects.visible_to(scope).filter(
            participant__cycle=self.cycle, participant__organisation__level=Level.DISTRICT
        )
        found = leadership(posts.select_related("cadre"), pledges.select_related("participant"))
        return self.render(rows=[_duty_row(one) for one in found])


# ---- one of them ---------------------------------------------------------------------
class PledgePage(ScopedDetailView):
    """A page that shows a pledge; three kinds of people have one each."""

    model = ResponsibilityPledge
    template_name = "appraisal/pledge.html"
    page = ""
    section = ""

    def may_open(self) -> bool:
        """Whoever sees the row may open it."""
        return True

    def trail(self) -> list[dict[str, str]]:
        """Give the way to the page."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the pledge, its goals, what was changed and what was done."""
        pledge = self.object
        standing = settlement(pledge, list(pledge.goals.all()), self.scope.day)
        steps = list(pledge.steps.select_related("by").order_by("pk"))
        changes = list(pledge.changes.select_related("step__by").order_by("pk"))
        return self.render(
            title=title_of(pledge),
            facts=facts_of(pledge),
            path=[],
            crumbs=[*self.trail(), {"title": pledge.participant.cadre.name}],
            section=self.section,
            actions=[
                {"title": "下载文档", "url": reverse(f"{self.page}-document", args=[pledge.pk]), "icon": "download"}
            ],
            pledge=pledge,
            tone=tone_of(pledge.state),
            steps=STEPS,
            step=step_of(pledge),
            parts=parts_of(pledge),
            goals=goal_rows(standing),
            total=total_words(standing),
            changes=change_rows(changes),
            events=event_rows(steps),
            next=next_of(pledge, steps, Viewer(self.user, self.scope, self.page)),
        )


class Office:
    """Rows for those who run the year where the person is."""

    permission = VIEW
    page = OFFICE
    section = SECTION

    def rows(self, scope: Scope) -> QuerySet[ResponsibilityPledge]:
        """Give the rows that may be meant."""
        return ResponsibilityPledge.objects.visible_to(scope.holding(VIEW)).with_person()

    def trail(self) -> list[dict[str, str]]:
        """Give the way to the page."""
        return year_trail(self.object.participant.cycle)  # type: ignore[attr-defined]


class Own:
    """Rows for the person, by any account."""

    permission = OWN
    page = OWN_PAGE
    section = OWN_SECTION

    def rows(self, scope: Scope) -> QuerySet[ResponsibilityPledge]:  # noqa: ARG002
        """Give the rows that may be meant."""
        own = ResponsibilityPledge.objects.of_person(self.user)  # type: ignore[attr-defined]
        return own.with_person()

    def trail(self) -> list[dict[str, str]]:
        """Give the way to the page."""
        return [{"title": "我的考核", "url": reverse("appraisal-mine")}]


class Party:
    """Rows for the 同级党（工）委 of a 街乡: what it signs, once the 团区委 has."""

    permission = ENDORSE
    page = PARTY
    section = PARTY_SECTION

    def rows(self, scope: Scope) -> QuerySet[ResponsibilityPledge]:
        """Give the rows that may be meant."""
        return ResponsibilityPledge.objects.visible_to(scope.holding(ENDORSE)).to_countersign().with_person()

    def trail(self) -> list[dict[str, str]]:
        """Give the way to the page."""
        return [{"title": "责任书会签", "url": reverse("appraisal-endorse-pledges")}]


class PledgeView(Office, PledgePage):
    """A pledge, for those who run the year."""


class OwnPledgeView(Own, PledgePage):
    """One's own pledge."""


class PartyPledgeView(Party, PledgePage):
    """The pledge of a 街乡 secretary, for the 同级党（工）委."""


class DocumentPage(PledgePage):
    """A pledge as an official document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Send the document to be saved."""
        pledge = self.object
        name = f"{title_of(pledge)}-{pledge.participant.cadre.name}.docx"
        return attachment_response(pledge_document(pledge, list(pledge.goals.all())), name, WORD)


class DocumentView(Office, DocumentPage):
    """The document, for those who run the year."""


class OwnDocumentView(Own, DocumentPage):
    """One's own document."""


class PartyDocumentView(Party, DocumentPage):
    """The document, for the 同级党（工）委."""


class PartyListView(ScopedPage):
    """责任书会签: the pledges that wait for the 同级党（工）委, and those that it has signed."""

    http_method_names = ["get", "head"]
    permission = ENDORSE
    title = "责任书会签"
    template_name = "appraisal/endorse_pledges.html"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list, what waits first."""
        seen = ResponsibilityPledge.objects.visible_to(self.scope.holding(ENDORSE)).to_countersign().with_person()
        rows = sorted(seen, key=lambda one: (one.state != "countersigning", -one.participant.cycle.year, one.pk))
        waiting = sum(one.state == "countersigning" for one in rows)
        lines = [{"pledge": one, "person": one.participant, "tone": tone_of(one.state)} for one in rows]
        facts = [f"待会签 {waiting} 份"] if rows else []
        return self.render(rows=lines, facts=facts, section=PARTY_SECTION, crumbs=[{"title": self.title}])


# ---- parts ---------------------------------------------------------------------------
_MANY = (
    (KEEP, BINDING_STATES, "成批送确认", "appraisal-pledges-offer"),
    (KEEP, BINDING_STATES, "成批审核", "appraisal-pledges-review"),
    (KEEP, BINDING_STATES, "成批草拟", "appraisal-pledges-draft"),
    (DECIDE, SETTLING_STATES, "成批归档", "appraisal-pledges-archive"),
    (DECIDE, BINDING_STATES, "成批签订", "appraisal-pledges-sign"),
)
_LIKELY = frozenset({"appraisal-pledges-draft", "appraisal-pledges-sign"})


def year_trail(cycle: AppraisalCycle) -> list[dict[str, str]]:
    """Give the way to the pledges of a year."""
    return [
        {"title": "年度考核", "url": reverse("appraisal")},
        {"title": str(cycle), "url": reverse("appraisal-year", args=[cycle.year])},
        {"title": "责任书", "url": reverse("appraisal-pledges", args=[cycle.year])},
    ]


def _duty_row(one: Duties) -> dict[str, Any]:
    return {
        "name": one.post.cadre.name,
        "post": one.post.get_league_post_display(),
        "duties": one.pledge.duties.splitlines() if one.pledge else [],
        "url": reverse("appraisal-pledge", args=[one.pledge.pk]) if one.pledge else "",
    }
