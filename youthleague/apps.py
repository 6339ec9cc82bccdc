"""Configuration of the roof: our admin site in the place of Django's, our queue in every process."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig

from youthleague.celery import app as celery_app


class AdminConfig(DjangoAdminConfig):
    """Put our site in the place of Django's, and let every thread of every process nudge through our queue."""

    default_site = "youthleague.admin_site.BackOffice"

    def ready(self) -> None:
        """Collect the admins, and name the queue: without it tasks go to a broker that is nobody's."""
        super().ready()
        celery_app.set_default()
