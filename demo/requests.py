"""Requests made through forms for the demo: two that wait for approval, and answers on tickets that are open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Customer, CustomerMembership, CustomerRole, Person, Provider
from demo.records import TicketRecord
from sla.times import local_day
from tickets.models import (
    Channel,
    Direction,
    Message,
    RequestAnswer,
    RequestApproval,
    RequestForm,
    Ticket,
    TicketRequest,
    TicketState,
)
from tickets.services.approvals import REMIND_AFTER, approvers_of, approvers_words
from tickets.services.opening import ticket_numbers
from tickets.services.promising import contract_of
from tickets.services.requests import Line, day_words, lines_text
from tickets.working_days import working_days_after

FEW = 100  # a smaller demo has no such tickets


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: the kind of the form, its answers by its questions, and in how many days."""

    kind: str
    subject: str
    answers: tuple[tuple[str, str], ...]
    days: int


WAITING = (
    Asked("starter", "New starter: Priya Nair",
          (("Full name", "Priya Nair"), ("Role at the school", "Year 4 teacher"),
           ("What do they need?", "E-mail, Shared files, Printing"), ("Do they need a laptop?", "Yes")), 21),
    Asked("equipment", "New equipment: Visualiser for the science room",
          (("What is needed?", "Visualiser for the science room"), ("How many?", "1"),
           ("What will it be used for?", "Showing experiments to the whole class.")), 35),
)  # fmt: skip
# What is known of open tickets, by the key of their category.
KNOWN = {
    "printer": (("Which room?", "Staff room"), ("Which printer?", "The large one by the door")),
    "classroom-av": (("Which room?", "B12"), ("Is there a picture or sound at all?", "No")),
    "computer": (("Which room?", "Library"), ("Which device?", "LIB-07")),
    "internet": (("Where?", "Some rooms"), ("By cable or Wi-Fi?", "Wi-Fi")),
}


def requests_count(tickets: int) -> int:
    """How many of so many tickets wait for approval."""
    return len(WAITING) if tickets >= FEW else 0


def requests_add(provider: Provider, open_now: list[TicketRecord], *, now: datetime, waiting: int) -> None:
    """Add them, inside the provider's open scope. Nothing is mailed."""
    owners = CustomerMembership.objects.filter(role=CustomerRole.RELATIONSHIP_OWNER)
    schools = Customer.objects.filter(pk__in=owners.values("customer_id")).order_by("name")
    for asked, school in zip(WAITING[:waiting], schools, strict=False):
        _waiting_add(provider, asked, school, now)
    for key, answers in KNOWN.items():
        form = RequestForm.objects.filter(kind="category", category__key=key).first()
        of_it = (one for one in open_now if form and one.category_id == form.category_id)
        ticket = next((one for one in of_it if one.channel == Channel.PORTAL), None)
        if form and ticket:
            _answers_add(form, ticket, answers)


def _waiting_add(provider: Provider, asked: Asked, school: Customer, now: datetime) -> None:
    form = RequestForm.objects.get(kind=asked.kind)
    assert form.level is not None
    requester = _requester(school)
    today = local_day(now, provider.time_zone)
    needed_by = today + timedelta(days=asked.days)
    lines = [Line(*pair) for pair in asked.answers]
    ticket = Ticket.objects.create(
        customer=school,
        requester=requester,
        number=ticket_numbers(1)[0],
        subject=asked.subject,
        channel=Channel.PORTAL,
        category=form.category,
        contract=contract_of(school, today),
        level=form.level,
        state=TicketState.WAITING_APPROVAL,
        team_id=school.team_id,
        logged_at=now,
        last_message_at=now,
    )
    message = Message.objects.create(
        customer=school,
        ticket=ticket,
        direction=Direction.INCOMING,
        channel=Channel.PORTAL,
        author=requester,
        at=now,
        text=lines_text([*lines, Line("Needed by", day_words(needed_by))]),
    )
    request = TicketRequest.objects.create(
        customer=school,
        ticket=ticket,
        form=form,
        title=form.title,
        message=message,
        needed_by=needed_by,
        changes_account=form.changes_account,
    )
    _lines_add(request, lines)
    RequestApproval.objects.create(
        customer=school,
        ticket=ticket,
        roles=form.approver_roles,
        asked_of=approvers_words(list(approvers_of(school.pk, form.approver_roles)), form.approver_roles),
        asked_at=now,
        wake_at=working_days_after(now, REMIND_AFTER, provider.time_zone),
    )


def _answers_add(form: RequestForm, ticket: TicketRecord, answers: tuple[tuple[str, str], ...]) -> None:
    """As if the requester had answered the questions of the category."""
    message = Message.objects.filter(ticket_id=ticket.id, direction=Direction.INCOMING).earliest("at", "id")
    lines = [Line("What happens", message.text), *(Line(*pair) for pair in answers)]
    message.text = lines_text(lines)
    message.save(update_fields=["text"])
    request = TicketRequest.objects.create(
        customer_id=ticket.school.customer_id,
        ticket_id=ticket.id,
        form=form,
        title=form.title,
        message=message,
    )
    _lines_add(request, lines)


def _lines_add(request: TicketRequest, lines: list[Line]) -> None:
    RequestAnswer.objects.bulk_create(
        RequestAnswer(
            customer_id=request.customer_id, asked=request, position=place, label=line.label, value=line.value
        )
        for place, line in enumerate(lines)
    )


def _requester(school: Customer) -> Person:
    """Somebody of the school who may not approve it themself."""
    leads = CustomerMembership.objects.filter(customer=school).exclude(role=CustomerRole.REQUESTER)
    members = CustomerMembership.objects.filter(customer=school).exclude(person__in=leads.values("person"))
    return members.order_by("pk").select_related("person")[0].person
