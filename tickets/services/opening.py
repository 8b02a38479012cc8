"""Opening a ticket: contract, level, two clocks, the first message and the acknowledgement (rules I3, S1-S4, P1)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person, Provider
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider, remembered
from contracts.models import Answer, Contract
from contracts.selectors import channel_answer, contract_on, terms_for
from delivery.services import notification_add
from sla.models import Apart, ClockKind, ServiceLevel
from sla.services.clocks import clocks_start
from sla.times import local_day
from tickets import mailing
from tickets.models import Category, Channel, Direction, InboundMail, Message, Ticket
from tickets.services.attachments import UploadedPart, attachments_add
from tickets.services.base import take_place
from tickets.services.escalation import managers_of

ACKNOWLEDGED = frozenset({Channel.EMAIL, Channel.PORTAL, Channel.PHONE})


@transaction.atomic
def ticket_open(
    *,
    customer: Customer,
    requester: Person,
    subject: str,
    text: str,
    channel: str,
    html: str = "",
    quoted_text: str = "",
    level: ServiceLevel | None = None,
    category: Category | None = None,
    logged_at: datetime | None = None,
    inbound: InboundMail | None = None,
    message_id: str = "",
    attachments: Sequence[UploadedPart] = (),
    assignee: Person | None = None,
    acknowledge: bool = True,
    apart: str = Apart.COUNTED,
) -> Ticket:
    """Open a ticket with its clocks and say so to the school.

    `logged_at` (default now) is when the clocks start; outside desk hours they run from the next opening (Rule S9).
    Without a contract on that day no clock runs and the customer success manager is told. Raises TooLarge.
    """
    provider = current_provider()
    logged_at = logged_at or timezone.now()
    level = level or remembered("default level", lambda: ServiceLevel.objects.get(is_default=True))
    contract = _contract(customer, local_day(logged_at, provider.time_zone))
    ticket = Ticket(
        number=_next_number(),
        customer=customer,
        requester=requester,
        subject=_subject(subject),
        channel=channel,
        category=category,
        contract=contract,
        level=level,
        team_id=customer.team_id,
        assignee=assignee,
        logged_at=logged_at,
        last_message_at=logged_at,
    )
    _start_clocks(ticket, contract, level, apart)
    take_place(ticket)
    ticket.promise_at = ticket.response_clock.due_at if ticket.response_clock else None
    ticket.save()
    message = Message.objects.create(
        customer=customer,
        ticket=ticket,
        direction=Direction.INCOMING,
        channel=channel,
        author=requester,
        at=logged_at,
        text=text,
        quoted_text=quoted_text,
        html=html,
        inbound=inbound,
        message_id=message_id,
    )
    attachments_add(message=message, parts=attachments)
    audit_record(action="ticket.opened", target=ticket)
    if contract is None:
        _tell_no_contract(ticket, provider)
    if acknowledge and channel in ACKNOWLEDGED:
        mailing.acknowledge(
            provider=provider, ticket=ticket, to=message, has_desk_access=_has_access(contract, channel)
        )
    return ticket


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tickets_next_number()")
        return int(cursor.fetchone()[0])


def _subject(subject: str) -> str:
    return " ".join(subject.split())[:300] or _("(no subject)")


def _start_clocks(ticket: Ticket, contract: Contract | None, level: ServiceLevel, apart: str) -> None:
    if contract is None:
        return
    ticket.response_clock, ticket.fix_clock = clocks_start(
        customer_id=ticket.customer_id,
        kinds=(ClockKind.RESPONSE, ClockKind.FIX),
        terms=remembered(("terms", contract.pk, level.pk), lambda: terms_for(contract=contract, level=level)),
        started_at=ticket.logged_at,
        apart=apart,
    )


def _contract(customer: Customer, day: date) -> Contract | None:
    return remembered(("contract", customer.pk, day), lambda: contract_on(customer_id=customer.pk, day=day))


def _has_access(contract: Contract | None, channel: str) -> bool:
    if contract is None:
        return True
    answer = remembered(
        ("channel", contract.pk, channel), lambda: channel_answer(contract=contract, channel=channel).answer
    )
    return answer != Answer.NO_DESK_ACCESS


def _tell_no_contract(ticket: Ticket, provider: Provider) -> None:
    for manager_id in managers_of(ticket):
        notification_add(
            person_id=manager_id,
            key=f"no-contract:{ticket.pk}",
            summary=_("%(school)s has no contract today, but a ticket: no clock runs")
            % {"school": ticket.customer.name},
            path=ticket.desk_path(provider.slug),
            customer_id=ticket.customer_id,
        )
