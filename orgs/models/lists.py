"""What somebody keeps of a list page: conditions（常用筛选）, and the columns to show（列选择）."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from orgs.querysets import ColumnChoiceQuerySet, SavedListQuerySet


class SavedList(models.Model):
    """One set of conditions of one account's own, by the name of the page's address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="saved_lists", verbose_name="账号"
    )
    page = models.CharField("页面", max_length=40)
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=500, blank=True)
    is_default = models.BooleanField("打开时使用", default=False)

    objects = SavedListQuerySet.as_manager()

    class Meta:
        verbose_name = "常用筛选"
        verbose_name_plural = "常用筛选"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                name="saved_list_once",
                violation_error_message="已有同名的常用筛选，请换一个名称。",
            ),
            models.UniqueConstraint(
                fields=["user", "page"], condition=Q(is_default=True), name="one_default_list_a_page"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """The optional columns of a page that one account has chosen to see; without a row they are the usual ones."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="column_choices", verbose_name="账号"
    )
    page = models.CharField("页面", max_length=40)
    columns = models.JSONField("列", default=list)

    objects = ColumnChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = "列选择"
        verbose_name_plural = "列选择"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page"], name="column_choice_once", violation_error_message="这个页面已经选过列。"
            )
        ]

    def __str__(self) -> str:
        return self.page
