"""What is done with a 责任书: drawn up, changed, passed on step by step, returned, adjusted, settled."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.forms.pledges import AdjustForm, PledgeForm, ReturnForm, SettleForm
from appraisal.models import Participant, ResponsibilityPledge
from appraisal.reports.pledges import settlement
from appraisal.services.pledge_year import adjust_pledge, settle_pledge
from appraisal.services.pledges import (
    archive_pledge,
    change_pledge,
    confirm_pledge,
    countersign_pledge,
    draft_pledge,
    offer_pledge,
    return_pledge,
    review_pledge,
    sign_pledge,
)
from appraisal.views.pledge_wording import facts_of, short, title_of
from appraisal.views.pledges import Office, Own, Party, year_trail
from appraisal.views.year import SECTION, seen_version
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, ScopedObjectMixin, ScopedStepView

Service = Callable[..., ResponsibilityPledge]


class OfPledge(ScopedObjectMixin):
    """A page about a pledge; who may open it is said by ``Office``, ``Own`` or ``Party`` beside it."""

    model = ResponsibilityPledge
    page: ClassVar[str]

    def back_url(self) -> str:
        """Give the address of the pledge."""
        return reverse(self.page, args=[self.object.pk])

    def next_url(self) -> str:
        """Go back to the pledge."""
        return self.back_url()

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        pledge = self.object
        crumbs = [*self.trail(), {"title": pledge.participant.cadre.name, "url": self.back_url()}]  # type: ignore[attr-defined]
        shown = {
            "path": [],
            "crumbs": [*crumbs, {"title": self.title}],
            "facts": [title_of(pledge), *facts_of(pledge)],
            "section": self.section,  # type: ignore[attr-defined]
        }
        return super().get_context_data(**{**shown, **more})


class PledgeStepPage(OfPledge, ScopedStepView):
    """A step of one click, at the version that was seen."""

    service: ClassVar[Service]

    def perform(self) -> None:
        version = seen_version(self.request)
        type(self).service(pledge=self.object, version=version, by=self.user, at=timezone.now())


class Kept(Office):
    """Open to those who keep the year."""

    permission = KEEP


class Decided(Office):
    """Open to those who sign for the 团区委."""

    permission = DECIDE


class Personal(Own):
    """Open to the person."""

    def may_open(self) -> bool:
        """Whoever sees the row is the person."""
        return True


class OfferView(Kept, PledgeStepPage):
    """送本人确认."""

    service = staticmethod(offer_pledge)
    done = "已送本人确认。"


class ReviewView(Kept, PledgeStepPage):
    """审核通过."""

    service = staticmethod(review_pledge)
    done = "已审核，等团区委签订。"


class SignView(Decided, PledgeStepPage):
    """签订."""

    service = staticmethod(sign_pledge)
    done = "已签订。"


class ArchiveView(Decided, PledgeStepPage):
    """归档."""

    service = staticmethod(archive_pledge)
    done = "已归档。"


class PaperConfirmView(Kept, PledgeStepPage):
    """登记书面确认 for somebody without an account."""

    service = staticmethod(confirm_pledge)
    done = "已登记书面确认。"


class PaperCountersignView(Kept, PledgeStepPage):
    """登记书面会签 for a 同级党（工）委 without an account."""

    service = staticmethod(countersign_pledge)
    done = "已登记书面会签，责任书生效。"


class ConfirmView(Personal, PledgeStepPage):
    """本人确认."""

    service = staticmethod(confirm_pledge)
    done = "已确认。"


class CountersignView(Party, PledgeStepPage):
    """会签."""

    service = staticmethod(countersign_pledge)
    done = "已会签，责任书生效。"


# ---- forms -----------------------------------------------------------------------------
class PledgeFormPage(OfPledge, ScopedObjectFormView):
    """A form about a pledge that carries the version that was seen."""

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every act on a pledge is told."""
        version = form.cleaned_data["version"]
        return {"pledge": self.object, "version": version, "by": self.user, "at": timezone.now()}


class ReturnPage(PledgeFormPage):
    """退回, with the reason."""

    title = "退回"
    form_class = ReturnForm
    submit = "退回"
    done = "已退回，对方会收到通知。"

    def save(self, form: Any) -> ResponsibilityPledge:
        return return_pledge(reason=form.cleaned_data["reason"], **self.told(form))


class ReturnView(Office, ReturnPage):
    """退回 by those who run the year; which of them is asked for by the service, from the state."""

    def may_open(self) -> bool:
        """Whoever keeps the year or decides in it may ask; what waits for neither is refused by the service."""
        return self.user.has_perm(KEEP, self.object) or self.user.has_perm(DECIDE, self.object)


class OwnReturnView(Personal, ReturnPage):
    """退回 by the person."""


class PartyReturnView(Party, ReturnPage):
    """退回 by the 同级党（工）委."""


def saved_or_shown(form: Any, save: Callable[[], Any]) -> Any:
    """Save; what a service says of single goals comes back beside them, and nothing is given."""
    try:
        return save()
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict") or not all(map(str.isdecimal, refusal.error_dict)):
            raise
        form.show(refusal)
        return None


class PledgeAddView(ScopedObjectFormView):
    """草拟 for one person, from nothing, from their last one or from somebody else's of the year."""

    model = Participant
    permission = KEEP
    title = "草拟责任书"
    form_class = PledgeForm
    template_name = "appraisal/pledge_form.html"
    submit = "存为草稿"
    done = "已存为草稿，核对以后送本人确认。"

    def rows(self, scope: Scope) -> QuerySet[Participant]:
        seen = Participant.objects.visible_to(scope.holding(VIEW)).appraised().filter(pledge=None)
        return seen.select_related("cadre", "cycle", "group", "organisation")

    def form_arguments(self) -> Mapping[str, Any]:
        return {"stored": None, "like": self._last()}

    def _last(self) -> ResponsibilityPledge | None:
        seen = ResponsibilityPledge.objects.visible_to(self.scope.holding(VIEW)).filter(
            participant__cadre=self.object.cadre_id, participant__cycle__year__lt=self.object.cycle.year
        )
        return seen.order_by("-participant__cycle__year").first()

    def save(self, form: Any) -> Any:
        said = {"participant": self.object, "content": form.content, "by": self.user, "at": timezone.now()}
        return saved_or_shown(form, lambda: draft_pledge(**said))

    def back_url(self) -> str:
        return reverse("appraisal-pledges", args=[self.object.cycle.year])

    def done_url(self, saved: Any) -> str:
        return reverse("appraisal-pledge", args=[saved.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = self.object
        shown = {
            "path": [],
            "crumbs": [*year_trail(person.cycle), {"title": self.title}],
            "facts": [
                f"{person.cycle}",
                person.cadre.name,
                f"{short(person.organisation)}{person.get_league_post_display()}",
            ],
            "section": SECTION,
        }
        return super().get_context_data(**{**shown, **more})


class PledgeEditView(Kept, PledgeFormPage):
    """修改草稿."""

    title = "修改责任书"
    form_class = PledgeForm
    template_name = "appraisal/pledge_form.html"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"stored": self.object}

    def save(self, form: Any) -> Any:
        return saved_or_shown(form, lambda: change_pledge(content=form.content, **self.told(form)))


class AdjustView(PledgeEditView):
    """年中调整."""

    title = "年中调整"
    form_class = AdjustForm
    submit = "提出调整"
    done = "已提出调整，送本人确认。"

    def save(self, form: Any) -> Any:
        said = {"content": form.content, "reason": form.cleaned_data["reason"], **self.told(form)}
        return saved_or_shown(form, lambda: adjust_pledge(**said))


class SettleView(Kept, PledgeFormPage):
    """年末对账."""

    title = "年末对账"
    form_class = SettleForm
    template_name = "appraisal/pledge_settle.html"
    submit = "对账"
    done = "已对账，等团区委归档。"

    def form_arguments(self) -> Mapping[str, Any]:
        standing = settlement(self.object, list(self.object.goals.all()), self.scope.day)
        return {**super().form_arguments(), "lines": standing.lines}

    def save(self, form: Any) -> Any:
        return saved_or_shown(form, lambda: settle_pledge(results=form.results, **self.told(form)))
