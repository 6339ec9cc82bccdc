"""What accounts need once a day: sessions that are over are removed."""

from celery import shared_task
from django.core.management import call_command


@shared_task(ignore_result=True)
def clear_sessions() -> None:
    """Remove the rows of expired sessions, whatever engine keeps them."""
    call_command("clearsessions")
