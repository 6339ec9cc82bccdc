"""What happened to organisations, told upwards inside the service's transaction."""

from django.dispatch import Signal

organisation_moved = Signal()  # organisation_id, old_lineage, new_lineage, on
organisation_merged = Signal()  # organisation_id, into_id, on
organisation_closed = Signal()  # organisation_id, on
