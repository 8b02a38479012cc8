"""Telling every web process that something is new, after the commit. Losing it costs seconds, never a message."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from delivery.live.server import ask_server, name_of


def channel() -> str:
    """The channel of this installation."""
    return name_of("live")


def live_tell(topics: Sequence[str], event: Mapping[str, Any]) -> None:
    """After the commit: this event for the pages that listen to one of the topics. It must hold no words."""
    words = json.dumps({"to": topics, "event": event})
    transaction.on_commit(partial(publish, channel(), words), robust=True)


def publish(name: str, words: str) -> None:
    """Hand an event to the server now."""
    ask_server(lambda server: server.publish(name, words), None)
