"""What the pages share on which 年终材料 are written: whose they are, drafts that save themselves."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, OWN
from appraisal.models import Checklists, DebriefReport, Participant
from appraisal.rules.cycle import MATERIAL_STATES, WRITING_STATES
from appraisal.services.writing import has_account
from orgs.access import Scope, is_same_person
from orgs.scoped_views import ScopedObjectMixin
from orgs.scoped_views.refusals import codes_of, note_forbidden

MINE, YEARS = "appraisal-mine", "appraisal"
_RELATED = (
    *("cycle", "group", "organisation", "cadre"),
    *("checklists__written_by", "debrief_report__written_by", "debrief_report__reviewed_by"),
)


class WrittenMixin(ScopedObjectMixin):
    """A page about what one person writes; ``object`` is the person in a year."""

    model = Participant
    permission = OWN
    section: ClassVar[str] = MINE
    lists_name: ClassVar[str] = "appraisal-lists"
    report_name: ClassVar[str] = "appraisal-report"

    def rows(self, scope: Scope) -> QuerySet[Participant]:  # noqa: ARG002 - by person, not by subtree
        return Participant.objects.of_person(self.user).appraised().select_related(*_RELATED)

    def may_open(self) -> bool:
        """One's own is always open."""
        return True

    @property
    def is_own(self) -> bool:
        """Tell whether the person is at the keyboard."""
        return is_same_person(self.user, self.object.cadre)

    @property
    def is_open(self) -> bool:
        """Tell whether anything may be written in this state of the year."""
        return self.object.cycle.state in WRITING_STATES

    @property
    def is_collecting(self) -> bool:
        """Tell whether anything may be handed in in this state of the year."""
        return self.object.cycle.state in MATERIAL_STATES

    def address(self, name: str) -> str:
        """Give the address of a page about this person."""
        return reverse(name, args=[self.object.pk])

    def told(self, version: int) -> dict[str, Any]:
        """Give what every act is told."""
        return {"participant": self.object, "version": version, "by": self.user, "at": timezone.now()}

    def note(self, refusal: ValidationError) -> None:
        """Record what was refused for who asked it."""
        note_forbidden(self.request, codes_of(refusal), action=self.permission, subject=self.subject)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = self.object
        pages = [
            {"title": title, "url": self.address(name), "is_here": self.title == title}
            for title, name in (("三张清单", self.lists_name), ("述职报告", self.report_name))
        ]
        shown = {
            "path": [],
            "crumbs": [{"title": "我的考核", "url": reverse(MINE)}, {"title": f"{person.cycle}{self.title}"}],
            "facts": [str(person.cycle), person.organisation.name, person.get_league_post_display()],
            "section": self.section,
            "pages": pages,
            "person": person,
            "is_open": self.is_open,
            "is_collecting": self.is_collecting,
        }
        return super().get_context_data(**{**shown, **more})


class OnBehalfMixin(WrittenMixin):
    """The same for who keeps the year, about somebody without an account (代填)."""

    permission = KEEP
    section = YEARS
    lists_name = "appraisal-person-lists"
    report_name = "appraisal-person-report"

    def rows(self, scope: Scope) -> QuerySet[Participant]:
        return Participant.objects.visible_to(scope.holding(KEEP)).appraised().select_related(*_RELATED)

    def may_open(self) -> bool:
        """Whoever has an account writes for oneself."""
        return not self.is_own and not has_account(self.object)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = self.object
        shown = {
            "crumbs": [
                {"title": "年度考核", "url": reverse("appraisal")},
                {"title": "年终材料", "url": reverse("appraisal-materials", args=[person.cycle.year])},
                {"title": person.cadre.name, "url": self.address("appraisal-person-materials")},
                {"title": self.title},
            ],
            "facts": [f"代{person.cadre.name}填写", str(person.cycle), person.organisation.name],
        }
        return super().get_context_data(**{**shown, **more})


def is_autosave(request: Any) -> bool:
    """Tell whether a draft saves itself, rather than somebody pressing a button."""
    return "X-Autosave" in request.headers


def saved_answer(row: Checklists | DebriefReport | None) -> JsonResponse:
    """Answer a draft that saved itself: its version from now on, and when."""
    at = timezone.localtime(row.written_at) if row else timezone.localtime()
    return JsonResponse({"version": row.version if row else 0, "saved": f"已保存 {at:%H:%M}"})


def refused_answer(sentence: str, *, is_stale: bool) -> JsonResponse:
    """Answer a draft that could not be saved, with one sentence."""
    return JsonResponse({"refused": sentence}, status=409 if is_stale else 422)


def version_in(data: Any) -> int:
    """Read the version that a form carries; none can be right for what is not a number."""
    text = str(data.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def is_stale(refusal: ValidationError) -> bool:
    """Tell whether somebody else was faster."""
    return getattr(refusal, "code", None) == "row.stale"
