"""`manage.py import_customers`: what the page does, from a terminal (Rule Y7)."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.files import FileTooLarge, UploadedPart, parts_check
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from onboarding.reading import files_read
from onboarding.services import Result, reading_apply


class Command(BaseCommand):
    help = (
        "Import customers, mail domains, people, contracts and term dates from a workbook, CSV files or a folder of"
        " CSV files. All of it is written or, where anything is wrong, nothing; each problem is named by its cell."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", metavar="SLUG", required=True)
        parser.add_argument("paths", metavar="PATH", nargs="+", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--json", action="store_true", help="counts and problems as JSON")

    def handle(self, **options: Any) -> None:
        provider_id = provider_id_for(options["provider"])
        if provider_id is None:
            raise CommandError(f"There is no provider '{options['provider']}'.")
        parts = list(_parts(options["paths"]))
        try:
            parts_check(parts)
        except FileTooLarge as error:
            raise CommandError(str(error)) from error
        writes = not options["dry_run"]
        with open_scope(Scope(provider_id=provider_id)):
            names = [part.name for part in parts]
            result = reading_apply(reading=files_read(parts), write=writes, sources=names)
        written = writes and result.is_right
        self.stdout.write(_as_json(result, written) if options["json"] else _as_words(result, written))
        if not result.is_right:
            raise CommandError(f"{len(result.all_problems)} problems. Nothing is written.")


def _parts(paths: Sequence[Path]) -> Iterator[UploadedPart]:
    for path in paths:
        files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not files:
            raise CommandError(f"There is no CSV file in the folder {path}.")
        for file in files:
            try:
                yield UploadedPart(file.name, "application/octet-stream", file.read_bytes())
            except OSError as error:
                raise CommandError(f"Cannot read {file}: {error.strerror}.") from error


def _as_json(result: Result, written: bool) -> str:
    problems = [{"place": one.place, **one.as_json()} for one in result.all_problems]
    answer = {"written": written, "counts": result.counts, "problems": problems}
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _as_words(result: Result, written: bool) -> str:
    lines = [
        f"{sheet}: " + ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
        for sheet, counts in result.counts.items()
    ]
    for one in result.all_problems:
        value = f" '{one.value}'" if one.value else ""
        lines.append(f"{one.place}:{value} {one.wrong} {one.advice}".rstrip())
    if result.is_right and not result.changes_anything:
        lines.append("Nothing changes: everything is known already.")
    elif result.is_right:
        lines.append("Written." if written else "A dry run: nothing is written.")
    return "\n".join(lines)
