"""The queue: hints ('row 17 is due now') and the beat's calls of the sweepers. Truth is in PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init
from django.conf import settings

from concero_desk.startup import start_servers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concero_desk.settings")

# In Redis, 0 is taken first. A hint that somebody waits for overtakes the sweeps of a long backlog.
MAIL_PRIORITY, SWEEP_PRIORITY = 3, 9
# What has waited longer is dropped: newer ones are behind it. Hosts' clocks must differ by less than this.
EXPIRES_SECONDS = 30

app = Celery("concero_desk")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker never gives the broker up
    broker_transport_options={"socket_keepalive": True},
    # Tasks are acknowledged when they start: what a killed worker leaves is still due, and the next sweep
    # finds it. To deliver them again would only let a row that kills its worker do so for ever.
    task_acks_late=False,
    task_ignore_result=True,
    task_time_limit=600,  # seconds; a worker process that hangs is replaced, its transaction rolled back
    worker_prefetch_multiplier=1,
    timezone="UTC",
    beat_scheduler="concero_desk.beat:SteadyScheduler",
    beat_schedule={
        "sweep": {
            "task": "delivery.sweep",
            "schedule": 5.0,
            "options": {"expires": EXPIRES_SECONDS, "priority": SWEEP_PRIORITY},
        },
        "send": {
            "task": "delivery.send",
            "schedule": 5.0,
            "options": {"expires": EXPIRES_SECONDS, "priority": MAIL_PRIORITY},
        },
        "call": {
            "task": "delivery.call",
            "schedule": 5.0,
            "options": {"expires": EXPIRES_SECONDS, "priority": SWEEP_PRIORITY},
        },
    },
)
app.autodiscover_tasks(["delivery"])


@celeryd_init.connect
@beat_init.connect
def _start_servers(**_: Any) -> None:
    """Workers and beats hold the embedded servers; a page that only sends a hint must not start any."""
    start_servers()
