"""Application configuration."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    """Appraisal (团干部考评)."""

    name = "appraisal"
    verbose_name = "团干部考评"

    def ready(self) -> None:
        """Connect what other apps' changes bring about here."""
        from appraisal import receivers  # noqa: PLC0415 - models must be loaded first
        from appraisal.models.guards import register_locks  # noqa: PLC0415
        from cadres.signals import district_filled  # noqa: PLC0415
        from orgs.signals import organisation_merged, organisation_moved  # noqa: PLC0415

        register_locks()
        organisation_moved.connect(receivers.follow_move)
        organisation_merged.connect(receivers.follow_merger)
        district_filled.connect(receivers.fill_demonstration)
