"""What the pages of a ticket show about its coverage: the answer that holds, those before, and what is still open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.forms.boundfield import BoundField

from accounts.keys import row_in
from contracts.coverage import FACTS, Coverage, CoverageBook, Fact, contract_coverage
from contracts.coverage.engine import Value
from contracts.coverage.facts import value_read
from contracts.forms.coverage import CoverageForm
from contracts.models import Answer, ClauseTopic
from contracts.selectors import contract_on
from sla.times import local_day
from tickets.models import Category, CoverageRecord, Ticket

# What a request without a category, or of a category without a topic, is asked about.
UNKNOWN_TOPIC = ClauseTopic.REMOTE_SUPPORT


class TicketCoverageForm(CoverageForm):
    """Takes every fact of the vocabulary; the panel draws those of the topic."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, facts=FACTS.values(), **kwargs)


@dataclass(frozen=True, slots=True)
class CoveragePanel:
    """`shown` is the answer for what stands in the form, `held` the one that was kept last, if any was."""

    shown: Coverage
    held: CoverageRecord | None
    fields: list[BoundField]
    form: Form
    is_preview: bool = False

    @property
    def wording(self) -> str:
        """What can be said to the school: the answer that was kept, or that of a form that somebody is filling in."""
        return self.held.wording if self.held and not self.is_preview else self.shown.wording

    @property
    def needs_quote(self) -> bool:
        """Whether the work is done for a price of its own."""
        return (self.held.answer if self.held else self.shown.answer) in {Answer.QUOTE, Answer.CHARGEABLE}


def topic_of(category: Category | None) -> ClauseTopic:
    """Under which topic of the package's clauses a category is looked up."""
    topic = category.topic if category else ""
    return ClauseTopic(topic) if topic in ClauseTopic.values else UNKNOWN_TOPIC


def category_chosen(key: str) -> Category | None:
    """The category with this id, as it stands in an address; None for none, and for what is no id."""
    return row_in(Category.objects.filter(is_active=True), key)


def coverage_of_category(*, customer_id: int, category: Category, channel: str, day: date) -> Coverage | None:
    """What the school's contract of a local day says about a category, before anything else is known; None without."""
    contract = contract_on(customer_id=customer_id, day=day)
    if contract is None:
        return None
    return contract_coverage(contract=contract, topic=topic_of(category), facts={"channel": channel}, day=day)


def facts_at_first(ticket: Ticket) -> dict[str, Value]:
    """What is known of every ticket: how it was raised."""
    return {"channel": ticket.channel}


def book_for(ticket: Ticket, time_zone: str) -> CoverageBook | None:
    """What the ticket's contract says on the provider's local day that it was logged; None without a contract."""
    if ticket.contract is None:
        return None
    day = local_day(ticket.logged_at, time_zone)
    return CoverageBook.of_contract(ticket.contract, day)


def facts_of(book: CoverageBook, topic: ClauseTopic) -> list[Fact]:
    """What is asked about a topic on a ticket: how it was raised, then what the conditions turn on."""
    return [FACTS["channel"], *(fact for fact in book.facts_of(topic) if fact.key != "channel")]


def coverage_panel(
    ticket: Ticket, book: CoverageBook, *, typed: Form | None = None, is_preview: bool = False
) -> CoveragePanel:
    """The panel of a ticket's page. `typed` is a bound form: what somebody is choosing, or what was not valid."""
    topic, facts = _known(ticket)
    if isinstance(typed, CoverageForm) and typed.is_valid():
        topic, facts = ClauseTopic(typed.cleaned_data["topic"]), typed.known()
    form = typed or TicketCoverageForm(initial=_initial(topic, facts), auto_id="covered-%s")
    asked = facts_of(book, topic)
    fields = [form["topic"], *(form[f"fact_{fact.key}"] for fact in asked)]
    known = {fact.key: facts[fact.key] for fact in asked if fact.key in facts}
    return CoveragePanel(book.answer(topic, known), ticket.coverage, fields, form, is_preview)


def _known(ticket: Ticket) -> tuple[ClauseTopic, dict[str, Value]]:
    if ticket.coverage is None:
        return topic_of(ticket.category), facts_at_first(ticket)
    return ClauseTopic(ticket.coverage.topic), facts_read(ticket.coverage.facts)


def facts_read(stored: Mapping[str, object]) -> dict[str, Value]:
    """Facts as they were kept, without those that the vocabulary no longer has."""
    found = {}
    for key, value in stored.items():
        try:
            found[key] = value_read(FACTS[key], value)
        except (KeyError, ValidationError):
            continue
    return found


def _initial(topic: ClauseTopic, facts: Mapping[str, Value]) -> dict[str, object]:
    words = {True: "yes", False: "no"}
    given = {
        f"fact_{key}": words[value] if isinstance(value, bool) else value for key, value in facts.items()
    }
    return {"topic": topic.value, **given}
