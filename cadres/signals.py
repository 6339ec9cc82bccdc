"""What happened to people and posts, told upwards inside the service's transaction."""

from django.dispatch import Signal

# The demonstration district stands, and whoever has more to show fills it: seed, day, at.
district_filled = Signal()
appointments_ended = Signal()  # keys: list of Appointment primary keys, by_id, at

# An import that is undone takes back what it wrote. Sent while the rows that go are still there.
appointments_removed = Signal()  # keys: list of Appointment primary keys, by_id, at
appointments_reopened = Signal()  # keys: list of Appointment primary keys, by_id, at
