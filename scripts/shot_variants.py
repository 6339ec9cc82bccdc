"""Districts unlike the usual one: ``python -m scripts.shot_variants empty|long`` changes the running one."""

import os
import sys
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
django.setup()

from django.db.models import CharField, F, Value  # noqa: E402 - Django comes first
from django.db.models.functions import Concat, Substr  # noqa: E402

from cadres.models import Account, Appointment, Cadre  # noqa: E402
from orgs.models import Organisation, User  # noqa: E402

LONG_UNIT = "与长途客运枢纽站综合服务中心联合组建的"
LONG_PERSON = "阿依努尔·买买提江·"


def empty() -> None:
    """Leave the tree and the accounts, and nobody on the roster."""
    for model in (Account, Appointment, Cadre):
        model._default_manager.all().delete()  # noqa: SLF001 - Django's documented meta API


def long() -> None:
    """Give every unit, person and account a name so long that its column hardly takes it."""
    for model, field, prefix, room in (
        (Organisation, "name", LONG_UNIT, 80),
        (Cadre, "name", LONG_PERSON, 50),
        (User, "full_name", LONG_PERSON, 50),
    ):
        longer = Substr(Concat(Value(prefix), F(field), output_field=CharField()), 1, room)
        model._default_manager.update(**{field: longer})  # noqa: SLF001 - Django's documented meta API


VARIANTS: dict[str, Callable[[], None]] = {"empty": empty, "long": long}

if __name__ == "__main__":
    VARIANTS[sys.argv[1]]()
