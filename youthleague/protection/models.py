"""Rows that protect: the token buckets behind every rate limit."""

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
