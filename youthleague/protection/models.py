"""Rows that protect: the token buckets behind every rate limit, and the standing of the index keys."""

from django.db import models


class TokenBucket(models.Model):
    """One bucket; a full one and an absent one mean the same."""

    key = models.CharField("键", max_length=64, primary_key=True)
    full_at = models.BigIntegerField("装满时刻（微秒）")

    class Meta:
        verbose_name = "限流桶"
        verbose_name_plural = "限流桶"
        default_permissions = ()

    def __str__(self) -> str:
        return self.key[:8]


class IndexKeys(models.Model):
    """The one row that says under which keys blind indexes are stored; none until the first change of keys."""

    id = models.PositiveSmallIntegerField("编号", primary_key=True, default=1)
    current = models.CharField("现用密钥", max_length=16)
    coming = models.CharField("将用密钥", max_length=16, blank=True)

    class Meta:
        verbose_name = "盲索引密钥"
        verbose_name_plural = "盲索引密钥"
        default_permissions = ()
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="index_keys_single"),)

    def __str__(self) -> str:
        return f"{self.current}，{self.coming}"
