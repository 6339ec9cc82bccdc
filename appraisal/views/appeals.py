"""异议: those of a year for who runs it, one with its trail and the answer, and one's own."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, OWN, VIEW
from appraisal.choices import OPEN_APPEALS, AppealState, Grade
from appraisal.forms.review import AppealAnswerForm, AppealForm
from appraisal.models import Appeal, Participant, Publication
from appraisal.reports.appeals import figure_changes, givers_of
from appraisal.reports.review import published, rival_groups
from appraisal.reports.sight import own_cards, readable
from appraisal.rules.cycle import REVIEW_STATES
from appraisal.rules.review import APPEAL, filing_finding
from appraisal.rules.scoring import two_places
from appraisal.services.appeals import accept_appeal, correct_appeal, file_appeal, uphold_appeal
from appraisal.views.calibration import publication_words
from appraisal.views.year import YearMixin, seen_version
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, ScopedStepView

_TONES = {
    AppealState.FILED: "warn",
    AppealState.ACCEPTED: "run",
    AppealState.CORRECTING: "run",
    AppealState.UPHELD: "ok",
    AppealState.CORRECTED: "ok",
}
_RELATED = (
    *("participant__cycle", "participant__cadre", "participant__group", "participant__organisation", "publication"),
    *("filed_by", "accepted_by", "decided_by", "before__roll_up", "after__roll_up"),
)


class AppealsView(YearMixin):
    """The objections of a year, what waits first."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/appeals.html"
    title = "异议"
    tab = "appraisal-calibration"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        rows = appeals_seen(self.user, self.scope).filter(participant__cycle=self.cycle)
        items = sorted(map(appeal_line, rows.order_by("-pk")), key=lambda one: not one["is_open"])
        return self.render(
            facts=[str(self.cycle), f"{len(items)} 件" if items else "没有异议"],
            known=publication_words(self.cycle),
            items=items,
            publications=[_publication(one) for one in self.cycle.publications.select_related("published_by")],
        )


class AppealView(ScopedObjectFormView):
    """One objection: what it says, what became of it; upheld or corrected with an answer."""

    model = Appeal
    permission = VIEW
    template_name = "appraisal/appeal.html"
    form_class = AppealAnswerForm
    submit = "维持"

    def rows(self, scope: Scope) -> QuerySet[Appeal]:
        return appeals_seen(self.user, scope)

    def may_open(self) -> bool:
        return self.user.has_perm(VIEW, self.object.participant)

    @cached_property
    def is_barred(self) -> bool:
        """Tell whether the visitor gave what it is about, or is appraised beside the person."""
        person = self.object.participant
        is_rival = person.group_id in rival_groups(person.cycle, self.user)
        return is_rival or self.user.person_key in givers_of(self.object)

    @property
    def may_answer(self) -> bool:
        """Tell whether the visitor may decide about it now."""
        rights = any(self.user.has_perm(one, self.object.participant) for one in (KEEP, DECIDE))
        return rights and APPEAL.may(self.object.state, "uphold") and not self.is_barred

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def save(self, form: Any) -> Appeal:
        decide = correct_appeal if "correct" in self.request.POST else uphold_appeal
        return decide(appeal=self.object, by=self.user, at=timezone.now(), **form.cleaned_data)

    def done_sentence(self, saved: Any) -> str:
        if saved.state == AppealState.CORRECTING:
            return "已决定更正，本人会收到通知；退回汇总更正，或者校准等次，然后重新公布。"
        return "已维持，本人会收到通知。"

    def back_url(self) -> str:
        return reverse("appraisal-appeals", args=[self.object.participant.cycle.year])

    def done_url(self, saved: Any) -> str:
        return reverse("appraisal-appeal", args=[saved.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        appeal, person = self.object, self.object.participant
        title = f"{person.cadre.name}的异议"
        crumbs = [
            {"title": "年度考核", "url": reverse("appraisal")},
            {"title": str(person.cycle), "url": reverse("appraisal-year", args=[person.cycle.year])},
            {"title": "异议", "url": self.back_url()},
            {"title": title},
        ]
        waits = APPEAL.may(appeal.state, "uphold") and self.is_barred
        told: dict[str, Any] = {"title": title, "crumbs": crumbs, "path": [], "section": "appraisal"}
        told |= {"facts": [str(person.cycle), f"{person.group.name}组", person.organisation.name]}
        told |= {"appeal": appeal_line(appeal), "events": events_of(appeal), "may_answer": self.may_answer}
        told |= {"may_correct": APPEAL.may(appeal.state, "correct"), "is_barred": waits, "actions": self._actions()}
        told |= {"card_url": reverse("appraisal-scorecard", args=[person.pk]), "trail": trail_of(appeal)}
        return super().get_context_data(**{**told, **more})

    def _actions(self) -> list[dict[str, Any]]:
        person, appeal = self.object.participant, self.object
        may = APPEAL.may(appeal.state, "accept") and self.user.has_perm(KEEP, person)
        if not may or person.group_id in rival_groups(person.cycle, self.user):
            return []
        url = reverse("appraisal-appeal-accept", args=[appeal.pk])
        told = {"method": "post", "version": appeal.version, "primary": True, "confirm": "受理以后本人会收到通知。"}
        return [{"title": "受理", "url": url, "confirm_verb": "受理", **told}]


class AppealAcceptView(ScopedStepView):
    """Accepts an objection."""

    model = Appeal
    permission = KEEP
    done = "已受理，本人会收到通知。"

    def rows(self, scope: Scope) -> QuerySet[Appeal]:
        return appeals_seen(self.user, scope)

    def may_open(self) -> bool:
        return self.user.has_perm(self.permission, self.object.participant)

    def perform(self) -> None:
        version = seen_version(self.request)
        accept_appeal(appeal=self.object, version=version, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return reverse("appraisal-appeal", args=[self.object.pk])


class OwnAppealsView(ScopedObjectFormView):
    """My own objections of a year, and a new one while the days last."""

    model = Participant
    permission = OWN
    template_name = "appraisal/own_appeals.html"
    form_class = AppealForm
    submit = "提出异议"
    done = "已提出，机关干事受理以后您会收到通知。"
    title = "异议"

    def rows(self, scope: Scope) -> QuerySet[Participant]:  # noqa: ARG002
        own = Participant.objects.of_person(self.user).select_related("cycle", "group", "cadre")
        told = Q(pk__in=own_cards(self.user).values("pk")) | Q(appeals__isnull=False)
        return own.filter(told).distinct()

    def may_open(self) -> bool:
        return True

    @cached_property
    def appeals(self) -> list[Appeal]:
        """Give the objections of the person in that year, the newest first."""
        rows = Appeal.objects.of_person(self.user).filter(participant=self.object)
        return list(rows.select_related(*_RELATED).order_by("-pk"))

    @cached_property
    def shown(self) -> Publication | None:
        """Give what is made known now."""
        return published(self.object.cycle)

    @property
    def may_file(self) -> bool:
        """Tell whether the person may object now."""
        if self.object.cycle.state not in REVIEW_STATES or self.shown is None:
            return False
        has_filed = any(one.state in OPEN_APPEALS or one.publication_id == self.shown.pk for one in self.appeals)
        return filing_finding(self.shown.last_day, self.scope.day, has_filed=has_filed) is None

    def form_arguments(self) -> Mapping[str, Any]:
        components = self.object.group.components.order_by("component")
        return {"components": list(components.values_list("component", flat=True))}

    def save(self, form: Any) -> Appeal:
        return file_appeal(participant=self.object, by=self.user, at=timezone.now(), **form.cleaned_data)

    def back_url(self) -> str:
        return reverse("appraisal-mine")

    def done_url(self, saved: Any) -> str:
        return reverse("appraisal-own-appeals", args=[saved.participant_id])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        cycle = self.object.cycle
        crumbs = [{"title": "我的考核", "url": reverse("appraisal-mine")}, {"title": f"{cycle}的异议"}]
        told: dict[str, Any] = {"title": f"{cycle}的异议", "crumbs": crumbs, "path": []}
        told |= {"section": "appraisal-mine"}
        told |= {"facts": [str(cycle), cycle.get_state_display()], "may_file": self.may_file}
        told |= {"last_day": self.shown.last_day if self.shown and self.may_file else None}
        told |= {"items": [_own(one) for one in self.appeals]}
        return super().get_context_data(**{**told, **more})


# ---- rows and words --------------------------------------------------------------------


def appeals_seen(user: Any, scope: Scope) -> QuerySet[Appeal]:
    """Give the objections of those whose cards an account reads as a whole."""
    rows = Appeal.objects.visible_to(scope.holding(VIEW)).filter(participant__in=readable(user, scope).values("pk"))
    return rows.select_related(*_RELATED)


def appeal_line(appeal: Appeal) -> dict[str, Any]:
    """Write an objection as a line."""
    person = appeal.participant
    return {
        "name": person.cadre.name,
        "group": person.group.name,
        "about": appeal.get_component_display() if appeal.component else "总分或者等次",
        "text": appeal.text,
        "answer": appeal.answer,
        "at": f"{timezone.localtime(appeal.filed_at):%Y-%m-%d}",
        "tone": _TONES[AppealState(appeal.state)],
        "word": appeal.get_state_display(),
        "is_open": appeal.state in OPEN_APPEALS,
        "url": reverse("appraisal-appeal", args=[appeal.pk]),
    }


def events_of(appeal: Appeal, *, names: bool = True) -> list[dict[str, str]]:
    """Write what was done with an objection, step by step; without names for the person."""
    steps: Sequence[tuple[str, Any, Any]] = (
        ("提出异议", appeal.filed_at, appeal.filed_by),
        ("受理", appeal.accepted_at, appeal.accepted_by),
        ("维持" if appeal.state == AppealState.UPHELD else "决定更正", appeal.decided_at, appeal.decided_by),
    )
    return [
        {"title": title, "time": f"{timezone.localtime(at):%Y-%m-%d %H:%M}", "by": str(by) if names else ""}
        for title, at, by in steps
        if at is not None
    ]


def trail_of(appeal: Appeal) -> dict[str, Any]:
    """Lay the results before and after a correction side by side."""
    if appeal.after is None:
        return {}
    lines = [
        {"title": one.title, "before": _points(one.before), "after": _points(one.after), "is_changed": one.is_changed}
        for one in figure_changes(appeal.before, appeal.after)
    ]
    grades = (appeal.before_grade, appeal.after_grade)
    before, after = (Grade(one).label if one else "—" for one in grades)
    lines.append({"title": "等次", "before": before, "after": after, "is_changed": before != after})
    versions = (appeal.before.roll_up.version, appeal.after.roll_up.version)
    return {"lines": lines, "before": f"第 {versions[0]} 版", "after": f"第 {versions[1]} 版"}


def _points(thousandths: int | None) -> str:
    return "—" if thousandths is None else two_places(thousandths)


def _own(appeal: Appeal) -> dict[str, Any]:
    return {**appeal_line(appeal), "events": events_of(appeal, names=False), "trail": trail_of(appeal)}


def _publication(row: Publication) -> dict[str, str]:
    closed = "公布以后又有变动，不再有效" if row.closed_at else ""
    return {
        "title": f"第 {row.number} 次公布，{row.people} 人，期限到 {row.last_day:%Y-%m-%d}",
        "time": f"{timezone.localtime(row.published_at):%Y-%m-%d %H:%M}",
        "by": f"{row.published_by}{'；' if closed else ''}{closed}",
    }
