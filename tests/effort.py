"""How much a run tries: ``PROFILE=full`` searches long, the usual run is bounded."""

import os

from hypothesis import settings

FULL = os.environ.get("PROFILE") == "full"

settings.register_profile("usual", deadline=None, max_examples=100)
settings.register_profile("full", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("PROFILE", "usual"))
