"""For the demo: tickets with third parties, who follows them, complaints, and changes that schools made. No mail."""

from datetime import datetime, time, timedelta

from accounts.models import Person, Provider, StaffMembership, StaffRole
from accounts.responsible import success_managers_of
from complaints.models import USUAL_HOURS, Complaint, ComplaintStep, Outcome, Stage, StepKind
from contracts.models import ReportedChange, StillWorks
from demo.records import TicketRecord
from sla.desk_time import desk_hours_later, working_days_later
from sla.times import local_day
from tickets.models import (
    LinkKind,
    Referral,
    Supplier,
    Ticket,
    TicketLink,
    TicketState,
    Urgency,
    Watcher,
    WatcherCause,
    WorkTime,
)
from tickets.watchers import people_who_may_follow

DAY = timedelta(days=1)
NINE, NOON = time(9), time(12)
# Name, whom to ask for, telephone, their reference, how urgent, days until the promise (None: none) and the next chase.
WITH_OTHERS = (
    ("Northline Broadband", "Business support", "0330 496 0101", "NB-448120", Urgency.HIGH, 1, 1),
    ("Brightboard Displays", "Warranty desk", "0330 496 0144", "BB/23-0917", Urgency.NORMAL, 6, 3),
    ("Ledgerwise Software", "", "0330 496 0160", "", Urgency.NORMAL, None, 2),
)
COMPLAINTS = (  # what went wrong, what would put it right, days ago
    ("We were told twice that somebody would call back, and nobody did.",
     "A call, and one person who knows the whole story.", 0.25),
    ("The work in the computer room was left unfinished before the exams.",
     "Finish it before Monday.", 24),
)  # fmt: skip
CHANGES = (
    ("The telephone company replaced the router in the office.",
     "Internet line, main building", "Northline Broadband", StillWorks.YES, 3),
    ("New visitor software was installed on the reception PC.",
     "Reception PC", "The school's office manager", StillWorks.PARTLY, 9),
    ("Two displays were moved from Year 3 to Year 5.",
     "Classroom displays", "The caretaker", StillWorks.UNKNOWN, 15),
    ("The alarm company connected its panel to the network.",
     "Network cabinet, hall", "Their alarm company", StillWorks.YES, 41),
)  # fmt: skip

TIMES = ((25, "Looked at the logs"), (70, "Tried a spare one"), (15, ""))


def relations_add(provider: Provider, open_now: list[TicketRecord], *, now: datetime) -> None:
    """Add them, inside the provider's open scope."""
    rows = Ticket.objects.filter(pk__in=[one.id for one in open_now], assignee__isnull=False)
    tickets = list(rows.select_related("customer__success_manager", "requester", "assignee").order_by("pk"))
    if not tickets:
        return
    waiting = [one for one in tickets if one.state == TicketState.WAITING_THIRD_PARTY]
    _referrals(waiting or tickets[:3], now)
    _complaints(tickets, now)
    _followers(tickets)
    _links(tickets, now)
    _times(tickets, now)
    for ticket, (what, system, made_by, works, days) in zip(tickets * len(CHANGES), CHANGES, strict=False):
        ReportedChange.objects.create(
            customer=ticket.customer,
            what=what,
            system=system,
            changed_on=local_day(now - days * DAY, provider.time_zone),
            made_by=made_by,
            works=works,
            reported_by=ticket.requester,
            reported_at=now - days * DAY,
        )


def _links(tickets: list[Ticket], now: datetime) -> None:
    """The first two of a school have to do with each other."""
    by_school: dict[int, list[Ticket]] = {}
    for ticket in tickets:
        by_school.setdefault(ticket.customer_id, []).append(ticket)
    for one, other, *_more in (found for found in by_school.values() if len(found) > 1):
        assert one.assignee is not None  # each of these has an owner
        TicketLink.objects.create(
            customer=one.customer,
            ticket=other,
            other=one,
            kind=LinkKind.RELATED,
            by=one.assignee,
            at=now,
        )


def _times(tickets: list[Ticket], now: datetime) -> None:
    """Of every second ticket its owner noted the time."""
    for ticket, (minutes, note) in zip(tickets[::2], TIMES * len(tickets), strict=False):
        assert ticket.assignee is not None
        WorkTime.objects.create(
            customer=ticket.customer,
            ticket=ticket,
            person=ticket.assignee,
            minutes=minutes,
            note=note,
            ended_at=min(now, ticket.logged_at + timedelta(minutes=minutes)),
        )


def _followers(tickets: list[Ticket]) -> None:
    """Of every third ticket a colleague of the school is in copy, and a technician follows the first."""
    for ticket in tickets[::3]:
        colleague = people_who_may_follow(ticket).first()
        if colleague is not None:
            Watcher.objects.create(
                customer=ticket.customer,
                ticket=ticket,
                person=colleague,
                cause=WatcherCause.COPIED,
                added_by=ticket.requester,
                added_at=ticket.logged_at,
            )
    first = tickets[0]
    role = StaffRole.TECHNICIAN_1
    own = StaffMembership.objects.filter(role=role).exclude(person=first.assignee).order_by("pk").first()
    if own is not None:
        Watcher.objects.create(
            customer=first.customer,
            ticket=first,
            person=own.person,
            cause=WatcherCause.SELF,
            added_at=first.logged_at,
        )


def _referrals(tickets: list[Ticket], now: datetime) -> None:
    for place, (name, contact, phone, reference, urgency, promised, chase) in enumerate(WITH_OTHERS):
        ticket = tickets[place % len(tickets)]
        assert ticket.assignee is not None
        asked_again = working_days_later(now, chase, NINE)
        supplier = Supplier.objects.create(name=name, contact=contact, phone=phone)
        Referral.objects.create(
            customer=ticket.customer,
            ticket=ticket,
            supplier=supplier,
            reference=reference,
            urgency=urgency,
            promised_at=working_days_later(now, promised, NOON) if promised else None,
            chase_at=asked_again,
            wake_at=asked_again,
            opened_by=ticket.assignee,
            opened_at=max(ticket.logged_at, now - 2 * DAY),
        )


def _complaints(tickets: list[Ticket], now: datetime) -> None:
    """The first is open and about its ticket's technician; the second, about none, was upheld by a lead."""
    lead = StaffMembership.objects.filter(role=StaffRole.TECHNICAL_LEAD).select_related("person").first()
    for number, (wrong, remedy, days) in enumerate(COMPLAINTS, start=1):
        ticket, raised_at = tickets[-number], now - days * DAY
        is_open = number == 1 or lead is None
        complaint = Complaint.objects.create(
            customer=ticket.customer,
            number=number,
            ticket=ticket if is_open else None,
            technician=ticket.assignee if is_open else None,
            about=_other_than_managers(ticket) if is_open else None,
            raised_by=ticket.requester,
            channel="portal",
            wrong=wrong,
            remedy=remedy,
            stage=Stage.SUCCESS_MANAGER if is_open else Stage.LEADS,
            raised_at=raised_at,
            answer_by=desk_hours_later(raised_at, USUAL_HOURS),
            wake_at=desk_hours_later(raised_at, USUAL_HOURS * 3 // 4) if is_open else None,
        )
        _step(
            complaint,
            StepKind.RAISED,
            Stage.SUCCESS_MANAGER,
            Stage.SUCCESS_MANAGER,
            ticket.requester,
            raised_at,
        )
        if is_open or lead is None:
            continue
        manager = Person.objects.get(pk=success_managers_of(ticket.customer)[0])
        _step(
            complaint,
            StepKind.PASSED_UP,
            2,
            3,
            manager,
            raised_at + DAY,
            "It is about how we plan larger work.",
        )
        complaint.outcome, complaint.decided_by = Outcome.UPHELD, lead.person
        complaint.decided_at = raised_at + 3 * DAY
        complaint.done = (
            "You are right. We finished the work on Saturday and tried every PC with your office."
        )
        complaint.change = "No work in rooms used for examinations is begun in the two weeks before them."
        complaint.save()
        _step(complaint, StepKind.DECIDED, 3, 3, lead.person, raised_at + 3 * DAY, complaint.done)


def _other_than_managers(ticket: Ticket) -> Person | None:
    """The technician in charge; nobody where that is the very person who decides."""
    assert ticket.assignee is not None
    return None if ticket.assignee_id in success_managers_of(ticket.customer) else ticket.assignee


def _step(
    complaint: Complaint, kind: StepKind, before: int, after: int, by: Person, at: datetime, text: str = ""
) -> None:
    ComplaintStep.objects.create(
        customer=complaint.customer,
        complaint=complaint,
        kind=kind,
        from_stage=before,
        to_stage=after,
        by=by,
        at=at,
        text=text,
    )
