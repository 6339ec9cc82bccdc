"""反馈函 of a year: where they stand, one of them as it is printed, its document, all documents as one archive."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.choices import CycleState, LetterState
from appraisal.documents.letters import COPIED, file_name, letter_paper
from appraisal.models import AppraisalCycle, FeedbackLetter
from appraisal.querysets import LetterQuerySet
from appraisal.reports.letters import letter_counts, seen_in_part, seen_people
from appraisal.rules.letters import SENDING_STATES
from appraisal.services.letter_files import export_letter, export_letters
from appraisal.views.letter_wording import (
    STEPS,
    TONES,
    acts_of,
    event_rows,
    facts_of,
    letter_row,
    light_of,
    next_of,
    standing_rows,
    step_of,
)
from appraisal.views.pledges import WORD
from appraisal.views.year import SECTION, YearMixin
from orgs.access import Scope
from orgs.models import User
from orgs.scoped_views import ScopedDetailView, ScopedObjectMixin
from orgs.scoped_views.attachments import attachment_response

ZIP = "application/zip"
_DRAFT = "appraisal-letters-draft"
_MANY = (
    (KEEP, "机关代字、起始号", "appraisal-letters-series", False),
    (KEEP, "成批送达", "appraisal-letters-deliver", False),
    (VIEW, "成批审核", "appraisal-letters-review", False),
    (DECIDE, "成批签发", "appraisal-letters-sign", True),
    (KEEP, "拟稿", _DRAFT, True),
)


class LettersMixin(YearMixin):
    """A page about the letters of a year, for those who run the year of the district."""

    tab = "appraisal-letters"

    @property
    def letters(self) -> LetterQuerySet:
        """Give the letters of the year that the visitor sees."""
        seen = FeedbackLetter.objects.visible_to(self.scope.holding(VIEW)).filter(cycle=self.cycle)
        return seen.with_all().order_by("-kind", "lineage", "pk")


class LettersView(LettersMixin):
    """Where the letters of a year stand."""

    http_method_names = ["get", "head"]
    title = "反馈函"
    template_name = "appraisal/letters.html"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the list, of one state when asked."""
        state = request.GET.get("state", "")
        rows = self.letters.with_counts()
        shown = rows.filter(state=state) if state in LetterState else rows
        return self.render(
            figures=[
                _figure(one, count, self.address("appraisal-letters")) for one, count in letter_counts(self.letters)
            ],
            rows=[letter_row(one, "appraisal-letter") for one in shown],
            chosen=LetterState(state).label if state in LetterState else "",
            all_url=self.address("appraisal-letters"),
            actions=self._actions(),
            empty=_nothing(self.cycle),
        )

    def _actions(self) -> list[dict[str, Any]]:
        """Offer what may be done for many at once, the likeliest last."""
        has_any = self.letters.exists()  # then drafting is no longer the likeliest
        found: list[dict[str, Any]] = []
        if has_any:
            found.append({"title": "全部下载", "url": self.address("appraisal-letters-archive"), "icon": "download"})
        if self.cycle.state in SENDING_STATES:
            found += [
                {"title": title, "url": self.address(name), "primary": is_likely and not (has_any and name == _DRAFT)}
                for permission, title, name, is_likely in _MANY
                if self.user.has_perm(permission)
            ]
        return found


class LettersArchiveView(LettersMixin):
    """All letters that stand, as one archive of documents."""

    http_method_names = ["get", "head"]
    title = "反馈函"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Send the archive; what names people of whom the visitor may not read is left out."""
        standing = [one for one in self.letters if one.state != LetterState.VOID]
        hidden = seen_in_part(standing, self.user, self.scope)
        whole = [one for one in standing if one.pk not in hidden]
        content = export_letters(cycle=self.cycle, letters=whole, by=self.user, at=timezone.now())
        return attachment_response(content, f"{self.cycle}反馈函.zip", ZIP)


# ---- one of them -----------------------------------------------------------------------
class OfLetter(ScopedObjectMixin):
    """Rows for those who run the year of the district."""

    model = FeedbackLetter
    permission = VIEW
    section: ClassVar[str] = SECTION

    def rows(self, scope: Scope) -> LetterQuerySet:
        """Give the rows that may be meant."""
        return FeedbackLetter.objects.visible_to(scope.holding(VIEW)).with_all()

    def trail(self) -> list[dict[str, str]]:
        """Give the way to the page."""
        return letters_trail(self.object.cycle)


class LetterView(OfLetter, ScopedDetailView):
    """A letter as it is printed, what comes next, and what was done."""

    template_name = "appraisal/letter.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the letter; of people whose results the visitor may not read nothing is said."""
        letter = self.object
        people = list(seen_people(letter, self.user, self.scope).select_related("card"))
        hidden = letter.people.count() - len(people)
        steps = list(letter.steps.select_related("by").order_by("pk"))
        is_named = letter.people.filter(card__participant__cadre__person_key=self.user.person_key).exists()
        acts = acts_of(letter, steps, self.user, self.scope, is_named=is_named)
        return self.render(
            **page_of(letter, letter_paper(letter, people)),
            crumbs=[*self.trail(), {"title": letter.addressee}],
            section=self.section,
            actions=[] if hidden else [_download(reverse("appraisal-letter-document", args=[letter.pk]))],
            hidden=hidden,
            events=event_rows(steps),
            next=next_of(letter, steps, acts),
        )


class LetterDocumentView(OfLetter, ScopedDetailView):
    """A letter as an official document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Send the document to be saved, to those who may read of everybody in it."""
        if seen_in_part([self.object], self.user, self.scope):
            raise Http404
        return document_response(self.object, self.user)


# ---- parts -----------------------------------------------------------------------------
def page_of(letter: FeedbackLetter, paper: Mapping[str, Any]) -> dict[str, Any]:
    """Give what every page that shows a letter needs."""
    return {
        "title": letter.title,
        "facts": facts_of(letter),
        "path": [],
        "paper": paper,
        "copied": COPIED,
        "light": light_of(letter),
        "steps": STEPS,
        "step": step_of(letter),
        "parts": standing_rows(letter),
    }


def document_response(letter: FeedbackLetter, user: User) -> HttpResponse:
    """Send a letter to be saved."""
    return attachment_response(export_letter(letter=letter, by=user, at=timezone.now()), file_name(letter), WORD)


def letters_trail(cycle: AppraisalCycle) -> list[dict[str, str]]:
    """Give the way to the letters of a year."""
    return [
        {"title": "年度考核", "url": reverse("appraisal")},
        {"title": str(cycle), "url": reverse("appraisal-year", args=[cycle.year])},
        {"title": "反馈函", "url": reverse("appraisal-letters", args=[cycle.year])},
    ]


def _download(url: str) -> dict[str, str]:
    return {"title": "下载文档", "url": url, "icon": "download"}


def _figure(state: LetterState, count: int, url: str) -> dict[str, str]:
    return {
        "title": str(state.label),
        "value": f"{count}",
        "unit": "份",
        "tone": TONES[state],
        "url": f"{url}?state={state.value}",
    }


def _nothing(cycle: AppraisalCycle) -> Mapping[str, str]:
    """Say when there will be letters."""
    if cycle.state == CycleState.FEEDBACK:
        return {"title": "还没有反馈函", "text": "点“拟稿”，按锁定的成绩一次拟出全部反馈函。"}
    return {"title": "还没有反馈函", "text": "审定、锁定结果并转入反馈以后，在这里拟稿、审核、签发、送达。"}
