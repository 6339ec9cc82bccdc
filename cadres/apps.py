"""Application configuration."""

from django.apps import AppConfig

from youthleague.audit.triggers import Operation, register_trigger
from youthleague.protection.holdings import register_index


class CadresConfig(AppConfig):
    """The roster of cadres (团干部名册)."""

    name = "cadres"
    verbose_name = "团干部"

    def ready(self) -> None:
        """Connect what other apps' changes bring about here."""
        from cadres import receivers  # noqa: PLC0415 - models must be loaded first
        from cadres.figures import register_figures  # noqa: PLC0415
        from cadres.models import ID_NUMBER_INDEX  # noqa: PLC0415
        from orgs.signals import (  # noqa: PLC0415
            closing_asked,
            known_numbers,
            organisation_merged,
            organisation_moved,
        )
        from youthleague.protection.indexes import foreign_key_condition  # noqa: PLC0415

        register_figures()
        organisation_merged.connect(receivers.follow_merger)
        organisation_moved.connect(receivers.follow_move)
        closing_asked.connect(receivers.object_to_closing)
        known_numbers.connect(receivers.numbers_of_person)
        register_index(ID_NUMBER_INDEX)
        table, message = "cadres_cadre", "身份证号的盲索引不是用现用密钥计算的。"
        register_trigger(table, Operation.INSERT, message=message, when=foreign_key_condition(ID_NUMBER_INDEX))
        changed = foreign_key_condition(ID_NUMBER_INDEX, changed=True)
        register_trigger(table, Operation.UPDATE, message=message, when=changed)
