"""What this app holds of people: tokens that act for them, and answers that are kept for a day (Rule T7)."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.protecting import Fate, Holding, Paths, holding_add
from accounts.tenancy.memory import current_provider
from api.models import ApiToken, KeyedRequest
from tickets.models import Ticket
from tickets.references import ticket_reference
from tickets.released import on_tickets_released


def answers_release(ids: Sequence[int]) -> None:
    """Forget the answers that tell of these tickets: a program that repeats its request is answered anew."""
    provider = current_provider()
    for number in Ticket.objects.filter(pk__in=ids).values_list("number", flat=True):
        KeyedRequest.objects.filter(body__contains=f'"{ticket_reference(provider, number)}"').delete()


def _tokens_erase(person: Person) -> Paths:
    ApiToken.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=timezone.now())
    KeyedRequest.objects.filter(
        Q(token__person=person) | Q(body__icontains=person.email) | Q(body__contains=person.name)
    ).delete()
    return []


on_tickets_released(answers_release)
holding_add(
    Holding(
        key="tokens",
        name=_("Tokens of programs that act for them"),
        rows=lambda person: ApiToken.objects.filter(person=person),
        shows=("name", "scopes", "created_at", "last_used_at", "revoked_at"),
        fate=Fate.LOSES_WORDS,
        why=_("They are revoked; that they existed stays."),
        erase=_tokens_erase,
    )
)
