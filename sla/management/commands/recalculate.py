"""`manage.py recalculate`: the deadlines of running clocks, on the calendars as they stand now (Rule S13)."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer
from accounts.tenancy.lookups import all_provider_ids, provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from sla.history import histories_checked
from sla.impact import Impact, Moves
from sla.models import Clock
from sla.running_clocks import Reach
from sla.services.recomputation import preview, recompute, recompute_batch
from sla.variants import with_variants

BATCH = 10_000
CHECK_BATCH = 1_000


class Command(BaseCommand):
    help = (
        "Recalculate the deadlines of all running clocks on today's calendars, in batches that are committed"
        " one by one: a run that was cut off is simply repeated. Clocks that have ended are never touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", metavar="SLUG", help="only this provider")
        parser.add_argument("--customer", metavar="SLUG", help="only this customer (needs --provider)")
        parser.add_argument(
            "--calendar", metavar="NAME", help="only clocks on this calendar (needs --provider)"
        )
        parser.add_argument("--cause", default="Recalculated by command", help="what the history says")
        parser.add_argument("--json", action="store_true", help="one line of JSON for each provider")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--preview", action="store_true", help="count what would move; write nothing")
        what.add_argument(
            "--rebuild",
            action="store_true",
            help="derive every clock from its history again and fail if a stored one differs; write nothing",
        )

    def handle(self, **options: Any) -> None:
        if (options["customer"] or options["calendar"]) and not options["provider"]:
            raise CommandError("--customer and --calendar need --provider.")
        scopes = [
            (Scope(provider_id=key), self._reach(key, options))
            for key in self._providers(options["provider"])
        ]
        if options["rebuild"]:
            self._rebuild(scopes, as_json=options["json"])
            return
        for scope, reach in scopes:
            impact = (
                self._preview(scope, reach)
                if options["preview"]
                else self._recalculate(scope, reach, options)
            )
            self._tell(scope, impact, is_preview=options["preview"], as_json=options["json"])

    def _providers(self, slug: str | None) -> list[int]:
        if not slug:
            return all_provider_ids()
        found = provider_id_for(slug)
        if found is None:
            raise CommandError(f"There is no provider {slug!r}.")
        return [found]

    def _reach(self, provider_id: int, options: dict[str, Any]) -> Reach:
        """Looked up before anything is written, so that a misspelt name changes nothing."""
        calendar_ids, customer_id = None, None
        with open_scope(Scope(provider_id=provider_id)):
            if options["customer"]:
                customer_id = (
                    Customer.objects.filter(slug=options["customer"]).values_list("pk", flat=True).first()
                )
                if customer_id is None:
                    raise CommandError(f"There is no customer {options['customer']!r}.")
            if options["calendar"]:
                calendar_ids = frozenset(with_variants(Q(name=options["calendar"])))
                if not calendar_ids:
                    raise CommandError(f"There is no calendar {options['calendar']!r}.")
        return Reach(calendar_ids, customer_id)

    def _preview(self, scope: Scope, reach: Reach) -> Impact:
        with open_scope(scope):
            return preview(
                lambda: recompute(calendar_ids=reach.calendar_ids, customer_id=reach.customer_id, cause="")
            )

    def _recalculate(self, scope: Scope, reach: Reach, options: dict[str, Any]) -> Impact:
        now, moves, after, done = timezone.now(), Moves(), 0, 0
        with open_scope(scope):
            total = reach.count()
        while True:
            with open_scope(scope):  # one transaction each: what is done stays done
                last, seen = recompute_batch(
                    reach=reach, after=after, cause=options["cause"], now=now, moves=moves, limit=BATCH
                )
            if last is None:
                return moves.impact(now)
            after, done = last, done + seen
            self.stderr.write(f"provider {scope.provider_id}: {done:,} of {total:,} clocks")

    def _tell(self, scope: Scope, impact: Impact, *, is_preview: bool, as_json: bool) -> None:
        if as_json:
            figures = {
                "provider": scope.provider_id,
                "preview": is_preview,
                "moved": impact.moved,
                "leave_breach": impact.leave_breach,
                "enter_breach": impact.enter_breach,
                "examples": [
                    {"clock": row.clock_id, "old_due": _iso(row.old_due_at), "new_due": _iso(row.new_due_at)}
                    for row in impact.rows
                ],
            }
            self.stdout.write(json.dumps(figures))
            return
        verb = "would move" if is_preview else "moved"
        self.stdout.write(
            f"provider {scope.provider_id}: {impact.moved:,} deadlines {verb};"
            f" {impact.leave_breach:,} leave breach, {impact.enter_breach:,} enter"
        )

    def _rebuild(self, scopes: list[tuple[Scope, Reach]], *, as_json: bool) -> None:
        wrong = 0
        for scope, reach in scopes:
            checked = 0
            for seen, differences in _checked(scope, reach):
                checked += seen
                wrong += len(differences)
                for key, words in differences.items():
                    self.stderr.write(f"provider {scope.provider_id}, clock {key}: {'; '.join(words)}")
            if as_json:
                self.stdout.write(
                    json.dumps({"provider": scope.provider_id, "checked": checked, "wrong": wrong})
                )
            else:
                self.stdout.write(
                    f"provider {scope.provider_id}: {checked:,} clocks derived from their history"
                )
        if wrong:
            raise CommandError(f"{wrong:,} clocks differ from their history.")


def _checked(scope: Scope, reach: Reach) -> Iterator[tuple[int, dict[int, list[str]]]]:
    after = 0
    while True:
        with open_scope(scope):
            clocks = Clock.objects.filter(pk__gt=after).order_by("pk")
            if reach.customer_id is not None:
                clocks = clocks.filter(customer_id=reach.customer_id)
            if reach.calendar_ids is not None:
                clocks = clocks.filter(calendar__in=reach.calendar_ids)
            batch = list(clocks[:CHECK_BATCH])
            if not batch:
                return
            after = batch[-1].pk
            found = histories_checked(batch)
        yield len(batch), found


def _iso(instant: Any) -> str | None:
    return instant.isoformat() if instant else None
