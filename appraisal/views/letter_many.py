"""What is done with all 反馈函 of a year, or with many of them: drafted, numbered, reviewed, signed, delivered."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.choices import LetterState
from appraisal.forms.letters import DraftForm, ManyLettersForm, SeriesForm
from appraisal.models import FeedbackLetter, LetterSeries
from appraisal.reports.letters import LetterPlan, letter_plans
from appraisal.rules.letters import LETTER
from appraisal.services.letter_delivery import pass_letters
from appraisal.services.letter_keeping import units_with_account
from appraisal.services.letters import Drafted, draft_letters, series_of, set_series
from appraisal.views.letter_wording import acts_of, letter_row
from appraisal.views.letters import LettersMixin, letters_trail
from appraisal.views.year import KeeperMixin
from orgs.scoped_views import ScopedFormView


class LettersFormPage(LettersMixin, ScopedFormView):
    """A form about the letters of a year."""

    def back_url(self) -> str:
        return self.address("appraisal-letters")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [*letters_trail(self.cycle), {"title": self.title}]
        return super().get_context_data(**{"crumbs": crumbs, **more})


class SeriesView(KeeperMixin, LettersFormPage):
    """机关代字、起始号 of the calendar year."""

    title = "机关代字、起始号"
    form_class = SeriesForm
    template_name = "appraisal/letters_series.html"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"series": series_of(self.scope.day.year)}

    def save(self, form: Any) -> LetterSeries:
        year = self.scope.day.year
        return set_series(cycle=self.cycle, year=year, by=self.user, at=timezone.now(), **form.cleaned_data)

    def done_sentence(self, saved: Any) -> str:
        return f"已保存，{saved.year}年签发的函按“{saved.word}”编号。"


class LettersDraftView(KeeperMixin, LettersFormPage):
    """拟稿: all letters that the locked year asks for, as they will be."""

    title = "拟反馈函"
    form_class = DraftForm
    template_name = "appraisal/letters_draft.html"
    submit = "拟稿"

    def save(self, form: Any) -> Drafted:  # noqa: ARG002 nothing is asked
        return draft_letters(cycle=self.cycle, by=self.user, at=timezone.now())

    def done_sentence(self, saved: Any) -> str:
        corrected = f"，其中更正 {saved.corrections} 份" if saved.corrections else ""
        return f"已拟 {saved.drafted} 份{corrected}；请另一位同志审核。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        standing = {(one.kind, one.organisation_id): one for one in self.letters if one.state != LetterState.VOID}
        rows = [_plan_row(one, standing.get(one.key)) for one in letter_plans(self.cycle)]
        missing = sum(not row["state"] for row in rows)
        return super().get_context_data(rows=rows, missing=missing, **more)


class PassLettersPage(LettersFormPage):
    """One step for those that wait for it, all that are chosen or none."""

    form_class = ManyLettersForm
    template_name = "appraisal/letters_pass.html"
    action: ClassVar[str]
    word: ClassVar[str]

    def form_arguments(self) -> Mapping[str, Any]:
        return {"waiting": self.waiting()}

    def waiting(self) -> list[FeedbackLetter]:
        """Give the letters that wait for the visitor."""
        states = [state for state in LetterState if LETTER.may(state, self.action)]
        rows = self.letters.filter(state__in=states).with_counts().prefetch_related("steps__by").order_by("pk")
        own = self.letters.filter(people__card__participant__cadre__person_key=self.user.person_key)
        named = set(own.values_list("pk", flat=True))
        return [one for one in rows if self.action in self._acts(one, named)]

    def _acts(self, letter: FeedbackLetter, named: set[int]) -> list[str]:
        return acts_of(letter, list(letter.steps.all()), self.user, self.scope, is_named=letter.pk in named)

    def save(self, form: Any) -> int:
        told = {"action": self.action, "versions": form.versions, "by": self.user, "at": timezone.now()}
        return pass_letters(cycle=self.cycle, **told)

    def done_sentence(self, saved: Any) -> str:
        return f"已{self.word} {saved} 份。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        rows = [{**one, **letter_row(one["letter"], "appraisal-letter")} for one in more["form"].rows]
        return super().get_context_data(rows=rows, word=self.word, confirm=f"{self.word} # 份反馈函。", **more)


class LettersReviewView(PassLettersPage):
    """成批审核."""

    permission = VIEW
    title = "成批审核反馈函"
    action, word, submit = "review", "审核", "审核通过"


class LettersSignView(PassLettersPage):
    """成批签发."""

    permission = DECIDE
    title = "成批签发反馈函"
    action, word, submit = "sign", "签发", "签发"


class LettersDeliverView(PassLettersPage):
    """成批送达, to those who have an account."""

    permission = KEEP
    title = "成批送达反馈函"
    action, word, submit = "deliver", "送达", "在平台上送达"

    def waiting(self) -> list[FeedbackLetter]:
        reached = units_with_account(self.scope.day)
        return [one for one in super().waiting() if one.organisation_id in reached]


# ---- parts -----------------------------------------------------------------------------
def _plan_row(plan: LetterPlan, letter: FeedbackLetter | None) -> dict[str, Any]:
    own = [one for one in plan.people if not one.is_copy]
    return {
        "title": plan.unit.short_name or plan.unit.name,
        "kind": str(plan.kind.label),
        "people": len(own),
        "copies": [f"{one.facts.name}（{one.post}）" for one in plan.people if one.is_copy],
        "state": str(letter.get_state_display()) if letter else "",
    }
