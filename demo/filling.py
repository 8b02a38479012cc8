"""Loads the demo: each provider with its schools, its history in batches, and what stands on its desk now."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from accounts.models import Customer, Person, Provider
from accounts.tenancy.scope import Scope, open_scope
from contracts.services import provider_install
from demo.history import Desk, History
from demo.installation import DemoProvider, desk_fill
from demo.loading import tickets_write
from demo.records import TicketRecord
from demo.requests import requests_add, requests_count
from demo.satisfaction import answers_write
from demo.surroundings import surroundings_add

BATCH = 2_000
# Up to so many tickets the whole load is one transaction: all of it or nothing. Beyond, each batch is one.
AT_ONCE = 5_000

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """`open_tickets` None: as many as the demo's scenes need. `now` is aware, in whole seconds."""

    providers: tuple[DemoProvider, ...]
    tickets: int
    open_tickets: int | None
    seed: int
    now: datetime


@dataclass(slots=True)
class Loaded:
    customers: int = 0
    people: int = 0
    tickets: int = 0
    open_tickets: int = 0


def demo_load(options: LoadOptions, *, progress: Progress) -> Loaded:
    """Load the demo. Must run outside any scope. No mail is made and none is sent."""
    loaded = Loaded()
    whole = sum(plan.share for plan in options.providers)
    around: AbstractContextManager[object] = (
        transaction.atomic() if options.tickets <= AT_ONCE else nullcontext()
    )
    with around:
        for plan in options.providers:
            _Load(plan, options, plan.share / whole, loaded, progress).run()
    return loaded


class _Load:
    """The load of one provider."""

    def __init__(
        self, plan: DemoProvider, options: LoadOptions, share: float, loaded: Loaded, progress: Progress
    ) -> None:
        self.plan, self.options, self.loaded, self.progress = plan, options, loaded, progress
        self.tickets = round(options.tickets * share)
        self.waiting = requests_count(self.tickets)
        self.open_tickets = None if options.open_tickets is None else round(options.open_tickets * share)

    def run(self) -> None:
        plan, options = self.plan, self.options
        self.progress(f"{plan.preset.brand.name}: provider, schools and people …")
        with transaction.atomic():
            provider = provider_install(plan.preset)
            scope = Scope(provider_id=provider.pk)
            with open_scope(scope):
                desk = desk_fill(plan, provider, seed=options.seed, now=options.now)
                self.loaded.customers += Customer.objects.count()
                self.loaded.people += Person.objects.count()
        history = History(desk, seed=options.seed, now=options.now)
        done = 0
        for batch, is_last in _batches(self._told(history)):
            with open_scope(scope):
                tickets_write(batch)
                answers_write(batch, seed=options.seed, now=options.now)
                if is_last:
                    self._surround(provider, desk, batch)
            done += len(batch)
            self.loaded.tickets += len(batch)
            self.loaded.open_tickets += sum(ticket.is_open for ticket in batch)
            self.progress(f"{plan.preset.brand.name}: {done} of {self.tickets} tickets")

    def _surround(self, provider: Provider, desk: Desk, batch: list[TicketRecord]) -> None:
        open_now = [ticket for ticket in batch if ticket.is_open]
        surroundings_add(provider, desk, open_now, now=self.options.now, seed=self.options.seed)
        requests_add(provider, open_now, now=self.options.now, waiting=self.waiting)
        self.loaded.tickets += self.waiting

    def _told(self, history: History) -> Iterator[TicketRecord]:
        """Past and present in the order in which they were logged, as far as the last batch goes."""
        present = history.present(self._open_count())
        past = history.past(self.tickets - len(present) - self.waiting)
        newest = sorted(present, key=lambda ticket: ticket.logged_at)
        waiting = iter(newest)
        upcoming = next(waiting, None)
        for ticket in past:
            while upcoming is not None and upcoming.logged_at <= ticket.logged_at:
                yield upcoming
                upcoming = next(waiting, None)
            yield ticket
        if upcoming is not None:
            yield upcoming
        yield from waiting

    def _open_count(self) -> int | None:
        if self.open_tickets is None:
            return None if self.tickets >= 100 else min(self.tickets, 10)
        return self.open_tickets


def _batches(tickets: Iterator[TicketRecord]) -> Iterator[tuple[list[TicketRecord], bool]]:
    """Batches, each with whether it is the last. There is always one, be it empty."""
    batch = list(islice(tickets, BATCH))
    while True:
        following = list(islice(tickets, BATCH))
        yield batch, not following
        if not following:
            return
        batch = following
