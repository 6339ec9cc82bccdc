"""Whether the triggers stand, as ``manage.py check --database default`` and ``migrate`` ask; /readyz asks, too."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import Tags, Warning, register  # noqa: A004 - Django's name
from django.db import connections

from youthleague.audit.triggers import lost


@register(Tags.database)
def check_triggers(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001
    databases: Sequence[str] | None = None,
    **_: object,
) -> list[Warning]:
    """Warn of triggers that are missing, switched off or altered on tables that exist; ``migrate`` puts them back."""
    found = [name for alias in databases or () for name in lost(connections[alias])]
    sentence = f"缺少 {len(found)} 个防篡改触发器（{'、'.join(found[:3])}），请运行 manage.py migrate 重装。"
    return [Warning(sentence, id="audit.W001")] if found else []
