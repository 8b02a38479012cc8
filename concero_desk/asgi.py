"""The web process: uvicorn concero_desk.asgi:application."""

import os

from django.core.asgi import get_asgi_application

from concero_desk.startup import start_servers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concero_desk.settings")

start_servers()
_pages = get_asgi_application()

from delivery.live.asgi import with_live  # noqa: E402 - models can be imported once Django is set up

application = with_live(_pages)
