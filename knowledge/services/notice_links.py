"""Tickets that are about a notice: linked, unlinked, and answered together when it is over (rules Y4, T6)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from knowledge.models import NoticeTicket, ServiceNotice
from knowledge.notices import is_to_answer, links_of, meant_for
from sla.times import local_day
from tickets.errors import TicketError, WrongState
from tickets.models import Ticket
from tickets.services.base import ticket_lock
from tickets.services.conversation import ticket_reply
from tickets.services.work import ticket_fix

ANSWERED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """A ticket that had no answer, and why."""

    ticket: Ticket
    why: str


@transaction.atomic
def notice_link(*, notice: ServiceNotice, ticket: Ticket, by: Person) -> NoticeTicket:
    """The ticket is about this notice. Raises ValidationError: confidential, another school's, or not current."""
    ticket = ticket_lock(ticket)
    if ticket.is_confidential:
        raise ValidationError(_("A confidential ticket is linked to no notice."))
    if not notice.is_current:
        raise ValidationError(_("Only a notice that is published and not over takes tickets."))
    day = local_day(timezone.now(), current_provider().time_zone)
    meant = meant_for(day, customer_id=ticket.customer_id)
    if not ServiceNotice.objects.filter(meant, pk=notice.pk).exists():
        raise ValidationError(_("The notice is not for this school. Have it widened first."))
    row, is_new = NoticeTicket.objects.get_or_create(
        notice=notice, ticket=ticket, defaults={"customer_id": ticket.customer_id, "by": by}
    )
    if is_new:
        audit_record(action="notice.linked", target=ticket, changes={"notice": ("", str(notice.pk))})
    return row


@transaction.atomic
def notice_unlink(*, notice: ServiceNotice, ticket: Ticket) -> None:
    """It was about something else."""
    gone, _by_model = NoticeTicket.objects.filter(notice=notice, ticket=ticket).delete()
    if gone:
        audit_record(action="notice.unlinked", target=ticket, changes={"notice": (str(notice.pk), "")})


@transaction.atomic
def notice_answer(
    *, notice: ServiceNotice, ticket_ids: Collection[int], text: str, by: Person, is_fix: bool = False
) -> tuple[int, list[NotAnswered]]:
    """Answer these linked tickets one by one, each as if somebody had answered it on its page; `is_fix`: as the fix.

    Says how many had the answer and which had not, and why. A ticket has it once. Confidential ones are never touched.
    Raises ValidationError: text, tickets.
    """
    if not text.strip():
        raise ValidationError({"text": _("Write the answer.")})
    rows = links_of(notice).filter(ticket_id__in=ticket_ids).order_by("ticket_id")
    links = [link for link in rows.select_for_update(of=("self",)) if is_to_answer(link)][:ANSWERED_AT_ONCE]
    if not links:
        raise ValidationError(
            {"tickets": _("Choose at least one ticket that is still open and not answered.")}
        )
    failed = [missing for link in links if (missing := _answer(link, text.strip(), by, is_fix)) is not None]
    audit_record(action="notice.answered", target=notice)
    return len(links) - len(failed), failed


def _answer(link: NoticeTicket, text: str, by: Person, is_fix: bool) -> NotAnswered | None:
    """In a savepoint of its own, so that one that cannot be answered holds up no other."""
    try:
        with transaction.atomic():
            ticket = ticket_lock(link.ticket)
            if ticket.is_confidential:
                raise WrongState(_("It is confidential now."))
            if not ticket.is_open:
                raise WrongState(_("It is fixed or closed already."))
            act = ticket_fix if is_fix else ticket_reply
            act(ticket=ticket, author=by, text=text)
            link.answered_at = timezone.now()
            link.save(update_fields=["answered_at"])
    except TicketError as problem:
        return NotAnswered(link.ticket, str(problem))
    except ValidationError as problem:
        return NotAnswered(link.ticket, " ".join(problem.messages))
    return None
