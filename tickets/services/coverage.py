"""Is this covered? What was found for a ticket is kept, and so is what a technician puts in its place (Rule P1)."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from contracts.coverage import Coverage
from contracts.coverage.engine import Value
from contracts.coverage.facts import value_stored
from contracts.models import Answer, ClauseTopic
from tickets.coverage import book_for, facts_at_first, facts_of, topic_of
from tickets.errors import WrongState
from tickets.live import tickets_news
from tickets.models import CoverageRecord, Ticket
from tickets.services.base import ticket_lock


@transaction.atomic
def coverage_check(
    *, ticket: Ticket, topic: ClauseTopic, facts: Mapping[str, Value], by: Person
) -> CoverageRecord:
    """Answer for the ticket by its contract on the day that it was logged, and keep the answer.

    Facts that no condition of the topic can turn on are left out. Raises WrongState for a ticket without a contract.
    """
    ticket = ticket_lock(ticket)
    return _check_locked(ticket, topic, facts, by)


@transaction.atomic
def coverage_overrule(
    *, ticket: Ticket, answer: Answer, wording: str, reason: str, by: Person
) -> CoverageRecord:
    """Put another answer in the place of the one that holds; both are kept.

    Where nothing has been checked yet, what the contract says is kept first. Raises ValidationError without wording or
    reason, and WrongState for a ticket without a contract.
    """
    missing = {
        name: _("Say something here.")
        for name, words in (("wording", wording), ("reason", reason))
        if not words.strip()
    }
    if missing:
        raise ValidationError(missing)
    ticket = ticket_lock(ticket)
    held = ticket.coverage_records.first() or _check_locked(
        ticket, topic_of(ticket.category), facts_at_first(ticket), by
    )
    record = CoverageRecord.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        topic=held.topic,
        facts=held.facts,
        answer=answer,
        decided_by=held.decided_by,
        wording=wording.strip(),
        package_name=held.package_name,
        edition_label=held.edition_label,
        is_varied=held.is_varied,
        overrules=held,
        reason=reason.strip(),
        by=by,
        at=timezone.now(),
    )
    _hold(ticket, record)
    changes = {"coverage": (held.answer, str(answer))}
    audit_record(action="ticket.coverage_overruled", target=ticket, changes=changes, reason=reason)
    return record


def _check_locked(
    ticket: Ticket, topic: ClauseTopic, facts: Mapping[str, Value], by: Person
) -> CoverageRecord:
    book = book_for(ticket, current_provider().time_zone)
    if book is None:
        raise WrongState(_("The school had no contract on that day, so nothing says what is covered."))
    before = ticket.coverage.answer if ticket.coverage else ""
    asked = {fact.key for fact in facts_of(book, topic)}
    known = {key: value for key, value in facts.items() if key in asked}
    found = book.answer(topic, known)
    record = CoverageRecord.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        facts={key: value_stored(value) for key, value in known.items()},
        by=by,
        at=timezone.now(),
        **_said(found),
    )
    _hold(ticket, record)
    audit_record(
        action="ticket.coverage_checked", target=ticket, changes={"coverage": (before, found.answer.value)}
    )
    return record


def _said(found: Coverage) -> dict[str, object]:
    return {
        "topic": found.asked,
        "answer": found.answer,
        "decided_by": found.decided_by,
        "wording": found.wording,
        "package_name": found.package.name,
        "edition_label": found.package.version.label,
        "is_varied": found.is_varied,
    }


def _hold(ticket: Ticket, record: CoverageRecord) -> None:
    """Show the answer in the queue. No new version: an answer that somebody is writing to the school stays good."""
    ticket.coverage = record
    ticket.save(update_fields=["coverage"])
    tickets_news([ticket.pk])
