"""The forms of a post: appoint, correct, end, transfer."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cadres.access import is_in_force
from cadres.forms import AppointForm, CorrectPostForm, EndForm, TransferForm
from cadres.models import Appointment
from cadres.services.fields import POST_COLUMNS
from cadres.services.posts import appoint, correct_post, end_appointment, transfer
from cadres.views.people import CadrePage
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, organisation_path

ENDED = ValidationError("这个职务已经结束，不能再办离任或变动；填错了请用“更正”。", code="post.ended")


class AppointmentAddView(CadrePage, ScopedObjectFormView):
    """登记任职: one more post of a person, in a unit where posts may be given."""

    permission = "cadres.add_appointment"
    title = "登记任职"
    template_name = "cadres/form.html"
    form_class = AppointForm
    submit = "登记"

    def may_open(self) -> bool:
        return self.sight.may_appoint

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.scope.holding(self.permission), "day": self.scope.day}

    def save(self, form: Any) -> Appointment:
        values = form.values(POST_COLUMNS)
        return appoint(cadre=self.object, values=values, by=self.user, at=timezone.now(), day=self.scope.day)

    def back_url(self) -> str:
        return reverse("cadre", args=[self.object.pk])

    def done_sentence(self, saved: Any) -> str:
        return f"已登记任职：{saved}。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**self.page_frame(self.title), facts=[self.object.name], **more)


class PostFormView(ScopedObjectFormView):
    """A form about a post, open where posts may be changed."""

    model = Appointment
    permission = "cadres.change_appointment"
    template_name = "cadres/form.html"
    object: Appointment

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return Appointment.objects.visible_to(scope).select_related("cadre", "organisation")

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.scope.holding(self.permission), "day": self.scope.day, "post": self.object}

    def back_url(self) -> str:
        return reverse("cadre", args=[self.object.cadre_id])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        post = self.object
        person = {"title": post.cadre.name, "url": self.back_url()}
        return super().get_context_data(
            path=organisation_path(post.organisation, self.scope),
            crumbs=[person, {"title": self.title}],
            facts=[f"{post.cadre.name}，{post.organisation.name}{post.get_league_post_display()}"],
            **more,
        )

    def refuse_ended(self) -> None:
        """Refuse a step about a post that is no longer held."""
        if not is_in_force(self.object, self.scope.day):
            raise ENDED


class AppointmentEditView(PostFormView):
    """更正: what was entered wrongly of a post."""

    title = "更正任职"
    form_class = CorrectPostForm
    done = "已更正，改动已记入这个人的档案。"

    def save(self, form: Any) -> Appointment:
        return correct_post(
            post=self.object,
            version=form.cleaned_data["version"],
            values=form.values(POST_COLUMNS),
            by=self.user,
            at=timezone.now(),
            day=self.scope.day,
        )


class AppointmentEndView(PostFormView):
    """离任: the day and the reason; the post stays on the time line."""

    title = "办理离任"
    form_class = EndForm
    submit = "办理离任"

    def save(self, form: Any) -> Appointment:
        self.refuse_ended()
        day, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        end_appointment(post=self.object, on=day, reason=reason, by=self.user, at=timezone.now())
        return self.object

    def done_sentence(self, saved: Any) -> str:
        return f"已办理离任：{saved}。"


class AppointmentTransferView(PostFormView):
    """变动: the post ends and another begins on the same day."""

    title = "职务变动"
    form_class = TransferForm
    submit = "办理变动"

    def save(self, form: Any) -> Appointment:
        self.refuse_ended()
        names = [name for name in POST_COLUMNS if name != "appointed_on"]
        values, day = form.values(names), form.cleaned_data["on"]
        return transfer(post=self.object, values=values, on=day, by=self.user, at=timezone.now())

    def done_sentence(self, saved: Any) -> str:
        return f"已办理变动，现任：{saved}。"
