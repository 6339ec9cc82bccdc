"""Who works on a batch now."""

from contextlib import AbstractContextManager

from youthleague.protection import leases


def lease(batch_id: int) -> AbstractContextManager[bool]:
    """Hold the lease of a batch if it is free; tells whether it is held."""
    return leases.lease(f"batch-{batch_id}")


def is_free(batch_id: int) -> bool:
    """Tell whether nobody works on a batch."""
    return leases.is_free(f"batch-{batch_id}")
