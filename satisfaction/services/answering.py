"""Taking an answer, and telling those who answer for the ticket of a poor one (Rule I6)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider
from satisfaction.models import COMMENT_LENGTH, Answer, SatisfactionQuestion
from tickets.models import Ticket
from tickets.references import ticket_reference
from tickets.services.escalation import managers_of, people_to_warn
from tickets.services.telling import ticket_tell


class AnswerRefused(Exception):
    """The time for an answer is over, or the question is not asked any more."""


@transaction.atomic
def answer_give(*, question: SatisfactionQuestion, answer: str, comment: str = "") -> SatisfactionQuestion:
    """The answer of whom the question was put to; it can be changed until `open_until`. The same again changes nothing.

    A poor one is told to the ticket's owner, the lead and the school's success manager, each once. Raises
    AnswerRefused, and ValueError for an answer that there is not.
    """
    answer = Answer(answer)
    comment = comment.replace("\r\n", "\n").strip()[:COMMENT_LENGTH]
    row = _locked(question)
    now = timezone.now()
    if row.ticket.is_confidential or now > row.open_until:
        raise AnswerRefused
    before, said_before = row.answer, row.comment
    if (before, said_before) == (answer, comment):
        return row
    row.answer, row.comment = answer, comment
    row.answered_at, row.changed_at, row.wake_at = row.answered_at or now, now, None
    row.save()
    audit_record(action="satisfaction.answered", target=row, changes={"answer": (before, answer.value)})
    if answer == Answer.POOR:
        _tell(row)
    return row


def _locked(question: SatisfactionQuestion) -> SatisfactionQuestion:
    """The question, locked until the end of the transaction and read afresh: of two answers one is the change."""
    rows = SatisfactionQuestion.objects.select_for_update(of=("self",)).select_related("ticket")
    return rows.get(pk=question.pk)


def _tell(question: SatisfactionQuestion) -> None:
    with as_provider():  # people of schools do not see the staff's teams and roles
        rows = Ticket.objects.select_related("customer__success_manager", "team__lead", "assignee")
        ticket = rows.get(pk=question.ticket_id)
        people = [*people_to_warn(ticket), *managers_of(ticket)]
    words = _("%(school)s was not happy with %(reference)s: %(subject)s") % {
        "school": ticket.customer.name,
        "reference": ticket_reference(current_provider(), ticket.number),
        "subject": ticket.subject,
    }
    ticket_tell(
        ticket=ticket,
        person_ids=dict.fromkeys(people),
        key=f"satisfaction:{question.pk}:poor",
        summary=words,
        detail=question.comment,
    )
