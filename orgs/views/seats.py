"""核定职数: the number of seats that was approved for a committee."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from orgs.forms.seats import ApprovedSeatsForm
from orgs.models import Organisation
from orgs.scoped_views import ScopedObjectFormView, organisation_path
from orgs.services import correct_organisation


class ApprovedSeatsView(ScopedObjectFormView):
    """Sets the approved number, or takes it back, for the rule to hold."""

    model = Organisation
    permission = "orgs.change_organisation"
    title = "核定委员会职数"
    form_class = ApprovedSeatsForm
    done = "已保存核定职数。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"organisation": self.object}

    def save(self, form: Any) -> Organisation:
        values = {"approved_seats": form.cleaned_data["approved_seats"]}
        version, at = form.cleaned_data["version"], timezone.now()
        return correct_organisation(organisation=self.object, version=version, values=values, by=self.user, at=at)

    def back_url(self) -> str:
        return reverse("organisation", args=[self.object.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(
            path=organisation_path(self.object, self.scope),
            crumbs=[{"title": self.title}],
            facts=[self.object.name],
            **more,
        )
