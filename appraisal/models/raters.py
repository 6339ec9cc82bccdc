"""Who marks a group in the daily appraisal, where that is not everybody who holds the right."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import DAILY_COMPONENTS, Component
from appraisal.models.cycle import AppraisalGroup


class GroupRater(models.Model):
    """One of those who mark a group in a component; a group without any is marked by all who hold the right."""

    group = models.ForeignKey(AppraisalGroup, models.CASCADE, related_name="raters", verbose_name="考评组")
    component = models.PositiveSmallIntegerField("项目", choices=Component.choices)
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="评分人")

    class Meta:
        verbose_name = "指定的评分人"
        verbose_name_plural = "指定的评分人"
        ordering = ["group", "component", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["group", "component", "rater"], name="group_rater_once"),
            models.CheckConstraint(
                condition=Q(component__in=[*map(int, DAILY_COMPONENTS)]), name="group_rater_is_daily"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}，{self.get_component_display()}"
