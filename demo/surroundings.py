"""What lies on the desk beside the tickets: held mail, articles, call-backs, quotes, reviews. No mail is sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.urls import reverse

from accounts.models import AuditEntry, Provider
from delivery.models import Notification
from demo.chats import chats_add
from demo.history import Desk
from demo.knowledge import knowledge_add
from demo.notices import notices_add
from demo.owed import owed_add
from demo.protection import periods_add
from demo.quotes import quotes_add
from demo.records import Somebody, TicketRecord
from demo.relations import relations_add
from demo.reviews import reviews_add
from demo.rhythm import before
from demo.writing import as_json, rows_write
from tickets.models import CallBack, InboundMail, InboundState, Mailbox, QuarantineReason
from tickets.services.call_backs import REMIND_BEFORE

_NOTICE = [
    "provider_id",
    "customer_id",
    "person_id",
    "key",
    "summary",
    "detail",
    "path",
    "is_late",
    "created_at",
    "read_at",
    "failures",
    "last_failure",
]
_AUDIT = [
    "provider_id",
    "customer_id",
    "at",
    "actor_id",
    "action",
    "object_type",
    "object_id",
    "object_label",
    "changes",
    "reason",
]
STILL_NEW = timedelta(days=4)
READ_AFTER = timedelta(minutes=25)
TAKEN_AFTER = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Refused:
    """A mail that waits for somebody's decision."""

    sender: str
    name: str
    subject: str
    text: str
    reason: QuarantineReason
    hours_ago: int


QUARANTINE = (
    Refused("j.tindall84@freemail.example", "Jo Tindall", "Cannot get into my school e-mail",
            "Hi, I am writing from home because I cannot sign in to my school account. Can you reset it?",
            QuarantineReason.UNKNOWN_DOMAIN, 5),
    Refused("supply.cover@fallowmere.example", "Supply cover", "Login for today",
            "Hello, I am covering in Year 4 today and have no login for the classroom PC.",
            QuarantineReason.UNKNOWN_PERSON, 20),
    Refused("accounts@brightboards.example", "Bright Boards Accounts", "Overdue invoice 4471",
            "Please find the overdue invoice below and pay within seven days.",
            QuarantineReason.UNKNOWN_DOMAIN, 44),
)  # fmt: skip


def surroundings_add(
    provider: Provider, desk: Desk, open_now: list[TicketRecord], *, now: datetime, seed: int
) -> None:
    """Add them, inside the provider's open scope. `open_now` are tickets that have their ids."""
    if provider.slug == "concero":
        knowledge_add(provider, now=now)
        notices_add(open_now, now=now)
        for position, one in enumerate(QUARANTINE):
            _quarantine_add(provider, one, now, f"{seed}.{position}")
    _call_backs_add([ticket for ticket in open_now if ticket.channel != "monitoring"], now)
    owed_add(open_now, now=now)
    _notices_add(provider, open_now, now)
    _audit_add(provider, open_now)
    quotes_add(provider, open_now, now=now)
    relations_add(provider, open_now, now=now)
    reviews_add(open_now, now=now)
    chats_add(open_now, now=now)
    periods_add(now=now)


def _quarantine_add(provider: Provider, one: Refused, now: datetime, key: str) -> None:
    at = now - timedelta(hours=one.hours_ago)
    mail = EmailMessage()
    mail["From"] = f"{one.name} <{one.sender}>"
    mail["To"] = provider.support_email
    mail["Subject"] = one.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<demo.{key}@{one.sender.partition('@')[2]}>"
    mail.set_content(one.text + "\n")
    raw = mail.as_bytes()
    InboundMail.objects.create(
        mailbox=Mailbox.objects.get(is_default=True),
        raw=raw,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        received_at=at,
        state=InboundState.QUARANTINED,
        quarantine=one.reason,
        message_id=mail["Message-ID"],
        sender=one.sender,
        sender_name=one.name,
        recipients=[provider.support_email],
        subject=one.subject,
        decided_at=at,
    )


def _call_backs_add(tickets: list[TicketRecord], now: datetime) -> None:
    """One call that is overdue, one soon and one on the next working day; all inside the hours of the desk."""
    taken = [ticket for ticket in tickets if ticket.assignee is not None]
    for ticket, minutes in zip(taken, (-35, 55, 600), strict=False):
        assert ticket.assignee is not None
        timeline = ticket.fix.terms.timeline
        length = timedelta(minutes=abs(minutes))
        at = before(timeline, now, length) if minutes < 0 else timeline.add(now, length)
        CallBack.objects.create(
            customer_id=ticket.school.customer_id,
            ticket_id=ticket.id,
            person_id=ticket.requester.person_id,
            technician_id=ticket.assignee.person_id,
            phone=ticket.requester.phone,
            agreed_at=at,
            wake_at=at - REMIND_BEFORE if at - REMIND_BEFORE > now else None,
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """What the sweeper told somebody at a time. It was mailed then: nothing is due any more."""

    person: Somebody
    customer_id: int
    key: str
    summary: str
    path: str
    at: datetime
    detail: str = ""


def _notices_add(provider: Provider, tickets: list[TicketRecord], now: datetime) -> None:
    notices = [
        one for ticket in tickets for one in (*_warnings(provider, ticket), *_escalations(provider, ticket))
    ]
    rows_write(
        Notification,
        _NOTICE,
        (
            (
                provider.pk, one.customer_id, one.person.person_id, one.key, one.summary, one.detail, one.path, False,
                one.at, one.at + READ_AFTER if now - one.at > STILL_NEW else None, 0, "",
            )
            for one in sorted(notices, key=lambda one: one.at)
        ),
    )  # fmt: skip


def _warnings(provider: Provider, ticket: TicketRecord) -> Iterator[Notice]:
    told = dict.fromkeys(person for person in (ticket.assignee, ticket.school.lead) if person is not None)
    for clock in ticket.clocks:
        if clock.is_open and clock.warned_at is not None:
            what = "Reply" if clock.kind == "response" else "Fix"
            for person in told:
                yield Notice(
                    person,
                    ticket.school.customer_id,
                    f"warned:{clock.id}:{clock.generation}",
                    f"{what} due soon: ticket {ticket.number}, {ticket.school.name}",
                    _path(provider, ticket),
                    clock.warned_at,
                )


def _escalations(provider: Provider, ticket: TicketRecord) -> Iterator[Notice]:
    for step in ticket.escalations:
        if step.trigger == "time":
            for person in dict.fromkeys((ticket.school.manager, ticket.school.lead)):
                yield Notice(
                    person,
                    ticket.school.customer_id,
                    f"escalated:{ticket.id}:{step.to_stage}",
                    f"{ticket.school.name}: ticket {ticket.number} was escalated",
                    _path(provider, ticket),
                    step.at,
                    step.reason,
                )


def _path(provider: Provider, ticket: TicketRecord) -> str:
    return reverse("desk:ticket", args=[provider.slug, ticket.number])


def _audit_add(provider: Provider, tickets: list[TicketRecord]) -> None:
    """The trail of who took which open ticket, and when."""
    rows_write(
        AuditEntry,
        _AUDIT,
        (
            (
                provider.pk, ticket.school.customer_id, ticket.logged_at + TAKEN_AFTER, ticket.assignee.person_id,
                "ticket.assigned", "tickets.ticket", ticket.id, f"#{ticket.number}",
                as_json({"assignee": ["", ticket.assignee.name]}), "",
            )
            for ticket in tickets
            if ticket.assignee is not None
        ),
    )  # fmt: skip
