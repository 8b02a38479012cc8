"""Do everything that is due, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from delivery.sweeper import sweep


class Command(BaseCommand):
    help = "Do everything that is due, once: clock steps, notifications, mail. Prints how many rows of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now",
            metavar="ISO",
            help="the instant to work for, such as 2026-11-23T08:30; without offset: local time",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = None
        if options["now"] is not None:
            now = self._instant(options["now"])
        result = sweep(now=now)
        for name, done in result.done.items():
            failed, dead = result.failed[name], result.dead[name]
            self.stdout.write(f"{name}: {done} done, {failed} failed, {dead} given up")

    def _instant(self, words: str) -> Any:
        try:
            parsed = parse_datetime(words)
        except ValueError:
            parsed = None
        if parsed is None:
            raise CommandError(
                f"--now {words!r} is not a date and time such as 2026-11-23T08:30+00:00.", returncode=2
            )
        return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)
