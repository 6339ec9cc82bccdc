"""What one line of the roster shows beside the post itself: age, other posts, hints（超龄、主持工作、届满）."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cadres.choices import LeaguePost, PoliticalStatus
from cadres.models import Appointment, Cadre
from orgs.choices import Level
from orgs.policies import RosterPolicy
from youthleague.kernel.dates import add_months, add_years, is_over_age

_LEADING = (LeaguePost.SECRETARY, LeaguePost.DEPUTY_SECRETARY)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at; it never blocks."""

    word: str
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person by one post. ``is_former`` leaves nothing but the name and the post: then there is no ``facts``."""

    post: Appointment
    others: tuple[Appointment, ...] = ()
    hints: tuple[Hint, ...] = ()
    is_former: bool = False

    @property
    def cadre(self) -> Cadre:
        """Give the person."""
        return self.post.cadre

    @property
    def facts(self) -> Cadre | None:
        """Give the person whose facts may be shown."""
        return None if self.is_former else self.post.cadre

    @property
    def work(self) -> Appointment | None:
        """Give the post of which more than its name may be shown."""
        return None if self.is_former else self.post


def former_line(post: Appointment) -> RosterLine:
    """Give the line, on a past day, of somebody who has left since."""
    return RosterLine(post, hints=(Hint("已离任", "", "此后已离任，只显示姓名和任职"),), is_former=True)


def former_lines(posts: Iterable[Appointment]) -> list[RosterLine]:
    """Give the lines of posts that have ended."""
    return [RosterLine(post, is_former=True) for post in posts]


def roster_lines(posts: Sequence[Appointment], day: date, *, policy: RosterPolicy) -> list[RosterLine]:
    """Give the lines of posts in force, with the other posts of the same people, in one query.

    The caller has narrowed ``posts`` to the scope; who is listed by a post in force is seen whole.
    """
    known = _neighbours(posts, day)
    of_person: dict[int, list[Appointment]] = defaultdict(list)
    leading: dict[int, list[Appointment]] = defaultdict(list)
    for post in known:
        of_person[post.cadre_id].append(post)
        if post.league_post in _LEADING:
            leading[post.organisation_id].append(post)
    return [
        RosterLine(
            post,
            others=tuple(other for other in of_person[post.cadre_id] if other.pk != post.pk),
            hints=tuple(_hints(post, leading[post.organisation_id], day, policy)),
        )
        for post in posts
    ]


def _neighbours(posts: Sequence[Appointment], day: date) -> list[Appointment]:
    """Read the posts in force of the same people, and the leading ones of the same units; no more than a line names."""
    people = {post.cadre_id for post in posts}
    units = {post.organisation_id for post in posts}
    wanted = Q(cadre_id__in=people) | Q(organisation_id__in=units, league_post__in=_LEADING)
    found = Appointment.objects.in_force(day).filter(wanted).select_related("organisation")
    named = found.only("cadre", "organisation", "league_post", "organisation__name")
    return list(named.order_by("-is_main", "organisation__lineage", "post_order", "pk"))


def _hints(post: Appointment, leading: Sequence[Appointment], day: date, policy: RosterPolicy) -> Iterable[Hint]:
    if _is_presiding(post, leading):
        yield Hint("主持工作", "blue", "书记空缺，由唯一的副书记主持工作")
    if has_age_line(post):
        yield from _age_hints(post, day, policy.secretary_age_limit)
    if post.term_ends_on is not None:
        yield from _term_hints(post.term_ends_on, day, policy.soon)
    if post.cadre.political_status == PoliticalStatus.MASSES:
        yield Hint("政治面貌待核", "bad", "团干部应是团员或党员，请核对")


def _is_presiding(post: Appointment, leading: Sequence[Appointment]) -> bool:
    return post.league_post == LeaguePost.DEPUTY_SECRETARY and [one.pk for one in leading] == [post.pk]


def has_age_line(post: Appointment) -> bool:
    """Tell whether the age line of secretaries applies: to every secretary, and to deputies of the district."""
    is_deputy = post.league_post == LeaguePost.DEPUTY_SECRETARY
    return post.league_post == LeaguePost.SECRETARY or (is_deputy and post.organisation.level == Level.DISTRICT)


def _age_hints(post: Appointment, day: date, limit: int) -> Iterable[Hint]:
    birth = post.cadre.birth_date
    if is_over_age(birth, day, limit=limit):
        yield Hint("超龄", "warn", f"超过 {limit} 周岁，只作提示")
    elif is_over_age(birth, add_years(day, 1), limit=limit):
        yield Hint("一年内超龄", "warn", f"一年内将超过 {limit} 周岁，只作提示")


def _term_hints(ends_on: date, day: date, soon: int) -> Iterable[Hint]:
    if ends_on < day:
        yield Hint("任期届满", "warn", f"任期已于 {ends_on:%Y-%m-%d} 届满")
    elif ends_on < add_months(day, soon):
        yield Hint("任期将满", "warn", f"任期到 {ends_on:%Y-%m-%d}")
