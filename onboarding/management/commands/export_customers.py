"""`manage.py export_customers`: everything of a provider's customers in the form that is imported (Rule Y7)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from onboarding.known import known_read
from onboarding.writing import csv_files, rows_of, workbook_bytes


class Command(BaseCommand):
    help = (
        "Write customers, mail domains, people, contracts and term dates as a workbook (FILE.xlsx), or as CSV files"
        " into a folder. Importing them again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", metavar="SLUG", required=True)
        parser.add_argument("--out", metavar="FILE.xlsx|DIR", required=True, type=Path)

    def handle(self, **options: Any) -> None:
        target: Path = options["out"]
        provider_id = provider_id_for(options["provider"])
        if provider_id is None:
            raise CommandError(f"There is no provider '{options['provider']}'.")
        is_workbook = target.suffix.lower() == ".xlsx"
        if not is_workbook and not target.is_dir():
            raise CommandError(f"{target} is neither a file name that ends in .xlsx nor a folder.")
        with open_scope(Scope(provider_id=provider_id)):
            rows = rows_of(known_read())
        folder = target.parent if is_workbook else target
        files = {target.name: workbook_bytes(rows)} if is_workbook else csv_files(rows)
        for name, content in files.items():
            try:
                (folder / name).write_bytes(content)
            except OSError as error:
                raise CommandError(f"Cannot write {folder / name}: {error.strerror}.") from error
            self.stdout.write(f"{folder / name}: {len(content)} bytes")
