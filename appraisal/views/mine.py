"""我的考核: the years in which one is appraised oneself."""

from django.http import HttpRequest, HttpResponse

from appraisal.access import OWN
from appraisal.models import Appeal, LowRankCase, Participant
from appraisal.reports.sight import own_cards
from appraisal.rules.cycle import REVIEW_STATES
from orgs.scoped_views import ScopedPage


class MineView(ScopedPage):
    """One's own years, the newest first."""

    http_method_names = ["get", "head"]
    permission = OWN
    template_name = "appraisal/mine.html"
    title = "我的考核"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list."""
        own = Participant.objects.of_person(self.user).appraised()
        rows = own.select_related("cycle", "group", "organisation", "pledge").order_by("-cycle__year")
        told = set(own_cards(self.user).values_list("pk", flat=True))
        cases = LowRankCase.objects.of_person(self.user).with_person()
        objected = set(Appeal.objects.of_person(self.user).values_list("participant_id", flat=True))
        open_ones = {row.pk for row in rows if row.pk in told and row.cycle.state in REVIEW_STATES}
        objecting = objected | open_ones
        return self.render(section="appraisal-mine", rows=rows, told=told, cases=cases, objecting=objecting)
