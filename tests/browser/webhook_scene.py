"""Webhooks for the pages that are looked at: one of which a delivery arrived and another did not, and one paused."""

from django.utils import timezone

from accounts.tenancy.scope import current_provider_id
from delivery.due import Tally
from tests.cast import Cast
from webhooks.calling import Said
from webhooks.events import EventType
from webhooks.models import Delivery
from webhooks.sending import lease, mark
from webhooks.services.deliveries import endpoint_test
from webhooks.services.endpoints import endpoint_create, endpoint_switch

PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>" + "Averylongwordwithoutanyspace" * 4 + "</h1>"


def webhook_keys(cast: Cast) -> dict[str, int]:
    """Keys of what was made. Needs the staff's scope."""
    endpoint, _secret = endpoint_create(
        label="Dashboard of the governors",
        url="https://hooks.example.org/concero/" + "averylongpathwithoutanybreak" * 3,
        events=EventType.values,
        created_by=cast.person("ada"),
        only_customer=cast.customer(),
    )
    paused, _secret = endpoint_create(
        label="Old wallboard",
        url="https://board.example.org/",
        events=[EventType.TICKET_OPENED],
        created_by=cast.person("ada"),
    )
    endpoint_switch(endpoint=paused, on=False)
    _send(endpoint_test(endpoint=endpoint), Said(200, "ok", "", 84))
    failed = endpoint_test(endpoint=endpoint)
    _send(failed, Said(502, PAGE, "It answers 502 in place of 200.", 1240))
    return {"webhook": endpoint.pk, "webhook_delivery": failed.pk}


def _send(row: Delivery, said: Said) -> None:
    now = timezone.now()
    leased = lease(current_provider_id(), row.pk, now)
    assert leased is not None
    mark(leased, said, now, Tally())
