"""WSGI entry point (gunicorn)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
application = get_wsgi_application()

# What is loaded stays: else one request in a hundred waits a fifth of a second while the collector looks through it.
gc.freeze()
