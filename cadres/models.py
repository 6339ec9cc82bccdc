"""People (团干部), their dated posts (任职), posts asked for (申请调入), grades by year, which account is whose."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cadres.choices import (
    ETHNICITIES,
    DatePrecision,
    Degree,
    Education,
    EmploymentMode,
    EndReason,
    Establishment,
    Gender,
    Grade,
    LeaguePost,
    PoliticalStatus,
    Rank,
    RequestKind,
    RequestState,
    Source,
)
from cadres.querysets import (
    AccountQuerySet,
    AppointmentQuerySet,
    CadreQuerySet,
    PostRequestQuerySet,
    YearGradeQuerySet,
)
from orgs.models import LINEAGE_LENGTH, Organisation, new_person_key
from youthleague.kernel.dates import PartialDate, Precision, age_on
from youthleague.kernel.identity_numbers import mask_identity_number
from youthleague.kernel.phones import mask_phone
from youthleague.protection.fields import EncryptedTextField
from youthleague.protection.holdings import Index

ID_NUMBER_INDEX = Index(
    "cadres.Cadre",
    source="id_number",
    column="id_number_index",
    coming="id_number_index_next",
    purpose="cadres.id_number",
)


def _precision(title: str) -> "models.CharField[str, str]":
    return models.CharField(f"{title}精度", max_length=5, choices=DatePrecision.choices, blank=True, editable=False)


class PartialDates:
    """Gives pairs of a date column and its precision column as one value."""

    def partial(self, name: str) -> PartialDate | None:
        """Give a date column together with how exactly it is known."""
        value: date | None = getattr(self, name)
        if value is None:
            return None
        return PartialDate(value, Precision(getattr(self, f"{name}_precision") or Precision.DAY))


class CadreHistoryFlags(models.Model):
    """What the field history says of columns whose values it must not keep."""

    id_number_changed = models.BooleanField("身份证号有改动", default=False)
    phone_changed = models.BooleanField("手机号有改动", default=False)

    class Meta:
        abstract = True


class Cadre(PartialDates, models.Model):
    """A person on the roster, once, however many posts are held."""

    name = models.CharField("姓名", max_length=50)
    name_key = models.CharField("姓名检索", max_length=50, editable=False)
    search_keys = models.CharField("拼音", max_length=200, blank=True, editable=False)
    id_number = EncryptedTextField("身份证号")
    id_number_index = models.CharField("身份证号索引", max_length=81, editable=False)
    # The same under the next key, while keys change (protection.indexes); unique too, and so NULL when absent.
    id_number_index_next = models.CharField("身份证号新索引", max_length=81, null=True, editable=False)  # noqa: DJ001
    gender = models.CharField("性别", max_length=6, choices=Gender.choices)
    birth_date = models.DateField("出生日期")
    ethnicity = models.CharField("民族", max_length=2, choices=ETHNICITIES)
    native_place = models.CharField("籍贯", max_length=60, blank=True)
    political_status = models.CharField("政治面貌", max_length=2, choices=PoliticalStatus.choices)
    retains_league_membership = models.BooleanField("保留团籍", default=False)
    joined_league_on = models.DateField("入团时间", null=True, blank=True)
    joined_league_on_precision = _precision("入团时间")
    joined_party_on = models.DateField("入党时间", null=True, blank=True)
    joined_party_on_precision = _precision("入党时间")
    work_started_on = models.DateField("参加工作时间", null=True, blank=True)
    work_started_on_precision = _precision("参加工作时间")
    fulltime_education = models.CharField("全日制学历", max_length=2, choices=Education.choices, blank=True)
    inservice_education = models.CharField("在职学历", max_length=2, choices=Education.choices, blank=True)
    degree = models.CharField("学位", max_length=1, choices=Degree.choices, blank=True)
    school_major = models.CharField("毕业院校及专业", max_length=120, blank=True)
    rank = models.CharField("职务层级", max_length=16, choices=Rank.choices, blank=True)
    establishment_type = models.CharField("编制类型", max_length=20, choices=Establishment.choices, blank=True)
    source = models.CharField("来源", max_length=20, choices=Source.choices, blank=True)
    phone = EncryptedTextField("手机号码")
    remark = models.CharField("备注", max_length=500, blank=True)
    person_key = models.CharField("人员标识", max_length=32, default=new_person_key, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = CadreQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "id_number",
            "id_number_index",
            "id_number_index_next",
            "phone",
            "name_key",
            "search_keys",
            "person_key",
        ],
        bases=[CadreHistoryFlags],
    )

    class Meta:
        verbose_name = "团干部"
        verbose_name_plural = "团干部"
        ordering = ["name", "pk"]
        constraints = [  # not unique=True, which costs PostgreSQL a second index, for patterns
            models.UniqueConstraint(
                fields=["id_number_index"], name="cadre_once", violation_error_message="该身份证号已经登记。"
            ),
            models.UniqueConstraint(
                fields=["id_number_index_next"], name="cadre_once_next", violation_error_message="该身份证号已经登记。"
            ),
            models.UniqueConstraint(fields=["person_key"], name="cadre_person_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_id_number(self) -> str:
        """Give the identity number as lists may show it."""
        return mask_identity_number(self.id_number)

    @property
    def masked_phone(self) -> str:
        """Give the phone number as lists may show it."""
        return mask_phone(self.phone)

    @property
    def education(self) -> str:
        """Give the higher of the two educations as a title (the lower code is the higher one)."""
        codes = [code for code in (self.fulltime_education, self.inservice_education) if code]
        return Education(min(codes)).label if codes else ""

    def age(self, day: date) -> int:
        """Give the age in full years on a day."""
        return age_on(self.birth_date, day)


class PostFacts(PartialDates, models.Model):
    """What is known of a post besides whose and where: of one that is held, and of one that is asked for."""

    league_post = models.CharField("团内职务", max_length=24, choices=LeaguePost.choices)
    employment_mode = models.CharField("专挂兼", max_length=12, choices=EmploymentMode.choices)
    appointed_on = models.DateField("任职时间")
    appointed_on_precision = _precision("任职时间")
    term_ends_on = models.DateField("任期届满", null=True, blank=True)
    term_ends_on_precision = _precision("任期届满")
    admin_post = models.CharField("行政职务", max_length=80, blank=True)
    is_party_gov_leader = models.BooleanField("是否党政班子成员", null=True, blank=True)
    is_two_committee_member = models.BooleanField("是否村（社区）两委成员", null=True, blank=True)
    is_party_committee_member = models.BooleanField("是否同级党组织委员", null=True, blank=True)

    class Meta:
        abstract = True


class Appointment(PostFacts):
    """A post held in an organisation from a day to a day; several at once are normal."""

    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="appointments", verbose_name="团干部")
    organisation = models.ForeignKey(  # found by the index that begins with it
        Organisation, models.PROTECT, db_index=False, related_name="appointments", verbose_name="所在团组织"
    )
    post_order = models.PositiveSmallIntegerField("职务次序", default=0, editable=False)
    is_main = models.BooleanField("主要职务", default=False)
    ended_on = models.DateField("离任时间", null=True, blank=True)
    end_reason = models.CharField("离任原因", max_length=16, choices=EndReason.choices, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = AppointmentQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["post_order"])

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["-appointed_on", "pk"]
        indexes = [models.Index(fields=["organisation", "ended_on", "post_order"], name="appointment_unit_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["cadre", "organisation", "league_post"],
                condition=Q(ended_on__isnull=True),
                name="same_post_once_at_a_time",
                violation_error_message="此人在该团组织已有同一职务。",
            ),
            models.UniqueConstraint(
                fields=["cadre"],
                condition=Q(ended_on__isnull=True, is_main=True),
                name="one_main_post",
                violation_error_message="此人已有主要职务。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("appointed_on")),
                name="post_ends_after_it_begins",
                violation_error_message="离任时间不能早于任职时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadre}，{self.organisation}{self.get_league_post_display()}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.organisation.lineage


class PostRequest(PostFacts):
    """A request for a post of somebody who is in office elsewhere（申请调入、增加兼任）, decided by the district.

    Who files it knows what was typed, never whom it found. The person is gone from a closed one when the entry of the
    person was undone.
    """

    kind = models.CharField("申请事项", max_length=8, choices=RequestKind.choices)
    cadre = models.ForeignKey(
        Cadre, models.SET_NULL, null=True, blank=True, related_name="post_requests", verbose_name="团干部"
    )
    name = EncryptedTextField("填写的姓名")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="拟任团组织")
    reason = models.CharField("申请理由", max_length=200)
    lineage = models.CharField("拟任团组织谱系", max_length=LINEAGE_LENGTH, editable=False)
    held_lineage = models.CharField("主要职务所在谱系", max_length=LINEAGE_LENGTH, editable=False)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    filed_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人"
    )
    decided_at = models.DateTimeField("办结时间", null=True, blank=True)
    answer = models.CharField("办理意见", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = PostRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "调入申请"
        verbose_name_plural = "调入申请"
        ordering = ["-filed_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["cadre", "organisation", "league_post"],
                condition=Q(state=RequestState.OPEN),
                name="request_once_at_a_time",
                violation_error_code="request.twice",
                violation_error_message="此人的这个职务已经有人申请，正在办理，不用再申请。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.organisation}{self.get_league_post_display()}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for a decision."""
        return self.state == RequestState.OPEN


class YearGrade(models.Model):
    """The grade of a person's year (年度考核等次) as the sealed results say it; ``source_version`` is that of the seal.

    Written and corrected by the appraisal alone; what stood there before is in the history.
    """

    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="year_grades", db_index=False, verbose_name="团干部")
    year = models.PositiveSmallIntegerField("年度")
    grade = models.PositiveSmallIntegerField("等次", choices=Grade.choices, null=True, blank=True)
    group = models.CharField("考评组", max_length=30)
    basis = models.CharField("依据", max_length=60)
    source_version = models.PositiveSmallIntegerField("结果版次")
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = YearGradeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "年度考核等次"
        verbose_name_plural = "年度考核等次"
        ordering = ["-year", "cadre"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cadre", "year"], name="year_grade_once")]

    def __str__(self) -> str:
        return f"{self.year}年度"

    @property
    def word(self) -> str:
        """Give the grade in a word; somebody who was appraised without one says so."""
        return Grade(self.grade).label if self.grade else "不定等次"


class Account(models.Model):
    """Says that an account belongs to a person on the roster."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cadre_account", verbose_name="账号"
    )
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="accounts", verbose_name="团干部")

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "账号归属"
        verbose_name_plural = "账号归属"

    def __str__(self) -> str:
        return f"{self.user}，{self.cadre}"
