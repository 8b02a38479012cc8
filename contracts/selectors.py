"""Reads of contracts: which one holds, what its clocks promise, and whether a request is covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.tenancy.memory import current_provider
from contracts.models import (
    AgreementVersion,
    Answer,
    ClauseTopic,
    Contract,
    Package,
    PackageClause,
    Variation,
)
from contracts.variations import in_force, variations_held, varied_clauses, varied_terms
from contracts.variations.reading import PAUSABLE_FOR
from sla.models import BusinessCalendar, ClockKind, ServiceLevel, ServiceTarget
from sla.selectors import visits_calendar_id
from sla.terms import ClockTerms
from sla.times import local_day

# The ways to the support desk that Scheduled Support does not include; on site is the technician's, alerts are ours.
DESK_CHANNELS = frozenset({"email", "phone", "chat", "portal"})


class NoPromise(LookupError):
    """The edition of the agreement has no target for the level, or the provider no calendar or edition at all."""


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """The answer to 'is this covered?', the topic that decided it, and words that can be sent (Rule P1)."""

    answer: Answer
    topic: ClauseTopic
    wording: str
    package: Package
    is_varied: bool = False  # agreed with this customer, and not what its package says


def contract_on(*, customer_id: int, day: date) -> Contract | None:
    """The contract that holds for the customer on a local day, with its package, edition and calendar."""
    return contracts_with_terms().filter(held_on(day), customer_id=customer_id).first()


def held_on(day: date) -> Q:
    """Contracts that hold on a local day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def contracts_with_terms() -> QuerySet[Contract]:
    """Contracts with what `terms_for` reads, in one query."""
    return Contract.objects.select_related("package__version", "calendar")


def contract_of_each(day: date, customers: QuerySet[Customer]) -> list[Contract]:
    """The contracts that hold on a local day for these customers, by their names."""
    rows = Contract.objects.filter(held_on(day), customer__in=customers)
    return list(rows.select_related("customer", "package").order_by("customer__name"))


def renewals_due(*, today: date, within: timedelta = timedelta(days=90)) -> QuerySet[Contract]:
    """Contracts that end soon and that no later contract of the customer follows."""
    followed = Contract.objects.filter(starts_on__gt=today).values("customer_id")
    ending = Contract.objects.filter(held_on(today), ends_on__lte=today + within)
    return ending.exclude(customer_id__in=followed).select_related("customer", "package").order_by("ends_on")


def terms_for(
    *,
    contract: Contract,
    level: ServiceLevel,
    started_on: date | None = None,
    seen_on: date | None = None,
    variations: Sequence[Variation] | None = None,
) -> ClockTerms:
    """What a clock of this level promises that starts on `started_on` (rules S2, S10, P8). Raises NoPromise.

    Local days of the provider; without one it starts today. `seen_on` is for a clock that has been running since: a
    variation that reaches open requests may have begun meanwhile. `variations` are those of the contract, where the
    caller has them already.

    For Scheduled Support, whose response is measured in on-site engineer time (Rule S7), the service hours and what
    variations say of them hold for a fix clock that the contract lets run in them, and for nothing else.
    """
    day = started_on or local_day(timezone.now(), current_provider().time_zone)
    rows = variations_held(contract) if variations is None else variations
    return varied_terms(
        agreed_terms(contract=contract, level=level), in_force(rows, started_on=day, seen_on=seen_on or day)
    )


def agreed_terms(*, contract: Contract, level: ServiceLevel) -> ClockTerms:
    """What the contract promises for this level without its variations. Raises NoPromise."""
    return _terms(
        target_set_id=contract.package.version.target_set_id,
        calendar_id=contract.calendar_id,
        level=level,
        pausable_for=PAUSABLE_FOR[contract.pause_policy],
        kinds_in_visits=_kinds_in_visits(contract),
    )


def default_terms(*, level: ServiceLevel) -> ClockTerms:
    """What the provider's newest edition promises in the desk's own hours, without a contract. Raises NoPromise."""
    # A draft that is published later promises nothing yet.
    today = local_day(timezone.now(), current_provider().time_zone)
    published = AgreementVersion.objects.filter(published_on__lte=today)
    edition = published.order_by("-published_on", "-pk").first()
    calendar = BusinessCalendar.objects.filter(is_default=True).first()
    if edition is None or calendar is None:
        raise NoPromise(_("The provider has no edition of its agreement, or no desk hours, yet."))
    return _terms(
        target_set_id=edition.target_set_id, calendar_id=calendar.pk, level=level, pausable_for=frozenset()
    )


def is_draft(edition: AgreementVersion, day: date) -> bool:
    """Whether an edition can still be changed on a local day: published later, and no contract was signed under it."""
    signed = Contract.objects.filter(package__version=edition)
    return edition.published_on > day and not signed.exists()


def topic_answer(*, contract: Contract, topic: ClauseTopic, day: date | None = None) -> CoverageAnswer:
    """Whether the contract covers a topic on a local day, today where none is given (rules P1, P8)."""
    package = contract.package
    day = day or local_day(timezone.now(), current_provider().time_zone)
    own = PackageClause.objects.filter(package=package, topic=topic)
    clause = next((one for one in varied_clauses(contract, day, own) if one.topic == topic), None)
    if clause is not None:
        return CoverageAnswer(Answer(clause.answer), topic, clause.wording, package, clause.pk is None)
    return clause_missing(package, topic)


def channel_answer(*, contract: Contract, channel: str, day: date | None = None) -> CoverageAnswer:
    """Whether the customer may use this way of asking for support on a local day, today where none is given (P1, I9).

    `channel` is a value of `tickets.models.Channel`. What is raised on site, and what monitoring raises, always passes.
    """
    topic = ClauseTopic.DESK_ACCESS
    if channel not in DESK_CHANNELS:
        words = _("This way of asking for support is always open.")
        return CoverageAnswer(Answer.COVERED, topic, words, contract.package)
    return desk_access(topic_answer(contract=contract, topic=topic, day=day))


def desk_access(found: CoverageAnswer) -> CoverageAnswer:
    """What a package's clause of desk access comes to, beside its switch (P1, I9)."""
    package = found.package
    if found.is_varied or package.has_desk_access == (found.answer != Answer.NO_DESK_ACCESS):
        return found
    # An administrator's package whose clause disagrees with its switch: the switch is what the desk keeps to.
    if package.has_desk_access:
        words = _("Your package includes our support desk by telephone, e-mail, chat and the portal.")
        return CoverageAnswer(Answer.COVERED, found.topic, words, package)
    words = _(
        "Your package does not include our support desk. Please raise this with the technician on site."
    )
    return CoverageAnswer(Answer.NO_DESK_ACCESS, found.topic, words, package)


def clause_missing(package: Package, topic: ClauseTopic) -> CoverageAnswer:
    """The answer where a package says nothing about a topic (Rule P1)."""
    words = _("The package %(package)s says nothing about this. Your customer success manager will decide.")
    return CoverageAnswer(Answer.QUOTE, topic, words % {"package": package.name}, package)


def _kinds_in_visits(contract: Contract) -> frozenset[str]:
    """Which clocks run only while an engineer is at the school (Rule S7)."""
    if not contract.package.clock_runs_in_visits:
        return frozenset()
    kinds = {ClockKind.RESPONSE, ClockKind.FIX} if contract.fix_runs_in_visits else {ClockKind.RESPONSE}
    return frozenset(kind.value for kind in kinds)


def _terms(
    *,
    target_set_id: int,
    calendar_id: int,
    level: ServiceLevel,
    pausable_for: frozenset[str],
    kinds_in_visits: frozenset[str] = frozenset(),
) -> ClockTerms:
    target = ServiceTarget.objects.filter(target_set_id=target_set_id, level=level).first()
    if target is None:
        words = _("This edition of the agreement has no target for level %(level)s.")
        raise NoPromise(words % {"level": level.name})
    return ClockTerms(
        level_id=level.pk,
        calendar_id=calendar_id,
        response_minutes=target.response_minutes,
        fix_minutes=target.fix_minutes,
        target_percent=target.target_percent,
        warn_percent=target.warn_percent,
        pausable_for=pausable_for,
        visits_id=visits_calendar_id() if kinds_in_visits else None,
        kinds_in_visits=kinds_in_visits,
    )
