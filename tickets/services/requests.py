"""Requests made through a form: the ticket, its answers, by when it is needed, and whom it waits for (Rule I10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Customer, CustomerMembership, Person
from accounts.tenancy.memory import current_provider
from delivery.due import Moment
from sla.models import ServiceLevel
from sla.times import local_day
from tickets.clock_words import clock_time
from tickets.identity import identity_methods
from tickets.models import (
    NOTE_LENGTH,
    Category,
    Channel,
    FormQuestion,
    RequestAnswer,
    RequestForm,
    Ticket,
    TicketRequest,
)
from tickets.services.approvals import approval_record, approvers_of, approvers_words
from tickets.services.attachments import UploadedPart
from tickets.services.escalation import people_to_warn
from tickets.services.opening import ticket_open
from tickets.services.promising import fix_promised_by
from tickets.services.telling import ticket_tell
from tickets.working_days import reminder_before


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered to a question, in words; `person` where it names somebody whom we know."""

    question: FormQuestion
    value: str
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A question as it was asked, with its answer."""

    label: str
    value: str
    person: Person | None = None


def field_of(question: FormQuestion) -> str:
    """The name under which a question's answer is sent, and its mistakes are told."""
    return f"q{question.pk}"


@transaction.atomic
def request_open(
    *,
    form: RequestForm,
    customer: Customer,
    requester: Person,
    answers: Sequence[Given],
    subject: str = "",
    text: str = "",
    level: ServiceLevel | None = None,
    category: Category | None = None,
    needed_by: date | None = None,
    urgent_why: str = "",
    channel: str = Channel.PORTAL,
    attachments: Sequence[UploadedPart] = (),
    at: datetime | None = None,
    is_confidential: bool = False,
    recorded_by: Person | None = None,
) -> Ticket:
    """Make a ticket of what was answered. Where the form asks for it, a named contact of the school approves it first.

    Whoever asks and may approve has approved it by asking; not by a voice on the telephone, where an account changes
    and callers are verified (Rule T6). `recorded_by`: the technician who filled it in for a caller, and who then owns
    the ticket. `needed_by` is a local day; one before the day of our promise needs `urgent_why`. Raises
    ValidationError by field, and TooLarge.
    """
    at = at or timezone.now()
    _check_answers(form, customer, answers)
    level = form.level or level
    _check_needed_by(form, customer, level, needed_by, urgent_why, at)
    lines = _lines(text, answers)
    said = lines_text([*lines, *_needed_lines(needed_by, urgent_why)])
    decides_alone = (
        form.needs_approval
        and not (recorded_by and form.changes_account and identity_methods())
        and _may_approve(requester, customer, form.approver_roles)
    )
    waits = form.needs_approval and not decides_alone
    approvers = list(approvers_of(customer.pk, form.approver_roles)) if waits else []
    ticket = ticket_open(
        customer=customer,
        requester=requester,
        subject=subject or _subject(form, answers),
        text=said or form.title,
        channel=channel,
        level=level,
        category=category or form.category,
        attachments=attachments,
        logged_at=at,
        is_confidential=is_confidential,
        assignee=recorded_by,
        notes=[_recorded(recorded_by, requester)] if recorded_by else (),
        asked="" if is_confidential else said,
        waits_for=approvers_words(approvers, form.approver_roles) if waits else "",
    )
    asked = TicketRequest.objects.create(
        customer=customer,
        ticket=ticket,
        form=form,
        title=form.title,
        message=ticket.messages.get(direction="in"),
        needed_by=needed_by,
        urgent_why=urgent_why,
        changes_account=form.changes_account,
        wake_at=None if waits else reminder_before(needed_by, at, current_provider().time_zone),
    )
    RequestAnswer.objects.bulk_create(
        RequestAnswer(
            customer=customer,
            asked=asked,
            position=position,
            label=line.label,
            value=line.value,
            person=line.person,
        )
        for position, line in enumerate(lines)
    )
    if form.needs_approval:
        approval_record(
            ticket=ticket,
            roles=form.approver_roles,
            approvers=approvers,
            decided_by=requester if decides_alone else None,
            at=at,
        )
    return ticket


def _recorded(by: Person, requester: Person) -> str:
    """Who wrote down what somebody else asked for, for the staff."""
    words = _("%(by)s filled this in for %(name)s, who called.")
    return words % {"by": by.name, "name": requester.name}


def needed_by_remind(asked: TicketRequest, moment: Moment) -> None:
    """The sweeper's work: tell the technician once that what is needed soon is not fixed (rules I10, S14)."""
    asked.wake_at = None
    asked.save()
    ticket = asked.ticket
    if not ticket.is_open or asked.needed_by is None:
        return
    ticket_tell(
        ticket=ticket,
        person_ids=people_to_warn(ticket),
        key=f"needed-by:{asked.pk}",
        summary=_("Needed by %(day)s and not fixed: ticket %(number)s, %(school)s")
        % {"day": day_words(asked.needed_by), "number": ticket.number, "school": ticket.customer.name},
        is_late=local_day(moment.now, current_provider().time_zone) >= asked.needed_by,
    )


def day_words(day: date) -> str:
    """A local day in unambiguous words: 'Fri 4 Dec 2026'."""
    return date_format(day, "D j M Y")


def lines_text(lines: Sequence[Line]) -> str:
    """The answers as they stand in a message, one below the other."""
    return "\n".join(f"{line.label.rstrip(':')}: {line.value}" for line in lines)


def _lines(text: str, answers: Sequence[Given]) -> list[Line]:
    told = [Line(_("What happens"), text)] if text else []
    return told + [Line(one.question.label, one.value, one.person) for one in answers if one.value]


def _needed_lines(needed_by: date | None, urgent_why: str) -> list[Line]:
    needed = [Line(_("Needed by"), day_words(needed_by))] if needed_by else []
    return needed + ([Line(_("Why it is urgent"), urgent_why)] if urgent_why else [])


def _subject(form: RequestForm, answers: Sequence[Given]) -> str:
    """The form's title with the first answer that names somebody or something."""
    first = next((one.value for one in answers if one.value and one.question.kind in {"short", "person"}), "")
    return f"{form.title}: {first}"[:300] if first else form.title


def _check_answers(form: RequestForm, customer: Customer, answers: Sequence[Given]) -> None:
    """Raise ValidationError by field for an answer that is missing, asked elsewhere, or names a stranger."""
    given = {one.question.pk: one for one in answers}
    wrong: dict[str, str] = {}
    for question in form.questions.all():
        found = given.pop(question.pk, None)
        if question.is_required and (found is None or not found.value.strip()):
            wrong[field_of(question)] = _("This is needed.")
    wrong |= {field_of(one.question): _("This form does not ask that.") for one in given.values()}
    named = {one.person.pk: field_of(one.question) for one in answers if one.person}
    known = CustomerMembership.objects.filter(customer=customer, person__in=named).values_list(
        "person_id", flat=True
    )
    wrong |= {
        field: _("This person does not belong to the school.")
        for key, field in named.items()
        if key not in set(known)
    }
    if wrong:
        raise ValidationError(wrong)


def _check_needed_by(
    form: RequestForm,
    customer: Customer,
    level: ServiceLevel | None,
    needed_by: date | None,
    urgent_why: str,
    at: datetime,
) -> None:
    if needed_by is None:
        return
    zone = current_provider().time_zone
    if not form.asks_needed_by:
        raise ValidationError({"needed_by": _("This form does not ask by when it is needed.")})
    if needed_by < local_day(at, zone):
        raise ValidationError({"needed_by": _("This day is past. Choose today or later.")})
    if len(urgent_why) > NOTE_LENGTH:
        raise ValidationError(
            {"urgent_why": _("Please say it in at most %(many)d letters.") % {"many": NOTE_LENGTH}}
        )
    promised = fix_promised_by(customer=customer, level=level, at=at, zone=zone) if level else None
    if promised is not None and needed_by < local_day(promised, zone) and not urgent_why.strip():
        words = _(
            "We promise this by %(when)s; tell us why it is urgent. We cannot promise it earlier, but we will try."
        )
        raise ValidationError({"urgent_why": words % {"when": clock_time(promised)}})


def _may_approve(person: Person, customer: Customer, roles: Sequence[str]) -> bool:
    return CustomerMembership.objects.filter(person=person, customer=customer, role__in=roles).exists()
