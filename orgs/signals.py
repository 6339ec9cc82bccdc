"""What happened to organisations, told upwards inside the service's transaction."""

from django.dispatch import Signal

organisation_moved = Signal()  # organisation_id, old_lineage, new_lineage, on, by, at
organisation_merged = Signal()  # organisation_id, into_id, on, by, at
organisation_closed = Signal()  # organisation_id, on, by, at

# Asked before a unit is closed (organisation_id): receivers return a kernel ``Finding`` for what still stands on it.
closing_asked = Signal()

# Asked when a password is chosen: receivers return the digits (phone, identity number) of the person behind ``user``.
known_numbers = Signal()
