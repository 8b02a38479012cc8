"""Making a ticket confidential, and its readers (Rule T6)."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_system, current_scope
from delivery.models import Notification, OutboundMail
from tickets.confidential import (
    attention_words,
    is_reader,
    neutral_subject,
    people_who_may_read,
    readers_now,
    safeguarding_people,
    staff_readers,
)
from tickets.errors import WrongState
from tickets.models import (
    Direction,
    ReaderCause,
    SafeguardingContact,
    Ticket,
    TicketReader,
)
from tickets.references import ticket_reference
from tickets.services.base import event_add, ticket_lock, ticket_save
from tickets.services.telling import ticket_tell
from tickets.services.watching import watchers_keep_readers


@transaction.atomic
def ticket_make_confidential(*, ticket: Ticket, reason: str) -> Ticket:
    """From now on named people alone read the ticket: who asked for it, who owns it, the safeguarding contacts, and
    whoever says so here. What was told of it before loses its words.

    Raises ValidationError by field (reason), WrongState for one that is confidential already.
    """
    _needs_reason(reason)
    with as_system():
        ticket = ticket_lock(ticket)
        if ticket.is_confidential:
            raise WrongState(_("The request is confidential already."))
        ticket.is_confidential = True
        ticket_save(ticket)
        tickets_keep_confidential([ticket])
        watchers_keep_readers(ticket)
        event_add(ticket, _("Made confidential: %(reason)s") % {"reason": reason}, direction=Direction.NOTE)
        _forget_words(ticket)
        audit_record(action="ticket.made_confidential", target=ticket, reason=reason)
    return ticket


def tickets_keep_confidential(tickets: Iterable[Ticket]) -> None:
    """Name the first readers of tickets that have just become confidential, and tell the staff among them."""
    chosen = list(tickets)
    contacts = safeguarding_people() if chosen else []
    with as_system():
        for ticket in chosen:
            wanted = [
                (ticket.requester_id, ReaderCause.REQUESTER),
                (ticket.assignee_id, ReaderCause.ASSIGNEE),
                (current_scope().person_id, ReaderCause.LOGGED),
                *((contact, ReaderCause.SAFEGUARDING) for contact in contacts),
            ]
            causes: dict[int, str] = {}
            for person_id, cause in wanted:
                if person_id is not None:
                    causes.setdefault(person_id, cause)
            TicketReader.objects.bulk_create(
                _reader(ticket, person_id, cause) for person_id, cause in causes.items()
            )
            others = [one for one in staff_readers(ticket) if one != current_scope().person_id]
            ticket_tell(ticket=ticket, person_ids=others, key=f"confidential:{ticket.pk}", summary="")


@transaction.atomic
def ticket_confidential_lift(*, ticket: Ticket, reason: str) -> Ticket:
    """Everybody who may see tickets of the school sees this one again. Its readers and readings stay as history.

    Raises ValidationError by field (reason), WrongState for one that is not confidential.
    """
    _needs_reason(reason)
    ticket = ticket_lock(ticket)
    if not ticket.is_confidential:
        raise WrongState(_("The request is not confidential."))
    readers_now(ticket).update(ended_at=timezone.now())
    ticket.is_confidential = False
    with as_system():  # who lifts it has just ended being its reader
        ticket_save(ticket)
        event_add(
            ticket, _("Not confidential any more: %(reason)s") % {"reason": reason}, direction=Direction.NOTE
        )
        audit_record(action="ticket.confidential_lifted", target=ticket, reason=reason)
    return ticket


@transaction.atomic
def reader_add(*, ticket: Ticket, person: Person, reason: str) -> TicketReader:
    """Let somebody of the staff or of the school read a confidential ticket. They are told where they are staff.

    Raises ValidationError by field (reason, person), WrongState for a ticket that is not confidential.
    """
    _needs_reason(reason)
    ticket = ticket_lock(ticket)
    if not ticket.is_confidential:
        raise WrongState(_("The request is not confidential."))
    if not people_who_may_read(ticket).filter(pk=person.pk).exists():
        raise ValidationError(
            {"person": _("Choose somebody of the staff or of the school who is no reader yet.")}
        )
    reader = _reader(ticket, person.pk, ReaderCause.ADDED, reason)
    reader.save()
    audit_record(
        action="ticket.reader_added", target=ticket, reason=reason, changes={"reader": ("", person.name)}
    )
    if person.is_staff:
        ticket_tell(ticket=ticket, person_ids=[person.pk], key=f"reader:{reader.pk}", summary="")
    return reader


@transaction.atomic
def reader_end(*, ticket: Ticket, person: Person) -> None:
    """Somebody reads it no longer.

    Raises WrongState for who asked for it, who owns it, and the last of the staff: somebody must be able to help.
    """
    ticket = ticket_lock(ticket)
    reader = readers_now(ticket).filter(person=person).first()
    if reader is None:
        raise WrongState(_("This person does not read the request."))
    if person.pk in {ticket.requester_id, ticket.assignee_id}:
        raise WrongState(
            _("Who asked for it and who owns it read it always. Give it to another owner first.")
        )
    if set(staff_readers(ticket)) <= {person.pk}:
        raise WrongState(_("Somebody of the staff must be able to read it. Add another reader first."))
    with as_system():  # one may end one's own reading
        reader.ended_at = timezone.now()
        reader.save(update_fields=["ended_at"])
        audit_record(action="ticket.reader_ended", target=ticket, changes={"reader": (person.name, "")})


def reader_of_owner(ticket: Ticket) -> None:
    """The new owner of a confidential ticket reads it."""
    owner = ticket.assignee
    if ticket.is_confidential and owner is not None and not is_reader(owner, ticket):
        _reader(ticket, owner.pk, ReaderCause.ASSIGNEE).save()
        audit_record(action="ticket.reader_added", target=ticket, changes={"reader": ("", owner.name)})


@transaction.atomic
def access_take(*, number: int, person: Person, reason: str) -> Ticket:
    """Read a confidential ticket without having been named. The other readers of the staff are told.

    The caller has seen to it that the person may (`Permission.TAKE_CONFIDENTIAL`). Raises ValidationError by field
    (reason), Ticket.DoesNotExist where no confidential ticket has this number.
    """
    _needs_reason(reason)
    with as_system():
        ticket = Ticket.objects.select_for_update(of=("self",)).get(number=number, is_confidential=True)
        if is_reader(person, ticket):
            return ticket
        others = staff_readers(ticket)
        reader = _reader(ticket, person.pk, ReaderCause.TAKEN, reason)
        reader.save()
        event_add(
            ticket,
            _("%(name)s took access: %(reason)s") % {"name": person.name, "reason": reason},
            direction=Direction.NOTE,
        )
        audit_record(action="ticket.access_taken", target=ticket, reason=reason)
        ticket_tell(ticket=ticket, person_ids=others, key=f"access-taken:{reader.pk}", summary="")
    return ticket


@transaction.atomic
def safeguarding_contacts_set(*, people: Collection[Person]) -> None:
    """Who of the staff reads every ticket that is made confidential from now on."""
    before = list(SafeguardingContact.objects.select_related("person"))
    wanted = {person.pk: person for person in people}
    SafeguardingContact.objects.exclude(person__in=wanted).delete()
    known = {row.person_id for row in before}
    SafeguardingContact.objects.bulk_create(
        SafeguardingContact(person=person) for key, person in wanted.items() if key not in known
    )
    if known != set(wanted):
        names = (_names(row.person for row in before), _names(people))
        audit_record(
            action="provider.changed", target=current_provider(), changes={"safeguarding_contacts": names}
        )


def _names(people: Iterable[Person]) -> list[str]:
    return sorted(person.name for person in people)


def _reader(ticket: Ticket, person_id: int, cause: str, reason: str = "") -> TicketReader:
    return TicketReader(
        customer_id=ticket.customer_id,
        ticket=ticket,
        person_id=person_id,
        cause=cause,
        reason=reason,
        added_by_id=current_scope().person_id,
        added_at=timezone.now(),
    )


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})


def _forget_words(ticket: Ticket) -> None:
    """Notifications and subjects of mail that told of the ticket before it became confidential."""
    provider = current_provider()
    told = Notification.objects.filter(path__startswith=ticket.desk_path(provider.slug))
    told.update(summary=attention_words(ticket), detail="")
    reference = ticket_reference(provider, ticket.number)
    for ending in ("]", " "):
        tag = f"[{reference}{ending}"
        rows = OutboundMail.objects.filter(customer_id=ticket.customer_id, subject__startswith=tag)
        for row in rows:
            # The tag stays: by it an answer finds the ticket.
            row.subject = neutral_subject(row.subject.partition("]")[0] + "]")
            row.save(update_fields=["subject"])
