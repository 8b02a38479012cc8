"""Putting the question: a row for each closing, and one mail to a person in so many days (Rule I6)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Person
from delivery.due import Moment
from satisfaction.mailing import mail_question
from satisfaction.models import SatisfactionQuestion
from satisfaction.selectors import asks_of_closing, may_be_asked, settings_now
from tickets.changes import Happened, TicketEvent

# A request that is opened again at once is not asked about: it was not done.
MAILED_AFTER = timedelta(minutes=15)


def closings_ask(events: Sequence[TicketEvent]) -> None:
    """Put the question about each ticket that was closed, in the transaction of the closing."""
    for event in events:
        if event.kind is Happened.CLOSED and asks_of_closing(event.ticket):
            SatisfactionQuestion.objects.create(
                customer_id=event.ticket.customer_id,
                ticket=event.ticket,
                person_id=event.ticket.requester_id,
                closed_at=event.at,
                wake_at=event.at + MAILED_AFTER,
            )


def question_mail(question: SatisfactionQuestion, moment: Moment) -> None:
    """The sweeper's work: mail it, unless something speaks against it by now. In the portal it stands either way."""
    question.wake_at = None
    if _is_mailed(question, moment.now) and mail_question(question):
        question.mailed_at = moment.now
    question.save()


def _is_mailed(question: SatisfactionQuestion, now: datetime) -> bool:
    ticket, settings = question.ticket, settings_now()
    if question.is_answered or ticket.closed_at != question.closed_at or now > question.open_until:
        return False
    # Whoever mails this person at the same time waits here, so that they get one.
    person = Person.objects.select_for_update(no_key=True).get(pk=question.person_id)
    if not settings.is_asked or not may_be_asked(person, ticket) or person.unreached_at is not None:
        return False
    since = now - timedelta(days=settings.gap_days)
    return not SatisfactionQuestion.objects.filter(person=person, mailed_at__gt=since).exists()
