"""反馈函: one a committee and one for 区委组织部, whom each names, the steps taken, the numbers of a year."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import DeliveryWay, LetterAct, LetterKind, LetterState
from appraisal.models.cycle import AppraisalCycle
from appraisal.models.sealing import Seal, SealedCard
from appraisal.querysets import LetterQuerySet, OfLetterQuerySet
from appraisal.rules.letters import LAST_NUMBER, LONGEST_WORD, number_text, title_text
from orgs.models import LINEAGE_LENGTH, Organisation


class LetterSeries(models.Model):
    """The numbers (函号) of a calendar year: the word of the office, the first and the last number; 0 is none yet."""

    year = models.PositiveSmallIntegerField("年份", unique=True)
    word = models.CharField("机关代字", max_length=LONGEST_WORD)
    first = models.PositiveIntegerField("起始号", default=1)
    last = models.PositiveIntegerField("已签发到", default=0, editable=False)

    class Meta:
        verbose_name = "函号"
        verbose_name_plural = "函号"
        ordering = ["-year"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=1, first__lte=LAST_NUMBER, last__lte=LAST_NUMBER), name="letter_numbers_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕"


class FeedbackLetter(models.Model):
    """A 反馈函 by one seal; ``organisation`` is the unit whose 同级党（工）委 it goes to, of the summary the district.

    ``replaces`` is the letter that was signed before and whose place a correction (更正) takes.
    """

    cycle = models.ForeignKey(AppraisalCycle, models.PROTECT, related_name="letters", verbose_name="考核年度")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="letters", verbose_name="锁定")
    kind = models.CharField("类别", max_length=10, choices=LetterKind.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="团组织")
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, db_index=True, editable=False)
    addressee = models.CharField("主送", max_length=80)
    suggestion = models.CharField("使用建议", max_length=2000)
    state = models.CharField("状态", max_length=12, choices=LetterState.choices, default=LetterState.DRAFT)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="被更正的函"
    )
    word = models.CharField("机关代字", max_length=LONGEST_WORD, blank=True)
    number_year = models.PositiveSmallIntegerField("编号年份", null=True, blank=True)
    number = models.PositiveIntegerField("编号", null=True, blank=True)
    signed_on = models.DateField("签发日期", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    delivered_on = models.DateField("送达日期", null=True, blank=True)
    way = models.CharField("送达方式", max_length=10, choices=DeliveryWay.choices, blank=True)
    acknowledged_on = models.DateField("回执日期", null=True, blank=True)
    receiver = models.CharField("签收人", max_length=40, blank=True)
    opinion = models.CharField("回执意见", max_length=500, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "反馈函"
        verbose_name_plural = "反馈函"
        ordering = ["cycle", "-kind", "lineage", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["seal", "kind", "organisation"], condition=~Q(state="void"), name="one_letter_stands"
            ),
            models.UniqueConstraint(
                fields=["number_year", "number"], condition=Q(number__isnull=False), name="letter_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, number_year__isnull=True, signed_on__isnull=True)
                | Q(number__isnull=False, number_year__isnull=False, signed_on__isnull=False),
                name="letter_is_numbered_when_signed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "reviewed", "void"]) | Q(number__isnull=False),
                name="signed_letters_are_numbered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressee}，{self.title}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage

    @property
    def title(self) -> str:
        """Give the title that the letter bears."""
        return title_text(self.cycle.year, self.kind, is_correction=self.replaces_id is not None)

    @property
    def number_text(self) -> str:
        """Write the 文号; nothing before the letter was signed."""
        return number_text(self.word, self.number_year, self.number)


class LetterPerson(models.Model):
    """Somebody whom a letter names, as the locked card says; ``is_copy`` is for the committee that the person has left.

    ``scores`` are those of the card by name of the component, and ``adjustment``, in thousandths of a point.
    """

    letter = models.ForeignKey(FeedbackLetter, models.CASCADE, related_name="people", verbose_name="反馈函")
    card = models.ForeignKey(SealedCard, models.PROTECT, related_name="named_in", verbose_name="锁定的成绩单")
    name = models.CharField("姓名", max_length=50)
    post = models.CharField("职务", max_length=120)
    group = models.CharField("考评组", max_length=30)
    scores = models.JSONField("各项得分", default=dict)
    is_copy = models.BooleanField("抄送原单位", default=False)

    objects = OfLetterQuerySet["LetterPerson"].as_manager()

    class Meta:
        verbose_name = "反馈函上的人员"
        verbose_name_plural = "反馈函上的人员"
        ordering = ["letter", "is_copy", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["letter", "card"], name="letter_names_once")]

    def __str__(self) -> str:
        return self.name


class LetterStep(models.Model):
    """A step that was taken (留痕): what, by whom, when, and why."""

    letter = models.ForeignKey(FeedbackLetter, models.CASCADE, related_name="steps", verbose_name="反馈函")
    act = models.CharField("环节", max_length=12, choices=LetterAct.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    reason = models.CharField("说明", max_length=200, blank=True)

    objects = OfLetterQuerySet["LetterStep"].as_manager()

    class Meta:
        verbose_name = "反馈函的环节"
        verbose_name_plural = "反馈函的环节"
        ordering = ["letter", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.letter}，{self.get_act_display()}"
