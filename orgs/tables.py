"""The tables of organisations."""

import django_tables2 as tables
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from orgs.models import Organisation
from orgs.reports import Term
from orgs.scoped_views import ListColumn, ScopedTable

_NUMBER = {"th": {"class": "num"}, "td": {"class": "num m-0"}}


class OrganisationTable(ScopedTable):
    """Organisations in tree order; ``terms`` holds how each one's term stands, by key."""

    name = tables.Column("团组织", attrs={"td": {"class": "m-full cutn"}})
    kind = tables.Column("组织类型", attrs={"td": {"class": "nw"}})
    level = tables.Column("层级", attrs={"td": {"class": "m-0 nw"}})
    superior = tables.Column("上级团组织", default="—", orderable=False, attrs={"td": {"class": "m-0 cutc"}})
    member_count = tables.Column("团员", default="—", attrs=_NUMBER)
    ends_on = tables.Column("届满", empty_values=(), orderable=False, attrs={"td": {"class": "m-0 nw"}})
    term = tables.Column("换届", empty_values=(), orderable=False, attrs={"td": {"class": "m-end nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "团组织"}

    terms: dict[int, Term]

    def render_name(self, value: str, record: Organisation) -> SafeString:
        """Link to the organisation's page; one struck off says so."""
        link = format_html(
            '<a class="who" href="{}" title="{}">{}</a>', reverse("organisation", args=[record.pk]), value, value
        )
        if not record.closed_on:
            return link
        return format_html('{} <span class="chip">{}</span>', link, record.get_state_display())

    def render_member_count(self, value: int) -> str:
        """Write the number of members."""
        return f"{value:,}"

    def render_ends_on(self, record: Organisation) -> str:
        """Write the last day of the term."""
        ends_on = self.terms[record.pk].ends_on
        return f"{ends_on:%Y-%m-%d}" if ends_on else "—"

    def render_term(self, record: Organisation) -> SafeString:
        """Show the light of the term."""
        term = self.terms[record.pk]
        return render_to_string("components/light.html", {"tone": term.tone, "word": term.word})

    def order_name(self, rows: QuerySet[Organisation], is_descending: bool) -> tuple[QuerySet[Organisation], bool]:  # noqa: FBT001
        """Order by name, in tree order where names are equal."""
        return rows.order_by("-name" if is_descending else "name", "lineage"), True

    def order_member_count(
        self,
        rows: QuerySet[Organisation],
        is_descending: bool,  # noqa: FBT001
    ) -> tuple[QuerySet[Organisation], bool]:
        """Order by the number of members, unknown ones last."""
        return rows.order_by("-member_count" if is_descending else "member_count", "lineage"), True


EXPORT_COLUMNS = (
    ListColumn("组织全称", lambda row: row.name, 36),
    ListColumn("组织类型", lambda row: row.get_kind_display()),
    ListColumn("层级", lambda row: row.get_level_display()),
    ListColumn("行业类别", lambda row: row.get_sector_display(), 22),
    ListColumn("上级团组织", lambda row: row.superior, 30),
    ListColumn("状态", lambda row: row.get_state_display(), 10),
    ListColumn("本届选举日期", lambda row: f"{row.elected_on:%Y-%m-%d}" if row.elected_on else ""),
    ListColumn("团员数", lambda row: "" if row.member_count is None else str(row.member_count), 10),
    ListColumn("35岁以下青年数", lambda row: "" if row.youth_count is None else str(row.youth_count)),
)
