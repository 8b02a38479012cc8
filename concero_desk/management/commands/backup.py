"""manage.py backup DIRECTORY"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from concero_desk.backups import BackupError, backup_make


class Command(BaseCommand):
    help = "Writes database, files and a manifest with checksums into an empty folder, while the desk runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="a folder that is empty or not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            made = backup_make(
                url=settings.DATABASE_OWNER_URL, media=Path(settings.MEDIA_ROOT), folder=options["directory"]
            )
        except BackupError as problem:
            raise CommandError(str(problem)) from problem
        size = sum(part.size for part in made.parts.values()) / 1_000_000
        seconds = time.monotonic() - began
        self.stdout.write(
            f"Backed up {size:.1f} MB with {made.media_files} files to {options['directory']} in {seconds:.1f} s."
            " Keep SECRET_KEY with it."
        )
