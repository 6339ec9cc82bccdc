"""The table of requests for people in office elsewhere（申请调入、增加兼任）."""

from datetime import datetime

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cadres.choices import RequestState
from cadres.models import PostRequest
from orgs.scoped_views import ScopedTable

TONES = {
    RequestState.OPEN: "run",
    RequestState.AGREED: "ok",
    RequestState.REFUSED: "bad",
    RequestState.WITHDRAWN: "idle",
    RequestState.LAPSED: "idle",
}
_UNIT = {"td": {"class": "m-full cutc", "title": lambda value: f"{value}"}}
_ANSWER = {"td": {"class": "m-line cutc", "data-k": "办理意见", "title": lambda value: f"{value}"}}
_ASIDE = {"td": {"class": "m-0 nw"}}


class RequestTable(ScopedTable):
    """Requests, the newest first: whom they are about as typed, what is asked for, and what came of it."""

    name = tables.Column("填写的姓名", orderable=False, attrs={"td": {"class": "nw"}})
    state = tables.Column("状态", orderable=False, attrs={"td": {"class": "m-end nw"}})
    organisation = tables.Column("拟任团组织", "organisation__name", orderable=False, attrs=_UNIT)
    post = tables.Column("拟任职务", "get_league_post_display", orderable=False, attrs={"td": {"class": "nw"}})
    kind = tables.Column("申请", orderable=False, attrs={"td": {"class": "m-end m-sub nw"}})
    requester = tables.Column("申请人", "requester__full_name", orderable=False, attrs=_ASIDE)
    filed_at = tables.Column("申请时间", orderable=False, attrs=_ASIDE)
    answer = tables.Column("办理意见", default="—", orderable=False, attrs=_ANSWER)

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "调入申请"}

    def render_name(self, value: str, record: PostRequest) -> SafeString:
        """Link to the page of the request."""
        return format_html('<a class="who" href="{}">{}</a>', reverse("request", args=[record.pk]), value)

    def render_filed_at(self, value: datetime) -> str:
        """Write the day."""
        return f"{timezone.localtime(value):%Y-%m-%d}"

    def render_state(self, record: PostRequest) -> SafeString:
        """Show how it stands."""
        return state_light(record)


def state_light(request: PostRequest) -> SafeString:
    """Show the state of a request as a light."""
    told = {"tone": TONES[RequestState(request.state)], "word": request.get_state_display()}
    return render_to_string("components/light.html", told)
