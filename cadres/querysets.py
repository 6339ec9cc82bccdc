"""How people and posts are picked."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cadres.access import DECIDE, VIEW_GRADE
from orgs.access import Scope, as_scope
from orgs.querysets import ScopedQuerySet, in_force_on

if TYPE_CHECKING:
    from cadres.models import Account, Appointment, Cadre, PostRequest, YearGrade  # noqa: F401 the strings below name them
    from orgs.models import Organisation, User
    from orgs.querysets import OrganisationQuerySet


class AppointmentQuerySet(ScopedQuerySet["Appointment"]):
    """Posts (任职)."""

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to posts in the scope that are in force, or ended within the years that policy allows."""
        scope = as_scope(subject)
        return self.in_scope(scope).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=scope.former_since))

    def in_scope(self, scope: Scope) -> Self:
        """Narrow to posts of organisations in the scope.

        By a join, not a sub-select: then SQLite goes through the units in list order and stops when a page is full.
        """
        return self.filter(scope.where("organisation__lineage"))

    def within(self, organisation: "Organisation") -> Self:
        """Narrow to posts in the subtree of an organisation."""
        return self.filter(organisation_id__in=self._organisations().within(organisation).values("pk"))

    def in_force(self, day: date) -> Self:
        """Keep the posts in force on a day."""
        return self.filter(in_force_on(day, "appointed_on"))

    def of_people_matching(self, text: str) -> Self:
        """Keep the posts of people with this in the name, or as the beginning of its pinyin or initials."""
        return self.filter(_is_called(text, "cadre__"))

    def one_per_person(self, *, past: bool = False) -> Self:
        """Of these posts keep one a person: the main post, else the earliest entered. Call it last.

        On a ``past`` day several posts may bear the mark: that of the day, and one that became the main post later.
        """
        same_person = self.filter(cadre=OuterRef("cadre")).order_by()
        if past:
            first = Q(is_main__gt=OuterRef("is_main")) | Q(is_main=OuterRef("is_main"), pk__lt=OuterRef("pk"))
            return self.filter(~Exists(same_person.filter(first)))
        rival = same_person.filter(Q(is_main=True) | Q(pk__lt=OuterRef("pk")))
        return self.filter(Q(is_main=True) | ~Exists(rival))

    def with_openness(self, scope: Scope) -> Self:
        """Add ``is_open``: whether the person holds a post in the scope today, so that the facts may be read."""
        held = self.model._default_manager.in_scope(scope).in_force(scope.day)  # noqa: SLF001
        return self.annotate(is_open=Exists(held.filter(cadre=OuterRef("cadre")).order_by()))

    def opened(self) -> Self:
        """Of posts ``with_openness`` keep those of people whose facts may be read."""
        return self.filter(Q(is_open=True))

    def with_grade(self, grades: "YearGradeQuerySet") -> Self:
        """Add ``grade_year`` and ``grade`` of the newest of some grades of the person."""
        newest = grades.filter(cadre=OuterRef("cadre")).order_by("-year")
        return self.annotate(grade_year=Subquery(newest.values("year")[:1]), grade=Subquery(newest.values("grade")[:1]))

    def in_list_order(self) -> Self:
        """Order as a roster is read: by unit, then rank of the post, then name."""
        return self.order_by("organisation__lineage", "post_order", "cadre__name", "pk")

    def _organisations(self) -> "OrganisationQuerySet":
        field = self.model._meta.get_field("organisation")  # noqa: SLF001 - Django's documented meta API
        related: Any = field.related_model
        return related.objects.all()  # type: ignore[no-any-return]


def _is_called(text: str, person: str = "") -> Q:
    words = text.strip().lower()
    if words.isascii():
        keys = f"{person}search_keys"
        return Q(**{f"{keys}__startswith": words}) | Q(**{f"{keys}__contains": f" {words}"})
    return Q(**{f"{person}name_key__contains": words}) | Q(**{f"{person}name__contains": text.strip()})


class CadreQuerySet(ScopedQuerySet["Cadre"]):
    """People (团干部)."""

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to people with a visible post: in force in the scope, or ended there not too long ago."""
        scope = as_scope(subject)
        return self.filter(pk__in=self._posts().visible_to(scope).values("cadre_id"))

    def fully_visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to people with a post in force in the scope: their phone, number and other posts may be seen."""
        scope = as_scope(subject)
        return self.filter(pk__in=self._posts().in_scope(scope).in_force(scope.day).values("cadre_id"))

    def editable_by(self, subject: "User | Scope") -> Self:
        """Narrow to people whose main post in force lies where the permission to change people is held."""
        scope = as_scope(subject).holding("cadres.change_cadre")
        posts = self._posts().in_scope(scope).in_force(scope.day).filter(is_main=True)
        return self.filter(pk__in=posts.values("cadre_id"))

    def within(self, organisation: "Organisation") -> Self:
        """Narrow to people with a post in the subtree of an organisation."""
        return self.filter(pk__in=self._posts().within(organisation).values("cadre_id"))

    def matching(self, text: str) -> Self:
        """Find by part of the name, or by the beginning of its pinyin or initials."""
        return self.filter(_is_called(text))

    def _posts(self) -> "AppointmentQuerySet":
        field = self.model._meta.get_field("appointments")  # noqa: SLF001 - Django's documented meta API
        related: Any = field.related_model
        return related.objects.all()  # type: ignore[no-any-return]


class PostRequestQuerySet(QuerySet["PostRequest"]):
    """Requests for posts of people in office elsewhere (申请调入、增加兼任)."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to one's own, of units where one keeps the roster still, and to those that one may decide about."""
        scope = as_scope(subject)
        own = Q(requester=subject) & scope.holding("cadres.add_cadre").where("lineage")
        return self.filter(own | _is_for(scope))

    def to_decide(self, subject: "User") -> Self:
        """Narrow to the open ones that wait for an account: neither filed by, nor about the person behind it."""
        waiting = self.filter(_is_for(as_scope(subject)), state="open")
        return waiting.exclude(requester__person_key=subject.person_key).exclude(cadre__person_key=subject.person_key)


def _is_for(scope: Scope) -> Q:
    """Give the condition “both units, where the person is and where the person is wanted, lie where one decides”."""
    deciding = scope.holding(DECIDE)
    return deciding.where("lineage") & deciding.where("held_lineage")


class YearGradeQuerySet(QuerySet["YearGrade"]):
    """Grades of past years (年度考核等次)."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to those of people with a post in force where grades may be read.

        Whoever was appraised in a group of a year reads none of that group, the own one neither: the appraisal shows
        people their own, once it is fed back.
        """
        scope = as_scope(subject).holding(VIEW_GRADE)
        field = self.model._meta.get_field("cadre")  # noqa: SLF001 - Django's documented meta API
        people: Any = field.related_model
        own = self.model._default_manager.filter(cadre__person_key=subject.person_key)  # noqa: SLF001
        peers = own.filter(year=OuterRef("year"), group=OuterRef("group"))
        return self.filter(~Exists(peers), cadre__in=people.objects.fully_visible_to(scope))


class AccountQuerySet(QuerySet["Account"]):
    """Which account is whose."""

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to links of people with a post in force in the scope."""
        scope = as_scope(subject)
        condition = scope.where("cadre__appointments__organisation__lineage")
        start, end = "cadre__appointments__appointed_on", "cadre__appointments__ended_on"
        return self.filter(condition, in_force_on(scope.day, start, end)).distinct()
