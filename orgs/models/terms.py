"""Elections that begin terms (换届), and extensions that put the next one off (延期换届)."""

from django.db import models
from django.db.models import F, Q

from orgs.choices import OPEN_EXTENSIONS, ElectionKind, ExtensionState
from orgs.models.accounts import User
from orgs.models.organisations import Organisation
from orgs.models.policies import PolicyDocument
from orgs.querysets import ElectionQuerySet, ExtensionQuerySet


class TermElection(models.Model):
    """An election of an organisation: a 换届 begins a term, a 补选 fills seats in the one that runs.

    The latest 换届 stands in the organisation's own columns too; the services of terms keep both alike.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="elections", verbose_name="团组织")
    kind = models.CharField("选举类别", max_length=12, choices=ElectionKind.choices, default=ElectionKind.RENEWAL)
    held_on = models.DateField("选举日期")
    term_years = models.PositiveSmallIntegerField("任期（年）", null=True, blank=True)
    ends_on = models.DateField("届满日期", null=True, blank=True, editable=False)
    number = models.CharField("批复文号", max_length=60, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = ElectionQuerySet.as_manager()

    class Meta:
        verbose_name = "选举"
        verbose_name_plural = "选举"
        ordering = ["organisation", "-held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "held_on"],
                name="one_election_a_day",
                violation_error_code="election.twice",
                violation_error_message="这一天的选举已经登记过。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.held_on:%Y-%m-%d} {self.get_kind_display()}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.organisation.lineage


class TermExtension(models.Model):
    """An election put off (延期换届), with the approvals of the 同级党组织 and of the 上级团组织."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="extensions", verbose_name="团组织")
    ends_on = models.DateField("原届满日期")
    extended_to = models.DateField("延期至")
    reason = models.CharField("延期原因", max_length=200)
    state = models.CharField("状态", max_length=12, choices=ExtensionState.choices, default=ExtensionState.FILED)
    party_number = models.CharField("同级党组织批复文号", max_length=60, blank=True)
    party_on = models.DateField("同级党组织批复日期", null=True, blank=True)
    party_document = models.ForeignKey(
        PolicyDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同级党组织批复文件"
    )
    league_number = models.CharField("上级团组织批复文号", max_length=60, blank=True)
    league_on = models.DateField("上级团组织批复日期", null=True, blank=True)
    league_document = models.ForeignKey(
        PolicyDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级团组织批复文件"
    )
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    filed_on = models.DateField("申请日期")
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    closed_on = models.DateField("终止日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = "延期换届"
        verbose_name_plural = "延期换届"
        ordering = ["organisation", "-filed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state__in=list(OPEN_EXTENSIONS)),
                name="one_extension_at_a_time",
                violation_error_message="这个团组织已有一件延期换届，请先办完或撤销。",
            ),
            models.CheckConstraint(
                condition=Q(extended_to__gt=F("ends_on")),
                name="extension_ends_later",
                violation_error_message="延期后的日期应晚于届满日期。",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.APPROVED) | Q(party_on__isnull=False, league_on__isnull=False),
                name="extension_approved_twice",
                violation_error_message="延期换届要有同级党组织和上级团组织两个批复。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}延期至 {self.extended_to:%Y-%m-%d}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.organisation.lineage

    @property
    def is_open(self) -> bool:
        """Tell whether it awaits approval or is in force."""
        return self.state in OPEN_EXTENSIONS

    @property
    def has_party_approval(self) -> bool:
        """Tell whether the 同级党组织 has approved."""
        return self.party_on is not None
