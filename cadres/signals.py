"""What happened to people and posts, told upwards inside the service's transaction."""

from django.dispatch import Signal

appointments_ended = Signal()  # keys: list of Appointment primary keys, by_id, at
