"""`manage.py demo`: invented providers, schools and a year of tickets, for trying the desk and for benchmarks."""

from argparse import ArgumentParser
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.tenancy.lookups import all_provider_ids, provider_id_for
from demo.filling import LoadOptions, demo_load
from demo.installation import DEMO_PROVIDERS
from demo.sign_ins import sign_ins_table

DEFAULT_TICKETS = 1500


class Command(BaseCommand):
    help = (
        "Load invented providers, schools, people and a year of tickets. Refuses in production and to load"
        " twice. --sign-ins alone prints who can sign in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is a provider already"
        )
        parser.add_argument(
            "--sign-ins", action="store_true", help="only print who can sign in to the demo, and how"
        )
        parser.add_argument(
            "--tickets", type=int, metavar="N", help=f"tickets to load (default {DEFAULT_TICKETS})"
        )
        parser.add_argument("--open", type=int, metavar="N", help="how many of them are open now")
        parser.add_argument("--provider", metavar="SLUG", help="only this one: concero or pisys")
        parser.add_argument("--seed", type=int, default=1, help="another history for each number (default 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is for trying out. This installation is in production (DESK_MODE).")
        if options["sign_ins"] and not options["if_empty"]:
            self._print_sign_ins()
            return
        if options["if_empty"] and all_provider_ids():
            self.stdout.write("There is a provider already, so the demo is not loaded.")
        else:
            self._load(self._options(options))
        if options["sign_ins"]:
            self._print_sign_ins()

    def _options(self, options: dict[str, Any]) -> LoadOptions:
        chosen = [plan for plan in DEMO_PROVIDERS if options["provider"] in {None, plan.slug}]
        if not chosen:
            raise CommandError(f"There is no demo provider '{options['provider']}'. Choose concero or pisys.")
        tickets = DEFAULT_TICKETS if options["tickets"] is None else options["tickets"]
        if tickets < 0 or (options["open"] or 0) < 0 or (options["open"] or 0) > tickets:
            raise CommandError(
                "--tickets and --open count tickets: 0 or more, and no more open than there are."
            )
        for plan in chosen:
            if provider_id_for(plan.slug) is not None:
                raise CommandError(
                    f"The provider '{plan.slug}' is here already; the demo is loaded once. To start afresh, stop the"
                    " desk and remove the folder var/."
                )
        return LoadOptions(
            providers=tuple(chosen),
            tickets=tickets,
            open_tickets=options["open"],
            seed=options["seed"],
            now=timezone.now().replace(microsecond=0) - timedelta(seconds=1),
        )

    def _load(self, options: LoadOptions) -> None:
        begun = monotonic()
        loaded = demo_load(options, progress=self._progress)
        seconds = monotonic() - begun
        self.stdout.write(
            f"Demo loaded: {loaded.customers} schools, {loaded.people} people, {loaded.tickets} tickets of which"
            f" {loaded.open_tickets} are open, in {seconds:.1f} s."
        )

    def _progress(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _print_sign_ins(self) -> None:
        table = sign_ins_table()
        self.stdout.write(table or "No demo is loaded, so there is nobody to sign in as. Run: manage.py demo")
