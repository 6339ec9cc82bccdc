"""复核: the board with everybody by grade, changing one with a reason, making results known."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.choices import CycleState, Grade
from appraisal.forms.review import CalibrationForm
from appraisal.models import Calibration, Participant, Scorecard
from appraisal.reports.review import (
    BoardCard,
    BoardFamily,
    BoardGroup,
    board_of,
    calibrations_of,
    facts_of_grade,
    family_of,
    last_cards,
    published,
    rival_groups,
    stale_calibrations,
)
from appraisal.reports.sight import readable
from appraisal.reports.standings import cards_of_year
from appraisal.rules.cycle import REVIEW_STATES
from appraisal.rules.review import CalibrationFacts
from appraisal.rules.scoring import two_places
from appraisal.services.calibrating import calibrate, take_back_calibration
from appraisal.services.publishing import publish_results
from appraisal.tables import rank_text
from appraisal.views.year import KeeperMixin, YearMixin, seen_version
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, ScopedStepView
from orgs.scoped_views.refusals import codes_of, note_forbidden

SHOWN = 200
_STATES = frozenset({CycleState.REVIEW, CycleState.DECISION, CycleState.FEEDBACK, CycleState.ARCHIVED})


class BoardView(YearMixin):
    """Everybody by final grade, group by group, with the places of 好 that are used."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/board.html"
    title = "复核"
    tab = "appraisal-calibration"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        is_there = self.cycle.state in _STATES
        seen = cards_of_year(self.cycle, self.user, self.scope)
        families = board_of(self.cycle, seen, day=self.scope.day) if is_there else []
        return self.render(
            is_there=is_there,
            known=publication_words(self.cycle),
            actions=self._actions(),
            families=[self._family(one) for one in families],
            records=self._records() if is_there else [],
        )

    @cached_property
    def _rivals(self) -> frozenset[int]:
        return rival_groups(self.cycle, self.user)

    @cached_property
    def _decides(self) -> bool:
        return self.cycle.state in REVIEW_STATES and self.user.has_perm(DECIDE)

    def _actions(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = [{"title": "异议", "url": self.address("appraisal-appeals")}]
        if self.keeps and self.cycle.state in REVIEW_STATES and published(self.cycle) is None:
            told = "每位参评人员只看得到自己的等次、得分和组均，看不到位次；公布以后按方案的期限受理异议。"
            publish = {"title": "公布给本人", "url": self.address("appraisal-publish"), "method": "post"}
            found.append({**publish, "primary": True, "version": self.cycle.version, "confirm": told})
        return found

    def _may(self, person: Participant) -> bool:
        """Tell whether the visitor may change somebody's grade now."""
        return self._decides and person.group_id not in self._rivals and self.user.has_perm(DECIDE, person)

    def _family(self, one: BoardFamily) -> dict[str, Any]:
        return {
            "title": "、".join(group.name for group in one.family.groups),
            "version": one.roll_up.version,
            "most": one.places.most,
            "taken": one.places.taken,
            "is_full": one.places.taken >= one.places.most,
            "groups": [self._group(group) for group in one.groups],
            "is_shared": len(one.family.groups) > 1,
            "hidden": one.hidden,
        }

    def _group(self, one: BoardGroup) -> dict[str, Any]:
        columns = [{"title": grade.label, "cards": [*map(self._card, cards)]} for grade, cards in one.columns]
        return {"name": one.group.name, "columns": columns, "others": [*map(self._card, one.others)]}

    def _card(self, one: BoardCard) -> dict[str, Any]:
        row, made = one.card.row, one.calibration
        person = row.participant
        return {
            "name": person.cadre.name,
            "unit": one.card.unit,
            "url": reverse("appraisal-scorecard", args=[person.pk]),
            "total": "—" if row.total is None else two_places(row.total),
            "rank": rank_text(row),
            "why": "" if row.final_grade else row.get_standing_display(),
            "change_url": reverse("appraisal-calibrate", args=[person.pk]) if self._may(person) else "",
            "made": f"{Grade(row.grade).label}→{Grade(made.after).label}" if made and row.grade else "",
            "reason": made.reason if made else "",
        }

    def _records(self) -> list[dict[str, Any]]:
        seen = set(readable(self.user, self.scope).filter(cycle=self.cycle).values_list("pk", flat=True))
        stale = {one.pk for one in stale_calibrations(self.cycle)}
        rows = [one for one in calibrations_of(self.cycle) if one.participant_id in seen][:SHOWN]
        last: dict[int, int] = {}
        for row in rows:
            if row.withdrawn_at is None:
                last.setdefault(row.participant_id, row.pk)
        newest = set(last_cards(self.cycle).values_list("roll_up_id", flat=True))
        return [self._record(one, stale, is_last=one.pk in last.values(), newest=newest) for one in rows]

    def _record(self, row: Calibration, stale: set[int], *, is_last: bool, newest: set[int]) -> dict[str, Any]:
        is_stale, is_old = row.pk in stale, row.roll_up_id not in newest
        tone, word = ("ok", "有效") if not is_old else ("warn", "不再适用") if is_stale else ("idle", "已失效")
        if row.withdrawn_at is not None:
            tone, word = "idle", "已撤回"
        open_ones = is_stale or (is_last and not is_old)
        return {
            "name": row.participant.cadre.name,
            "group": row.participant.group.name,
            "change": f"{row.get_before_display()}→{row.get_after_display()}",
            "version": row.roll_up.version,
            "reason": row.reason,
            "by": f"{row.made_by} {timezone.localtime(row.made_at):%Y-%m-%d %H:%M}",
            "back": _back_words(row),
            "tone": tone,
            "word": word,
            "actions": self._answers(row, is_stale=is_stale) if open_ones and self._may(row.participant) else [],
        }

    def _answers(self, row: Calibration, *, is_stale: bool) -> list[dict[str, object]]:
        back = {"title": "撤回", "url": reverse("appraisal-calibration-back", args=[row.pk]), "method": "post"}
        told = "撤回以后恢复校准前的等次；这条记录仍然留着。"
        found: list[dict[str, object]] = [{**back, "small": True, "confirm": told, "confirm_verb": "撤回"}]
        if is_stale:
            url = reverse("appraisal-calibrate", args=[row.participant_id])
            found.insert(0, {"title": "重新校准", "url": url, "small": True})
        return found


class CalibrateView(ScopedObjectFormView):
    """Changes somebody's grade, with a reason."""

    model = Participant
    permission = DECIDE
    template_name = "appraisal/calibrate.html"
    form_class = CalibrationForm
    submit = "校准"
    done = "已校准，校准前后和理由都已记录。"

    def rows(self, scope: Scope) -> QuerySet[Participant]:
        related = ("cycle", "group__cycle", "cadre", "organisation")
        return readable(self.user, scope).select_related(*related)

    @cached_property
    def card(self) -> Scorecard | None:
        """Give the card of the last version."""
        found = last_cards(self.object.cycle).with_final_grade().filter(participant=self.object)
        return found.select_related("roll_up", "group").first()

    @cached_property
    def facts(self) -> CalibrationFacts:
        """Give what the grade stands against."""
        nothing = CalibrationFacts(None, Grade.EXCELLENT.value, 0, 0)
        return facts_of_grade(self.card, family_of(self.object.group)) if self.card else nothing

    def form_arguments(self) -> Mapping[str, Any]:
        stale = {one.participant_id: one for one in stale_calibrations(self.object.cycle)}.get(self.object.pk)
        initial = {"after": stale.after, "reason": stale.reason} if stale else {}
        return {"grade": self.facts.grade, "best": self.facts.best, "initial": initial}

    def save(self, form: Any) -> Calibration:
        return calibrate(participant=self.object, by=self.user, at=timezone.now(), **form.cleaned_data)

    def back_url(self) -> str:
        return reverse("appraisal-calibration", args=[self.object.cycle.year])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person, cycle = self.object, self.object.cycle
        title = f"校准等次：{person.cadre.name}"
        crumbs = [
            {"title": "年度考核", "url": reverse("appraisal")},
            {"title": str(cycle), "url": reverse("appraisal-year", args=[cycle.year])},
            {"title": "复核", "url": self.back_url()},
            {"title": title},
        ]
        may = cycle.state in REVIEW_STATES and self.facts.grade is not None
        told = {"title": title, "crumbs": crumbs, "path": [], "section": "appraisal", "may": may}
        told |= {"facts": [str(cycle), f"{person.group.name}组", person.organisation.name]}
        told |= {"rows": self._rows(), "is_known": published(cycle) is not None}
        return super().get_context_data(**{**told, **more})

    def _rows(self) -> list[dict[str, str]]:
        card, facts = self.card, self.facts
        if card is None:
            return []
        veto = "" if facts.best == Grade.EXCELLENT else f"等次最高“{Grade(facts.best).label}”"
        machine = Grade(card.grade).label if card.grade else card.get_standing_display()
        rows = [
            {"title": "总分", "value": "—" if card.total is None else two_places(card.total)},
            {"title": "组内位次", "value": rank_text(card)},
            {"title": "汇总的等次", "value": machine, "note": f"第 {card.roll_up.version} 版"},
            {"title": "现在的等次", "value": Grade(facts.grade).label if facts.grade else ""},
            {"title": "“好”的名额", "value": f"{facts.places}", "note": f"已用 {facts.taken}"},
        ]
        return [*rows, {"title": "一票否决", "value": veto}] if veto else rows


class CalibrationBackView(ScopedStepView):
    """Takes a change of a grade back."""

    model = Calibration
    permission = DECIDE
    done = "已撤回。"

    def rows(self, scope: Scope) -> QuerySet[Calibration]:
        seen = Calibration.objects.visible_to(scope.holding(VIEW))
        people = readable(self.user, scope).values("pk")
        return seen.filter(participant__in=people).select_related("participant__cycle", "participant__group")

    def may_open(self) -> bool:
        return self.user.has_perm(self.permission, self.object.participant)

    def perform(self) -> None:
        take_back_calibration(calibration=self.object, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return reverse("appraisal-calibration", args=[self.object.participant.cycle.year])


class PublishView(KeeperMixin):
    """Makes the results known to each person."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Make them known, or say why not."""
        version = seen_version(request)
        try:
            row = publish_results(cycle=self.cycle, version=version, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, f"已公布给 {row.people} 人，{row.last_day:%Y-%m-%d} 以前可以提出异议。")
        return HttpResponseRedirect(self.address("appraisal-calibration"))


# ---- words ---------------------------------------------------------------------------
def publication_words(cycle: Any) -> str:
    """Say whether results are known, and until when somebody may object."""
    last = cycle.publications.order_by("-number").first()
    if last is None:
        return "结果还没有公布给本人。"
    made = f"第 {last.number} 次公布：{timezone.localtime(last.published_at):%Y-%m-%d}，{last.people} 人"
    if last.closed_at is not None:
        return f"{made}；公布以后又有变动，要重新公布。"
    return f"{made}；异议期限到 {last.last_day:%Y-%m-%d} 为止。"


def _back_words(row: Calibration) -> str:
    return f"{row.withdrawn_by} {timezone.localtime(row.withdrawn_at):%Y-%m-%d}" if row.withdrawn_at else ""
