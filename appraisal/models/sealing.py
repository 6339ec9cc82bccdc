"""The lock of a year (锁定): what was approved, each card with its canonical content in a chain of keyed marks."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appraisal.choices import Grade, SealState, Standing
from appraisal.models.cycle import AppraisalCycle
from appraisal.models.population import Participant
from appraisal.querysets import SealedCardQuerySet, SealQuerySet

MARK_LENGTH = 100
CODE_LENGTH = 26  # 128 bits in signs that can be read out and typed


class Seal(models.Model):
    """One lock of a year; a reopening leaves it as it was, and the next approval makes another version.

    ``content`` is the canonical text of the approval, the scheme and the versions of results. ``mark`` signs it with
    the last mark of the seal before, ``head_mark`` is the mark of the last card; ``reopening_mark`` signs what is asked
    and confirmed about a reopening.
    """

    cycle = models.ForeignKey(AppraisalCycle, models.PROTECT, related_name="seals", verbose_name="考核年度")
    version = models.PositiveSmallIntegerField("锁定版次")
    minutes_number = models.CharField("会议纪要号", max_length=60)
    people = models.PositiveIntegerField("成绩单数")
    content = models.TextField("锁定内容")
    previous_mark = models.CharField("前一签名", max_length=MARK_LENGTH, blank=True)
    mark = models.CharField("签名", max_length=MARK_LENGTH)
    head_mark = models.CharField("末张签名", max_length=MARK_LENGTH)
    sealed_at = models.DateTimeField("锁定时间")
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="锁定人")
    state = models.CharField("状态", max_length=10, choices=SealState.choices, default=SealState.LOCKED)
    reason = models.CharField("重开理由", max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    reopening_mark = models.CharField("重开签名", max_length=MARK_LENGTH, blank=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = "锁定"
        verbose_name_plural = "锁定"
        ordering = ["cycle", "-version"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["cycle", "version"], name="seal_version"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(state="locked"), name="one_seal_stands"),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, asked_at__isnull=True, reason="")
                | (Q(asked_by__isnull=False, asked_at__isnull=False) & ~Q(reason="")),
                name="reopening_is_asked_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="locked", confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (
                    Q(state="reopened", confirmed_by__isnull=False, confirmed_at__isnull=False, asked_by__isnull=False)
                    & ~Q(confirmed_by=F("asked_by"))
                ),
                name="two_persons_reopen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}，第{self.version}版"

    @property
    def stands(self) -> bool:
        """Tell whether the results are locked by this one."""
        return self.state == SealState.LOCKED


class SealedCard(models.Model):
    """Somebody's scorecard as it was locked: THE final grade, and the text that the mark signs."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="cards", db_index=False, verbose_name="锁定")
    number = models.PositiveIntegerField("序号")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="sealed_cards", verbose_name="参评人员")
    standing = models.CharField("参评情况", max_length=10, choices=Standing.choices)
    total = models.PositiveIntegerField("总分", null=True, blank=True)
    rank = models.PositiveIntegerField("位次", null=True, blank=True)
    grade = models.PositiveSmallIntegerField("等次", choices=Grade.choices, null=True, blank=True)
    code = models.CharField("核验码", max_length=CODE_LENGTH, unique=True)
    content = models.TextField("锁定内容")
    previous_mark = models.CharField("前一签名", max_length=MARK_LENGTH)
    mark = models.CharField("签名", max_length=MARK_LENGTH)

    objects = SealedCardQuerySet.as_manager()

    class Meta:
        verbose_name = "锁定的成绩单"
        verbose_name_plural = "锁定的成绩单"
        ordering = ["seal", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["seal", "number"], name="sealed_card_number"),
            models.UniqueConstraint(fields=["seal", "participant"], name="sealed_card_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sealed_cards_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.seal}，第{self.number}张"
