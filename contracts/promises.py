"""What would be promised for a request logged at some time: the deadline tester behind the page and the command.

It only reads. What it has read of a provider it keeps, so that many questions cost one look each.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Customer, Provider
from accounts.tenancy.lookups import all_provider_ids, provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Contract, Variation
from contracts.selectors import NoPromise, agreed_terms, contracts_with_terms, default_terms
from contracts.variations import in_force, variations_of, varied_terms
from sla.calendars import calendar_spec
from sla.models import ClockKind, ServiceLevel
from sla.terms import ClockTerms
from sla.variants import OwnDays, variant_find
from sla.working_time import NoVisitBooked, Timeline, TraceRow, WorkingTimeError, working_time_for
from sla.working_time.timeline import FIRST_YEAR, LAST_YEAR
from sla.working_time.zones import LocalAxis, from_micros, load_zone, local_micros


class UnknownAnswer(ValueError):
    """The question names something that there is not, or that has no answer. The message says what there is."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A named closure that kept the clock from running, as local times of its calendar."""

    name: str
    layer: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """When a request would be answered and fixed by. Instants are in the provider's zone (Rule S15)."""

    level: ServiceLevel
    at: datetime
    response_due: datetime | None  # None: too few visits are booked to run in (Rule S7)
    fix_due: datetime | None
    terms: ClockTerms
    contract: Contract | None
    timeline: Timeline  # of the fix
    variations: tuple[Variation, ...] = ()

    @property
    def ends(self) -> datetime:
        """The later deadline, or the start where there is none."""
        return max([self.at, *(due for due in (self.response_due, self.fix_due) if due is not None)])

    def trace(self) -> list[TraceRow]:
        """What counted for the fix and what did not, from the start to the later deadline.

        The reply counts in the same hours, unless it alone is measured in on-site engineer time.
        """
        return self.timeline.explain(self.at, self.ends)

    def closures(self) -> list[Closure]:
        """The closures that touch the time between the start and the later deadline, in order."""
        named = {
            (reason.name, reason.layer)
            for row in self.trace()
            for reason in getattr(row, "reasons", ())
            if reason.layer
        }
        zone = load_zone(self.timeline.spec.time_zone)
        first = self.at.astimezone(zone).replace(tzinfo=None)
        last = self.ends.astimezone(zone).replace(tzinfo=None)
        found = [
            Closure(one.name, layer.name, one.starts, one.ends)
            for layer in self.timeline.spec.layers
            for one in layer.exceptions
            if (one.name, layer.name) in named and not one.opens and one.starts < last and one.ends > first
        ]
        return sorted(found, key=lambda closure: (closure.starts, closure.name))


@dataclass(slots=True)
class PromiseBook:
    """Answers questions about one provider. `promise` may be asked any number of times, outside any scope or inside."""

    provider_id: int
    zone: ZoneInfo
    zone_name: str
    levels: dict[str, ServiceLevel]
    _customers: dict[str, int] = field(default_factory=dict)
    _contracts: dict[int, list[Contract]] = field(default_factory=dict)
    _agreed: dict[tuple[int | None, int], ClockTerms] = field(default_factory=dict)
    _variations: dict[int, list[Variation]] = field(default_factory=dict)
    _calendars: dict[tuple[int, frozenset[OwnDays]], int | None] = field(default_factory=dict)
    _timelines: dict[tuple[int, int | None], Timeline] = field(default_factory=dict)

    @classmethod
    def of(cls, slug: str) -> "PromiseBook":
        """The book of the provider with this short name. Raises UnknownAnswer."""
        provider_id = provider_id_for(slug)
        if provider_id is None:
            raise UnknownAnswer(
                _("There is no provider '%(slug)s'. There is: %(all)s.")
                % {"slug": slug, "all": _provider_slugs()}
            )
        with _reading(provider_id):
            provider = Provider.objects.get(pk=provider_id)
            levels = {level.key: level for level in ServiceLevel.objects.all()}
        return cls(provider_id, load_zone(provider.time_zone), provider.time_zone, levels)

    def promise(self, *, level: str, at: datetime | str, customer: str = "") -> Promise:
        """The deadlines of a request of this level (key or name), logged at `at`.

        A time without offset is the provider's local time: the first of one that occurs twice, the next that exists
        of one that does not (Rule S15). Without a customer, or where none of its contracts holds on the day, the
        newest edition and the desk's own hours answer. Raises UnknownAnswer.
        """
        found_level = self._level(level)
        instant = self._instant(at)
        customer_id = self._customer(customer) if customer else None
        day = instant.astimezone(self.zone).date()
        contract = self._contract(customer_id, day)
        variations = in_force(self._variations_of(contract), started_on=day, seen_on=day)
        terms = varied_terms(
            self._agreed_terms(contract, found_level), variations, find_calendar=self._variant
        )
        return Promise(
            level=found_level,
            at=instant.astimezone(self.zone),
            response_due=self._due(terms, ClockKind.RESPONSE, customer_id, instant),
            fix_due=self._due(terms, ClockKind.FIX, customer_id, instant),
            terms=terms,
            contract=contract,
            timeline=self._timeline(terms.calendar_of(ClockKind.FIX), customer_id),
            variations=tuple(variations),
        )

    def _due(
        self, terms: ClockTerms, kind: ClockKind, customer_id: int | None, at: datetime
    ) -> datetime | None:
        timeline = self._timeline(terms.calendar_of(kind), customer_id)
        try:
            due = timeline.add(at, timedelta(minutes=terms.allowance_minutes(kind)))
        except NoVisitBooked:
            return None
        except WorkingTimeError as error:
            raise UnknownAnswer(str(error)) from error
        return due.astimezone(self.zone)

    def _level(self, asked: str) -> ServiceLevel:
        wanted = asked.strip().lower()
        for level in self.levels.values():
            if wanted in {level.key.lower(), level.name.lower()}:
                return level
        there = ", ".join(level.name for level in self.levels.values()) or _("none")
        raise UnknownAnswer(
            _("There is no level '%(level)s'. There is: %(all)s.") % {"level": asked, "all": there}
        )

    def _instant(self, at: datetime | str) -> datetime:
        if isinstance(at, str):
            at = parse_moment(at)
        if at.tzinfo is not None:
            return at
        axis = LocalAxis(self.zone_name, at.year, at.year)
        return from_micros(axis.to_utc(local_micros(at)))

    def _customer(self, slug: str) -> int:
        if not self._customers:
            with _reading(self.provider_id):
                self._customers = dict(Customer.objects.values_list("slug", "pk"))
        if slug not in self._customers:
            there = ", ".join(sorted(self._customers)[:30]) or _("none")
            words = _("There is no customer '%(slug)s'. There is: %(all)s.")
            raise UnknownAnswer(words % {"slug": slug, "all": there})
        return self._customers[slug]

    def _contract(self, customer_id: int | None, day: date) -> Contract | None:
        if customer_id is None:
            return None
        if customer_id not in self._contracts:
            with _reading(self.provider_id):
                self._contracts[customer_id] = list(contracts_with_terms().filter(customer_id=customer_id))
        for contract in self._contracts[customer_id]:
            if contract.starts_on <= day and (contract.ends_on is None or contract.ends_on >= day):
                return contract
        return None

    def _agreed_terms(self, contract: Contract | None, level: ServiceLevel) -> ClockTerms:
        key = (contract.pk if contract else None, level.pk)
        if key not in self._agreed:
            with _reading(self.provider_id):
                try:
                    terms = (
                        agreed_terms(contract=contract, level=level)
                        if contract
                        else default_terms(level=level)
                    )
                except NoPromise as error:
                    raise UnknownAnswer(str(error)) from error
            self._agreed[key] = terms
        return self._agreed[key]

    def _variations_of(self, contract: Contract | None) -> list[Variation]:
        if contract is None:
            return []
        if contract.pk not in self._variations:
            with _reading(self.provider_id):
                self._variations[contract.pk] = variations_of(contract)
        return self._variations[contract.pk]

    def _variant(self, calendar_id: int, days: Collection[OwnDays]) -> int | None:
        key = (calendar_id, frozenset(days))
        if key not in self._calendars:
            with _reading(self.provider_id):
                self._calendars[key] = variant_find(calendar_id, days)
        return self._calendars[key]

    def _timeline(self, calendar_id: int, customer_id: int | None) -> Timeline:
        key = (calendar_id, customer_id)
        if key not in self._timelines:
            with _reading(self.provider_id):
                self._timelines[key] = working_time_for(calendar_spec(calendar_id, customer_id))
        return self._timelines[key]


@contextmanager
def _reading(provider_id: int) -> Iterator[None]:
    """A short scope in which the database itself refuses every write, and locks end with it."""
    with open_scope(Scope(provider_id=provider_id)):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def parse_moment(text: str) -> datetime:
    """An ISO 8601 date and time, with or without an offset. Raises UnknownAnswer, also for a date alone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or not any(sign in text.strip() for sign in "T t:"):
        words = _(
            "'%(text)s' is not a date and time. Write it like 2026-11-20T16:00 or 2026-11-20T16:00+00:00."
        )
        raise UnknownAnswer(words % {"text": text})
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        words = _("'%(text)s' is not between the years %(first)d and %(last)d.")
        raise UnknownAnswer(words % {"text": text, "first": FIRST_YEAR + 1, "last": LAST_YEAR - 1})
    return moment


def _provider_slugs() -> str:
    slugs = []
    for provider_id in all_provider_ids():
        with _reading(provider_id):
            slugs.append(Provider.objects.values_list("slug", flat=True).get(pk=provider_id))
    return ", ".join(sorted(slugs)) or _("none")
