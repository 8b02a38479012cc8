"""`manage.py report`: one customer's quarterly report as a PDF file (Rule R1)."""

import hashlib
import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Customer, Provider
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from reports.selectors import pdf_of
from sla.quarters import InvalidQuarter, Quarter


class Command(BaseCommand):
    help = (
        "Write a customer's quarterly report as a PDF: the released one, byte for byte, or else a draft with the"
        " figures of this moment. On an error nothing is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", metavar="SLUG", required=True)
        parser.add_argument("--customer", metavar="SLUG", required=True)
        parser.add_argument("--quarter", metavar="2026Q3", required=True)
        parser.add_argument("--out", metavar="FILE.pdf", required=True, type=Path)

    def handle(self, **options: Any) -> None:
        target: Path = options["out"]
        quarter = _quarter(options["quarter"])
        _check_target(target)
        provider_id = provider_id_for(options["provider"])
        if provider_id is None:
            raise CommandError(f"There is no provider '{options['provider']}'.")
        with open_scope(Scope(provider_id=provider_id)):
            provider = Provider.objects.get(pk=provider_id)
            customer = Customer.objects.filter(slug=options["customer"]).first()
            if customer is None:
                raise CommandError(f"{provider.name} has no customer '{options['customer']}'.")
            now = timezone.now()
            if now < quarter.bounds(provider.time_zone).start:
                raise CommandError(f"{quarter.label} has not begun yet.")
            pdf = pdf_of(provider=provider, customer=customer, quarter=quarter, now=now)
        _write(target, pdf)
        self.stdout.write(f"{target}: {len(pdf)} bytes, SHA-256 {hashlib.sha256(pdf).hexdigest()}")


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except InvalidQuarter as error:
        raise CommandError(f"{error}.") from error


def _check_target(target: Path) -> None:
    if target.is_dir():
        raise CommandError(f"{target} is a folder. Name the file to write.")
    if not os.access(target.parent, os.W_OK):
        raise CommandError(f"Cannot write into the folder {target.parent}.")


def _write(target: Path, content: bytes) -> None:
    """The file is there as a whole or not at all, also when we are stopped half-way."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
