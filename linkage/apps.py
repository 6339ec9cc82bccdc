"""Application configuration."""

from django.apps import AppConfig

from youthleague.protection.holdings import register_sealed_folder


class LinkageConfig(AppConfig):
    """Three-level linkage (三级联动)."""

    name = "linkage"
    verbose_name = "三级联动"

    def ready(self) -> None:
        """Connect what other apps' changes bring about here; name the folder of evidence."""
        from cadres.signals import appointments_ended, district_filled  # noqa: PLC0415
        from linkage import receivers  # noqa: PLC0415 - models must be loaded first
        from linkage.figures import register_figures  # noqa: PLC0415
        from linkage.services.evidence import EVIDENCE_FILES  # noqa: PLC0415
        from orgs.signals import organisation_closed, organisation_merged, organisation_moved  # noqa: PLC0415

        register_figures()
        register_sealed_folder(EVIDENCE_FILES)
        organisation_moved.connect(receivers.follow_move)
        organisation_merged.connect(receivers.follow_merger)
        organisation_closed.connect(receivers.follow_closing)
        appointments_ended.connect(receivers.hand_over)
        district_filled.connect(receivers.fill_demonstration)
