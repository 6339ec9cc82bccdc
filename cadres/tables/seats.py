"""The table of committees with the seats that they should have and have, and its export."""

from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cadres.reports import CommitteeSeat
from orgs.scoped_views import ListColumn, ScopedTable

NUMBER = {"th": {"class": "num"}, "td": {"class": "num m-0"}}
SEATS = {"th": {"class": "num"}, "td": {"class": "num m-sub"}}


class SeatTable(ScopedTable):
    """Committees in tree order, with the seats that they should have and have."""

    name = tables.Column("团组织", orderable=False, attrs={"td": {"class": "m-full cutn"}})
    kind = tables.Column("组织类型", orderable=False, attrs={"td": {"class": "nw"}})
    superior = tables.Column("上级团组织", default="—", orderable=False, attrs={"td": {"class": "m-0 cutc"}})
    member_count = tables.Column("团员", default="未填", orderable=False, attrs=NUMBER)
    required = tables.Column("应配", "seat", orderable=False, attrs=SEATS)
    filled = tables.Column("实配", "seat__filled", orderable=False, attrs=SEATS)
    status = tables.Column("配备情况", "seat", orderable=False, attrs={"td": {"class": "m-end nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "班子配备"}

    def render_name(self, value: str, record: Any) -> SafeString:
        """Link to the organisation's page."""
        url = reverse("organisation", args=[record.pk])
        return format_html('<a class="who" href="{}" title="{}">{}</a>', url, value, value)

    def render_member_count(self, value: int) -> str:
        """Write the number of members."""
        return f"{value:,}"

    def render_required(self, value: CommitteeSeat, record: Any) -> str:
        """Write how many seats there should be; an approved number says so."""
        text = value.required.text if value.required else "—"
        return text if record.approved_seats is None else f"{text}（核定）"

    def render_status(self, value: CommitteeSeat) -> SafeString:
        """Show the light of the committee."""
        return render_to_string("components/light.html", {"tone": value.tone, "word": value.word})


def seat_columns(seats: Mapping[int, CommitteeSeat]) -> tuple[ListColumn, ...]:
    """Give the columns of the exported list of committees."""
    return (
        ListColumn("组织全称", lambda row: row.name, 36),
        ListColumn("组织类型", lambda row: row.get_kind_display()),
        ListColumn("上级团组织", lambda row: row.superior, 30),
        ListColumn("团员数", lambda row: "" if row.member_count is None else str(row.member_count), 10),
        ListColumn("核定职数", lambda row: "" if row.approved_seats is None else str(row.approved_seats), 10),
        ListColumn("应配", lambda row: _required(seats[row.pk]), 12),
        ListColumn("实配", lambda row: str(seats[row.pk].filled), 10),
        ListColumn("配备情况", lambda row: seats[row.pk].word),
    )


def _required(seat: CommitteeSeat) -> str:
    return seat.required.text if seat.required else ""
