"""A browser for each visitor, signed in, the second factor shown."""

import time

from django.test import Client

from orgs.middleware import SEEN_AT, SIGNED_IN_AT
from tests.contract.visitors import Visitor


def client_for(visitor: Visitor) -> Client:
    """Open a session that nothing in the test makes older, so that reading a page writes no row."""
    client = Client()
    if visitor.user is not None:
        client.force_login(visitor.user, backend="orgs.backends.RoleBackend")
        session = client.session
        session["otp_device_id"] = visitor.user.authenticators.get().persistent_id
        session[SIGNED_IN_AT] = int(time.time())
        session[SEEN_AT] = int(time.time()) + 3600
        session.save()
    return client
