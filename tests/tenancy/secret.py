"""A confidential ticket with something of everything; all of its words are marked."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from accounts.files import UploadedPart
from accounts.tenancy.scope import open_scope
from chat.models import Chat, ChatFile, ChatMessage
from chat.services.files import files_store
from contracts.models import ClauseTopic
from satisfaction.models import SatisfactionQuestion
from sla.models import ServiceLevel
from tests.tenancy.world import World
from tickets.models import (
    Attachment,
    BreachReason,
    Channel,
    Explanation,
    InboundMail,
    Message,
    SafeguardingContact,
    Ticket,
    TicketVisit,
)
from tickets.services.call_backs import call_back_agree
from tickets.services.confidential import ticket_make_confidential
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.coverage import coverage_check
from tickets.services.escalation import explanation_draft, ticket_escalate
from tickets.services.opening import ticket_open
from tickets.services.quotes import ticket_quote_ask
from tickets.services.work import ticket_assign, ticket_change_level
from visits.models import Visit

MARKER = "zqwhisper"


def secret_ticket(world: World) -> Ticket:
    """Rita's, opened as any other ticket, with something of everything; Theo owns it and makes it confidential."""
    cast = world.cast
    with open_scope(cast.scope("theo")):
        rita, theo = cast.person("rita"), cast.person("theo")
        SafeguardingContact.objects.all().delete()
        SafeguardingContact.objects.create(person=cast.person("ada"))
        file = UploadedPart(f"{MARKER}.txt", "text/plain", MARKER.encode())
        ticket = ticket_open(
            customer=cast.customer(),
            requester=rita,
            subject=f"{MARKER} subject",
            text=f"{MARKER} text",
            html=f"<p>{MARKER} html</p>",
            channel=Channel.EMAIL,
            level=ServiceLevel.objects.order_by("rank")[0],
            assignee=theo,
            attachments=[file],
        )
        ticket_assign(ticket=ticket, assignee=cast.person("tess"))  # who is told of the subject
        ticket_assign(ticket=ticket, assignee=theo)
        note_add(ticket=ticket, author=theo, text=f"{MARKER} note", attachments=[file])
        ticket_reply(ticket=ticket, author=theo, text=f"{MARKER} answer")
        low = ServiceLevel.objects.order_by("rank")[1]
        ticket_change_level(ticket=ticket, level=low, reason=f"{MARKER} level")
        soon = timezone.now() + timedelta(hours=2)
        call_back_agree(ticket=ticket, person=rita, phone=f"{MARKER} phone", at=soon)
        coverage_check(ticket=ticket, topic=ClauseTopic.HARDWARE, facts={}, by=theo)
        ticket.refresh_from_db()
        assert ticket.fix_clock is not None
        explanation_draft(ticket=ticket, clock=ticket.fix_clock, at=timezone.now())
        Explanation.objects.filter(ticket=ticket).update(draft=f"{MARKER} draft")
        BreachReason.objects.create(
            customer_id=ticket.customer_id,
            clock=ticket.fix_clock,
            cause="other",
            words=f"{MARKER} words",
            by=theo,
            at=timezone.now(),
        )
        InboundMail.objects.create(
            customer_id=ticket.customer_id,
            ticket=ticket,
            raw=MARKER.encode(),
            size=9,
            sha256="5ec" * 21,
            received_at=timezone.now(),
            state="quarantined",
            subject=f"{MARKER} mail",
        )
        chat = Chat.objects.create(
            customer_id=ticket.customer_id,
            person=rita,
            state="ended",
            origin="portal",
            ticket=ticket,
            started_at=timezone.now(),
            ended_at=timezone.now(),
            seen_at=timezone.now(),
        )
        said = ChatMessage.objects.create(
            customer_id=ticket.customer_id,
            chat=chat,
            seq=1,
            side="visitor",
            at=timezone.now(),
            text=f"{MARKER} chat",
        )
        file = UploadedPart(f"{MARKER}-chat.txt", "text/plain", MARKER.encode())
        files_store(said, [file])
        SatisfactionQuestion.objects.create(
            customer_id=ticket.customer_id,
            ticket=ticket,
            person=rita,
            closed_at=timezone.now(),
            answer="poor",
            comment=f"{MARKER} comment",
            answered_at=timezone.now(),
            changed_at=timezone.now(),
        )
        visit = Visit.objects.filter(customer_id=ticket.customer_id).order_by("pk")[0]
        TicketVisit.objects.create(customer_id=ticket.customer_id, ticket=ticket, visit=visit)
        ticket_make_confidential(ticket=ticket, reason=f"{MARKER} reason")
        ticket_quote_ask(ticket=ticket, wanted="A filter", by=theo)
        ticket_escalate(ticket=ticket, to_stage=3, trigger="technician", reason=f"{MARKER} escalation")
        ticket.refresh_from_db()
    return ticket


def with_secret(world: World, secret: Ticket) -> World:
    """The world in which the secret ticket and its parts stand in for Rita's own one."""
    with open_scope(world.cast.scope("theo")):
        messages = Message.objects.filter(ticket=secret)
        first, note = messages.exclude(html="").get(), messages.get(text=f"{MARKER} note")
        parts = {
            "message": first.pk,
            "attachment": Attachment.objects.get(message=first).pk,
            "note": note.pk,
            "note_file": Attachment.objects.get(message=note).pk,
            "clock": secret.fix_clock_id or 0,
            "chat": Chat.objects.get(ticket=secret).pk,
            "question": SatisfactionQuestion.objects.get(ticket=secret).pk,
            "chat_file": ChatFile.objects.get(message__chat__ticket=secret).pk,
        }
    return replace(
        world,
        tickets={**world.tickets, "rita": secret},
        parts={**world.parts, "rita": {**world.parts["rita"], **parts}},
    )
