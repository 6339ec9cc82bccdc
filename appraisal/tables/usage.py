"""拟表彰名单 as a table: who may be put forward for what, and why somebody may not."""

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from appraisal.choices import UsageKind
from appraisal.models import Participant
from appraisal.reports.usage import Candidate
from orgs.scoped_views import ListColumn, ScopedTable

_REASON = "m-full ink2"


class CandidateTable(ScopedTable):
    """People of a sealed year, with what their results may be used for."""

    name = tables.Column("姓名", accessor="person__cadre__name", attrs={"td": {"class": "nw"}})
    grade = tables.Column("等次", accessor="grade_word", attrs={"td": {"class": "m-end nw"}})
    unit = tables.Column("团组织", accessor="person__organisation__name", attrs={"td": {"class": "m-full cutc"}})
    post = tables.Column(
        "职务",
        accessor="person__get_league_post_display",
        orderable=False,
        attrs={"td": {"class": "m-line nw", "data-k": "职务"}},
    )
    group = tables.Column(
        "考评组", accessor="person__group__name", attrs={"td": {"class": "m-line nw", "data-k": "考评组"}}
    )
    fits = tables.Column("可以用于", accessor="person", orderable=False, attrs={"td": {"class": _REASON}})
    used = tables.Column(
        "已登记",
        accessor="usages",
        orderable=False,
        empty_values=(),
        attrs={"td": {"class": "m-line ink2", "data-k": "已登记"}},
    )

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "拟表彰名单"}

    def render_name(self, value: str, record: Candidate) -> SafeString:
        """Link to the card."""
        return format_html(
            '<a class="who" href="{}">{}</a>', reverse("appraisal-scorecard", args=[record.person.pk]), value
        )

    def render_fits(self, record: Candidate) -> str:
        """Say for what somebody may be put forward, and why not for an honour."""
        return "；".join(text for text in (fits_text(record), reason_text(record)) if text)

    def render_used(self, record: Candidate) -> str:
        """List what was entered."""
        return used_text(record) or "—"

    def order_name(self, rows: QuerySet[Participant], is_descending: bool) -> tuple[QuerySet[Participant], bool]:  # noqa: FBT001
        """Order by name."""
        return rows.order_by("-cadre__name" if is_descending else "cadre__name", "pk"), True

    def order_grade(self, rows: QuerySet[Participant], is_descending: bool) -> tuple[QuerySet[Participant], bool]:  # noqa: FBT001
        """Order by grade, those without one last."""
        by = F("final")
        return rows.order_by(by.desc(nulls_last=True) if is_descending else by.asc(nulls_last=True), "pk"), True

    def order_unit(self, rows: QuerySet[Participant], is_descending: bool) -> tuple[QuerySet[Participant], bool]:  # noqa: FBT001
        """Order by the place of the unit in the tree."""
        return rows.order_by("-lineage" if is_descending else "lineage", "pk"), True

    def order_group(self, rows: QuerySet[Participant], is_descending: bool) -> tuple[QuerySet[Participant], bool]:  # noqa: FBT001
        """Order by the place of the group."""
        return rows.order_by("-group__position" if is_descending else "group__position", "lineage", "pk"), True


def fits_text(one: Candidate) -> str:
    """List the kinds of use that somebody is eligible for."""
    return "、".join(str(kind.label) for kind in UsageKind if one.barred[kind] is None)


def reason_text(one: Candidate) -> str:
    """Say why somebody may not be put forward for an honour; nothing for those who may."""
    found = one.barred[UsageKind.AWARD]
    return found.sentence if found else ""


def used_text(one: Candidate) -> str:
    """List what somebody's results were entered for."""
    return "；".join(f"{row.title}（{row.get_state_display()}）" for row in one.usages)


CANDIDATE_COLUMNS = (
    ListColumn("姓名", lambda one: one.person.cadre.name),
    ListColumn("团组织", lambda one: one.person.organisation.name, 30),
    ListColumn("团内职务", lambda one: one.person.get_league_post_display()),
    ListColumn("考评组", lambda one: one.person.group.name, 20),
    ListColumn("等次", lambda one: one.grade_word, 10),
    ListColumn("可以用于", fits_text, 36),
    ListColumn("不符合评先树优的原因", reason_text, 40),
    ListColumn("已登记", used_text, 40),
)
