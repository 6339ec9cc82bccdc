"""Application configuration."""

from django.apps import AppConfig


class CadresConfig(AppConfig):
    """The roster of cadres (团干部名册)."""

    name = "cadres"
    verbose_name = "团干部"

    def ready(self) -> None:
        """Connect what other apps' changes bring about here."""
        from cadres import receivers  # noqa: PLC0415 - models must be loaded first
        from cadres.figures import register_figures  # noqa: PLC0415
        from orgs.signals import known_numbers, organisation_closed, organisation_merged  # noqa: PLC0415

        register_figures()
        organisation_merged.connect(receivers.follow_merger)
        organisation_closed.connect(receivers.end_posts_of_closed_unit)
        known_numbers.connect(receivers.numbers_of_person)
