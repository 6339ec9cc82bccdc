"""Configuration of the back office: our admin site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Put our site in the place of Django's."""

    default_site = "youthleague.admin_site.BackOffice"
