"""The two clocks of a ticket: when they start, and what they would promise (rules S1-S4, I10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Customer
from accounts.tenancy.memory import current_provider, remembered
from contracts.models import Contract
from contracts.selectors import contract_on, terms_for
from sla.calendars import calendar_spec
from sla.deadlines import deadline_of
from sla.models import Apart, ClockKind, ServiceLevel
from sla.services.clocks import ClockStart, clocks_start
from sla.terms import ClockTerms
from sla.times import local_day
from sla.working_time import working_time_for
from tickets.models import Ticket
from tickets.services.base import take_place


@dataclass(frozen=True, slots=True)
class Promise:
    """A ticket whose clocks are to start at `at` (aware); outside desk hours they run from the next opening (S9)."""

    ticket: Ticket
    at: datetime
    apart: str = Apart.COUNTED


def promises_begin(promises: Sequence[Promise]) -> None:
    """Start the two clocks of each of these tickets that a contract covers; the caller stores the tickets."""
    zone = current_provider().time_zone
    counted = [(one, one.ticket.contract) for one in promises if one.ticket.contract is not None]
    clocks = iter(
        clocks_start(
            [
                ClockStart(
                    customer_id=one.ticket.customer_id,
                    kind=kind,
                    terms=terms,
                    started_at=one.at,
                    apart=one.apart,
                )
                for one, contract in counted
                for terms in [_terms(contract, one.ticket.level, local_day(one.at, zone))]
                for kind in (ClockKind.RESPONSE, ClockKind.FIX)
            ]
        )
    )
    for one, _contract in counted:
        ticket = one.ticket
        ticket.response_clock, ticket.fix_clock = next(clocks), next(clocks)
        take_place(ticket)
        ticket.promise_at = ticket.response_clock.due_at


def fix_promised_by(*, customer: Customer, level: ServiceLevel, at: datetime, zone: str) -> datetime | None:
    """When a request of this level would be due to be fixed if its clocks started at `at`, in the provider's zone.

    None without a contract, and where too few visits are booked for its clock to run in.
    """
    day = local_day(at, zone)
    contract = contract_of(customer, day)
    if contract is None:
        return None
    terms = _terms(contract, level, day)
    return deadline_of(
        working_time_for(calendar_spec(terms.calendar_of(ClockKind.FIX), customer.pk)),
        started_at=at,
        allowance_minutes=terms.allowance_minutes(ClockKind.FIX),
        warn_percent=terms.warn_percent,
    ).due_at


def contract_of(customer: Customer, day: date) -> Contract | None:
    """The school's contract on a local day, read once for many tickets."""
    return remembered(("contract", customer.pk, day), lambda: contract_on(customer_id=customer.pk, day=day))


def _terms(contract: Contract, level: ServiceLevel, day: date) -> ClockTerms:
    return remembered(
        ("terms", contract.pk, level.pk, day),
        lambda: terms_for(contract=contract, level=level, started_on=day),
    )
