"""Taking a scorecard out of the portal as a document."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.documents.scorecards import scorecard_document
from appraisal.reports.facts import facts_of_work
from appraisal.reports.scorecards import Card
from appraisal.services.keeping import record_about
from orgs.models import User


@transaction.atomic
def export_card(*, card: Card, site: str, by: User, at: datetime) -> bytes:
    """Give the document of a card as its reader sees it, once the event is in the log.

    ``site`` is the address at which a locked card is checked, empty where the portal knows none.
    """
    content = scorecard_document(card, facts_of_work(card.person, day=timezone.localdate(at)), site)
    record_about("appraisal.card-file", card.person, by, at)
    return content
