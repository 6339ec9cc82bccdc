"""汇总: start it, see how far it is, which versions there are, what changed between two; and decide a tie."""

from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, ROLL_UP
from appraisal.choices import Component, Standing
from appraisal.forms.items import TieForm
from appraisal.models import AppraisalGroup, CapDecision, Participant, RollUp, Scorecard
from appraisal.querysets import ParticipantQuerySet
from appraisal.reports.progress import Progress, roll_up_progress
from appraisal.reports.reading import points
from appraisal.reports.results import closed_groups
from appraisal.reports.sight import readable
from appraisal.reports.versions import CardChange, FamilyVersions, family_versions, tied_people, version_changes
from appraisal.rules.cycle import FACT_STATES, ROLL_UP_STATES
from appraisal.services.keeping import holds_district
from appraisal.services.rolling import decide_tie, request_roll_up
from appraisal.tasks import nudge
from appraisal.views.year import YearMixin
from orgs.scoped_views import ScopedFormView
from orgs.scoped_views.refusals import codes_of, note_forbidden

PATIENCE = timedelta(minutes=1)
CHANGES_SHOWN = 300


class RollUpMixin(YearMixin):
    """A page about the roll-up of a year."""

    tab = "appraisal-roll-up"
    title = "汇总"

    @property
    def may_roll_up(self) -> bool:
        """Tell whether the visitor may start it now."""
        return self.cycle.state in ROLL_UP_STATES and holds_district(self.scope.holding(ROLL_UP))

    def run(self) -> dict[str, Any]:
        """Say how far the run is: waiting, running, through."""
        progress, cycle = roll_up_progress(self.cycle), self.cycle
        asked, through = cycle.roll_up_asked_at, cycle.rolled_up_at
        waits = asked is not None and (through is None or through < asked) and cycle.state in ROLL_UP_STATES
        is_late = bool(waits and asked and timezone.now() - asked > PATIENCE and not progress.is_running)
        return {
            "is_busy": (progress.is_running or waits) and not is_late,
            "is_running": progress.is_running,
            "is_late": is_late,
            "sentence": self._sentence(progress) if not waits or is_late else "",
            "progress_url": self.address("appraisal-roll-up-progress"),
        }

    def _sentence(self, progress: Progress) -> str:
        through = self.cycle.rolled_up_at
        if through is None:
            made = any(one.version for one in progress.families)
            return "" if made else "还没有汇总过。"
        at = f"{timezone.localtime(through):%m 月 %d 日 %H:%M}"
        if not self.cycle.rolled_up_new:
            return f"最近一次汇总在 {at}：没有变化，仍是原来的各版。"
        return f"最近一次汇总在 {at}：{self.cycle.rolled_up_new} 份结果出了新的一版。"


class RollUpView(RollUpMixin):
    """The versions of each family of groups, and the button."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/roll_up.html"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        closed = closed_groups(self.cycle, self.user, self.scope)
        return self.render(
            run=self.run(),
            may_roll_up=self.may_roll_up,
            is_open=self.cycle.state in ROLL_UP_STATES,
            start_url=self.address("appraisal-roll-up-start"),
            families=[self._family(one, closed) for one in family_versions(self.cycle)],
        )

    def _family(self, one: FamilyVersions, closed: frozenset[int]) -> dict[str, Any]:
        host = one.family.host
        newest = one.versions[0] if one.versions else None
        has_tie = bool(newest and newest.tie and newest.tie["chosen"] is None)
        decides = has_tie and self.cycle.state in FACT_STATES and self.user.has_perm(DECIDE)
        return {
            "title": one.title,
            "is_closed": any(group.pk in closed for group in one.family.groups),
            "has_tie": has_tie,
            "tie_url": self.address("appraisal-tie", host.position) if decides else "",
            "versions": [self._version(host, row) for row in one.versions],
        }

    def _version(self, host: AppraisalGroup, row: RollUp) -> dict[str, Any]:
        return {
            "title": f"第 {row.version} 版",
            "url": self.address("appraisal-version", host.position, row.version),
            "at": f"{timezone.localtime(row.calculated_at):%Y-%m-%d %H:%M}",
            "by": _by(row),
            "people": row.people,
            "ranked": row.ranked,
            "incomplete": row.incomplete,
            "digest": row.digest[:12],
        }


class RollUpStartView(RollUpMixin):
    """Asks a worker for a roll-up."""

    http_method_names = ["post"]
    permission = ROLL_UP

    def prepare(self) -> None:
        super().prepare()
        if not holds_district(self.scope.holding(ROLL_UP)):
            raise PermissionDenied

    def post(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Ask, and go back to where it can be watched."""
        try:
            cycle = request_roll_up(cycle=self.cycle, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=ROLL_UP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            transaction.on_commit(partial(nudge, cycle.pk, self.user.pk))
        return HttpResponseRedirect(self.address("appraisal-roll-up"))


class RollUpProgressView(RollUpMixin):
    """What the page asks for again and again while a run is on its way."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/_run.html"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show how far it is; once it is through, have the whole page read anew."""
        run = self.run()
        answer = self.render(run=run)
        if not run["is_busy"]:
            answer["HX-Refresh"] = "true"
        return answer


class OfGroupPage(YearMixin):
    """A page about the family of one group, by its place in the scheme."""

    tab = "appraisal-roll-up"
    group: AppraisalGroup

    def prepare(self) -> None:
        super().prepare()
        self.group = get_object_or_404(self.cycle.groups, position=self.kwargs["position"])

    @property
    def people(self) -> ParticipantQuerySet:
        """Give the people whose cards the visitor reads."""
        return readable(self.user, self.scope)

    @cached_property
    def names(self) -> str:
        """Name the groups of the family."""
        rows = AppraisalGroup.objects.filter(cycle=self.cycle, shares_cap_with=self.group).order_by("position")
        return "、".join([self.group.name, *(one.name for one in rows)])

    def crumbs_to(self, title: str) -> list[dict[str, str]]:
        """Give the way to the page."""
        return [
            {"title": str(self.cycle), "url": self.address("appraisal-year")},
            {"title": "汇总", "url": self.address("appraisal-roll-up")},
            {"title": title},
        ]


class VersionView(OfGroupPage):
    """One version: what went in, and whose total or grade changed."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/version.html"

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        rows = RollUp.objects.select_related("calculated_by").filter(group=self.group)
        row = get_object_or_404(rows, version=self.kwargs["version"])
        changes = version_changes(row, self.people)
        title = f"{self.names}：第 {row.version} 版"
        return self.render(
            title=title,
            crumbs=self.crumbs_to(title),
            facts=[str(self.cycle), f"{timezone.localtime(row.calculated_at):%Y-%m-%d %H:%M}", _by(row)],
            row=row,
            is_first=row.version == 1,
            changes=[_change(one) for one in changes[:CHANGES_SHOWN]],
            rest=max(0, len(changes) - CHANGES_SHOWN),
            count=len(changes),
        )


class TieView(OfGroupPage, ScopedFormView):
    """决定名额处的并列: who of those with one total gets 好."""

    permission = DECIDE
    template_name = "appraisal/tie.html"
    form_class = TieForm
    submit = "记录决定"
    done = "已记录；重新汇总以后按此定等次。"

    @cached_property
    def latest(self) -> RollUp | None:
        """Give the newest version, where a tie waits for a decision."""
        row = RollUp.objects.filter(group=self.group).order_by("-version").first()
        return row if row and row.tie and row.tie["chosen"] is None else None

    @cached_property
    def cards(self) -> list[Scorecard]:
        """Give the cards of those in the tie."""
        return tied_people(self.latest, self.people) if self.latest else []

    @property
    def places(self) -> int:
        """Give how many places there are for them."""
        return int(self.latest.tie["places"]) if self.latest and self.latest.tie else 0

    def form_arguments(self) -> dict[str, Any]:
        return {"people": [one.participant for one in self.cards], "places": self.places}

    def save(self, form: Any) -> CapDecision:
        read = form.cleaned_data
        chosen = [int(key) for key in read["chosen"]]
        return decide_tie(group=self.group, chosen=chosen, reason=read["reason"], by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return self.address("appraisal-roll-up")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        title = f"{self.names}：名额处的并列"
        cards = [_card(one) for one in self.cards]
        told: dict[str, Any] = {"title": title, "crumbs": self.crumbs_to(title), "cards": cards}
        tie = self.latest.tie if self.latest else None
        told |= {"places": self.places, "total": points(tie["total"]) if tie else ""}
        return super().get_context_data(**{**told, **more})


# ---- words ---------------------------------------------------------------------------
def _by(row: RollUp) -> str:
    return str(row.calculated_by) if row.calculated_by else "系统自动"


def _change(one: CardChange) -> dict[str, Any]:
    card = one.after or one.before
    return {
        "name": one.person.cadre.name,
        "group": card.group.name if card else "",
        "url": reverse("appraisal-scorecard", args=[one.person.pk]),
        "before": _result(one.before),
        "after": _result(one.after),
    }


def _result(card: Scorecard | None) -> str:
    if card is None:
        return "—"
    if card.total is None or card.standing != Standing.RANKED:
        return str(card.get_standing_display())
    grade = card.get_grade_display() if card.grade else "等次待定"
    return f"{points(card.total)} 分，{grade}"


def _card(one: Scorecard) -> dict[str, Any]:
    person: Participant = one.participant
    marks = [(part.label, getattr(one, part.name.lower())) for part in Component]
    return {
        "name": person.cadre.name,
        "unit": f"{one.group.name}，{person.organisation.name}",
        "url": reverse("appraisal-scorecard", args=[person.pk]),
        "marks": "，".join(f"{title} {points(mark)}" for title, mark in marks if mark is not None),
    }
