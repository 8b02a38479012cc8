"""Booking visits: scheduled and on-demand ones, and the replacement of one that we missed (rules P2, P5)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from contracts.models import Contract
from visits.allowances import allowance_book
from visits.changes import visits_changed
from visits.mail_kinds import ANOTHER_DAY, BOOKED, RESCHEDULED
from visits.mailing import school_tell
from visits.models import EntryCause, Visit, VisitEventKind, VisitKind, VisitState
from visits.services.base import check_state, contract_lock, event_add, visit_lock, visit_store
from visits.services.checking import (
    check_ahead,
    check_allowance,
    check_engineer,
    check_when,
    check_window,
    uses_of,
)
from visits.services.ledger import allowance_watch, visit_line
from visits.when import When, put_at
from visits.wording import visit_words

BOOKABLE = (VisitKind.SCHEDULED, VisitKind.ON_DEMAND)


@transaction.atomic
def visit_book(
    *,
    contract: Contract,
    kind: str,
    when: When,
    engineer: Person,
    reason: str = "",
    tells_school: bool = False,
) -> Visit:
    """Book a scheduled visit in a slot of the package, or an on-demand one at times that were agreed.

    With `tells_school` the school is mailed. Times may lie in the past, for what was agreed elsewhere. Raises
    ValidationError by field: kind, day, slot, starts, ends, engineer; code 'none_left' where all purchased visits are
    used. On-demand visits are never refused for fair use (Rule P5).
    """
    if kind not in BOOKABLE:
        raise ValidationError({"kind": _("Choose a scheduled or an on-demand visit.")})
    contract = contract_lock(contract.pk)
    book = allowance_book(contract)
    check_when(book, kind, when)
    uses = uses_of(book, kind, when.day)
    check_window(book, kind, when.day)
    check_allowance(book, kind, uses, when.day)
    check_engineer(engineer, when, kind=kind)
    visit = visit_make(contract, kind=kind, when=when, engineer=engineer, uses=uses)
    visit_booked(visit, reason=reason)
    if tells_school:
        school_tell(visit, BOOKED)
    return visit


@transaction.atomic
def visit_reschedule(*, visit: Visit, sequence: int, when: When, engineer: Person, reason: str = "") -> Visit:
    """Book the replacement of a visit that was missed or cancelled, and tell the school (Rule P2). Gives the new one.

    It stays inside the contract's window, the one in which the missed visit lay. Raises ValidationError by field, and
    where the visit has a replacement already.
    """
    missed = visit_lock(visit, sequence)
    check_state(missed, VisitState.MISSED, VisitState.CANCELLED)
    if Visit.objects.filter(replaces=missed).exists():
        raise ValidationError(_("Another visit was booked in its place already."), code="replaced")
    book = allowance_book(missed.contract)
    check_when(book, missed.kind, when)
    check_ahead(when)
    check_window(book, missed.kind, when.day, year_of=missed.day)
    check_allowance(book, missed.kind, missed.uses, when.day)
    check_engineer(engineer, when, kind=missed.kind)
    made = visit_make(
        missed.contract, kind=missed.kind, when=when, engineer=engineer, uses=missed.uses, replaces=missed
    )
    visit_booked(made, reason=reason)
    before = visit_words(missed, current_provider().time_zone)
    was_missed = missed.state == VisitState.MISSED
    school_tell(made, RESCHEDULED if was_missed else ANOTHER_DAY, before=before, reason=reason)
    return made


def visit_make(
    contract: Contract, *, kind: str, when: When, engineer: Person, uses: str, replaces: Visit | None = None
) -> Visit:
    """The row of a visit whose time, engineer and allowance were checked."""
    visit = Visit(
        customer=contract.customer,
        contract=contract,
        kind=kind,
        uses=uses,
        engineer=engineer,
        replaces=replaces,
    )
    put_at(visit, when, current_provider().time_zone)
    visit_store(visit)
    return visit


def visit_booked(visit: Visit, *, reason: str, cause: EntryCause = EntryCause.BOOKED) -> None:
    """What follows from a new visit: its line, its event, the audit, warnings, and whoever listens."""
    visit_line(visit, -1, cause)
    event_add(visit, VisitEventKind.BOOKED, reason=reason)
    audit_record(
        action=f"visit.{cause.value}",
        target=visit,
        changes={"day": (None, visit.day), "engineer": (None, visit.engineer.name)},
        reason=reason,
    )
    visit_settled(visit, _("Visit booked: %(when)s"))


def visit_settled(visit: Visit, words: str, *, also: date | None = None) -> None:
    """Watch the allowance of the visit's day, and of `also`, and tell who listens to visits that change."""
    for day in {visit.day, also or visit.day}:
        allowance_watch(visit.contract, visit.uses, day)
    visits_changed(visit.contract, words % {"when": visit_words(visit, current_provider().time_zone)})
