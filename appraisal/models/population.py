"""Who is appraised in a year (参评人员)."""

from django.db import models

from appraisal.choices import Standing
from appraisal.models.cycle import AppraisalCycle, AppraisalGroup
from appraisal.querysets import ParticipantQuerySet
from cadres.choices import LeaguePost
from cadres.models import Appointment, Cadre
from orgs.models import LINEAGE_LENGTH, Organisation


class Participant(models.Model):
    """A person in a year: the group, the post that decides, its unit, and the lineage of that unit at the date."""

    cycle = models.ForeignKey(
        AppraisalCycle, models.CASCADE, related_name="participants", db_index=False, verbose_name="考核年度"
    )
    group = models.ForeignKey(AppraisalGroup, models.CASCADE, related_name="participants", verbose_name="考评组")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="appraised", verbose_name="团干部")
    # The entry of a post may be undone; what it was stays here.
    appointment = models.ForeignKey(
        Appointment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="任职"
    )
    league_post = models.CharField("团内职务", max_length=24, choices=LeaguePost.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="团组织")
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, db_index=True, editable=False)
    months = models.PositiveSmallIntegerField("任职月数")
    standing = models.CharField("参评情况", max_length=10, choices=Standing.choices)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "参评人员"
        verbose_name_plural = "参评人员"
        ordering = ["group", "lineage", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cycle", "cadre"], name="participant_once_a_year")]

    def __str__(self) -> str:
        return f"{self.cadre}，{self.cycle}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage
