"""Tables of a year."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from appraisal.choices import (
    ASKED_STANDINGS,
    LISTS_IN,
    REPORT_IN,
    Component,
    DebriefState,
    Grade,
    MaterialState,
    PledgeState,
    Standing,
)
from appraisal.models import Participant, ResponsibilityPledge, Scorecard
from appraisal.reports.materials import UNWRITTEN
from appraisal.reports.pledges import NO_PLEDGE
from appraisal.reports.standings import CardRow
from appraisal.reports.years import reason_of
from appraisal.rules.scoring import two_places
from orgs.scoped_views import ListColumn, ScopedTable

ORDER = ("group__position", "lineage", "cadre__name", "pk")
_TONES = {Standing.RANKED: "ok", Standing.INCOMPLETE: "warn"}

PLEDGE_TONES = {
    PledgeState.DRAFT: "idle",
    PledgeState.ADJUSTING: "warn",
    PledgeState.SIGNED: "ok",
    PledgeState.SETTLED: "ok",
    PledgeState.ARCHIVED: "ok",
}


class ParticipantTable(ScopedTable):
    """People of a year, by group."""

    name = tables.Column("姓名", accessor="cadre__name", attrs={"td": {"class": "nw"}})
    standing = tables.Column("参评情况", attrs={"td": {"class": "m-end nw"}}, orderable=False)
    organisation = tables.Column("团组织", accessor="organisation__name", attrs={"td": {"class": "m-full cutc"}})
    league_post = tables.Column("团内职务", orderable=False, attrs={"td": {"class": "m-line nw", "data-k": "职务"}})
    group = tables.Column("考评组", accessor="group__name", attrs={"td": {"class": "m-line nw", "data-k": "考评组"}})
    months = tables.Column(
        "任职月数", attrs={"th": {"class": "num"}, "td": {"class": "m-line num", "data-k": "任职月数"}}
    )
    reason = tables.Column(
        "原因",
        accessor="pk",
        orderable=False,
        attrs={"td": {"class": "m-full ink2"}},
    )

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "参评人员"}

    def render_name(self, value: str, record: Participant) -> SafeString:
        """Link to the person."""
        return format_html('<a class="who" href="{}">{}</a>', reverse("cadre", args=[record.cadre_id]), value)

    def render_standing(self, record: Participant) -> SafeString:
        """Show the standing."""
        word, tone = record.get_standing_display(), _TONES.get(Standing(record.standing), "idle")
        return SafeString(render_to_string("components/light.html", {"tone": tone, "word": word}))

    def render_reason(self, record: Participant) -> str:
        """Say why somebody is not simply ranked."""
        return reason_of(record)

    def order_group(self, rows: QuerySet[Participant], is_descending: bool) -> tuple[QuerySet[Participant], bool]:  # noqa: FBT001
        """Order by the place of the group."""
        return rows.order_by("-group__position" if is_descending else "group__position", *ORDER[1:]), True


class PledgeTable(ScopedTable):
    """People of a year with their pledge, by group."""

    name = tables.Column("姓名", accessor="cadre__name", attrs={"td": {"class": "nw"}})
    state = tables.Column("责任书", accessor="pk", orderable=False, attrs={"td": {"class": "m-end nw"}})
    organisation = tables.Column("团组织", accessor="organisation__name", attrs={"td": {"class": "m-full cutc"}})
    league_post = tables.Column("团内职务", orderable=False, attrs={"td": {"class": "m-line nw", "data-k": "职务"}})
    group = tables.Column("考评组", accessor="group__name", attrs={"td": {"class": "m-line nw", "data-k": "考评组"}})
    signed_on = tables.Column(
        "签订日期", accessor="pk", orderable=False, attrs={"td": {"class": "m-line nw", "data-k": "签订日期"}}
    )
    score = tables.Column(
        "对账得分",
        accessor="pk",
        orderable=False,
        attrs={"th": {"class": "num"}, "td": {"class": "m-line num", "data-k": "对账得分"}},
    )

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "责任书"}

    def render_name(self, value: str, record: Participant) -> SafeString:
        """Link to the pledge, or to where one is drawn up."""
        pledge = pledge_of(record)
        url = reverse("appraisal-pledge", args=[pledge.pk]) if pledge else reverse("cadre", args=[record.cadre_id])
        return format_html('<a class="who" href="{}">{}</a>', url, value)

    def render_state(self, record: Participant) -> SafeString:
        """Show the state."""
        pledge = pledge_of(record)
        tone = PLEDGE_TONES.get(PledgeState(pledge.state), "run") if pledge else "idle"
        return SafeString(render_to_string("components/light.html", {"tone": tone, "word": _pledge_state(record)}))

    def render_signed_on(self, record: Participant) -> str:
        """Write the day on which the 团区委 signed."""
        return _signed_on(record) or "—"

    def render_score(self, record: Participant) -> str:
        """Write the score of the settlement."""
        return _pledge_score(record) or "—"

    def order_group(self, rows: QuerySet[Participant], is_descending: bool) -> tuple[QuerySet[Participant], bool]:  # noqa: FBT001
        """Order by the place of the group."""
        return rows.order_by("-group__position" if is_descending else "group__position", *ORDER[1:]), True


def pledge_of(person: Participant) -> ResponsibilityPledge | None:
    """Give the pledge that was read along with a person."""
    return getattr(person, "pledge", None)


def _signed_on(person: Participant) -> str:
    pledge = pledge_of(person)
    return f"{pledge.signed_on:%Y-%m-%d}" if pledge and pledge.signed_on else ""


def _pledge_score(person: Participant) -> str:
    pledge = pledge_of(person)
    return f"{pledge.score / 1000:.2f}" if pledge and pledge.score is not None else ""


def _pledge_state(person: Participant) -> str:
    pledge = pledge_of(person)
    return pledge.get_state_display() if pledge else NO_PLEDGE


PLEDGE_COLUMNS = (
    ListColumn("姓名", lambda one: one.cadre.name),
    ListColumn("团组织", lambda one: one.organisation.name, 30),
    ListColumn("团内职务", lambda one: one.get_league_post_display()),
    ListColumn("考评组", lambda one: one.group.name),
    ListColumn("责任书", _pledge_state),
    ListColumn("签订日期", _signed_on),
    ListColumn("对账得分", _pledge_score, 10),
)
PARTICIPANT_COLUMNS = (
    ListColumn("姓名", lambda one: one.cadre.name),
    ListColumn("团组织", lambda one: one.organisation.name, 30),
    ListColumn("团内职务", lambda one: one.get_league_post_display()),
    ListColumn("考评组", lambda one: one.group.name),
    ListColumn("任职月数", lambda one: str(one.months), 10),
    ListColumn("参评情况", lambda one: one.get_standing_display()),
    ListColumn("原因", reason_of, 30),
)


# ---- scorecards of a year --------------------------------------------------------------
CARD_ORDER = ("group__position", F("rank").asc(nulls_last=True), "participant__lineage", "pk")
_GRADE_CLASSES = {Grade.EXCELLENT: "up fw-bold", Grade.GOOD: "", Grade.FAIR: "ink2", Grade.POOR: "down fw-bold"}


def points_text(value: int | None) -> str:
    """Write a score; without one a dash."""
    return "—" if value is None else two_places(value)


def result_word(row: Scorecard) -> str:
    """Write the grade, or why there is none."""
    if row.final_grade:
        return Grade(row.final_grade).label
    return "待定" if row.standing == Standing.RANKED else row.get_standing_display()


def rank_text(row: Scorecard) -> str:
    """Write the rank, shared ones as such."""
    return "" if row.rank is None else f"{'并列' if row.is_tied else ''}{row.rank}"


class PointsColumn(tables.Column):  # type: ignore[misc]  # untyped package
    """A number of the card, right-aligned; ordered with those without one last either way."""

    def __init__(self, title: str, name: str, phone: str = "m-0") -> None:
        attrs = {"th": {"class": "num"}, "td": {"class": f"num {phone}", "data-k": title}}
        super().__init__(title, f"row__{name}", default="—", attrs=attrs)
        self.field = name

    def render(self, value: int) -> str:
        """Write the score."""
        return points_text(value)

    def order(self, rows: QuerySet[Scorecard], is_descending: bool) -> tuple[QuerySet[Scorecard], bool]:  # noqa: FBT001
        """Order by the number."""
        by = F(self.field)
        return rows.order_by(by.desc(nulls_last=True) if is_descending else by.asc(nulls_last=True), "pk"), True


class ScorecardTable(ScopedTable):
    """Scorecards of a year, by group and rank."""

    chosen = tables.Column("对比", accessor="row__participant_id", orderable=False, attrs={"td": {"class": "c-box"}})
    name = tables.Column("姓名", accessor="row__participant__cadre__name", attrs={"td": {"class": "c-name"}})
    unit = tables.Column("团组织", attrs={"td": {"class": "c-unit cutc"}})
    group = tables.Column(
        "考评组", accessor="row__group__name", attrs={"td": {"class": "m-sub nw", "data-k": "考评组"}}
    )
    leader_review = PointsColumn("领导评鉴", "leader_review")
    staff_score = PointsColumn("干事赋分", "staff_score")
    party_government = PointsColumn("党政评", "party_government")
    debrief = PointsColumn("团干述", "debrief")
    contest = PointsColumn("团内赛", "contest")
    youth_opinion = PointsColumn("青年议", "youth_opinion")
    adjustment = PointsColumn("加减分", "adjustment")
    total = PointsColumn("总分", "total", "m-sub fw-bold")
    grade = tables.Column("等次", accessor="row__standing", attrs={"td": {"class": "c-grade nw"}})
    rank = PointsColumn("位次", "rank", "m-sub")

    class Meta:
        attrs = {"class": "t-dense t-cards t-marks", "label": "成绩单"}

    def render_chosen(self, record: CardRow) -> SafeString:
        """Offer the person for a comparison."""
        person = record.row.participant
        return format_html(
            '<input class="form-check-input" type="checkbox" name="person" value="{}" form="compare" '
            'aria-label="对比{}">',
            person.pk,
            person.cadre.name,
        )

    def render_name(self, value: str, record: CardRow) -> SafeString:
        """Link to the card."""
        url = reverse("appraisal-scorecard", args=[record.row.participant_id])
        return format_html('<a class="who" href="{}">{}</a>', url, value)

    def render_unit(self, value: str) -> SafeString:
        """Write the unit whole where it is cut."""
        return format_html('<span title="{}">{}</span>', value, value)

    def render_grade(self, record: CardRow) -> SafeString:
        """Write the grade; where there is none, why, with a light."""
        row = record.row
        if row.final_grade:
            return format_html('<span class="{}">{}</span>', _GRADE_CLASSES[Grade(row.final_grade)], result_word(row))
        tone = "warn" if row.standing in {Standing.RANKED, Standing.INCOMPLETE} else "idle"
        return SafeString(render_to_string("components/light.html", {"tone": tone, "word": result_word(row)}))

    def render_rank(self, record: CardRow) -> str:
        """Write the rank."""
        return rank_text(record.row) or "—"

    def order_name(self, rows: QuerySet[Scorecard], is_descending: bool) -> tuple[QuerySet[Scorecard], bool]:  # noqa: FBT001
        """Order by name."""
        return rows.order_by("-participant__cadre__name" if is_descending else "participant__cadre__name", "pk"), True

    def order_unit(self, rows: QuerySet[Scorecard], is_descending: bool) -> tuple[QuerySet[Scorecard], bool]:  # noqa: FBT001
        """Order by the place of the unit in the tree."""
        return rows.order_by("-participant__lineage" if is_descending else "participant__lineage", "pk"), True

    def order_group(self, rows: QuerySet[Scorecard], is_descending: bool) -> tuple[QuerySet[Scorecard], bool]:  # noqa: FBT001
        """Order by the place of the group."""
        return rows.order_by("-group__position" if is_descending else "group__position", *CARD_ORDER[1:]), True

    def order_grade(self, rows: QuerySet[Scorecard], is_descending: bool) -> tuple[QuerySet[Scorecard], bool]:  # noqa: FBT001
        """Order by grade, those without one last."""
        by = F("final_grade")
        return rows.order_by(by.desc(nulls_last=True) if is_descending else by.asc(nulls_last=True), "pk"), True


def _score_column(component: Component) -> ListColumn:
    name = component.name.lower()
    return ListColumn(component.label, lambda one: _exported(getattr(one.row, name)), 10)


def _exported(value: int | None) -> str:
    return "" if value is None else two_places(value)


SCORECARD_COLUMNS = (
    ListColumn("姓名", lambda one: one.row.participant.cadre.name),
    ListColumn("团组织", lambda one: one.unit, 30),
    ListColumn("团内职务", lambda one: one.row.participant.get_league_post_display()),
    ListColumn("考评组", lambda one: one.row.group.name),
    *map(_score_column, Component),
    ListColumn("加减分", lambda one: _exported(one.row.adjustment), 10),
    ListColumn("总分", lambda one: _exported(one.row.total), 10),
    ListColumn("等次", lambda one: result_word(one.row), 10),
    ListColumn("组内位次", lambda one: rank_text(one.row), 10),
)


# ---- 年终材料 --------------------------------------------------------------------------
_MATERIAL_TONES = {
    "draft": "idle",
    "submitted": "run",
    "received": "ok",
    "returned": "warn",
    "review": "run",
    "reviewed": "run",
}
NOT_ASKED = "不要求"


def lists_word(row: Any) -> str:
    """Say how far somebody's lists are."""
    if row.standing not in ASKED_STANDINGS and row.lists_state is None:
        return NOT_ASKED
    return dict(MaterialState.choices).get(row.lists_state, UNWRITTEN)


def report_word(row: Any) -> str:
    """Say how far somebody's report is."""
    is_asked = row.standing in ASKED_STANDINGS and row.owes_report
    if not is_asked and row.report_state is None:
        return NOT_ASKED
    return dict(DebriefState.choices).get(row.report_state, UNWRITTEN)


class MaterialTable(ScopedTable):
    """Who has handed in what."""

    name = tables.Column("姓名", accessor="cadre__name", attrs={"td": {"class": "nw"}})
    organisation = tables.Column("团组织", accessor="organisation__name", attrs={"td": {"class": "m-full cutc"}})
    group = tables.Column("考评组", accessor="group__name", attrs={"td": {"class": "m-line nw", "data-k": "考评组"}})
    lists = tables.Column(
        "三张清单", accessor="pk", orderable=False, attrs={"td": {"class": "m-line nw", "data-k": "三张清单"}}
    )
    report = tables.Column(
        "述职报告", accessor="pk", orderable=False, attrs={"td": {"class": "m-line nw", "data-k": "述职报告"}}
    )

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "年终材料"}

    def render_name(self, value: str, record: Participant) -> SafeString:
        """Link to what the person handed in."""
        url = reverse("appraisal-person-materials", args=[record.pk])
        return format_html('<a class="who" href="{}">{}</a>', url, value)

    def render_lists(self, record: Any) -> SafeString:
        """Show how far the lists are."""
        tone = "ok" if record.lists_state in LISTS_IN else _MATERIAL_TONES.get(record.lists_state, "idle")
        return _light(tone, lists_word(record))

    def render_report(self, record: Any) -> SafeString:
        """Show how far the report is."""
        tone = "ok" if record.report_state in REPORT_IN else _MATERIAL_TONES.get(record.report_state, "idle")
        return _light(tone, report_word(record))

    def order_group(self, rows: QuerySet[Participant], is_descending: bool) -> tuple[QuerySet[Participant], bool]:  # noqa: FBT001
        """Order by the place of the group."""
        return rows.order_by("-group__position" if is_descending else "group__position", *ORDER[1:]), True


def _light(tone: str, word: str) -> SafeString:
    return SafeString(render_to_string("components/light.html", {"tone": tone, "word": word}))


MATERIAL_COLUMNS = (
    ListColumn("姓名", lambda one: one.cadre.name),
    ListColumn("团组织", lambda one: one.organisation.name, 30),
    ListColumn("团内职务", lambda one: one.get_league_post_display()),
    ListColumn("考评组", lambda one: one.group.name),
    ListColumn("三张清单", lists_word),
    ListColumn("述职报告", report_word),
)
