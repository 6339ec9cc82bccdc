"""What is cleared away once a day: sessions that are over, files that belong to no document."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from orgs.services.bases import sweep_documents


@shared_task(ignore_result=True)
def clear_sessions() -> None:
    """Remove the rows of expired sessions, whatever engine keeps them, and the files that a killed upload left."""
    call_command("clearsessions")
    sweep_documents(timezone.now())
