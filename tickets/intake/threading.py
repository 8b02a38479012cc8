"""Which ticket a message belongs to (Rule I1). A number alone never joins, and nobody joins what they may not see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person, Provider
from delivery.models import OutboundMail
from tickets.intake.parsing import ParsedMail
from tickets.intake.reasons import Reason
from tickets.models import Message, Ticket
from tickets.references import number_in_address, numbers_in_subject
from tickets.selectors import may_see_ticket
from tickets.services.conversation import takes_replies


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket that a message joins, or why it does not join the one that it named."""

    ticket: Ticket | None = None
    reason: Reason | None = None


def thread_of(mail: ParsedMail, *, person: Person, provider: Provider, at: datetime) -> Thread:
    """The ticket that this person's message joins. Each one named is asked, the nearest first."""
    refused: Reason | None = None
    for ticket, how in _named(mail, provider):
        if not may_see_ticket(person, ticket):
            refused = refused or Reason.NOT_VISIBLE
        elif not takes_replies(ticket, at):
            refused = refused or Reason.TOO_OLD
        else:
            return Thread(ticket, how)
    return Thread(reason=refused)


def ticket_spoken_of(mail: ParsedMail, *, provider: Provider) -> Ticket | None:
    """The ticket that an automatic message is about, for staff only: nobody's permission is asked."""
    return next((ticket for ticket, _ in _named(mail, provider)), None)


def _named(mail: ParsedMail, provider: Provider) -> Iterator[tuple[Ticket, Reason]]:
    yield from ((ticket, Reason.REFERENCES) for ticket in _by_message_id(mail, provider))
    addressed = [number_in_address(address, provider_id=provider.pk) for address in mail.recipients]
    yield from ((ticket, Reason.ADDRESS_TOKEN) for ticket in _by_numbers(addressed))
    numbers = numbers_in_subject(mail.subject, provider_id=provider.pk)
    yield from ((ticket, Reason.SUBJECT_TOKEN) for ticket in _by_numbers(numbers))


def _by_message_id(mail: ParsedMail, provider: Provider) -> Iterator[Ticket]:
    wanted = tuple(dict.fromkeys((*mail.reported_ids, *mail.thread_ids)))
    if not wanted:
        return
    messages = Message.objects.filter(message_id__in=wanted).select_related("ticket").order_by("-id")
    found = {message.message_id: message.ticket for message in messages}
    missing = [one for one in wanted if one not in found]
    for outbound in OutboundMail.objects.filter(message_id__in=missing).only("message_id", "headers"):
        # An acknowledgement is no message of the conversation; its Reply-To says which ticket it was about.
        number = number_in_address(str(outbound.headers.get("Reply-To", "")), provider_id=provider.pk)
        for ticket in _by_numbers([number]):
            found[outbound.message_id] = ticket
    yield from dict.fromkeys(found[one] for one in wanted if one in found)


def _by_numbers(numbers: Iterable[int | None]) -> Iterator[Ticket]:
    for number in dict.fromkeys(numbers):
        if number is not None:
            yield from Ticket.objects.filter(number=number)
