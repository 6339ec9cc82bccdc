"""The tables of the roster: those in office, those who have left, and what an export of either holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import django_tables2 as tables
from django.db.models import Case, QuerySet, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cadres.choices import Grade
from cadres.models import Appointment
from cadres.reports import CoverLine, Hint, RosterLine
from orgs.scoped_views import ListColumn, ScopedTable, TextColumn, value_of

DOT = format_html('{}<i class="sep"> </i>', "\u2060")  # word joiner: the dot does not begin a line
APPOINTED = {"label": "任职时间", "th": {"class": "num"}, "td": {"class": "num m-0", "data-k": "任职时间"}}
HIDDEN = {"td": {"class": "nw m-0"}}
WORK = {"td": {"class": "cutp m-0", "data-k": "党政、“两委”或本职"}}
EDUCATION = {"label": "学历（最高）", "td": {"class": "nw m-0", "data-k": "学历"}}
UNIT = {"td": {"class": "m-full cutc", "title": lambda value: f"{value}"}}

Ordered = tuple[QuerySet[Any], bool]


class PostTable(ScopedTable):
    """What both tables have: the person, the unit, the post, when it began."""

    name = tables.Column("姓名", "cadre__name", attrs={"td": {"class": "nw"}})
    organisation = tables.Column("团组织", "post__organisation__name", attrs=UNIT)
    post = tables.Column("团内职务", "post__get_league_post_display", attrs={"td": {"class": "nw"}})
    appointed = tables.Column("任职", "post", attrs=APPOINTED)

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


def _of_open(text: Callable[[Any], str]) -> Callable[[Any], str]:
    """Leave a cell empty for somebody who has left since the day of the list."""
    return lambda post: text(post) if getattr(post, "is_open", True) else ""


def _fact(name: str, title: str, text: Callable[[Appointment], str], width: int = 12) -> ListColumn:
    """Describe an optional column once, for the page and for the export."""
    return ListColumn(title, _of_open(text), width, name)


def _date(of: Any, name: str) -> str:
    known = of.partial(name)
    return known.dotted() if known else ""


def _yes(answer: bool | None) -> str:  # noqa: FBT001
    return "" if answer is None else "是" if answer else "否"


_FACTS = (
    _fact("birth", "出生年月", lambda post: f"{post.cadre.birth_date:%Y.%m}", 10),
    _fact("ethnicity", "民族", lambda post: post.cadre.get_ethnicity_display(), 10),
    _fact("joined_league", "入团时间", lambda post: _date(post.cadre, "joined_league_on")),
    _fact("joined_party", "入党时间", lambda post: _date(post.cadre, "joined_party_on")),
    _fact("work_started", "参加工作时间", lambda post: _date(post.cadre, "work_started_on")),
    _fact("fulltime", "全日制学历", lambda post: post.cadre.get_fulltime_education_display()),
    _fact("inservice", "在职学历", lambda post: post.cadre.get_inservice_education_display()),
    _fact("degree", "学位", lambda post: post.cadre.get_degree_display()),
    _fact("school", "毕业院校及专业", lambda post: post.cadre.school_major, 30),
    _fact("term_end", "任期届满", lambda post: _date(post, "term_ends_on")),
    _fact("admin_post", "行政职务", lambda post: post.admin_post, 24),
    _fact("party_gov", "党政班子成员", lambda post: _yes(post.is_party_gov_leader)),
    _fact("two_committee", "“两委”成员", lambda post: _yes(post.is_two_committee_member)),
    _fact("party_committee", "同级党组织委员", lambda post: _yes(post.is_party_committee_member), 14),
    _fact("rank", "职务层级", lambda post: post.cadre.get_rank_display(), 14),
    _fact("establishment", "编制类型", lambda post: post.cadre.get_establishment_type_display(), 14),
    _fact("source", "来源", lambda post: post.cadre.get_source_display(), 14),
)
FACTS = {column.name: column for column in _FACTS}
# What the optional columns read that a list leaves out otherwise.
FACT_FIELDS: Mapping[str, str] = {
    "joined_league": "cadre__joined_league_on",
    "joined_party": "cadre__joined_party_on",
    "work_started": "cadre__work_started_on",
    "degree": "cadre__degree",
    "school": "cadre__school_major",
    "rank": "cadre__rank",
    "establishment": "cadre__establishment_type",
    "source": "cadre__source",
}


class RosterTable(PostTable):
    """People in office, one line each: name, unit, post and hints always, the rest as chosen."""

    optional: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "个人": ("person", "birth", "ethnicity", "politics", "joined_league", "joined_party", "phone"),
        "学历": ("education", "fulltime", "inservice", "degree", "school"),
        "任职": (
            *("mode", "appointed", "term_end", "work", "admin_post"),
            *("party_gov", "two_committee", "party_committee"),
        ),
        "工作": ("work_started", "rank", "establishment", "source"),
    }
    usual = frozenset({"person", "mode", "work", "politics", "education", "appointed", "phone"})

    person = tables.Column("性别、年龄", "facts", default="—", attrs={"td": {"class": "m-end m-sub nw"}})
    birth = TextColumn(FACTS["birth"], "work")
    ethnicity = TextColumn(FACTS["ethnicity"], "work")
    mode = tables.Column(
        "形式", "post__get_employment_mode_display", orderable=False, attrs={"label": "专/挂/兼", **HIDDEN}
    )
    work = tables.Column("党政、“两委”或本职", "work", orderable=False, default="—", attrs=WORK)
    admin_post = TextColumn(FACTS["admin_post"], "work")
    party_gov = TextColumn(FACTS["party_gov"], "work")
    two_committee = TextColumn(FACTS["two_committee"], "work")
    party_committee = TextColumn(FACTS["party_committee"], "work")
    politics = tables.Column(
        "政治面貌", "facts__get_political_status_display", orderable=False, default="—", attrs=HIDDEN
    )
    joined_league = TextColumn(FACTS["joined_league"], "work")
    joined_party = TextColumn(FACTS["joined_party"], "work")
    education = tables.Column("学历", "facts__education", orderable=False, default="—", attrs=EDUCATION)
    fulltime = TextColumn(FACTS["fulltime"], "work")
    inservice = TextColumn(FACTS["inservice"], "work")
    degree = TextColumn(FACTS["degree"], "work")
    school = TextColumn(FACTS["school"], "work")
    work_started = TextColumn(FACTS["work_started"], "work")
    rank = TextColumn(FACTS["rank"], "work")
    establishment = TextColumn(FACTS["establishment"], "work")
    source = TextColumn(FACTS["source"], "work")
    term_end = TextColumn(FACTS["term_end"], "work")
    phone = tables.Column(
        "手机",
        "facts__masked_phone",
        orderable=False,
        default="—",
        attrs={"label": "手机（部分隐藏）", "th": {"class": "num"}, "td": {"class": "num m-end"}},
    )
    hints = tables.Column("提示", "hints", orderable=False, empty_values=(), attrs={"td": {"class": "m-full nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "团干部名册"}
        sequence: tuple[str, ...] = (
            *("name", "person", "birth", "ethnicity", "organisation", "post", "mode", "work", "admin_post"),
            *("party_gov", "two_committee", "party_committee", "politics", "joined_league", "joined_party"),
            *("education", "fulltime", "inservice", "degree", "school", "work_started", "rank", "establishment"),
            *("source", "appointed", "term_end", "phone", "hints"),
        )

    day: Any = None

    def render_person(self, record: RosterLine) -> SafeString:
        """Write gender and age."""
        return format_html("{}{}{}", value_of(record.cadre, "gender"), DOT, record.cadre.age(self.day))

    def render_post(self, value: str, record: RosterLine) -> SafeString:
        """Write the post, how many others are held, and on a phone what the hidden columns say."""
        politics = value_of(record.facts, "political_status") if record.facts else ""
        told = {"mode": value_of(record.post, "employment_mode"), "politics": politics}
        words = (word for name, word in told.items() if word and name not in self.exclude)
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
        """Order by age; those whose age is not shown come last, in an order that does not tell it."""
        if "is_open" not in rows.query.annotations:
            return _ordered(rows, not is_descending, "cadre__birth_date")
        birth = Case(When(is_open=True, then="cadre__birth_date"))
        first = birth.asc(nulls_last=True) if is_descending else birth.desc(nulls_last=True)
        return rows.order_by(first, "pk"), True


def grade_text(post: Any) -> str:
    """Write the newest grade of a row ``with_grade``, and of which year."""
    if post.grade_year is None:
        return ""
    return f"{post.grade_year} {Grade(post.grade).label if post.grade else '不定等次'}"


GRADE = _fact("grade", "年度考核等次", grade_text, 16)


class GradedRosterTable(RosterTable):
    """The same for those who may read the grades of past years."""

    optional: ClassVar[Mapping[str, tuple[str, ...]]] = {**RosterTable.optional, "考核": ("grade",)}
    grade = TextColumn(GRADE, "work")

    class Meta(RosterTable.Meta):
        sequence = (*RosterTable.Meta.sequence[:-1], "grade", "hints")


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


class CoverTable(ScopedTable):
    """Units whose secretary ought to hold a second post."""

    name = tables.Column("团组织", "placement__name", orderable=False, attrs={"td": {"class": "m-full cutn"}})
    people = tables.Column("书记", "secretaries", orderable=False, default="—", attrs={"td": {"class": "m-sub"}})
    state = tables.Column("兼任", "is_covered", orderable=False, empty_values=(), attrs={"td": {"class": "m-end nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "书记兼任情况"}

    def render_name(self, value: str, record: CoverLine) -> SafeString:
        """Link to the organisation's page."""
        address = reverse("organisation", args=[record.placement.organisation_id])
        return format_html('<a class="who" href="{}" title="{}">{}</a>', address, value, value)

    def render_people(self, value: Iterable[Appointment]) -> SafeString:
        """Link to the secretaries' pages, with what else they are."""
        people = (
            (
                reverse("cadre", args=[post.cadre_id]),
                post.cadre.name,
                f"（{work_text(post)}）" if work_text(post) else "",
            )
            for post in value
        )
        return format_html_join("、", '<a class="in-text" href="{}">{}</a>{}', people)

    def render_state(self, record: CoverLine) -> SafeString:
        """Show the light."""
        tone = "ok" if record.is_covered else "warn"
        return render_to_string("components/light.html", {"tone": tone, "word": cover_word(record)})


def cover_word(line: CoverLine) -> str:
    """Say how the post of secretary of a unit is covered."""
    return "已兼任" if line.is_covered else "未兼任" if line.secretaries else "书记空缺"


COVER_EXPORT = (
    ListColumn("团组织", lambda line: line.placement.name, 34),
    ListColumn("书记", lambda line: "、".join(post.cadre.name for post in line.secretaries), 20),
    ListColumn("党政、“两委”或本职", lambda line: "、".join(filter(None, map(work_text, line.secretaries))), 30),
    ListColumn("兼任", cover_word, 12),
)


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
    posts = "；".join(f"{post.organisation.name}{value_of(post, 'league_post')}" for post in record.others)
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


def roster_export(day: date, *, has_grades: bool = False) -> tuple[ListColumn, ...]:
    """Give the columns of the exported roster, in the order of the page."""
    unit, post, mode = _POST_COLUMNS
    return (
        ListColumn("姓名", lambda post: post.cadre.name, 12),
        _fact("person", "性别", lambda post: post.cadre.get_gender_display(), 6),
        _fact("person", "年龄", lambda post: str(post.cadre.age(day)), 6),
        FACTS["birth"],
        FACTS["ethnicity"],
        unit,
        post,
        replace(mode, name="mode"),
        _fact("work", "党政、“两委”或本职", work_text, 20),
        *_facts("admin_post", "party_gov", "two_committee", "party_committee"),
        _fact("politics", "政治面貌", lambda post: post.cadre.get_political_status_display(), 14),
        *_facts("joined_league", "joined_party"),
        _fact("education", "学历", lambda post: post.cadre.education),
        *_facts("fulltime", "inservice", "degree", "school", "work_started", "rank", "establishment", "source"),
        ListColumn("任职时间", post_month, 12, "appointed"),
        FACTS["term_end"],
        *((GRADE,) if has_grades else ()),
        _fact("phone", "手机号码（部分隐藏）", lambda post: post.cadre.masked_phone, 16),
    )


def _facts(*names: str) -> Iterable[ListColumn]:
    return (FACTS[name] for name in names)
