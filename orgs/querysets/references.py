"""Who refers to rows: asked before a row that was entered by mistake is removed."""

from collections.abc import Collection, Iterator, Sequence

from django.db.models import DO_NOTHING, Model
from django.db.models.fields.reverse_related import ForeignObjectRel

_CHUNK = 900


def referred_keys(model: type[Model], keys: Sequence[int], *, besides: Collection[type[Model]] = ()) -> set[int]:
    """Give those of the keys that a row of any other model refers to, models ``besides`` passed over.

    Field history refers to nothing: it outlives its row.
    """
    found: set[int] = set()
    for relation in _relations(model):
        source = relation.related_model
        if source in besides:
            continue
        rows, name = source._base_manager.order_by(), relation.field.name  # noqa: SLF001 - Django's documented meta API
        for start in range(0, len(keys), _CHUNK):
            chosen = rows.filter(**{f"{name}__in": keys[start : start + _CHUNK]})
            found.update(chosen.values_list(name, flat=True))
    return found


def _relations(model: type[Model]) -> Iterator[ForeignObjectRel]:
    for field in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's documented meta API
        if isinstance(field, ForeignObjectRel) and not field.many_to_many and field.on_delete is not DO_NOTHING:
            yield field
