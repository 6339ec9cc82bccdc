"""The kinds of notices that the applications send, as their ``tasks.py`` declare them in ``NOTICES``."""

import sys
from functools import cache

from django.apps import apps

from youthleague.kernel.notices import NoticeKind


@cache
def notice_kinds() -> dict[str, NoticeKind]:
    """Give the kinds of all applications by code, in the order in which they are declared."""
    modules = (sys.modules.get(f"{config.name}.tasks") for config in apps.get_app_configs())
    kinds = (kind for module in modules for kind in getattr(module, "NOTICES", ()))
    return {kind.code: kind for kind in kinds}
