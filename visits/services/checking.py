"""What a time, a slot, an engineer and an allowance must be before a visit is booked or moved (rules P2, P4, S3).

All raise ValidationError, by the field of a form.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from contracts.models import Answer, ClauseTopic, Contract, VisitSlot, VisitWindow
from contracts.selectors import topic_answer
from visits.allowances import AllowanceBook
from visits.engineers import engineer_days
from visits.models import AllowanceKind, Visit, VisitKind
from visits.on_site_hours import on_site_hours_for
from visits.periods import contract_year
from visits.services.base import engineers_lock
from visits.when import SlotOn, TimesOn, When, instants_of
from visits.wording import day_words

# Nobody plans further ahead; a year that was mistyped is caught by it.
FURTHEST = timedelta(days=5 * 366)


def check_when(book: AllowanceBook, kind: str, when: When) -> None:
    """The day lies in the contract, the slot in its package, and the school can be visited then."""
    contract = book.contract
    if when.ends <= when.starts:
        raise ValidationError({"ends": _("The end is not after the start.")})
    if abs(when.day - timezone.now().date()) > FURTHEST:
        raise ValidationError({"day": _("This day is too far away.")})
    if when.day < contract.starts_on:
        words = _("The contract begins on %(day)s.") % {"day": day_words(contract.starts_on)}
        raise ValidationError({"day": words})
    if contract.ends_on is not None and when.day > contract.ends_on:
        words = _("The contract ends with %(day)s.") % {"day": day_words(contract.ends_on)}
        raise ValidationError({"day": words})
    _check_slot(contract, kind, when)
    hindrance = on_site_hours_for(contract, book.variations).hindrance(
        when, start_only=kind == VisitKind.CALLOUT
    )
    if hindrance is not None:
        at_slot = hindrance.field == "starts" and isinstance(when, SlotOn)
        raise ValidationError({"slot" if at_slot else hindrance.field: hindrance.words})


def check_ahead(when: When) -> None:
    """Nobody is told that a visit will take place yesterday."""
    starts_at, _ends_at = instants_of(when, current_provider().time_zone)
    if starts_at <= timezone.now():
        raise ValidationError({"day": _("This time is over. Choose one that lies ahead.")})


def check_window(book: AllowanceBook, kind: str, day: date, *, year_of: date | None = None) -> None:
    """Scheduled visits are delivered within the package's weeks from the contract's anniversary (Rule P2).

    The replacement of a missed visit stays in the window of `year_of`, the day of the missed one.
    """
    if kind != VisitKind.SCHEDULED:
        return
    last = book.deliver_by(year_of or day)
    if day > last:
        words = _("Visits of this contract year are delivered by %(day)s.") % {"day": day_words(last)}
        raise ValidationError({"day": words})
    if year_of is not None and day < contract_year(book.contract.starts_on, year_of).first:
        raise ValidationError({"day": _("This day lies in an earlier year of the contract.")})


def check_engineer(engineer: Person, when: When, *, kind: str, without: Visit | None = None) -> None:
    """The engineer works then and is nowhere else. Locks the engineer first; `without` is a visit that moves."""
    engineers_lock([engineer])
    (day,) = engineer_days(when.day, current_provider().time_zone, engineers=[engineer], without=without)
    words = day.hindrance(when, start_only=kind == VisitKind.CALLOUT)
    if words:
        raise ValidationError({"engineer": words})


def check_allowance(
    book: AllowanceBook, kind: str, uses: str, day: date, *, without: Visit | None = None
) -> None:
    """A purchased visit is left. Never refused: fair use (Rule P5), a callout (P4), what is not counted."""
    if uses != AllowanceKind.SCHEDULED_VISIT or kind == VisitKind.CALLOUT:
        return
    allowance = book.allowance(AllowanceKind.SCHEDULED_VISIT, day, without=without)
    if allowance.left is not None and allowance.left < 1:
        words = _(
            "No scheduled visit is left: all %(limit)d of the contract year from %(first)s are used or booked."
        )
        filled = words % {"limit": allowance.limit or 0, "first": day_words(allowance.span.first)}
        raise ValidationError({"day": ValidationError(filled, code="none_left")})


def uses_of(book: AllowanceBook, kind: str, day: date) -> str:
    """Which allowance a visit of this kind takes one of, an `AllowanceKind`, or '' for none.

    Raises ValidationError where the package has no such visits.
    """
    if kind == VisitKind.SCHEDULED:
        return _scheduled_uses(book, day)
    contract = book.contract
    answer = topic_answer(contract=contract, topic=ClauseTopic.ON_DEMAND_VISITS, day=day)
    if contract.package.has_on_demand_visits or answer.answer in {Answer.COVERED, Answer.LIMITED}:
        return AllowanceKind.ON_DEMAND_VISIT
    if answer.answer in {Answer.CHARGEABLE, Answer.QUOTE}:
        return ""  # it is paid for, so it is no use of what the package includes
    raise ValidationError({"kind": answer.wording})


def _scheduled_uses(book: AllowanceBook, day: date) -> str:
    window = book.window_on(day)
    if window == VisitWindow.FULL_TIME:
        return ""
    if window == VisitWindow.NONE and not book.purchased_on(day):
        words = _("The package %(package)s has no scheduled visits.") % {
            "package": book.contract.package.name
        }
        raise ValidationError({"kind": words})
    return AllowanceKind.SCHEDULED_VISIT


def _check_slot(contract: Contract, kind: str, when: When) -> None:
    if isinstance(when, SlotOn) and when.slot.package_id != contract.package_id:
        raise ValidationError({"slot": _("The contract's package has no such slot.")})
    needs_slot = isinstance(when, TimesOn) and kind == VisitKind.SCHEDULED
    if needs_slot and VisitSlot.objects.filter(package_id=contract.package_id).exists():
        raise ValidationError({"slot": _("Choose one of the slots of the contract's package.")})
