"""manage.py restore DIRECTORY [--yes]"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.loader import MigrationLoader

from concero_desk.backups import BackupError, backup_restore


class Command(BaseCommand):
    help = "Puts a back-up back, after every part of it was checked. Stop web, workers and beat first."
    requires_system_checks = []  # the database may be empty

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument("--yes", action="store_true", help="replace the desk that is here")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        known: dict[str, set[str]] = {}
        for app, name in MigrationLoader(None).disk_migrations:
            known.setdefault(app, set()).add(name)
        try:
            restored = backup_restore(
                url=settings.DATABASE_OWNER_URL,
                media=Path(settings.MEDIA_ROOT),
                folder=options["directory"],
                known=known,
                overwrite=options["yes"],
            )
        except BackupError as problem:
            raise CommandError(str(problem)) from problem
        seconds = time.monotonic() - began
        self.stdout.write(
            f"Restored the back-up of {restored.made_at} with {restored.media_files} files in {seconds:.1f} s."
            " Now run: manage.py migrate, then manage.py check --deploy"
        )
