"""What runs after each `transaction=True` test: the database becomes what it was before the first test.

Django's own `flush` forgets tables that no model describes, and empties those that migrations filled.
"""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from sla.calendars import calendars_forget
from tests.plugins import baseline


class Command(flush.Command):
    """Takes Django's options, of which only the database matters."""

    def handle(self, **options: Any) -> None:
        """Restore the baseline. Raises OperationalError when a session holds a lock for over 10 s."""
        baseline.restore(connections[options["database"]])
        calendars_forget()  # versions that tests have committed are gone
