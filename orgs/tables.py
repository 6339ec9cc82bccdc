"""The tables of organisations, accounts, documents and duty items."""

from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from orgs.access import Scope
from orgs.choices import DutyKind
from orgs.models import DutyItem, Organisation, PolicyDocument, User
from orgs.policies import TermPolicy
from orgs.reports import Term, standing_term
from orgs.reports.accounts import account_state, held_roles
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
        link = _link(record, value)
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


class TermTable(ScopedTable):
    """Organisations by the end of their terms; ``day`` is the day on which they are looked at."""

    DUE = (F("term_end").asc(nulls_last=True), "lineage")

    named = tables.Column("团组织", attrs={"td": {"class": "m-full cutn"}})
    kind = tables.Column("组织类型", attrs={"td": {"class": "nw"}})
    superior = tables.Column("上级团组织", default="—", orderable=False, attrs={"td": {"class": "m-0 cutc"}})
    elected = tables.Column("本届选举", default="—", orderable=False, attrs={"td": {"class": "m-0 nw"}})
    term_end = tables.Column("届满", default="—", attrs={"td": {"class": "nw"}})
    status = tables.Column("状态", accessor="term", orderable=False, attrs={"td": {"class": "m-end nw"}})
    note = tables.Column("延期", accessor="term", orderable=False, attrs={"td": {"class": "m-sub"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "换届"}

    day: date

    def render_named(self, value: str, record: Organisation) -> SafeString:
        """Link to the organisation's page."""
        return _link(record, value)

    def render_elected(self, value: date) -> str:
        """Write the day of the election."""
        return f"{value:%Y-%m-%d}"

    def render_term_end(self, value: date, record: Any) -> SafeString:
        """Write the last day of the term, and how far it is."""
        return format_html(
            '{} <span class="muted small">{}</span>', f"{value:%Y-%m-%d}", record.term.distance(self.day)
        )

    def render_status(self, value: Term) -> SafeString:
        """Show the light of the term."""
        return render_to_string("components/light.html", {"tone": value.tone, "word": value.word})

    def render_note(self, value: Term, record: Any) -> str:
        """Say until when an ended term may run on; an extension that waits is said first."""
        return "延期待批" if record.is_filed else value.note or "—"

    def order_named(self, rows: QuerySet[Organisation], is_descending: bool) -> tuple[QuerySet[Organisation], bool]:  # noqa: FBT001
        """Order by name."""
        return rows.order_by("-named" if is_descending else "named", "lineage"), True

    def order_term_end(self, rows: QuerySet[Organisation], is_descending: bool) -> tuple[QuerySet[Organisation], bool]:  # noqa: FBT001
        """Order by the end of the term, unknown ones last either way."""
        end = F("term_end")
        due = end.desc(nulls_last=True) if is_descending else end.asc(nulls_last=True)
        return rows.order_by(due, "lineage"), True


def term_columns(policy: TermPolicy, day: date) -> tuple[ListColumn, ...]:
    """Give the columns of the exported list of terms, as they stand on a day."""

    def term(row: Any) -> Term:
        return standing_term(row, policy, day)

    return (
        ListColumn("组织全称", lambda row: row.named, 36),
        ListColumn("组织类型", lambda row: row.get_kind_display()),
        ListColumn("行业类别", lambda row: row.get_sector_display(), 22),
        ListColumn("上级团组织", lambda row: row.superior, 30),
        ListColumn("本届选举日期", lambda row: _written(row.elected)),
        ListColumn("届满日期", lambda row: _written(row.term_end)),
        ListColumn("状态", lambda row: term(row).word),
        ListColumn("距届满", lambda row: term(row).distance(day)),
        ListColumn("延期", lambda row: "延期待批" if row.is_filed else term(row).note, 24),
    )


def _written(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _link(organisation: Organisation, name: str) -> SafeString:
    url = reverse("organisation", args=[organisation.pk])
    return format_html('<a class="who" href="{}" title="{}">{}</a>', url, name, name)


class AccountTable(ScopedTable):
    """Accounts by name; ``scope`` says whose roles are shown, ``assignments`` have been read before."""

    full_name = tables.Column("姓名", attrs={"td": {"class": "m-full cutn"}})
    username = tables.Column("账号", attrs={"td": {"class": "m-sub nw"}})
    roles = tables.Column("角色", empty_values=(), orderable=False, attrs={"td": {"class": "m-full wrap"}})
    last_login = tables.Column("最近登录", default="从未登录", attrs={"td": {"class": "m-0 nw"}})
    state = tables.Column("状态", empty_values=(), orderable=False, attrs={"td": {"class": "m-end nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "账号"}

    scope: Scope

    def render_full_name(self, value: str, record: User) -> SafeString:
        """Link to the account's page."""
        url = reverse("account-kept", args=[record.pk])
        return format_html('<a class="who" href="{}" title="{}">{}</a>', url, value, value)

    def render_roles(self, record: User) -> str:
        """List the roles held today."""
        return "；".join(held_roles(record, self.scope)) or "—"

    def render_last_login(self, value: datetime) -> str:
        """Write the day."""
        return f"{timezone.localtime(value):%Y-%m-%d}"

    def render_state(self, record: User) -> SafeString:
        """Show the light of the account."""
        tone, word = account_state(record)
        return render_to_string("components/light.html", {"tone": tone, "word": word})


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


class DocumentTable(ScopedTable):
    """Documents, the latest first."""

    title = tables.Column("标题", attrs={"td": {"class": "m-full wrap"}})
    number = tables.Column("文号", default="—", orderable=False, attrs={"td": {"class": "m-sub nw"}})
    kind = tables.Column("类别", orderable=False, attrs={"td": {"class": "m-end nw"}})
    issued_on = tables.Column("印发日期", attrs={"td": {"class": "m-sub nw"}})
    issuer = tables.Column("印发机关", orderable=False, attrs={"td": {"class": "m-0 cutc"}})
    file_name = tables.Column("文件", default="未上传", orderable=False, attrs={"td": {"class": "m-end nw"}})
    act = tables.Column("操作", empty_values=(), orderable=False, attrs={"td": {"class": "m-full nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "制度文件"}

    def render_issued_on(self, value: date) -> str:
        """Write the day."""
        return f"{value:%Y-%m-%d}"

    def render_file_name(self, record: PolicyDocument) -> SafeString:
        """Offer the file, and say how big it is."""
        url, size = reverse("document-file", args=[record.pk]), filesizeformat(record.size)
        told = f"下载“{record.title}”，{size}"
        return format_html(
            '<a href="{}" download aria-label="{}">下载</a> <span class="muted">{}</span>', url, told, size
        )

    def render_act(self, record: PolicyDocument) -> SafeString:
        """Lead to the correction."""
        return _act("document-correct", record.pk, "更正", record.title)


class DutyTable(ScopedTable):
    """Duty items by code."""

    TONES = {DutyKind.BASIC: "ok", DutyKind.SUPPORTING: "run", DutyKind.WITHDRAWN: "idle"}

    code = tables.Column("编号", attrs={"td": {"class": "m-sub nw"}})
    kind = tables.Column("类别", orderable=False, attrs={"td": {"class": "m-end nw"}})
    title = tables.Column("事项名称", orderable=False, attrs={"td": {"class": "m-full wrap"}})
    category = tables.Column("领域", default="—", orderable=False, attrs={"td": {"class": "m-sub nw"}})
    valid_from = tables.Column("有效期", orderable=False, attrs={"td": {"class": "m-sub m-end nw"}})
    act = tables.Column("操作", empty_values=(), orderable=False, attrs={"td": {"class": "m-full nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "履职事项"}

    def render_kind(self, value: str, record: DutyItem) -> SafeString:
        """Show the light of the kind."""
        return render_to_string("components/light.html", {"tone": self.TONES[DutyKind(record.kind)], "word": value})

    def render_valid_from(self, value: date, record: DutyItem) -> str:
        """Write since when the item holds, and until when."""
        until = f"，{record.valid_until:%Y-%m-%d} 失效" if record.valid_until else ""
        return f"{value:%Y-%m-%d} 起{until}"

    def render_act(self, record: DutyItem) -> SafeString:
        """Lead to the correction, and to the end of what has none."""
        correct = _act("duty-correct", record.pk, "更正", record.title)
        if record.valid_until:
            return correct
        return format_html("{}　{}", correct, _act("duty-end", record.pk, "终止", record.title))


def _act(url_name: str, pk: int, verb: str, title: str) -> SafeString:
    return format_html('<a href="{}" aria-label="{}">{}</a>', reverse(url_name, args=[pk]), f"{verb}“{title}”", verb)
