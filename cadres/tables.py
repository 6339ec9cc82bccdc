"""The tables of the roster: those in office, those who have left, and what an export of either holds."""

from collections.abc import Iterable
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cadres.models import Appointment
from cadres.reports import Hint, RosterLine
from orgs.scoped_views import ListColumn, ScopedTable

DOT = format_html('{}<i class="sep"> </i>', "\u2060")  # word joiner: the dot does not begin a line
NUMBER = {"th": {"class": "num"}, "td": {"class": "num m-0"}}
HIDDEN = {"td": {"class": "nw m-0"}}
UNIT = {"td": {"class": "m-full cutc", "title": lambda value: f"{value}"}}

Ordered = tuple[QuerySet[Any], bool]


class PostTable(ScopedTable):
    """What both tables have: the person, the unit, the post, when it began."""

    name = tables.Column("姓名", "cadre__name", attrs={"td": {"class": "nw"}})
    organisation = tables.Column("团组织", "post__organisation__name", attrs=UNIT)
    post = tables.Column("团内职务", "post__get_league_post_display", attrs={"td": {"class": "nw"}})
    appointed = tables.Column("任职", "post", attrs=NUMBER)

    def render_name(self, value: str, record: RosterLine) -> SafeString:
        """Link to the person's page."""
        return format_html('<a class="who" href="{}">{}</a>', reverse("cadre", args=[record.cadre.pk]), value)

    def render_appointed(self, value: Appointment) -> str:
        """Write when the post began, as exactly as it is known."""
        return post_month(value)

    def order_name(self, rows: QuerySet[Any], is_descending: bool) -> Ordered:  # noqa: FBT001
        """Order by pinyin."""
        return _ordered(rows, is_descending, "cadre__search_keys", "cadre__name")

    def order_organisation(self, rows: QuerySet[Any], is_descending: bool) -> Ordered:  # noqa: FBT001
        """Order as the tree stands."""
        return _ordered(rows, is_descending, "organisation__lineage", "post_order")

    def order_post(self, rows: QuerySet[Any], is_descending: bool) -> Ordered:  # noqa: FBT001
        """Order by the rank of the post."""
        return _ordered(rows, is_descending, "post_order", "organisation__lineage")

    def order_appointed(self, rows: QuerySet[Any], is_descending: bool) -> Ordered:  # noqa: FBT001
        """Order by the day on which the post began."""
        return _ordered(rows, is_descending, "appointed_on")


class RosterTable(PostTable):
    """People in office, one line each."""

    person = tables.Column("性别、年龄", "cadre", attrs={"td": {"class": "m-end m-sub nw"}})
    mode = tables.Column("形式", "post__get_employment_mode_display", orderable=False, attrs=HIDDEN)
    work = tables.Column("党政、“两委”或本职", "post", orderable=False, attrs={"td": {"class": "cutp m-0"}})
    politics = tables.Column("政治面貌", "cadre__get_political_status_display", orderable=False, attrs=HIDDEN)
    education = tables.Column("学历", "cadre__education", orderable=False, default="—", attrs=HIDDEN)
    phone = tables.Column(
        "手机", "cadre__masked_phone", orderable=False, attrs={"th": {"class": "num"}, "td": {"class": "num m-end"}}
    )
    hints = tables.Column("提示", "hints", orderable=False, empty_values=(), attrs={"td": {"class": "m-full nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "团干部名册"}
        sequence = ("name", "person", "organisation", "post", "mode", "work", "politics", "education", "...")

    day: Any = None

    def render_person(self, record: RosterLine) -> SafeString:
        """Write gender and age."""
        return format_html("{}{}{}", record.cadre.get_gender_display(), DOT, record.cadre.age(self.day))

    def render_post(self, value: str, record: RosterLine) -> SafeString:
        """Write the post, how many others are held, and on a phone what the hidden columns say."""
        words = (record.post.get_employment_mode_display(), record.cadre.get_political_status_display())
        more = format_html_join("", "{}{}", ((DOT, word) for word in words))
        return format_html('{}{}<span class="m-only muted small">{}</span>', value, _others(record), more)

    def render_work(self, value: Appointment) -> SafeString:
        """Write the post in Party, government or at work."""
        text = work_text(value) or "—"
        return format_html('<span title="{}">{}</span>', text, text)

    def render_hints(self, value: Iterable[Hint]) -> SafeString:
        """Show what needs a look."""
        chips = ((hint.tone, hint.title, hint.word) for hint in value)
        return format_html_join(" ", '<span class="chip c-{}" title="{}">{}</span>', chips)

    def order_person(self, rows: QuerySet[Any], is_descending: bool) -> Ordered:  # noqa: FBT001
        """Order by age."""
        return _ordered(rows, not is_descending, "cadre__birth_date")


class FormerTable(PostTable):
    """People who have left: the name, and the post that they held here."""

    ended = tables.Column("离任", "post__ended_on", attrs={"th": {"class": "num"}, "td": {"class": "num m-end m-sub"}})
    reason = tables.Column(
        "原因", "post__get_end_reason_display", orderable=False, default="—", attrs={"td": {"class": "m-sub nw"}}
    )

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "已离任的团干部"}
        sequence = ("name", "organisation", "post", "appointed", "ended", "reason")

    def render_ended(self, value: Any) -> str:
        """Write the day on which the post ended."""
        return f"{value:%Y.%m.%d}"

    def order_ended(self, rows: QuerySet[Any], is_descending: bool) -> Ordered:  # noqa: FBT001
        """Order by the day on which the post ended."""
        return _ordered(rows, is_descending, "ended_on")


def post_month(post: Appointment) -> str:
    """Write when a post began, as rosters do."""
    begun = post.partial("appointed_on")
    return begun.dotted() if begun else ""


def work_text(post: Appointment) -> str:
    """Give the post in Party, government or at work; without one, what its marks say."""
    marks = ((post.is_party_gov_leader, "党政班子成员"), (post.is_two_committee_member, "“两委”成员"))
    return post.admin_post or "、".join(word for held, word in marks if held)


def _others(record: RosterLine) -> SafeString | str:
    if not record.others:
        return ""
    posts = "；".join(f"{post.organisation.name}{post.get_league_post_display()}" for post in record.others)
    return format_html(' <span class="chip" title="另任：{}">+{}</span>', posts, len(record.others))


def _ordered(rows: QuerySet[Any], is_descending: bool, *names: str) -> Ordered:  # noqa: FBT001
    first, *rest = names
    return rows.order_by(f"-{first}" if is_descending else first, *rest, "pk"), True


_POST_COLUMNS = (
    ListColumn("团组织", lambda post: post.organisation.name, 34),
    ListColumn("团内职务", lambda post: post.get_league_post_display(), 12),
    ListColumn("专/挂/兼", lambda post: post.get_employment_mode_display(), 10),
)
FORMER_EXPORT = (
    ListColumn("姓名", lambda post: post.cadre.name, 12),
    *_POST_COLUMNS,
    ListColumn("任职时间", post_month, 12),
    ListColumn("离任时间", lambda post: f"{post.ended_on:%Y-%m-%d}", 12),
    ListColumn("离任原因", lambda post: post.get_end_reason_display(), 12),
)
ROSTER_EXPORT = (
    ListColumn("姓名", lambda post: post.cadre.name, 12),
    ListColumn("性别", lambda post: post.cadre.get_gender_display(), 6),
    ListColumn("出生年月", lambda post: f"{post.cadre.birth_date:%Y.%m}", 10),
    ListColumn("民族", lambda post: post.cadre.get_ethnicity_display(), 10),
    *_POST_COLUMNS,
    ListColumn("党政、“两委”或本职", work_text, 20),
    ListColumn("政治面貌", lambda post: post.cadre.get_political_status_display(), 14),
    ListColumn("学历", lambda post: post.cadre.education, 12),
    ListColumn("任职时间", post_month, 12),
    ListColumn("手机号码（部分隐藏）", lambda post: post.cadre.masked_phone, 16),
)
