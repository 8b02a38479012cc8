"""Reads of contracts: which one holds, what its clocks promise, and whether a request is covered."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from contracts.models import (
    AgreementVersion,
    Answer,
    ClauseTopic,
    Contract,
    Package,
    PackageClause,
    PausePolicy,
)
from sla.models import BusinessCalendar, ServiceLevel, ServiceTarget
from sla.terms import ClockTerms

# The ways to the support desk that Scheduled Support does not include; on site is the technician's, alerts are ours.
DESK_CHANNELS = frozenset({"email", "phone", "chat", "portal"})

PAUSABLE_FOR: dict[str, frozenset[str]] = {
    PausePolicy.STRICT: frozenset(),
    PausePolicy.FIX_WAITS_FOR_CUSTOMER: frozenset({"customer"}),
    PausePolicy.FIX_WAITS_FOR_ANYONE: frozenset({"customer", "third_party"}),
}


class NoPromise(LookupError):
    """The edition of the agreement has no target for the level, or the provider no calendar or edition at all."""


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """The answer to 'is this covered?', the topic that decided it, and words that can be sent (Rule P1)."""

    answer: Answer
    topic: ClauseTopic
    wording: str
    package: Package


def contract_on(*, customer_id: int, day: date) -> Contract | None:
    """The contract that holds for the customer on a local day, with its package, edition and calendar."""
    return contracts_with_terms().filter(held_on(day), customer_id=customer_id).first()


def held_on(day: date) -> Q:
    """Contracts that hold on a local day."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def contracts_with_terms() -> QuerySet[Contract]:
    """Contracts with what `terms_for` reads, in one query."""
    return Contract.objects.select_related("package__version", "calendar")


def renewals_due(*, today: date, within: timedelta = timedelta(days=90)) -> QuerySet[Contract]:
    """Contracts that end soon and that no later contract of the customer follows."""
    followed = Contract.objects.filter(starts_on__gt=today).values("customer_id")
    ending = Contract.objects.filter(held_on(today), ends_on__lte=today + within)
    return ending.exclude(customer_id__in=followed).select_related("customer", "package").order_by("ends_on")


def terms_for(*, contract: Contract, level: ServiceLevel) -> ClockTerms:
    """What a clock of this level promises under this contract (rules S2, S10). Raises NoPromise.

    For Scheduled Support, whose response is measured in on-site engineer time (Rule S7), the contract's own service
    hours hold until visits are kept as rows; nothing else stands in for visits that nobody has recorded.
    """
    return _terms(
        target_set_id=contract.package.version.target_set_id,
        calendar_id=contract.calendar_id,
        level=level,
        pausable_for=PAUSABLE_FOR[contract.pause_policy],
    )


def default_terms(*, level: ServiceLevel) -> ClockTerms:
    """What the provider's newest edition promises in the desk's own hours, without a contract. Raises NoPromise."""
    edition = AgreementVersion.objects.order_by("-published_on", "-pk").first()
    calendar = BusinessCalendar.objects.filter(is_default=True).first()
    if edition is None or calendar is None:
        raise NoPromise(_("The provider has no edition of its agreement, or no desk hours, yet."))
    return _terms(
        target_set_id=edition.target_set_id, calendar_id=calendar.pk, level=level, pausable_for=frozenset()
    )


def topic_answer(*, contract: Contract, topic: ClauseTopic) -> CoverageAnswer:
    """Whether the contract's package covers a topic (Rule P1)."""
    package = contract.package
    clause = PackageClause.objects.filter(package=package, topic=topic).first()
    if clause is not None:
        return CoverageAnswer(Answer(clause.answer), topic, clause.wording, package)
    words = _("The package %(package)s says nothing about this. Your customer success manager will decide.")
    return CoverageAnswer(Answer.QUOTE, topic, words % {"package": package.name}, package)


def channel_answer(*, contract: Contract, channel: str) -> CoverageAnswer:
    """Whether the customer may use this way of asking for support (rules P1, I9).

    `channel` is a value of `tickets.models.Channel`. What is raised on site, and what monitoring raises, always passes.
    """
    topic = ClauseTopic.DESK_ACCESS
    if channel not in DESK_CHANNELS:
        words = _("This way of asking for support is always open.")
        return CoverageAnswer(Answer.COVERED, topic, words, contract.package)
    found = topic_answer(contract=contract, topic=topic)
    if contract.package.has_desk_access == (found.answer != Answer.NO_DESK_ACCESS):
        return found
    # An administrator's package whose clause disagrees with its switch: the switch is what the desk keeps to.
    if contract.package.has_desk_access:
        words = _("Your package includes our support desk by telephone, e-mail, chat and the portal.")
        return CoverageAnswer(Answer.COVERED, topic, words, contract.package)
    words = _(
        "Your package does not include our support desk. Please raise this with the technician on site."
    )
    return CoverageAnswer(Answer.NO_DESK_ACCESS, topic, words, contract.package)


def _terms(
    *, target_set_id: int, calendar_id: int, level: ServiceLevel, pausable_for: frozenset[str]
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
    )
