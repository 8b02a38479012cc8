"""What a person does with one delivery."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import audit_record
from delivery.hints import hint
from webhooks.models import Delivery, DeliveryState, Endpoint, EndpointState
from webhooks.services.endpoints import endpoint_lock
from webhooks.services.recording import QUEUE_NAME, test_record


@transaction.atomic
def delivery_resend(*, delivery: Delivery) -> Delivery:
    """Send it again at once, with the same id and body. Raises ValidationError where the endpoint is not on."""
    endpoint = endpoint_lock(delivery.endpoint)
    _check_on(endpoint)
    row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    # A new fence: an attempt that is under way now marks nothing, and this one is made all the same.
    row.fence += 1
    row.state, row.wake_at, row.failures = DeliveryState.WAITING, timezone.now(), 0
    row.dead_at = row.delivered_at = None
    row.save()
    _wake(endpoint)
    audit_record(action="webhook.sent_again", target=row)
    hint(QUEUE_NAME, row)
    return row


@transaction.atomic
def endpoint_test(*, endpoint: Endpoint) -> Delivery:
    """Send an event that tells nothing. Raises ValidationError where the endpoint is not on."""
    endpoint = endpoint_lock(endpoint)
    _check_on(endpoint)
    _wake(endpoint)
    return test_record(endpoint)


def _check_on(endpoint: Endpoint) -> None:
    if endpoint.state != EndpointState.ON:
        raise ValidationError(_("This webhook is not on. Switch it on first."))


def _wake(endpoint: Endpoint) -> None:
    """Somebody waits for the outcome: it rests no longer."""
    if endpoint.rests_until is not None:
        endpoint.rests_until = None
        endpoint.save(update_fields=["rests_until"])
