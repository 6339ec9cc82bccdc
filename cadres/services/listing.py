"""What a file leaves out, what an import touched, and what an export writes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cadres.models import Appointment, Cadre
from cadres.services.fields import person_values, post_values
from cadres.services.known import chunks_of
from cadres.services.matching import post_key
from orgs.models import Organisation
from youthleague.kernel.sheet_kinds import Recorded, RecordWords, SheetContext, SheetRow


def absent_posts(rows: Sequence[SheetRow], context: SheetContext) -> list[int]:
    """Give the posts in force below the batch's unit that no row means; they are listed, never ended.

    Who has the name of a wrong row is passed over: the file may mean that person.
    """
    top = Organisation.objects.get(pk=context.organisation_id)
    held = Appointment.objects.visible_to(context.scope).in_force(context.day).within(top)
    meant = {post_key(row) for row in rows}
    unsure = {row.values.get("name") for row in rows if row.errors}
    posts = held.in_list_order().values_list("pk", "cadre__name")
    return [pk for pk, name in posts if pk not in meant and name not in unsure]


def describe_absent(keys: Sequence[int], context: SheetContext) -> list[RecordWords]:
    """Name the people whose posts a file leaves out, those still in force in the scope."""
    held = Appointment.objects.visible_to(context.scope).in_force(context.day).filter(pk__in=list(keys))
    return [_post_words(post) for post in held.select_related("cadre", "organisation").in_list_order()]


def describe_touched(keys: Sequence[tuple[str, int]], context: SheetContext) -> dict[tuple[str, int], RecordWords]:
    """Name the people and posts that an import wrote, those still visible in the scope."""
    people = [pk for label, pk in keys if label == "cadres.Cadre"]
    posts = [pk for label, pk in keys if label == "cadres.Appointment"]
    seen = Cadre.objects.visible_to(context.scope).filter(pk__in=people).values_list("pk", "name")
    held = Appointment.objects.visible_to(context.scope).filter(pk__in=posts).select_related("cadre", "organisation")
    words = {("cadres.Cadre", pk): RecordWords(pk, pk, name, "") for pk, name in seen}
    return words | {("cadres.Appointment", post.pk): _post_words(post) for post in held}


def _post_words(post: Appointment) -> RecordWords:
    detail = f"{post.organisation.name}，{post.get_league_post_display()}"
    return RecordWords(post.pk, post.cadre_id, post.cadre.name, detail)


def current_roster(context: SheetContext) -> Iterator[Recorded]:
    """Give the posts in force below a unit with their people, as an export writes them."""
    top = Organisation.objects.get(pk=context.organisation_id)
    held = Appointment.objects.visible_to(context.scope).in_force(context.day).within(top)
    for post in held.select_related("cadre").in_list_order().iterator(chunk_size=1000):
        yield _recorded(post)


def recorded_posts(keys: Sequence[int], context: SheetContext) -> Iterator[Recorded]:
    """Give the posts with these keys that are in sight; those that have ended are over."""
    seen = Appointment.objects.visible_to(context.scope).select_related("cadre")
    for chunk in chunks_of(keys):
        for post in seen.filter(pk__in=chunk):
            is_over = post.ended_on is not None and post.ended_on <= context.day
            yield replace(_recorded(post), is_over=is_over)


def _recorded(post: Appointment) -> Recorded:
    values = person_values(post.cadre) | post_values(post)
    return Recorded(post.pk, (post.version, post.cadre.version), values)
