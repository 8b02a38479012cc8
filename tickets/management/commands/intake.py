"""Raw messages in, tickets out: `manage.py intake --mailbox NAME [PATH …|-]`, one JSON line for each message."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets.intake.batches import mails_take
from tickets.intake.mailboxes import UnknownMailbox, mailbox_named
from tickets.intake.sources import STREAM, UnreadablePath, mails_from, source_check


class Command(BaseCommand):
    help = (
        "Take in messages: single files, folders, mbox or Maildir, '-' for the standard input. Prints one JSON line "
        'for each message: {"outcome", "ticket", "customer", "reason"}.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mailbox", required=True, help="its address, or a provider's short name for the default mailbox"
        )
        parser.add_argument("paths", nargs="*", default=[STREAM], metavar="PATH")

    def handle(self, *args: Any, mailbox: str, paths: list[str], **options: Any) -> None:
        try:
            box = mailbox_named(mailbox)
            source_check(paths)
        except (UnknownMailbox, UnreadablePath) as error:
            raise CommandError(str(error)) from error
        mails = mails_from(paths, sys.stdin.buffer)
        for outcome in mails_take(mailbox=box, mails=mails, received_at=timezone.now()):
            self.stdout.write(json.dumps(outcome.as_dict(), ensure_ascii=False))
            self.stdout.flush()
