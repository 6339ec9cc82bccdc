"""Taking 反馈函 out of the portal as documents."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from appraisal.documents.letters import letter_document, letter_paper, letters_archive
from appraisal.models import AppraisalCycle, FeedbackLetter, LetterPerson
from appraisal.services.keeping import record_about
from orgs.models import User


@transaction.atomic
def export_letter(*, letter: FeedbackLetter, by: User, at: datetime) -> bytes:
    """Give the document of a letter, once the event is in the log."""
    content = letter_document(letter_paper(letter, letter.people.select_related("card")))
    record_about("letter.export", letter.cycle, by, at, number=letter.number_text)
    return content


@transaction.atomic
def export_letters(*, cycle: AppraisalCycle, letters: Sequence[FeedbackLetter], by: User, at: datetime) -> bytes:
    """Give letters of a year as one archive, once the event is in the log."""
    people: dict[int, list[LetterPerson]] = defaultdict(list)
    for row in LetterPerson.objects.filter(letter__in=letters).select_related("card"):
        people[row.letter_id].append(row)
    content = letters_archive([(one, people[one.pk]) for one in letters])
    record_about("letter.export", cycle, by, at, letters=len(letters))
    return content
