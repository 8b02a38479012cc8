"""Can somebody chat now? Hours, closures, the package and a present technician have to agree (rules I4, S3, S9, P1)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from django.db import connection

from accounts.models import Customer
from accounts.tenancy.memory import current_provider, remembering
from chat.models import ChatSettings
from contracts.models import Answer, Contract
from contracts.selectors import channel_answer, contract_on
from contracts.variations import standing_on
from sla.calendars import calendar_spec
from sla.status import DeskStatus, desk_status
from sla.times import local_day
from sla.variants import variant_find
from sla.working_time import WorkingTimeError, working_time_for
from tickets.models import Channel

PRESENT_FOR = timedelta(seconds=90)  # a technician's page is heard of every thirty


class Opening(Enum):
    """What a visitor is told."""

    OPEN = "open"
    CLOSED = "closed"  # outside hours, or a closure
    NOBODY = "nobody"  # inside hours, but no technician takes chats
    NO_ACCESS = "no_access"  # the package has no desk (Rule I9)
    OFF = "off"  # the provider does not chat


@dataclass(frozen=True, slots=True)
class Availability:
    """`opens_at` is the next opening where we are closed; `wording` the clause where the package has no desk."""

    opening: Opening
    opens_at: datetime | None = None
    wording: str = ""

    @property
    def is_open(self) -> bool:
        return self.opening is Opening.OPEN


def decide(*, is_on: bool, refusal: str, status: DeskStatus | None, somebody_there: bool) -> Availability:
    """The answer from the facts: `refusal` is the clause of a package without desk access, '' where it has one."""
    if not is_on:
        return Availability(Opening.OFF)
    if refusal:
        return Availability(Opening.NO_ACCESS, wording=refusal)
    if status is None or not status.is_open:
        return Availability(Opening.CLOSED, opens_at=status.opens_at if status else None)
    return Availability(Opening.OPEN if somebody_there else Opening.NOBODY)


def availability(now: datetime, customer: Customer | None = None, *, time_zone: str = "") -> Availability:
    """Whether chat is open at an instant: for a school in the hours of its contract, else in the desk's own.

    `time_zone` is the provider's, where the caller knows it.
    """
    with remembering():  # what several of the questions look up
        day = local_day(now, time_zone or current_provider().time_zone)
        contract = contract_on(customer_id=customer.pk, day=day) if customer else None
        return decide(
            is_on=chat_is_on(),
            refusal=_refusal(contract, day),
            status=_status(contract, day, now),
            somebody_there=somebody_there(now),
        )


def chat_is_on() -> bool:
    """Whether the provider chats; so it is until an administrator switches it off."""
    return not ChatSettings.objects.filter(is_on=False).exists()


def somebody_there(now: datetime) -> bool:
    """Whether a technician takes chats and was heard of just now. Schools learn that somebody is there, not who."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT chat_somebody_there(%s)", [now - PRESENT_FOR])
        return bool(cursor.fetchone()[0])


def _refusal(contract: Contract | None, day: date) -> str:
    if contract is None:
        return ""
    found = channel_answer(contract=contract, channel=Channel.CHAT, day=day)
    return found.wording if found.answer == Answer.NO_DESK_ACCESS else ""


def _status(contract: Contract | None, day: date, now: datetime) -> DeskStatus | None:
    """Whether the service hours run: those of the contract as they are varied (Rule P8), closures included."""
    if contract is None:
        return desk_status(now)
    standing = standing_on(contract, day)
    calendar_id = variant_find(standing.calendar.pk, standing.own_days) or standing.calendar.pk
    times = working_time_for(calendar_spec(calendar_id, contract.customer_id))
    if times.is_open(now):
        return DeskStatus(is_open=True)
    try:
        return DeskStatus(is_open=False, opens_at=times.next_opening(now))
    except WorkingTimeError:
        return DeskStatus(is_open=False)
