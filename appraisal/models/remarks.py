"""What is said in words about somebody's year (评语): every wording stays, the newest stands."""

from django.conf import settings
from django.db import models

from appraisal.models.population import Participant
from appraisal.querysets import OfParticipantQuerySet


class Remark(models.Model):
    """One wording of the remark on a person's year, numbered from 1."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="remarks", db_index=False, verbose_name="参评人员"
    )
    version = models.PositiveIntegerField("第几稿", editable=False)
    text = models.CharField("评语", max_length=500)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="撰写人")
    written_at = models.DateTimeField("时间")

    objects = OfParticipantQuerySet["Remark"].as_manager()

    class Meta:
        verbose_name = "评语"
        verbose_name_plural = "评语"
        ordering = ["participant", "-version"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["participant", "version"], name="remark_version")]

    def __str__(self) -> str:
        return f"{self.participant}，第{self.version}稿"
