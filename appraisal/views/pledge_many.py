"""What is done with many 责任书 at once: drawn up for those who have none, and passed on step by step."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP
from appraisal.choices import PledgeState
from appraisal.forms.pledges import DraftMissingForm, ManyForm
from appraisal.models import Participant, ResponsibilityPledge
from appraisal.rules.pledge import PLEDGE
from appraisal.services.pledge_many import pass_pledges
from appraisal.services.pledges import draft_missing
from appraisal.views.pledge_acts import OFFICE, Viewer
from appraisal.views.pledge_wording import points, short
from appraisal.views.pledges import year_trail
from appraisal.views.year import YearMixin
from orgs.scoped_views import ScopedFormView

COPIED_MOST = 60
PASSED_MOST = 100


class ManyPage(YearMixin, ScopedFormView):
    """A form about many pledges of a year."""

    tab = "appraisal-pledges"

    def back_url(self) -> str:
        return self.address("appraisal-pledges")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [*year_trail(self.cycle), {"title": self.title}]
        return super().get_context_data(**{"crumbs": crumbs, **more})


class DraftMissingView(ManyPage):
    """成批草拟 for those who have none: each as in the year before, or all as one of this year or the last."""

    permission = KEEP
    title = "成批草拟责任书"
    form_class = DraftMissingForm
    template_name = "appraisal/pledges_draft.html"
    submit = "草拟"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"missing": self._missing(), "sources": [(one.pk, _source_words(one)) for one in self._sources()]}

    def _missing(self) -> QuerySet[Participant]:
        seen = (
            Participant.objects.visible_to(self.scope.holding(KEEP)).appraised().filter(cycle=self.cycle, pledge=None)
        )
        others = seen.exclude(cadre__person_key=self.user.person_key)
        return others.select_related("cadre", "group", "organisation").order_by("group__position", "lineage", "pk")

    def _sources(self) -> QuerySet[ResponsibilityPledge]:
        years = (self.cycle.year, self.cycle.year - 1)
        seen = ResponsibilityPledge.objects.visible_to(self.scope.holding(KEEP)).with_person()
        rows = seen.filter(participant__cycle__year__in=years)
        return rows.order_by("-participant__cycle__year", "participant__group__position", "pk")[:COPIED_MOST]

    def save(self, form: Any) -> Any:
        chosen = form.cleaned_data["like"]
        like = self._sources_by_key().get(int(chosen)) if chosen else None
        keys = [one.pk for one in form.cleaned_data["people"]]
        return draft_missing(cycle=self.cycle, people=keys, like=like, by=self.user, at=timezone.now())

    def _sources_by_key(self) -> dict[int, ResponsibilityPledge]:
        return {one.pk: one for one in self._sources()}

    def done_sentence(self, saved: Any) -> str:
        left = f"；{saved.left} 人去年没有责任书，没有拟，可以照别人的拟" if saved.left else ""
        return f"已草拟 {saved.drafted} 份{left}。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        last = ResponsibilityPledge.objects.visible_to(self.scope.holding(KEEP)).filter(
            participant__cycle__year=self.cycle.year - 1
        )
        having = set(last.values_list("participant__cadre_id", flat=True))
        chosen = more["form"].chosen
        rows = [_missing_row(one, having, chosen) for one in self._missing()]
        return super().get_context_data(rows=rows, **more)


class PassPage(ManyPage):
    """One step for those that wait for it, all that are chosen or none."""

    form_class = ManyForm
    template_name = "appraisal/pledges_pass.html"
    action: ClassVar[str]
    word: ClassVar[str]

    def form_arguments(self) -> Mapping[str, Any]:
        return {"waiting": self._waiting()}

    def _waiting(self) -> list[ResponsibilityPledge]:
        states = [state for state in PledgeState if PLEDGE.may(state, self.action)]
        seen = ResponsibilityPledge.objects.visible_to(self.scope.holding(self.permission)).with_person()
        rows = seen.filter(participant__cycle=self.cycle, state__in=states).prefetch_related("steps__by", "goals")
        viewer = Viewer(self.user, self.scope, OFFICE)
        found = rows.order_by("participant__group__position", "participant__lineage", "pk")[:PASSED_MOST]
        return [one for one in found if self.action in viewer.acts(one, list(one.steps.all()))]

    def save(self, form: Any) -> int:
        return pass_pledges(
            cycle=self.cycle, action=self.action, versions=form.versions, by=self.user, at=timezone.now()
        )

    def done_sentence(self, saved: Any) -> str:
        return f"已{self.word} {saved} 份。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        rows = [_passed_row(one) for one in more["form"].rows]
        confirm = f"{self.word} # 份责任书。"
        return super().get_context_data(rows=rows, word=self.word, confirm=confirm, **more)


class OfferManyView(PassPage):
    """成批送本人确认."""

    permission = KEEP
    title = "成批送本人确认"
    action, word, submit = "offer", "送出", "送本人确认"


class ReviewManyView(PassPage):
    """成批审核."""

    permission = KEEP
    title = "成批审核责任书"
    action, word, submit = "review", "审核", "审核通过"


class SignManyView(PassPage):
    """成批签订."""

    permission = DECIDE
    title = "成批签订责任书"
    action, word, submit = "sign", "签订", "签订"


class ArchiveManyView(PassPage):
    """成批归档."""

    permission = DECIDE
    title = "成批归档责任书"
    action, word, submit = "archive", "归档", "归档"


# ---- parts ---------------------------------------------------------------------------
def _passed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    pledge = row["pledge"]
    person, goals = pledge.participant, list(pledge.goals.all())
    return {
        "value": row["value"],
        "is_chosen": row["is_chosen"],
        "name": person.cadre.name,
        "post": f"{short(person.organisation)}{person.get_league_post_display()}",
        "group": person.group.name,
        "goals": f"{len(goals)} 条，{sum(goal.weight for goal in goals)} 分",
        "score": points(pledge.score),
        "state": pledge.get_state_display(),
        "url": reverse("appraisal-pledge", args=[pledge.pk]),
    }


def _source_words(pledge: ResponsibilityPledge) -> str:
    person = pledge.participant
    post = f"{short(person.organisation)}{person.get_league_post_display()}"
    return f"照 {person.cycle} {person.cadre.name}（{person.group.name}，{post}）"


def _missing_row(person: Participant, having: set[int], chosen: set[str]) -> dict[str, Any]:
    return {
        "pk": person.pk,
        "name": person.cadre.name,
        "post": f"{short(person.organisation)}{person.get_league_post_display()}",
        "group": person.group.name,
        "group_key": person.group_id,
        "last": "有" if person.cadre_id in having else "没有",
        "url": reverse("appraisal-pledge-add", args=[person.pk]),
        "is_chosen": str(person.pk) in chosen,
    }
