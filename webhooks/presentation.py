"""How pages show endpoints and deliveries: as a badge and in words."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from webhooks.events import TEST, EventType
from webhooks.models import Delivery, DeliveryState, Endpoint, EndpointState

WORDS: dict[str, str | Promise] = {**{one.value: one.label for one in EventType}, TEST: _("Test")}


@dataclass(frozen=True, slots=True)
class Face:
    """A kind of badge and its words."""

    badge: str
    words: str | Promise


def health_of(endpoint: Endpoint) -> Face:
    """How an endpoint is doing."""
    if endpoint.state == EndpointState.OFF:
        return Face("problem", _("Switched off: nothing arrives"))
    if endpoint.state == EndpointState.PAUSED:
        return Face("paused", _("Paused"))
    if endpoint.failing_since is not None:
        return Face("warning", _("Failing"))
    if endpoint.reached_at is not None:
        return Face("ok", _("Works"))
    return Face("neutral", _("Nothing sent yet"))


def state_of(delivery: Delivery) -> Face:
    """What has become of a delivery."""
    if delivery.state == DeliveryState.DELIVERED:
        return Face("ok", _("Delivered"))
    if delivery.state == DeliveryState.DEAD:
        return Face("problem", _("Given up"))
    return Face("warning", _("To be tried again")) if delivery.failures else Face("waiting", _("Waiting"))


def event_words(event: str) -> str | Promise:
    """An event in words; its own name where an older version of the software has told it."""
    return WORDS.get(event, event)


def pretty(body: str) -> str:
    """A body with a line for each part."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def attempts_of(delivery: Delivery) -> list[dict[str, Any]]:
    """The tries, the newest first, with their instants."""
    tries = [{**one, "at": datetime.fromisoformat(one["at"])} for one in delivery.attempts]
    return tries[::-1]
