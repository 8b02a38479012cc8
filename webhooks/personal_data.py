"""What this app holds of people: what other programs were told of their tickets (Rule T7). It is trimmed by itself."""

from collections.abc import Sequence

from accounts.tenancy.memory import current_provider
from tickets.models import Ticket
from tickets.references import ticket_reference
from tickets.released import on_tickets_released
from webhooks.models import Delivery


def deliveries_release(ids: Sequence[int]) -> None:
    """Forget what was told, or was still to be told, of these tickets."""
    provider = current_provider()
    numbers = Ticket.objects.filter(pk__in=ids).values_list("number", flat=True)
    Delivery.objects.filter(about__in=[ticket_reference(provider, number) for number in numbers]).delete()


on_tickets_released(deliveries_release)
