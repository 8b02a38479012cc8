"""The web process: uvicorn concero_desk.asgi:application."""

import os

from django.core.asgi import get_asgi_application

from concero_desk.startup import start_servers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concero_desk.settings")

start_servers()
application = get_asgi_application()
