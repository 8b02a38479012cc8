"""Opening a ticket: contract, level, two clocks, the first message and the acknowledgement (rules I3, S1-S4, P1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person, Provider
from accounts.services import audit_records
from accounts.tenancy.many import one_of
from accounts.tenancy.memory import current_provider, remembered
from contracts.models import Answer, Contract
from contracts.selectors import channel_answer
from delivery.services import Mail, mails_enqueue
from sla.models import Apart, ServiceLevel
from sla.times import local_day
from tickets import mailing
from tickets.answering import Question, answers_claim
from tickets.changes import Happened, TicketEvent, tell_tickets
from tickets.live import tickets_news
from tickets.models import Category, Channel, Direction, InboundMail, Message, Ticket, TicketState
from tickets.no_visit import tell_of_unvisited
from tickets.services.attachments import UploadedPart, attachments_add
from tickets.services.confidential import tickets_keep_confidential
from tickets.services.escalation import managers_of
from tickets.services.promising import Promise, contract_of, promises_begin
from tickets.services.telling import ticket_tell
from tickets.services.watching import watchers_copy

ACKNOWLEDGED = frozenset({Channel.EMAIL, Channel.PORTAL, Channel.PHONE, Channel.CHAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A ticket that is to be opened.

    `logged_at` (aware, default now) is when the clocks start; outside desk hours they run from the next opening (Rule
    S9). `notes` are for the staff alone. `copied` are the addresses (lower case) that its mail went to besides us.
    `asked` are the answers that were given in a form, in words, for the acknowledgement. `waits_for`: who of the school
    must approve it, in words; no clock starts before (Rule I10).
    """

    customer: Customer
    requester: Person
    subject: str
    text: str
    channel: str
    html: str = ""
    quoted_text: str = ""
    level: ServiceLevel | None = None
    category: Category | None = None
    logged_at: datetime | None = None
    inbound: InboundMail | None = None
    message_id: str = ""
    attachments: Sequence[UploadedPart] = ()
    notes: Sequence[str] = ()
    copied: Sequence[str] = ()
    assignee: Person | None = None
    acknowledge: bool = True
    asked: str = ""
    waits_for: str = ""
    is_confidential: bool = False
    apart: str = Apart.COUNTED


@transaction.atomic
def tickets_open(openings: Sequence[Opening]) -> list[Ticket]:
    """Open tickets with their clocks, in this order, and say so to the schools.

    Without a contract on that day no clock runs and the customer success manager is told. Raises TooLarge.
    """
    provider = current_provider()
    numbers = ticket_numbers(len(openings))
    tickets = [_ticket(opening, number, provider) for opening, number in zip(openings, numbers, strict=True)]
    opened = list(zip(openings, tickets, strict=True))
    answered = _answered(openings)
    promises_begin(
        [
            Promise(ticket, ticket.logged_at, opening.apart)
            for opening, ticket in opened
            if not opening.waits_for
        ]
    )
    Ticket.objects.bulk_create(tickets)
    tickets_keep_confidential([ticket for ticket in tickets if ticket.is_confidential])
    messages = Message.objects.bulk_create(_first_message(opening, ticket) for opening, ticket in opened)
    Message.objects.bulk_create(
        _note(ticket, text)
        for (opening, ticket), may in zip(opened, answered, strict=True)
        for text in (*opening.notes, *([_unanswered()] if may is False else []))
    )
    audit_records(action="ticket.opened", targets=tickets)
    for ticket in tickets:
        if ticket.contract is None:
            tell_no_contract(ticket)
    tell_of_unvisited(tickets)
    acknowledgements = [
        _acknowledgement(provider, opening, ticket, message)
        for (opening, ticket), message, may in zip(opened, messages, answered, strict=True)
        if may
    ]
    mails_enqueue([mail for mail in acknowledgements if mail])
    for opening, message in zip(openings, messages, strict=True):
        attachments_add(message=message, parts=opening.attachments)
    for opening, ticket in opened:
        watchers_copy(ticket=ticket, addresses=opening.copied, sender=opening.requester)
    tickets_news([ticket.pk for ticket in tickets])
    tell_tickets([TicketEvent(Happened.OPENED, ticket, ticket.logged_at) for ticket in tickets])
    return tickets


ticket_open = one_of(tickets_open, Opening)


def ticket_numbers(count: int) -> list[int]:
    """The next ticket numbers of the provider, without gaps: others wait for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tickets_next_number() FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def _ticket(opening: Opening, number: int, provider: Provider) -> Ticket:
    customer, logged_at = opening.customer, opening.logged_at or timezone.now()
    return Ticket(
        number=number,
        customer=customer,
        requester=opening.requester,
        subject=_subject(opening.subject),
        is_confidential=opening.is_confidential,
        channel=opening.channel,
        category=opening.category,
        contract=contract_of(customer, local_day(logged_at, provider.time_zone)),
        state=TicketState.WAITING_APPROVAL if opening.waits_for else TicketState.NEW,
        level=opening.level or remembered("default level", lambda: ServiceLevel.objects.get(is_default=True)),
        team_id=customer.team_id,
        assignee=opening.assignee,
        logged_at=logged_at,
        last_message_at=logged_at,
    )


def _first_message(opening: Opening, ticket: Ticket) -> Message:
    return Message(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.INCOMING,
        channel=ticket.channel,
        author=ticket.requester,
        at=ticket.logged_at,
        text=opening.text,
        quoted_text=opening.quoted_text,
        html=opening.html,
        inbound=opening.inbound,
        message_id=opening.message_id,
    )


def _note(ticket: Ticket, text: str) -> Message:
    return Message(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.NOTE,
        channel=ticket.channel,
        at=ticket.logged_at,
        text=text,
        is_automatic=True,
    )


def _subject(subject: str) -> str:
    return " ".join(subject.split())[:300] or _("(no subject)")


def _answered(openings: Sequence[Opening]) -> list[bool | None]:
    """For each whether it is acknowledged: None where nobody expects it, False where a mail loop is to be feared."""
    expected = [opening.acknowledge and opening.channel in ACKNOWLEDGED for opening in openings]
    mailed = [
        (place, Question(opening.requester.email, opening.logged_at or timezone.now()))
        for place, opening in enumerate(openings)
        if expected[place] and opening.inbound is not None
    ]
    answers: list[bool | None] = [True if one else None for one in expected]
    claimed = answers_claim([question for _place, question in mailed])
    for (place, _question), may in zip(mailed, claimed, strict=True):
        answers[place] = may
    return answers


def _unanswered() -> str:
    return _(
        "Not acknowledged by mail: this address had an automatic mail of ours just before, or very many today."
    )


def _acknowledgement(provider: Provider, opening: Opening, ticket: Ticket, message: Message) -> Mail | None:
    day = local_day(ticket.logged_at, provider.time_zone)
    has_access = _has_access(ticket.contract, ticket.channel, day)
    return mailing.acknowledgement(
        provider=provider,
        ticket=ticket,
        to=message,
        has_desk_access=has_access,
        asked=opening.asked,
        waits_for=opening.waits_for,
    )


def _has_access(contract: Contract | None, channel: str, day: date) -> bool:
    if contract is None:
        return True
    answer = remembered(
        ("channel", contract.pk, channel, day),
        lambda: channel_answer(contract=contract, channel=channel, day=day).answer,
    )
    return answer != Answer.NO_DESK_ACCESS


def tell_no_contract(ticket: Ticket) -> None:
    """Whoever answers for the school hears of a ticket that nothing promises an answer to."""
    ticket_tell(
        ticket=ticket,
        person_ids=managers_of(ticket),
        key=f"no-contract:{ticket.pk}",
        summary=_("%(school)s has no contract today, but a ticket: no clock runs")
        % {"school": ticket.customer.name},
    )
