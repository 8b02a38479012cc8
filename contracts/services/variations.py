"""Variations are added, replaced and withdrawn, never edited (Rule P8). What they do to open requests follows at once.

What a variation would do to deadlines is asked first with `sla.services.recomputation.preview`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CustomerMembership, CustomerRole, Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider, forget
from accounts.tenancy.scope import current_scope
from contracts.models import (
    Answer,
    ClauseTopic,
    Contract,
    Extent,
    PausePolicy,
    Variation,
    VariationTurn,
    Varied,
    VisitWindow,
)
from contracts.models.variations import FILLED
from contracts.services.reaching import Reading, requests_move
from contracts.variations import in_force, variations_of
from contracts.variations.reading import own_days_in
from delivery.due import Moment
from sla.impact import Impact
from sla.models import BusinessCalendar, ServiceLevel
from sla.services.recomputation import Progress
from sla.times import local_day, local_midnight
from sla.variants import variant_ensure

CHOICES: dict[str, frozenset[str]] = {
    Varied.PAUSE: frozenset(PausePolicy.values),
    Varied.WINDOW: frozenset(VisitWindow.values),
    Varied.CLAUSE: frozenset(Answer.values),
}
MOST: dict[str, int] = {Varied.TARGET: 100, Varied.VISITS: 366}


@dataclass(frozen=True, slots=True)
class VariedValue:
    """What differs: the columns of `FILLED` for the kind of variation, nothing else. Minutes are working minutes."""

    calendar: BusinessCalendar | None = None
    level: ServiceLevel | None = None
    number: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    is_closed: bool | None = None
    topic: str = ""
    choice: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The line that was added, and what it did to the deadlines of open requests."""

    row: Variation
    impact: Impact


@transaction.atomic
def variation_add(
    *,
    contract: Contract,
    varied: str,
    value: VariedValue,
    holds_from: date,
    approved_by: Person,
    holds_until: date | None = None,
    extent: str = Extent.NEW,
    note: str = "",
    replaces: Variation | None = None,
    progress: Progress | None = None,
) -> Recorded:
    """Record that something differs from `holds_from` to `holds_until`, local days, both included.

    With `replaces` the new line stands in the place of an earlier one, as if it had always said so: another value,
    other days, an earlier end. Raises ValidationError, by field, for what is not there, days the wrong way round or
    outside the contract, an approver without the right, and another variation of the same thing on one of the days.
    """
    row = Variation(
        contract=contract,
        customer_id=contract.customer_id,
        varied=varied,
        holds_from=holds_from,
        holds_until=holds_until,
        extent=extent,
        note=note.strip(),
        approved_by=approved_by,
        entered_by_id=current_scope().person_id,
        replaces=replaces,
        **{one.name: getattr(value, one.name) for one in fields(value)},
    )
    row.thing = _thing(row)
    _check_value(row)
    _check_days(row)
    _check_approver(row)
    action = "variation.replaced" if replaces else "variation.added"
    return _record(row, action=action, progress=progress)


@transaction.atomic
def variation_withdraw(
    *, variation: Variation, approved_by: Person, note: str, progress: Progress | None = None
) -> Recorded:
    """Take a variation back as if it had never held; its line stays, and this one says by whom and why.

    Raises ValidationError where a later line stands in its place already, or the approver may not.
    """
    row = Variation(
        contract=variation.contract,
        customer_id=variation.customer_id,
        varied=variation.varied,
        thing=variation.thing,
        holds_from=variation.holds_from,
        holds_until=variation.holds_until,
        extent=variation.extent,
        note=note.strip(),
        approved_by=approved_by,
        entered_by_id=current_scope().person_id,
        replaces=variation,
        is_withdrawn=True,
        **variation.value(),
    )
    _check_approver(row)
    return _record(row, action="variation.withdrawn", progress=progress)


def variants_ensure(contract: Contract) -> None:
    """Make the calendars that the contract's variations ask for, so that terms can be read without writing."""
    rows = variations_of(contract)
    ends = [row.holds_until + timedelta(days=1) for row in rows if row.holds_until]
    for day in {contract.starts_on, *(row.holds_from for row in rows), *ends}:
        held = in_force(rows, started_on=day, seen_on=day)
        agreed = [row.calendar_id for row in held if row.calendar_id is not None]
        variant_ensure([contract.calendar_id, *agreed][-1], own_days_in(held))


def variation_turn(turn: VariationTurn, moment: Moment) -> None:
    """The sweeper's work: a variation that reaches open requests begins or ends on this day."""
    turn.wake_at = None
    turn.save(update_fields=["wake_at"])
    rows = variations_of(turn.contract)
    cause = _("Variation of the contract: from %(day)s") % {"day": turn.day.isoformat()}
    requests_move(
        contract=turn.contract,
        before=Reading(rows, turn.day - timedelta(days=1)),
        after=Reading(rows, turn.day),
        at=moment.now,
        cause=cause,
    )


def _record(row: Variation, *, action: str, progress: Progress | None) -> Recorded:
    # The contract's row is the lock: of two that look for an overlap at once, the second sees the first's.
    rows = Contract.objects.select_for_update(no_key=True, of=("self",)).select_related("package__version")
    contract = rows.get(pk=row.contract_id)
    before = variations_of(contract)
    _check_place(row, before)
    row.save(force_insert=True)  # waits for clocks that are starting
    forget()  # what is remembered of the terms is no longer so
    after = variations_of(contract)
    variants_ensure(contract)
    now, zone = timezone.now(), current_provider().time_zone
    today = local_day(now, zone)
    impact = requests_move(
        contract=contract,
        before=Reading(before, today),
        after=Reading(after, today),
        at=now,
        cause=_cause(row),
        progress=progress,
    )
    for day in _turns(row):
        if day > today:
            VariationTurn.objects.get_or_create(
                customer_id=row.customer_id,
                contract=contract,
                day=day,
                defaults={"wake_at": local_midnight(day, zone)},
            )
    audit_record(
        action=action,
        target=row,
        changes={"holds": (None, [row.holds_from, row.holds_until]), "extent": (None, row.extent)},
        reason=_("Replaces line %(line)s") % {"line": row.replaces_id} if row.replaces_id else "",
    )
    return Recorded(row, impact)


def _cause(row: Variation) -> str:
    words = (
        _("Variation withdrawn: %(what)s") if row.is_withdrawn else _("Variation of the contract: %(what)s")
    )
    return words % {"what": row}


def _turns(row: Variation) -> Iterator[date]:
    """The days on which open requests get other terms by this line, should they lie ahead."""
    if row.is_withdrawn or row.extent == Extent.NEW:
        return
    yield row.holds_from
    if row.extent == Extent.ALL and row.holds_until:
        yield row.holds_until + timedelta(days=1)


def _thing(row: Variation) -> str:
    parts = {
        Varied.CLOSURE: f"{row.first_day}:{row.last_day}",
        Varied.CLAUSE: row.topic,
    }
    more = str(row.level_id or "") or parts.get(Varied(row.varied), "")
    return f"{row.varied}:{more}" if more else row.varied


def _check_value(row: Variation) -> None:
    """The columns of its kind, all of them and nothing else, with values that there are."""
    wanted = FILLED[row.varied]
    for one in fields(VariedValue):
        is_set = getattr(row, one.name) not in (None, "")
        may_be_blank = row.varied == Varied.WINDOW and one.name == "choice"
        if one.name in wanted and not is_set and not may_be_blank:
            raise ValidationError({one.name: _("Say what was agreed.")})
        if one.name not in wanted and is_set:
            raise ValueError(f"A variation of {row.varied} has no {one.name}.")
    _check_each(row)


def _check_each(row: Variation) -> None:
    problems: list[tuple[bool, str, str]] = [
        (
            row.varied == Varied.CLAUSE and row.topic not in ClauseTopic.values,
            "topic",
            _("The agreement has no such clause."),
        ),
        (
            row.varied in CHOICES and row.choice not in CHOICES.get(row.varied, ()),
            "choice",
            _("There is no such choice."),
        ),
        (
            row.number is not None and not _least(row) <= row.number <= MOST.get(row.varied, 1_000_000),
            "number",
            _("This number cannot be."),
        ),
        (
            bool(row.first_day and row.last_day and row.last_day < row.first_day),
            "last_day",
            _("The last day is before the first day."),
        ),
        (
            row.calendar is not None and (row.calendar.follows_id is not None or row.calendar.runs_in_visits),
            "calendar",
            _("Choose one of the calendars."),
        ),
    ]
    for is_wrong, name, words in problems:
        if is_wrong:
            raise ValidationError({name: words})


def _least(row: Variation) -> int:
    return 0 if row.varied == Varied.VISITS else 1


def _check_days(row: Variation) -> None:
    contract = row.contract
    if row.holds_until is not None and row.holds_until < row.holds_from:
        raise ValidationError({"holds_until": _("The last day is before the first.")})
    if row.holds_from < contract.starts_on:
        words = _("The contract begins on %(day)s.") % {"day": contract.starts_on.isoformat()}
        raise ValidationError({"holds_from": words})
    if (
        contract.ends_on is not None
        and max(row.holds_from, row.holds_until or row.holds_from) > contract.ends_on
    ):
        name = "holds_from" if row.holds_from > contract.ends_on else "holds_until"
        words = _("The contract ends with %(day)s.") % {"day": contract.ends_on.isoformat()}
        raise ValidationError({name: words})


def _check_approver(row: Variation) -> None:
    """The relationship owner may act for the customer (Rule T3); otherwise one of the provider's staff approves."""
    owns = CustomerMembership.objects.filter(
        customer_id=row.customer_id, person_id=row.approved_by_id, role=CustomerRole.RELATIONSHIP_OWNER
    )
    if not row.approved_by.is_staff and not owns.exists():
        words = _("Only the school's relationship owner or one of our staff approves a variation.")
        raise ValidationError({"approved_by": words})


def _check_place(row: Variation, standing: Sequence[Variation]) -> None:
    """Nothing has replaced the replaced line, and no other line of the same thing holds on one of the days."""
    if row.replaces_id is not None:
        if row.replaces_id not in {one.pk for one in standing}:
            raise ValidationError(
                _("A later line stands in the place of this one already. Correct that one.")
            )
        if row.replaces is not None and row.replaces.thing != row.thing:
            raise ValidationError(
                _("A correction is about the same thing. Withdraw the line and add another.")
            )
    if row.is_withdrawn:
        return
    for other in standing:
        if other.thing == row.thing and other.pk != row.replaces_id and _overlap(row, other):
            until = other.holds_until.isoformat() if other.holds_until else _("no end")
            words = _("Another variation of this already holds from %(first)s to %(last)s. Correct that one.")
            raise ValidationError(
                {"holds_from": words % {"first": other.holds_from.isoformat(), "last": until}}
            )


def _overlap(one: Variation, other: Variation) -> bool:
    def begins_in_time(first: Variation, second: Variation) -> bool:
        return second.holds_until is None or first.holds_from <= second.holds_until

    return begins_in_time(one, other) and begins_in_time(other, one)
